"""Reports, transcripts and progress of stored interviews."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

from backend.coaching.author.summary import with_written
from backend.coaching.claims import Ledger, build_ledger
from backend.coaching.coach import Source
from backend.coaching.feedback import Correction, Requirement
from backend.coaching.job_fit import FitText
from backend.coaching.levels import seniority_of
from backend.coaching.progress import PracticedSession, build_progress
from backend.coaching.report import Report, build_report
from backend.coaching.report_pdf import PaperAnswer, Remark, clock
from backend.interview.card import build_card
from backend.interview.coverage import StoryMatcher
from backend.interview.days import day_of, today
from backend.interview.objections import objected
from backend.interview.room import InterviewRoom
from backend.interview.session import Session
from backend.interview.sharing import Comment
from backend.interview.stories import Story
from backend.interview.takes import takes_of, unscored_of
from backend.interview.turn_record import TurnRecord, current


async def report_of(room: InterviewRoom, session: Session) -> Report:
    """The coaching summary of a session, computed from what is stored; it can be asked for at any time. Its words are an
    author's where one has written them."""
    turns = current(await room.turns(session))
    sources = await room.sources(session)
    resumes = [
        FitText(source="document", document_id=s.document_id, title=s.title, text=s.text)
        for s in sources
        if s.kind == "resume"
    ]
    head = _head(room, session, turns)
    ledger = await asyncio.to_thread(_ledger, session, turns, sources)
    takes = takes_of(turns)
    report = await asyncio.to_thread(build_report, head, takes, _wanted(session), resumes, _timeline(turns), ledger)
    written, coming = await room.reporter.report(session, takes, room.sources)
    return with_written(report, written).model_copy(update={"coming": coming, "objections": objected(turns)})


async def answers_of(room: InterviewRoom, session: Session, comments: Sequence[Comment]) -> list[PaperAnswer]:
    """The answers of a session for its report on paper, each with what reviewers said of it; without what is for the
    candidate alone."""
    told = [
        t
        for t in current(await room.turns(session))
        if t.transcript is not None and t.transcript.text.strip() and not t.in_confidence
    ]
    return [_on_paper(t, [c for c in comments if c.turn_id == t.turn_id]) for t in told]


def _on_paper(turn: TurnRecord, comments: Sequence[Comment]) -> PaperAnswer:
    heard, feedback, check = turn.transcript, turn.feedback, turn.self_check
    assert heard is not None  # answers_of
    facts = {
        "another take": not turn.is_first_take,
        "interrupted": turn.outcome == "cancelled",
        "not scored": feedback is None or not feedback.scored,
    }
    words = turn.delivery.word_count if turn.delivery else 0
    ticked = set(check.ticked) if check is not None else set()
    reference = feedback.reference if feedback is not None and check is not None else None
    return PaperAnswer(
        turn_id=turn.turn_id,
        question=turn.question.text,
        answer=heard.text,
        facts=[fact for fact, holds in facts.items() if holds],
        measured=[
            *([clock(turn.delivery.talk_time_s)] if turn.delivery and turn.delivery.talk_time_s else []),
            *([f"{words:,} words"] if words > 1 else []),
        ],
        coach=turn.feedback_text,
        points=[(p.text, p.id in ticked) for p in reference.points] if reference is not None else [],
        remarks=[
            Remark(by=c.author_name, at=c.created_at, text=c.text, quote=c.quote, at_s=c.at_s)
            for c in sorted(comments, key=lambda c: c.char_start if c.char_start is not None else -1)
        ],
    )


async def card_of(
    room: InterviewRoom,
    session: Session,
    stories: Sequence[Story],
    matcher: StoryMatcher,
) -> dict[str, Any]:
    """The card for the day, computed from what is stored."""
    turns = current(await room.turns(session))
    card = await asyncio.to_thread(
        build_card,
        _head(room, session, turns),
        takes_of(turns),
        stories,
        await room.sources(session),
        _wanted(session),
        room.pack_of(session),
        session.retrieved,
        matcher,
    )
    return card.model_dump(mode="json")


def _wanted(session: Session) -> list[Requirement]:
    """What the answers are held against: of a conversation to practise a language, the candidate's own job only."""
    every = session.requirements
    return [r for r in every if r.source == "document"] if session.plan.mode == "language" else every


def _head(room: InterviewRoom, session: Session, turns: Sequence[TurnRecord]) -> dict[str, Any]:
    return {
        "session_id": session.session_id,
        "state": room.live_state(session),
        "mode": session.plan.mode,
        "role": session.plan.role,
        "company": session.plan.company,
        "seniority": seniority_of(session.plan.level, session.plan.role),
        "difficulty": session.plan.difficulty,
        "language": session.plan.language,
        "question_count": session.plan.question_count,
        "answered": len(takes_of(turns)),
        "created_at": session.created_at,
        "day": day_of(session, session.created_at).isoformat(),
        "finished_at": session.finished_at,
        "label": "Practice feedback, not a hiring prediction.",
    }


