"""Interview sessions (contract section 5)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from backend.api.deps import Owner, Parts
from backend.api.envelope import ok
from backend.api.schemas import SessionIn, SessionMove, session_summary, turn_wire
from backend.coaching.report_pdf import report_pdf
from backend.interview.reports import card_of, claims_of, report_of, transcript_of
from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord

router = APIRouter(prefix="/sessions", tags=["sessions"])


@router.post("", status_code=201)
async def start_session(request: Request, body: SessionIn, owner: Owner, parts: Parts) -> JSONResponse:
    """Open an interview. The opening question, and its sound, come with the answer to this call."""
    session = await parts.room.start(owner, body.plan())
    wire = session_summary(session, session.state)
    if audio := await parts.room.question_audio(session):
        wire["audio"] = audio
    return ok(request, wire, 201)


@router.get("")
async def list_sessions(
    request: Request,
    owner: Owner,
    parts: Parts,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> JSONResponse:
    """The owner's interviews, newest first."""
    sessions, next_cursor = await parts.stores.sessions.list(owner, limit, cursor)
    found = [session_summary(s, parts.room.live_state(s)) for s in sessions]
    return ok(request, {"sessions": found, "next_cursor": next_cursor})


@router.get("/{session_id}")
async def get_session(request: Request, session_id: str, owner: Owner, parts: Parts) -> JSONResponse:
    """State, turns so far and timers."""
    session = await parts.room.get(owner, session_id)
    turns = await parts.room.turns(session)
    wire = session_summary(session, parts.room.live_state(session, turns), _answered(turns))
    wire["turns"] = [turn_wire(t) for t in turns]
    wire["asked"] = [q.model_dump(mode="json") for q in session.asked]
    wire["timers"] = _timers(session)
    if audio := await parts.room.question_audio(session):
        wire["audio"] = audio
    return ok(request, wire)


@router.patch("/{session_id}")
async def move_session(
    request: Request, session_id: str, body: SessionMove, owner: Owner, parts: Parts
) -> JSONResponse:
    """Pause, continue or finish."""
    session = await parts.room.move(owner, session_id, body.state)
    return ok(request, session_summary(session, session.state))


@router.delete("/{session_id}", status_code=204)
async def delete_session(session_id: str, owner: Owner, parts: Parts) -> Response:
    """Erase an interview with everything said in it."""
    await parts.room.delete(owner, session_id)
    return Response(status_code=204)


@router.get("/{session_id}/report")
async def get_report(request: Request, session_id: str, owner: Owner, parts: Parts) -> JSONResponse:
    """The coaching summary (contract section 10)."""
    session = await parts.room.get(owner, session_id)
    report = await report_of(parts.room, session, parts.embedder)
    return ok(request, report)


@router.get("/{session_id}/card")
async def get_card(request: Request, session_id: str, owner: Owner, parts: Parts) -> JSONResponse:
    """One page for the day of the interview: own stories, own numbers, what the job asks for, what to ask them."""
    session = await parts.room.get(owner, session_id)
    stories = await parts.stores.stories.list(owner)
    return ok(request, await card_of(parts.room, session, stories, parts.matcher, parts.embedder))


@router.get("/{session_id}/claims")
async def get_claims(request: Request, session_id: str, owner: Owner, parts: Parts) -> JSONResponse:
    """What was claimed aloud, held against the resume."""
    session = await parts.room.get(owner, session_id)
    return ok(request, await claims_of(parts.room, session))


@router.get("/{session_id}/report.pdf", response_class=Response)
async def get_report_pdf(session_id: str, owner: Owner, parts: Parts) -> Response:
    """The coaching summary as a PDF."""
    session = await parts.room.get(owner, session_id)
    pdf = await asyncio.to_thread(report_pdf, await report_of(parts.room, session, parts.embedder))
    disposition = f'attachment; filename="interview-report-{session.created_at[:10]}.pdf"'
    return Response(
        pdf, media_type="application/pdf", headers={"Content-Disposition": disposition, "Cache-Control": "no-store"}
    )


@router.get("/{session_id}/transcript")
async def get_transcript(
    session_id: str,
    owner: Owner,
    parts: Parts,
    format: Annotated[str, Query(pattern="^(txt|md|json)$")] = "txt",  # noqa: A002  # the contract's name
) -> Response:
    """What was asked and said, as a file."""
    session = await parts.room.get(owner, session_id)
    turns = await parts.room.turns(session)
    text, mime = transcript_of(session, turns, format)
    disposition = f'attachment; filename="interview-{session.created_at[:10]}.{format}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(text, media_type=mime, headers=headers)


def _answered(turns: list[TurnRecord]) -> int:
    return sum(t.outcome == "completed" and bool(t.feedback and t.feedback.scored) for t in turns)


def _timers(session: Session) -> dict[str, Any]:
    begun = datetime.fromisoformat(session.created_at)
    until = datetime.fromisoformat(session.finished_at) if session.finished_at else datetime.now(UTC)
    return {"elapsed_s": round((until - begun).total_seconds()), "expires_at": session.expires_at}
