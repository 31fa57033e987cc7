"""Takes: the answers of an interview that count, and those that were given and could not be scored."""

from __future__ import annotations

from collections.abc import Sequence

from backend.asr.ports import Word
from backend.coaching.answer import Answer
from backend.coaching.gate import is_too_short, why_not_scored
from backend.coaching.practised import drill_for_short
from backend.coaching.progress import Unscored
from backend.coaching.report import Take
from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord


def takes_of(turns: Sequence[TurnRecord]) -> list[Take]:
    """The scored answers, the latest take of each question, in the order first asked."""
    latest: dict[str, Take] = {}
    for turn in turns:
        if turn.feedback is None or not turn.feedback.scored or turn.transcript is None or turn.delivery is None:
            continue
        latest[turn.question.question_id] = Take(
            turn_id=turn.turn_id,
            question_id=turn.question.question_id,
            question=turn.question.plain,
            competency=turn.question.competency,
            answer=turn.transcript.text,
            spoken=turn.spoken,
            delivery=turn.delivery,
            star=turn.star,
            feedback=turn.feedback,
            at=turn.created_at,
            self_rating=turn.self_rating.overall if turn.self_rating else None,
            self_check=turn.self_check,
        )
    return list(latest.values())


def unscored_of(session: Session, turns: Sequence[TurnRecord]) -> list[Unscored]:
    """Answers that could not be scored, the latest to each question that no other answer was scored for. A wish, a word to
    the coach, and what matters more than the practice are none."""
    scored = {t.question_id for t in takes_of(turns)}
    latest: dict[str, Unscored] = {}
    for turn in turns:
        question, feedback = turn.question, turn.feedback
        if question.kind == "closing" or question.question_id in scored:
            continue
        if feedback is None or feedback.scored or feedback.intent is not None or turn.transcript is None:
            continue
        answer = answer_of(session, turn)
        because = why_not_scored(answer)
        if because is None or because != feedback.not_scored_because:
            continue
        drill = drill_for_short(answer, because) if is_too_short(answer) else None
        latest[question.question_id] = Unscored(competency=question.competency, at=turn.created_at, drill=drill)
    return list(latest.values())


def answer_of(session: Session, record: TurnRecord) -> Answer:
    """The stored answer as the coach takes it."""
    heard = record.transcript
    assert heard is not None
    return Answer(
        question=record.question.plain,
        text=heard.text,
        mode=session.plan.mode,
        question_kind="choice" if record.question.choice else record.question.kind,
        language=heard.language,
        words=tuple(Word(w.w, w.start_s, w.end_s, w.p) for w in heard.words),
        duration_s=heard.duration_s,
        speech_s=heard.speech_s,
        hesitations=None if heard.hesitations is None else tuple(heard.hesitations),
        not_understood=tuple(heard.not_understood),
    )
