"""Peer review: what a read-only link shows of an interview, and the comments left there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from backend.coaching.coach import Source
from backend.coaching.feedback import Feedback
from backend.coaching.text import sentences
from backend.errors import Invalid
from backend.interview.redaction import without_runs_of
from backend.interview.session import Session
from backend.interview.turn_record import HeardAnswer, TurnRecord, current

MOST_LINKS = 10
"""Live links of one interview."""
MOST_COMMENTS = 200
"""Comments left through one link."""
LONGEST_COMMENT = 2_000
LONGEST_NAME = 60
_PRIVATE = {"resume", "job_description", "company", "notes"}
_PARAGRAPH = 320
"""Characters, about: what a comment is usually about."""


class Share(BaseModel):
    """One link. The token itself is told once and never kept."""

    share_id: str
    session_id: str
    created_at: str
    expires_at: str
    revoked_at: str | None = None


class Comment(BaseModel):
    """What a reviewer wrote about an answer, about a moment of it, or about a place in its text. Never read by a model."""

    comment_id: str
    session_id: str
    share_id: str
    turn_id: str
    at_s: float | None = None
    char_start: int | None = None
    char_end: int | None = None
    quote: str = ""
    """The words it is about, where it is about some."""
    author_name: str
    text: str
    created_at: str


def placed(comment: Comment, turns: Sequence[TurnRecord]) -> Comment:
    """The comment with the words it is about.

    Raises `Invalid` where it is about no answer of the interview, or about a place that the answer does not have.
    """
    turn = next((t for t in turns if t.turn_id == comment.turn_id and _is_told(t)), None)
    if turn is None or turn.transcript is None:
        raise _invalid("turn_id", "no answer of this interview")
    start, end = comment.char_start, comment.char_end
    if (start is None) != (end is None):
        raise _invalid("char_end", "char_start and char_end come together")
    if start is not None and end is not None and not 0 <= start < end <= len(turn.transcript.text):
        raise _invalid("char_start", "outside the answer")
    if comment.at_s is not None and not 0 <= comment.at_s <= (turn.transcript.duration_s or 0.0):
        raise _invalid("at_s", "outside the recording")
    return comment.model_copy(update={"quote": turn.transcript.text[start:end] if start is not None else ""})


def _invalid(field: str, problem: str) -> Invalid:
    return Invalid(details={"fields": [{"field": field, "problem": problem}]})


def shown(
    session: Session, turns: Sequence[TurnRecord], sources: Sequence[Source], comments: Sequence[Comment]
) -> dict[str, Any]:
    """What the holder of a link sees: questions, answers and feedback. An allow-list, so that nothing else slips in.

    No documents: citations of them are left out, and four words in a row of one, which the candidate did not say,
    are replaced. Questions may name what the job asks for, but nothing of the resume or of notes.
    """
    private = [s.text for s in sources if s.kind in _PRIVATE]
    own = [s.text for s in sources if s.kind in {"resume", "notes"}]
    plan = session.plan
    told = [t for t in current(turns) if _is_told(t)]
    return {
        "session": {
            "mode": plan.mode, "role": plan.role, "difficulty": plan.difficulty, "language": plan.language,
            "practice": plan.practice, "created_at": session.created_at, "answers": len(told),
        },
        "turns": [_turn(t, private, own) for t in told],
        "comments": [comment_wire(c) for c in comments],
    }  # fmt: skip


def comment_wire(comment: Comment, *, owner: bool = False) -> dict[str, Any]:
    """A comment on the wire; its owner also sees through which link it came."""
    hidden = {"session_id"} if owner else {"session_id", "share_id"}
    return comment.model_dump(mode="json", exclude=hidden)


def _is_told(turn: TurnRecord) -> bool:
    return turn.transcript is not None and bool(turn.transcript.text.strip()) and not turn.in_confidence and not (
        turn.feedback is not None and turn.feedback.intent is not None
    )  # fmt: skip


def _turn(turn: TurnRecord, private: Sequence[str], own: Sequence[str]) -> dict[str, Any]:
    heard = turn.transcript
    assert heard is not None  # _is_told
    question = turn.question
    return {
        "turn_id": turn.turn_id,
        "retake": not turn.is_first_take,
        "spoken": turn.spoken,
        "created_at": turn.created_at,
        "question": {
            "number": question.number, "total": question.total, "kind": question.kind,
            "text": without_runs_of(own, question.text, keep=heard.text),
        },
        "answer": {"text": heard.text, "duration_s": heard.duration_s, "paragraphs": paragraphs(heard)},
        "feedback": (
            _feedback(turn.feedback, private, heard.text)
            if turn.feedback is not None and not turn.in_confidence
            else None
        ),
    }  # fmt: skip


def _feedback(feedback: Feedback, private: Sequence[str], answer: str) -> dict[str, Any]:
    cited = {c.citation_id for c in feedback.citations if c.source == "answer"}
    values = {
        "scored": feedback.scored,
        "not_scored_because": feedback.not_scored_because,
        "summary": feedback.summary,
        "strengths": [p.model_dump() for p in feedback.strengths],
        "gaps": [p.model_dump() for p in feedback.gaps],
        "drill": feedback.drill.model_dump() if feedback.drill else None,
        "scores": {d: {"score": s.score, "why": s.why} for d, s in feedback.scores.items()},
    }
    plain: dict[str, Any] = without_runs_of(private, values, keep=answer)
    for point in (*plain["strengths"], *plain["gaps"]):
        point["citations"] = [i for i in point["citations"] if i in cited]
    plain["citations"] = [
        c.model_dump(mode="json", exclude={"document_id"}) for c in feedback.citations if c.source == "answer"
    ]
    return plain


def paragraphs(heard: HeardAnswer) -> list[dict[str, Any]]:
    """The answer in pieces of some sentences, each with its place and, of a spoken answer, when it begins."""
    pieces: list[tuple[int, int]] = []
    for piece in sentences(heard.text):
        if pieces and piece.end - pieces[-1][0] <= _PARAGRAPH:
            pieces[-1] = (pieces[-1][0], piece.end)
        else:
            pieces.append((piece.start, piece.end))
    starts = _starts(heard)
    return [
        {"char_start": a, "char_end": b, "at_s": next((s for place, s in starts if place >= a), None)}
        for a, b in pieces
    ]


def _starts(heard: HeardAnswer) -> list[tuple[int, float]]:
    """(place in the text, seconds) of every recognised word that stands in the text."""
    found: list[tuple[int, float]] = []
    at = 0
    for word in heard.words:
        place = heard.text.find(word.w.strip(), at)
        if place >= 0:
            found.append((place, round(word.start_s, 1)))
            at = place + len(word.w.strip())
    return found
