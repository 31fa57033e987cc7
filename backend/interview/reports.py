"""Reports, transcripts and progress of stored interviews."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from backend.coaching.claims import Ledger, build_ledger
from backend.coaching.coach import Source
from backend.coaching.feedback import Correction, Requirement
from backend.coaching.job_fit import FitText
from backend.coaching.levels import seniority_of
from backend.coaching.progress import PracticedSession, build_progress
from backend.coaching.report import Report, Take, build_report
from backend.interview.card import build_card
from backend.interview.coverage import StoryMatcher
from backend.interview.room import InterviewRoom
from backend.interview.session import Session
from backend.interview.stories import Story
from backend.interview.turn_record import TurnRecord
from backend.rag.ports import Embedder


async def report_of(room: InterviewRoom, session: Session, embedder: Embedder | None) -> Report:
    """The coaching summary of a session, computed from what is stored; it can be asked for at any time."""
    turns = await room.turns(session)
    sources = await room.sources(session)
    resumes = [
        FitText(source="document", document_id=s.document_id, title=s.title, text=s.text)
        for s in sources
        if s.kind == "resume"
    ]
    head = _head(room, session, turns)
    ledger = await asyncio.to_thread(_ledger, session, turns, sources)
    return await asyncio.to_thread(
        build_report, head, takes_of(turns), _wanted(session), resumes, embedder, _timeline(turns), ledger
    )


async def card_of(
    room: InterviewRoom,
    session: Session,
    stories: Sequence[Story],
    matcher: StoryMatcher,
    embedder: Embedder | None,
) -> dict[str, Any]:
    """The card for the day, computed from what is stored."""
    turns = await room.turns(session)
    card = await asyncio.to_thread(
        build_card,
        _head(room, session, turns),
        takes_of(turns),
        stories,
        await room.sources(session),
        _wanted(session),
        room.pack_of(session),
        matcher,
        embedder,
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
        "finished_at": session.finished_at,
        "label": "Practice feedback, not a hiring prediction.",
    }


async def claims_of(room: InterviewRoom, session: Session) -> Ledger:
    """What was claimed in a session, held against the resume as it is now."""
    turns, sources = await room.turns(session), await room.sources(session)
    return await asyncio.to_thread(_ledger, session, turns, sources)


def _ledger(session: Session, turns: Sequence[TurnRecord], sources: Sequence[Source]) -> Ledger:
    """Of the latest take of each question; the ledger reads English only."""
    if session.plan.language != "en":
        return Ledger()
    said = {
        t.question.question_id: (t.turn_id, t.transcript.text)
        for t in turns
        if t.transcript is not None and t.transcript.text and not (t.feedback and t.feedback.intent)
    }
    return build_ledger(said.values(), sources, company=session.plan.company)


def takes_of(turns: Sequence[TurnRecord]) -> list[Take]:
    """The scored answers, the latest take of each question, in the order first asked."""
    latest: dict[str, Take] = {}
    for turn in turns:
        if turn.feedback is None or not turn.feedback.scored or turn.transcript is None or turn.delivery is None:
            continue
        latest[turn.question.question_id] = Take(
            turn_id=turn.turn_id,
            question_id=turn.question.question_id,
            question=turn.question.text,
            competency=turn.question.competency,
            answer=turn.transcript.text,
            spoken=turn.spoken,
            delivery=turn.delivery,
            star=turn.star,
            feedback=turn.feedback,
            at=turn.created_at,
            self_rating=turn.self_rating.overall if turn.self_rating else None,
        )
    return list(latest.values())


def _timeline(turns: Sequence[TurnRecord]) -> list[dict[str, Any]]:
    return [
        {
            "turn_id": t.turn_id,
            "at": t.created_at,
            "question": t.question.text,
            "kind": t.question.kind,
            "outcome": t.outcome,
            "scored": bool(t.feedback and t.feedback.scored),
            "retry_of": t.retry_of,
            "words": t.delivery.word_count if t.delivery else 0,
            "duration_s": t.transcript.duration_s if t.transcript else None,
        }
        for t in turns
    ]


async def progress_of(room: InterviewRoom, sessions: Sequence[Session]) -> dict[str, Any]:
    """Progress over sessions given newest first."""
    practiced = []
    for session in reversed(sessions):
        if takes := takes_of(await room.turns(session)):
            practiced.append(
                PracticedSession(
                    session_id=session.session_id, at=session.created_at, mode=session.plan.mode, takes=takes
                )
            )
    return build_progress(practiced, datetime.now(UTC).date())


def transcript_of(session: Session, turns: Sequence[TurnRecord], form: str) -> tuple[str, str]:
    """(text, MIME type) of what was asked and said, as `txt`, `md` or `json`."""
    rows = [
        {"question": t.question.text, "answer": t.transcript.text if t.transcript else "",
         "feedback": t.feedback_text, "at": t.created_at, "outcome": t.outcome,
         "corrections": [c.model_dump(mode="json") for c in _corrections(t)]}
        for t in turns
    ]  # fmt: skip
    slips = [[f"“{c.quote}”: one says “{c.better}”. {c.why}" for c in _corrections(t)] for t in turns]
    if form == "json":
        whole = {"session_id": session.session_id, "mode": session.plan.mode, "turns": rows}
        return json.dumps(whole, ensure_ascii=False, indent=2), "application/json"
    title = f"Interview of {session.created_at[:10]} ({session.plan.mode.replace('_', ' ')})"
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
