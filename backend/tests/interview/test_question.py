"""A question: what of it is said aloud."""

from __future__ import annotations

import pytest

from backend.interview.question import Question
from backend.rag.documents import Citation

LINE = "Keep the logs of nine machines"


def question(text: str, kind: str = "main", *sources: str) -> Question:
    cited = [
        Citation.model_validate(
            {"citation_id": "X1", "source": s, "title": "t", "quote": LINE, "char_start": 0, "char_end": len(LINE)}
        )
        for s in sources
    ]
    values = {"question_id": "q", "number": 1, "total": 3, "text": text, "kind": kind, "stage": "s", "citations": cited}
    return Question.model_validate(values)


POINTS = "There is a line in the posting on your screen. What have you done that comes closest to it?"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (question(POINTS, "main", "document"), f"{POINTS} “{LINE}”"),
        (question(POINTS, "follow_up", "document"), POINTS),
        (question(f"Your resume says: “{LINE}” Why?", "main", "document"), f"Your resume says: “{LINE}” Why?"),
        (question("How do you keep a log?", "main", "document", "role_pack"), "How do you keep a log?"),
        (question("Why?"), "Why?"),
    ],
)
def test_the_line_that_is_pointed_at_is_read_after_the_question(asked: Question, said: str) -> None:
    assert asked.aloud == said
