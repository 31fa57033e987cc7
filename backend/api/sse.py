"""Turn streams as server-sent events: drains the turn's log, never owns the turn."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.types import Receive, Scope, Send

from backend.interview.active_turns import ActiveTurns, Following, WireEvent
from backend.interview.session_events import SessionEvents, Stand
from backend.observability.metrics import MetricsListener

SSE_DOC: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}, "description": "Server-sent events"}
}

_DRAINING = "draining: this server restarts, resume with Last-Event-ID"


class CountedStream(EventSourceResponse):
    """Counts as an open connection for as long as it is sent."""

    def __init__(self, metrics: MetricsListener, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._metrics.event_stream():
            await super().__call__(scope, receive, send)


def event_stream(
    events: AsyncIterator[ServerSentEvent], heartbeat_s: float, metrics: MetricsListener
) -> EventSourceResponse:
    """An event stream with comment heartbeats, unbuffered by proxies."""
    return CountedStream(
        metrics,
        events,
        ping=heartbeat_s,
        sep="\n",
        send_timeout=20,
        ping_message_factory=lambda: ServerSentEvent(comment="heartbeat"),
        headers={"Cache-Control": "no-store"},
    )


def follow_turn(
    turns: ActiveTurns, stream: Following, after: int, heartbeat_s: float, metrics: MetricsListener
) -> EventSourceResponse:
    """Follow a running (or just ended) turn from event `after` on."""
    return event_stream(_drain(turns, stream, after), heartbeat_s, metrics)


async def _drain(turns: ActiveTurns, stream: Following, after: int) -> AsyncIterator[ServerSentEvent]:
    turns.attach(stream)
    try:
        async for wire in stream.follow(after):
            yield as_sse(wire)
        if not stream.ended and turns.draining:
            yield ServerSentEvent(comment=_DRAINING)
    finally:
        turns.detach(stream)


def follow_session(
    told: SessionEvents, session_id: str, after: int, stand: Stand, heartbeat_s: float, metrics: MetricsListener
) -> EventSourceResponse:
    """Follow what happens to an interview outside its turns, from event `after` on."""

    async def drain() -> AsyncIterator[ServerSentEvent]:
        async for event in told.follow(session_id, after, stand):
            yield as_sse(event, "session_id")
        if told.released:
            yield ServerSentEvent(comment=_DRAINING)

    return event_stream(drain(), heartbeat_s, metrics)


async def replay(events: list[WireEvent], after: int) -> AsyncIterator[ServerSentEvent]:
    """A stored turn's events, again."""
    for wire in events[after:]:
        yield as_sse(wire)


def as_sse(wire: WireEvent, whose: str = "turn_id") -> ServerSentEvent:
    """An event with the id `<turn_id>:<seq>`, or that of `whose`."""
    data = wire["data"]
    return ServerSentEvent(
        data=json.dumps(data, ensure_ascii=False, separators=(",", ":")),
        event=wire["event"],
        id=f"{data[whose]}:{data['seq']}",
    )


def seq_of(last_event_id: str | None, whose: str) -> int:
    """`<turn or session id>:<seq>` -> seq; anything else starts from the beginning."""
    prefix, _, number = (last_event_id or "").rpartition(":")
    known = prefix == whose and number.isascii() and number.isdigit() and len(number) < 16
    return int(number) if known else 0
