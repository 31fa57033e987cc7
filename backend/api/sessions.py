"""Interview sessions (contract section 5)."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse, Response
from sse_starlette import EventSourceResponse

from backend.api.deps import Owner, Parts
from backend.api.envelope import ok
from backend.api.schemas import SessionIn, SessionMove, session_summary, turn_wire
from backend.api.sse import SSE_DOC, follow_session, seq_of
from backend.coaching.report_pdf import report_pdf
from backend.coaching.typefaces import typefaces
from backend.errors import Draining
from backend.interview.days import day_of
from backend.interview.reports import answers_of, card_of, claims_of, report_of, transcript_of
from backend.interview.turn_record import TurnRecord, current

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
    wire["turns"] = [turn_wire(t, turns) for t in turns]
    wire["asked"] = [q.model_dump(mode="json") for q in session.asked]
    if audio := await parts.room.question_audio(session):
        wire["audio"] = audio
    return ok(request, wire)


@router.get("/{session_id}/events", responses=SSE_DOC, response_class=EventSourceResponse)
async def follow(
    session_id: str, owner: Owner, parts: Parts, last_event_id: Annotated[str | None, Header()] = None
) -> Response:
    """What happens outside a turn: `feedback.revised`, `plan.ready`, `state`; goes on after `Last-Event-ID`.

    Without it, and where what was missed is not known any more, the stream begins with how things stand.
    """
    room = parts.room
    if room.session_events.released:
        raise Draining(retry_after_s=5)
    await room.get(owner, session_id)
    after = seq_of(last_event_id, session_id)
    stand = partial(room.standing, owner, session_id)
    return follow_session(room.session_events, session_id, after, stand, parts.limits.heartbeat_s, parts.metrics)


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


@router.get("/{session_id}/study")
async def get_study_help(request: Request, session_id: str, owner: Owner, parts: Parts) -> JSONResponse:
    """Hints for the question that waits, and an example of an answer to it; only while studying."""
    return ok(request, await parts.room.study(owner, session_id))


@router.get("/{session_id}/report")
async def get_report(request: Request, session_id: str, owner: Owner, parts: Parts) -> JSONResponse:
    """The coaching summary (contract section 10)."""
    session = await parts.room.get(owner, session_id)
    report = await report_of(parts.room, session)
    return ok(request, report)


@router.get("/{session_id}/card")
async def get_card(request: Request, session_id: str, owner: Owner, parts: Parts) -> JSONResponse:
    """One page for the day of the interview: own stories, own numbers, what the job asks for, what to ask them."""
    session = await parts.room.get(owner, session_id)
    stories = await parts.stores.stories.list(owner)
    return ok(request, await card_of(parts.room, session, stories, parts.matcher))


@router.get("/{session_id}/claims")
async def get_claims(request: Request, session_id: str, owner: Owner, parts: Parts) -> JSONResponse:
    """What was claimed aloud, held against the resume."""
    session = await parts.room.get(owner, session_id)
    return ok(request, await claims_of(parts.room, session))


@router.get("/{session_id}/report.pdf", response_class=Response)
async def get_report_pdf(session_id: str, owner: Owner, parts: Parts, figures: bool = True) -> Response:
    """The coaching summary as a tagged PDF, with every answer and what reviewers said of it.

    `figures=false` leaves out scores and measures.
    """
    session = await parts.room.get(owner, session_id)
    report = await report_of(parts.room, session)
    answers = await answers_of(parts.room, session, await parts.stores.reviews.comments(session.session_id))
    faces = await asyncio.to_thread(typefaces, parts.settings.models_dir)
    pdf = await asyncio.to_thread(report_pdf, report, answers, faces, figures=figures)
    disposition = f'attachment; filename="interview-report-{day_of(session, session.created_at)}.pdf"'
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
    disposition = f'attachment; filename="interview-{day_of(session, session.created_at)}.{format}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(text, media_type=mime, headers=headers)


def _answered(turns: list[TurnRecord]) -> int:
    return sum(t.outcome == "completed" and bool(t.feedback and t.feedback.scored) for t in current(turns))