async def claims_of(room: InterviewRoom, session: Session) -> Ledger:
    """What was said otherwise than the resume has it, as it is now."""
    turns, sources = current(await room.turns(session)), await room.sources(session)
    return await asyncio.to_thread(_ledger, session, turns, sources)


def _ledger(session: Session, turns: Sequence[TurnRecord], sources: Sequence[Source]) -> Ledger:
    """Of the latest take of each question; the ledger reads English only."""
    if session.plan.language != "en":
        return Ledger()
    said = {
        t.question.question_id: (t.turn_id, t.transcript.text)
        for t in turns
        if t.transcript is not None
        and t.transcript.text
        and not t.in_confidence
        and not (t.feedback and t.feedback.intent)
    }
    return build_ledger(said.values(), sources)


def _timeline(turns: Sequence[TurnRecord]) -> list[dict[str, Any]]:
    return [
        {
            "turn_id": t.turn_id,
            "at": t.created_at,
            "question": t.question.text,
            "kind": t.question.kind,
            "outcome": t.outcome,
            "scored": bool(t.feedback and t.feedback.scored),
            "retry_of": None if t.is_first_take else t.retry_of,
            "corrected": t.corrects is not None,
            "erased": t.erased_at is not None,
            "words": t.delivery.word_count if t.delivery else 0,
            "duration_s": t.transcript.duration_s if t.transcript else None,
            "characters": len(t.transcript.text) if t.transcript else 0,
            "star_spans": [span.model_dump(mode="json") for span in t.star.spans] if t.star else [],
        }
        for t in turns
        if not t.in_confidence
    ]


async def progress_of(room: InterviewRoom, sessions: Sequence[Session]) -> dict[str, Any]:
    """Progress over sessions given newest first: each in which something was said."""
    practised = []
    for session in reversed(sessions):
        turns = [t for t in current(await room.turns(session)) if t.feedback is not None and not t.in_confidence]
        if turns:
            practised.append(
                PracticedSession(
                    session_id=session.session_id,
                    at=session.created_at,
                    mode=session.plan.mode,
                    takes=takes_of(turns),
                    unscored=unscored_of(session, turns),
                    days=[day_of(session, t.created_at) for t in turns],
                )
            )
    return build_progress(practised, today(sessions))


def transcript_of(session: Session, turns: Sequence[TurnRecord], form: str) -> tuple[str, str]:
    """(text, MIME type) of what was asked and said, as `txt`, `md` or `json`; without what is for the candidate alone."""
    turns = [t for t in turns if not t.in_confidence]
    rows = [
        {"question": t.question.text, "answer": t.transcript.text if t.transcript else "",
         "feedback": "" if t.in_confidence else t.feedback_text, "at": t.created_at, "outcome": t.outcome,
         "corrections": [c.model_dump(mode="json") for c in _corrections(t)]}
        for t in current(turns)
    ]  # fmt: skip
    slips = [[f"“{c.quote}”: one says “{c.better}”. {c.why}" for c in _corrections(t)] for t in current(turns)]
    if form == "json":
        whole = {"session_id": session.session_id, "mode": session.plan.mode, "turns": rows}
        return json.dumps(whole, ensure_ascii=False, indent=2), "application/json"
    title = f"Interview of {day_of(session, session.created_at)} ({session.plan.mode.replace('_', ' ')})"
    note = "Practice feedback by an AI coach, not a hiring prediction."
    if form == "md":
        parts = [f"# {title}", note]
        for r, found in zip(rows, slips, strict=True):
            listed = "".join(f"\n- {slip}" for slip in found)
            parts.append(f"## {r['question']}\n\n{r['answer']}\n\n> {r['feedback']}" + (listed and f"\n{listed}"))
        return "\n\n".join(parts) + "\n", "text/markdown; charset=utf-8"
    parts = [title, note]
    for r, found in zip(rows, slips, strict=True):
        listed = "".join(f"\n  - {slip}" for slip in found)
        parts.append(f"Q: {r['question']}\nA: {r['answer']}\nCoach: {r['feedback']}{listed}")
    return "\n\n".join(parts) + "\n", "text/plain; charset=utf-8"


def _corrections(turn: TurnRecord) -> list[Correction]:
    return turn.feedback.corrections.items if turn.feedback and turn.feedback.corrections else []
