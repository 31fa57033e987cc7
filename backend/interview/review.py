"""Review: weak answers come back for practice after growing pauses, computed from the stored turns alone.

The boxes are those of Leitner (So lernt man lernen, 1972): what was weak starts in the first box; each later answer to
the same question that is weak no more moves it one box on, a weak one back to the first; each box waits longer. That
spaced practice is remembered longer than massed practice is well established (Cepeda, Pashler, Vul, Wixted and Rohrer
2006, Psychological Bulletin 132, 354-380); the days themselves, 1, 3, 7 and 16, are a convention: each pause is a good
twice the one before, as in SuperMemo's published algorithms (Wozniak 1990).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel

from backend.coaching.drills import drill_for_dimension, weakest_dimension
from backend.coaching.feedback import Dimension, Drill, Feedback
from backend.coaching.report import NAMES
from backend.interview.asked import normalised
from backend.interview.practices import drill_subject
from backend.interview.redaction import ERASED
from backend.interview.session import DrillKind, Session
from backend.interview.turn_record import TurnRecord

INTERVALS_DAYS = (1, 3, 7, 16)
"""How many days each box waits. What was passed in the last one is learned."""
WEAK = 2
"""An answer is weak where a score is at most this; delivery is not scored."""
_MOST = 20
_DRILL_OF: dict[Dimension, DrillKind] = {"impact": "result_first", "specificity": "pushback", "relevance": "pushback"}
_QUESTIONS = 3


class ReviewItem(BaseModel):
    """A question to answer again. `start` is a ready body of `POST /sessions`."""

    question: str
    competency: str | None
    dimension: Dimension
    reason: str
    score: int
    drill: Drill
    box: int
    """1..4."""
    answers: int
    """How often it has been answered so far."""
    last_at: str
    due_on: date
    session_id: str
    turn_id: str
    """The last answer to it."""
    start: dict[str, Any]


class Review(BaseModel):
    due: list[ReviewItem]
    coming: list[ReviewItem]
    learned: int
    intervals_days: list[int]


@dataclass(slots=True)
class _Card:
    """One question and where it stands."""

    session: Session
    turn: TurnRecord
    weak: TurnRecord
    """The last weak answer: what has to get better."""
    dimension: Dimension
    box: int
    answers: int


def review_of(practised: Iterable[tuple[Session, Sequence[TurnRecord]]], today: date) -> Review:
    """What is due `today` and what comes later, from all interviews of one owner. Deterministic."""
    answered = [
        (turn.created_at, session, turn)
        for session, turns in practised
        for turn in turns
        if turn.feedback is not None and turn.feedback.scored
    ]
    cards: dict[str, _Card] = {}
    answers: dict[str, int] = {}
    for _, session, turn in sorted(answered, key=lambda a: a[0]):
        question = _subject(session, turn)
        if question is None:
            continue
        key = normalised(question)
        answers[key] = answers.get(key, 0) + 1
        _answer(cards, key, session, turn)
        if key in cards:
            cards[key].answers = answers[key]
    open_ = {key: card for key, card in cards.items() if card.box < len(INTERVALS_DAYS)}
    items = sorted((_item(card) for card in open_.values()), key=lambda i: (i.due_on, i.box, i.last_at))
    return Review(
        due=[i for i in items if i.due_on <= today][:_MOST],
        coming=[i for i in items if i.due_on > today][:_MOST],
        learned=len(cards) - len(open_),
        intervals_days=list(INTERVALS_DAYS),
    )


def _answer(cards: dict[str, _Card], key: str, session: Session, turn: TurnRecord) -> None:
    """Move the question's card: back to the first box, or one on, at most once a day."""
    assert turn.feedback is not None
    weak, card = _weak_dimension(turn.feedback), cards.get(key)
    if weak is not None:
        cards[key] = _Card(session, turn, turn, weak, 0, 0)
    elif card is not None:
        card.box += _day(turn) > _day(card.turn)
        card.session, card.turn = session, turn


def _weak_dimension(feedback: Feedback) -> Dimension | None:
    low: dict[Dimension, float] = {
        d: float(s.score) for d, s in feedback.scores.items() if d != "delivery" and s.score <= WEAK
    }
    return weakest_dimension(low)


def _subject(session: Session, turn: TurnRecord) -> str | None:
    """The question as it can be asked again; None for one that makes sense only after the answer before it."""
    first = next((q for q in session.asked if q.question_id == turn.question.question_id), turn.question)
    if ERASED in first.text or first.kind == "closing":
        return None
    subject = drill_subject(first)
    return None if first.kind == "follow_up" and subject == first.text else subject


def _item(card: _Card) -> ReviewItem:
    question = _subject(card.session, card.turn) or card.turn.question.text
    assert card.weak.feedback is not None
    score = card.weak.feedback.scores[card.dimension]
    return ReviewItem(
        question=question,
        competency=card.turn.question.competency,
        dimension=card.dimension,
        reason=f"Weak in {NAMES[card.dimension]}. {score.why}",
        score=score.score,
        drill=drill_for_dimension(card.dimension, question),
        box=card.box + 1,
        answers=card.answers,
        last_at=card.turn.created_at,
        due_on=_day(card.turn) + timedelta(days=INTERVALS_DAYS[card.box]),
        session_id=card.session.session_id,
        turn_id=card.turn.turn_id,
        start=_start(card),
    )


def _start(card: _Card) -> dict[str, Any]:
    """A short interview that opens with this question, as a drill in what was weak."""
    plan = card.session.plan
    kept = plan.model_dump(
        mode="json", include={"mode", "role", "role_pack", "company", "level", "difficulty", "language", "document_ids"}
    )
    english = plan.language == "en"
    return {
        **{k: v for k, v in kept.items() if v is not None},
        "question_count": _QUESTIONS,
        "voice": plan.voice,
        "practice": "drill" if english else "study",
        "drill": _DRILL_OF.get(card.dimension, "ladder") if english else "ladder",
        "again": {"session_id": card.session.session_id, "turn_id": card.turn.turn_id},
    }


def _day(turn: TurnRecord) -> date:
    return date.fromisoformat(turn.created_at[:10])
