"""References: the bank's points on a question."""

from __future__ import annotations

import pytest

from backend.coaching.analysis import Source
from backend.coaching.feedback import Reference
from backend.interview.question import Question
from backend.interview.references import reference_for
from backend.interview.session import SessionPlan
from backend.jobs.question_lines import QuestionLines
from backend.jobs.role_packs import RolePacks
from backend.tests.interview.building import required
from backend.tests.storage.samples import a_session

PACKS, LINES = RolePacks(), QuestionLines()
KNOWN = PACKS.get("nursing").questions[3]
HANDOVER = KNOWN.text
TOLD = "When did you calm somebody who was frightened or angry?"


def question(text: str, kind: str = "main", **changes: object) -> Question:
    values = {"question_id": "q", "number": 1, "total": 3, "text": text, "kind": kind, "stage": "s", **changes}
    return Question.model_validate(values)


def found(
    asked: Question, *, plan: SessionPlan | None = None, sources: tuple[Source, ...] = (), **changes: object
) -> Reference | None:
    session = a_session("own", asked=[asked], plan=plan or SessionPlan(), **changes)
    return reference_for(session, asked, PACKS, LINES, sources)


def texts(asked: Question) -> list[str]:
    reference = found(asked)
    assert reference is not None and [p.id for p in reference.points] == [
        f"p{i}" for i in range(1, len(reference.points) + 1)
    ]
    return [p.text for p in reference.points]


def test_a_bank_question_has_its_own_points() -> None:
    assert tuple(texts(question(HANDOVER))) == KNOWN.points
    again = question(f"Once more, in sixty seconds: {HANDOVER}", "follow_up")
    assert tuple(texts(again)) == KNOWN.points, "a take of a drill is about its subject"


def test_a_bank_question_has_its_usual_mistakes_and_a_model_answer() -> None:
    reference = found(question(HANDOVER))
    assert reference is not None
    assert [(m.id, m.text, m.correction) for m in reference.mistakes] == [
        (f"m{i}", m.says, m.correction) for i, m in enumerate(KNOWN.mistakes, 1)
    ]
    assert reference.model_answer == KNOWN.model_answer
    other = found(question(TOLD))
    assert other is not None and (other.mistakes, other.model_answer) == ([], None)


@pytest.mark.parametrize(
    ("asked", "topic"),
    [
        (question(TOLD), "Signs: one particular time"),
        (question("What made you interested in this role?", "opening"), "Signs: introducing yourself"),
        (question("How do you like to be corrected?"), "Signs: giving a view"),
    ],
)
def test_other_questions_have_the_points_of_their_kind(asked: Question, topic: str) -> None:
    assert tuple(texts(asked)) == LINES.about[topic]


@pytest.mark.parametrize(
    ("asked", "plan"),
    [
        (question("And what came of it?", "follow_up"), SessionPlan()),
        (question("What would you like to ask us?", "closing"), SessionPlan()),
        (question(TOLD), SessionPlan(mode="free_chat")),
        (question(TOLD), SessionPlan(language="de")),
    ],
)
def test_there_is_nothing_to_tick(asked: Question, plan: SessionPlan) -> None:
    assert found(asked, plan=plan) is None


def test_a_question_put_more_simply_keeps_the_points_of_the_first_asking() -> None:
    first = question(HANDOVER)
    session = a_session("own", asked=[first], plan=SessionPlan())
    simpler = first.model_copy(update={"kind": "clarify", "text": "Put simply: what do you hand over?"})
    assert reference_for(session, simpler, PACKS, LINES, ()) == found(first)


def test_the_line_of_the_posting_is_a_point_and_the_resumes_line_is_cited() -> None:
    requirements = required("Care for surgical patients at night", "Wound care")
    asked = question("What have you done with surgical patients?", citations=[
        {"citation_id": "Q1", "source": "document", "document_id": "d1", "title": "The job",
         "quote": requirements[0].text, "char_start": 0, "char_end": len(requirements[0].text)}])  # fmt: skip
    resume = Source(
        "r", "resume", "Resume", "Dana Reyes\n- Looked after 12 surgical patients at night\n- Ran the choir\n"
    )
    reference = found(asked, sources=(resume,), requirements=requirements)
    assert reference is not None
    assert (
        reference.points[-1].requirement == requirements[0].text and requirements[0].text in reference.points[-1].text
    )
    assert [(c.citation_id, c.quote) for c in reference.citations] == [
        ("J1", requirements[0].text),
        ("R1", "Looked after 12 surgical patients at night"),
    ]
    line = reference.citations[1]
    assert resume.text[line.char_start : line.char_end] == line.quote
