"""Erasing one answer: what is left of an interview when its candidate takes an answer back (docs/decisions/0002)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from backend.coaching.text import FUNCTION_WORDS
from backend.interview.events import TranscriptFinal, TranscriptPartial
from backend.interview.question import Question
from backend.interview.redaction import AnswerRedactor, words_of
from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord

_OWN_WORDS = frozenset({TranscriptFinal.name, TranscriptPartial.name})
Redact = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Erased:
    """What has to be stored: the emptied turns, the others that quoted them, and the session."""

    emptied: list[TurnRecord]
    changed: list[TurnRecord]
    session: Session


def versions_of(turn: TurnRecord, turns: Sequence[TurnRecord]) -> list[TurnRecord]:
    """The turn and every other version of the same answer: what it corrects or continues, and what does that to it."""
    same = {turn.turn_id}
    for _ in turns:
        more = {t.turn_id for t in turns if t.stands_for in same} | {t.stands_for for t in turns if t.turn_id in same}
        same |= {name for name in more if name is not None}
    return [t for t in turns if t.turn_id in same]


def without_answer(
    gone: Sequence[TurnRecord],
    turns: Sequence[TurnRecord],
    session: Session,
    *,
    sources: Sequence[str],
    common: frozenset[str],
    at: str,
) -> Erased:
    """The interview without the answers of `gone`, all versions of one answer.

    `sources`: the session's documents; `common`: words of the product. A word that stands in none of them, nor in what
    was asked before or answered otherwise, can only have come from what is erased, so it goes wherever it was repeated.
    Where the question that waits quoted the answer, the question that was answered waits again.
    """
    names = {t.turn_id for t in gone}
    others = [t for t in turns if t.turn_id not in names]
    before = [t.question.text for t in turns if t.position <= gone[0].position]
    kept = [*sources, *before]
    answers = [t.transcript.text for t in others if t.transcript is not None]
    redact = partial(
        _redacted,
        said=[t.transcript.text for t in gone if t.transcript is not None],
        vocabulary=words_of([*kept, *answers]) | common | FUNCTION_WORDS,
        kept=kept,
    )
    return Erased(
        [_emptied(t, redact, at) for t in gone],
        [new for t in others if (new := _without_repeats(t, redact, names)) is not None],
        _session(session, redact, gone[-1].question, answers),
    )


def _redacted(
    value: Any, own: Sequence[str] = (), *, said: Sequence[str], vocabulary: frozenset[str], kept: Sequence[str]
) -> Any:
    for text in said:
        value = AnswerRedactor(text, keep="\n".join([*kept, *own]), vocabulary=vocabulary).walk(value)
    return value


def _emptied(turn: TurnRecord, redact: Redact, at: str) -> TurnRecord:
    """The turn as it is listed: what was asked before and after, and that there was an answer."""
    kept = {
        "turn_id", "session_id", "owner_id", "position", "question", "retry_of", "corrects", "continues", "spoken", "outcome",
        "next_question", "timings_ms", "versions", "prompts", "idempotency_key", "created_at", "ended_at",
    }  # fmt: skip
    values = turn.model_dump(include=kept)
    values["next_question"] = redact(values["next_question"])
    return TurnRecord.model_validate({**values, "erased_at": at})


def _without_repeats(turn: TurnRecord, redact: Redact, gone: set[str]) -> TurnRecord | None:
    """Another turn without what it repeated of the erased answer, and without its log; None where it repeated nothing."""
    own = ("transcript", "delivery", "star", "self_rating", "self_check")
    values = turn.model_dump(exclude=set(own))
    values["events"] = [wire for wire in turn.events if wire["event"] not in _OWN_WORDS]
    new = redact(values, [turn.transcript.text] if turn.transcript is not None else [])
    if turn.feedback is not None and turn.feedback.compared is not None and turn.feedback.compared.turn_id in gone:
        new["feedback"]["compared"] = None
    if new == values:
        return None
    return TurnRecord.model_validate({**new, **{k: getattr(turn, k) for k in own}, "events": []})


def _session(session: Session, redact: Redact, answered: Question, answers: Sequence[str]) -> Session:
    asked = [Question.model_validate(redact(q.model_dump(), answers)) for q in session.asked]
    waiting = session.question
    if waiting is not None and redact(waiting.model_dump(), answers) != waiting.model_dump():
        asked = [q for q in asked if q.question_id != waiting.question_id]
        waiting = answered
    return session.model_copy(update={"asked": asked, "question": waiting})
