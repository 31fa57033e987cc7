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

from backend.coaching.drills import drill_for_dimension, drill_for_ticks, is_short, weakest_dimension
from backend.coaching.feedback import Dimension, Drill, Feedback
from backend.coaching.measured_points import seconds_of
from backend.coaching.report import NAMES
from backend.coaching.wording import capitalised, count, number
from backend.interview.asked import normalised
from backend.interview.days import day_of
from backend.interview.practices import drill_subject
from backend.interview.redaction import ERASED
from backend.interview.session import DrillKind, Session
from backend.interview.turn_record import TurnRecord

INTERVALS_DAYS = (1, 3, 7, 16)
"""How many days each box waits. What was passed in the last one is learned."""
WEAK = 2
"""An answer is weak where a score is at most this; delivery is not scored."""
WEAK_TICKS = 0.5
"""Where no author judged and the candidate ticked points, it is weak where less than this share was ticked."""
_MOST = 20
_DRILL_OF: dict[Dimension, DrillKind] = {"impact": "result_first", "specificity": "pushback", "relevance": "pushback"}
_QUESTIONS = 3


class ReviewItem(BaseModel):
    """A question to answer again. `start` is a ready body of `POST /sessions`."""

    question: str
    competency: str | None
    dimension: Dimension | None
    """None where few points were ticked."""
    reason: str
    score: int | None
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
    dimension: Dimension | None
    box: int
    answers: int


def review_of(practised: Iterable[tuple[Session, Sequence[TurnRecord]]], today: date) -> Review:
    """What is due `today`, a day where the person is, and what comes later, from all interviews of one owner.
    Deterministic."""
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
    dimension, card = _weak_dimension(turn.feedback), cards.get(key)
    share = _ticked(turn)
    if share < WEAK_TICKS if share is not None else dimension is not None:
        cards[key] = _Card(session, turn, turn, None if share is not None else dimension, 0, 0)
    elif card is not None:
        card.box += day_of(session, turn.created_at) > _day(card)
        card.session, card.turn = session, turn


def _ticked(turn: TurnRecord) -> float | None:
    """Share of the points that the candidate ticked, where that is the verdict."""
    check = turn.self_check
    if check is None or turn.feedback is None or turn.feedback.author == "model":
        return None
    return len(check.ticked) / check.of


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
    score = card.weak.feedback.scores[card.dimension] if card.dimension is not None else None
    return ReviewItem(
        question=question,
        competency=card.turn.question.competency,
        dimension=card.dimension,
        reason=_reason(card),
        score=score.score if score is not None else None,
        drill=_drill(card, question),
        box=card.box + 1,
        answers=card.answers,
        last_at=card.turn.created_at,
        due_on=_day(card) + timedelta(days=INTERVALS_DAYS[card.box]),
        session_id=card.session.session_id,
        turn_id=card.turn.turn_id,
        start=_start(card),
    )


def _reason(card: _Card) -> str:
    feedback, check = card.weak.feedback, card.weak.self_check
    assert feedback is not None
    if card.dimension is None and check is not None:
        return f"You ticked {number(len(check.ticked))} of {count(check.of, 'point')}."
    return f"{capitalised(NAMES[card.dimension])}: {feedback.scores[card.dimension].why}" if card.dimension else ""


def _drill(card: _Card, question: str) -> Drill:
    feedback, check = card.weak.feedback, card.weak.self_check
    if card.dimension is not None:
        return drill_for_dimension(card.dimension, question, _seconds(card), _reason(card))
    assert feedback is not None and feedback.reference is not None and check is not None
    return drill_for_ticks(question, feedback.reference, check.ticked)


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
        "drill": _drill_kind(card) if english else "ladder",
        "again": {"session_id": card.session.session_id, "turn_id": card.turn.turn_id},
    }


def _drill_kind(card: _Card) -> DrillKind:
    """What was too short is asked about further, and not told in less and less time."""
    if is_short(card.dimension, _seconds(card)):
        return "pushback"
    return _DRILL_OF.get(card.dimension, "ladder") if card.dimension is not None else "ladder"


def _seconds(card: _Card) -> float:
    """How long the weak answer took, about."""
    delivery = card.weak.delivery
    return seconds_of(delivery) if delivery is not None else 0.0


def _day(card: _Card) -> date:
    return day_of(card.session, card.turn.created_at)
