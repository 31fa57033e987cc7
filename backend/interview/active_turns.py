"""Turns that run now: one a session (the newest wins), their event logs, grace after a lost client, drain."""

from __future__ import annotations

import asyncio
import time
import weakref
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from backend.errors import AtCapacity, Draining
from backend.interview.events import TurnEnded, TurnEvent
from backend.interview.session import SessionState

WireEvent = dict[str, Any]
"""`{"event": name, "data": {...}}` with `turn_id`, `seq` and `at_ms` in the data."""
Listener = Callable[[WireEvent], None]


class TurnStream:
    """The log of one turn's events; any number of clients follow it, from any point, while it grows."""

    def __init__(
        self, turn_id: str, *, arrived_at: float, request_id: str = "-", listener: Listener | None = None
    ) -> None:
        self.turn_id = turn_id
        self.request_id = request_id
        self.events: list[WireEvent] = []
        self.ended = False
        self.state: SessionState = "transcribing"
        """Where the turn stands, for who asks for the session meanwhile."""
        self.followers = 0
        self._arrived_at = arrived_at
        self._listener = listener
        self._released = False
        self._changed = asyncio.Event()

    def emit(self, event: TurnEvent) -> None:
        """Append one event; nothing is taken after `turn.ended`."""
        self.append(self.preview(event))

    def append(self, wire: WireEvent) -> None:
        """Append an event made by `preview`."""
        if self.ended:
            return
        self.events.append(wire)
        self.ended = wire["event"] == TurnEnded.name
        self._changed.set()
        self._changed = asyncio.Event()
        if self._listener is not None:
            self._listener(wire)

    def preview(self, event: TurnEvent) -> WireEvent:
        """The event as it would be sent next."""
        stamp = {"turn_id": self.turn_id, "seq": len(self.events) + 1, "at_ms": self.at_ms()}
        return {"event": event.name, "data": {**event.payload(), **stamp}}

    def at_ms(self) -> int:
        """Milliseconds since the last byte of the answer arrived."""
        return round((time.monotonic() - self._arrived_at) * 1000)

    async def follow(self, after: int = 0) -> AsyncIterator[WireEvent]:
        """Every event whose seq is above `after`, waiting for those still to come.

        Ends after `turn.ended`, or early when the stream is released because the server drains.
        """
        position = after
        while True:
            while position < len(self.events):
                yield self.events[position]
                position += 1
            if self.ended or self._released:
                return
            await self._changed.wait()

    def release(self) -> None:
        """Let every follower go although the turn is not over."""
        self._released = True
        self._changed.set()


class ActiveTurns:
    """Runs turns as tasks that the server owns; a lost client starts a timer and nothing else."""

    def __init__(self, *, limit: int, grace_s: float, keep: int = 256) -> None:
        self._limit = limit
        self._grace_s = grace_s
        self._keep = keep
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._by_session: dict[str, str] = {}
        self._streams: OrderedDict[str, TurnStream] = OrderedDict()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self.draining = False

    def lock(self, session_id: str) -> asyncio.Lock:
        """Held while a turn is begun, so that two answers at once cannot both start."""
        lock = self._locks.get(session_id)
        if lock is None:
            lock = self._locks[session_id] = asyncio.Lock()
        return lock

    @property
    def running(self) -> int:
        return len(self._tasks)

    def check_capacity(self, session_id: str) -> None:
        """Raise `Draining` or `AtCapacity`, unless this session already holds a place."""
        if self.draining:
            raise Draining(retry_after_s=5)
        if self.running >= self._limit and session_id not in self._by_session:
            raise AtCapacity(retry_after_s=3)

    def start(self, session_id: str, stream: TurnStream, run: Callable[[], Awaitable[None]]) -> None:
        """Run a turn; the session's previous turn has been cancelled before (`cancel_session`).

        The grace period starts at once, so that a client that left before reading anything counts as gone.
        """
        task = asyncio.create_task(self._run(session_id, stream.turn_id, run), name=f"turn {stream.turn_id}")
        self._tasks[stream.turn_id] = task
        self._by_session[session_id] = stream.turn_id
        self._streams[stream.turn_id] = stream
        self._start_timer(stream.turn_id, max(self._grace_s, 5.0))
        while len(self._streams) > self._keep:
            oldest = next(iter(self._streams))
            if oldest in self._tasks:
                break
            del self._streams[oldest]

    async def _run(self, session_id: str, turn_id: str, run: Callable[[], Awaitable[None]]) -> None:
        try:
            await run()
        finally:
            self._tasks.pop(turn_id, None)
            if self._by_session.get(session_id) == turn_id:
                del self._by_session[session_id]
            if timer := self._timers.pop(turn_id, None):
                timer.cancel()

    def stream(self, turn_id: str) -> TurnStream | None:
        return self._streams.get(turn_id)

    def of_session(self, session_id: str) -> TurnStream | None:
        """The running turn of a session."""
        turn_id = self._by_session.get(session_id)
        return self._streams.get(turn_id) if turn_id else None

    async def cancel(self, turn_id: str) -> bool:
        """Stop a turn and wait until its `turn.ended` is out. False when it does not run."""
        task = self._tasks.get(turn_id)
        if task is None:
            return False
        await asyncio.sleep(0)  # a task cancelled before its first step would never say `turn.ended`
        task.cancel()
        await asyncio.wait({task})
        return True

    async def cancel_session(self, session_id: str) -> None:
        if turn_id := self._by_session.get(session_id):
            await self.cancel(turn_id)

    def forget(self, turn_ids: list[str]) -> None:
        """Drop the logs of erased turns."""
        for turn_id in turn_ids:
            self._streams.pop(turn_id, None)

    def attach(self, stream: TurnStream) -> None:
        stream.followers += 1
        if timer := self._timers.pop(stream.turn_id, None):
            timer.cancel()

    def detach(self, stream: TurnStream) -> None:
        """A client has gone; when it was the last one, the turn is cancelled after the grace period."""
        stream.followers -= 1
        if stream.followers <= 0 and stream.turn_id in self._tasks and not self.draining:
            self._start_timer(stream.turn_id, self._grace_s)

    def _start_timer(self, turn_id: str, seconds: float) -> None:
        self._timers[turn_id] = asyncio.get_running_loop().call_later(seconds, self._tasks[turn_id].cancel)

    async def drain(self, timeout_s: float) -> None:
        """Take no new turns, let running ones finish for `timeout_s`, then let their clients go and stop the rest."""
        self.draining = True
        if tasks := set(self._tasks.values()):
            _, late = await asyncio.wait(tasks, timeout=timeout_s)
            for turn_id in list(self._by_session.values()):
                self._streams[turn_id].release()
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)
