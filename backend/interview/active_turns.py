"""Turns that run now: one a session (the newest wins), their event logs, grace after a lost client, drain."""

from __future__ import annotations

import asyncio
import contextlib
import time
import weakref
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Protocol

from backend.errors import AtCapacity, Draining
from backend.interview.events import TurnEnded, TurnEvent
from backend.interview.exchange import LAST, ExchangeDown, MemoryExchange, TurnExchange
from backend.interview.exchange import WireEvent as WireEvent
from backend.interview.session import SessionState

Listener = Callable[[WireEvent], None]

_CANCEL_ELSEWHERE_S = 5.0
_LAST_WORDS_S = 2.0
"""How long clients may still read when every turn is over and the server goes."""


class Following(Protocol):
    """A turn's events, wherever it runs."""

    @property
    def turn_id(self) -> str: ...

    @property
    def ended(self) -> bool: ...

    def follow(self, after: int = 0) -> AsyncIterator[WireEvent]:
        """Every event whose seq is above `after`, waiting for those still to come.

        Ends after `turn.ended`, or early when it is released because the server drains.
        """
        ...

    def release(self) -> None:
        """Let every follower go although the turn is not over."""
        ...


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
        self.then: SessionState | None = None
        """Where the session is moved to by who stops the turn; it ends there."""
        self.followers = 0
        self.publish: Listener = lambda wire: None
        """Passes events on to the other replicas."""
        self.told: Callable[[int], Awaitable[None]] | None = None
        """Returns once they have the events up to a seq, as far as they can be reached."""
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
        self.publish(wire)
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
        """Every event whose seq is above `after`, waiting for those still to come, and until other replicas know them:
        what a client has seen, any replica can go on from.

        Ends after `turn.ended`, or early when the stream is released because the server drains.
        """
        position = told = after
        while True:
            while position < len(self.events):
                if self.told is not None and position >= told:
                    told = len(self.events)
                    await self.told(told)
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
    """Runs turns as tasks that the server owns; a lost client starts a timer and nothing else.

    What it runs, it tells the other replicas through the exchange; without one (the default) there are none.
    """

    def __init__(self, *, limit: int, grace_s: float, keep: int = 256, exchange: TurnExchange | None = None) -> None:
        self.exchange = exchange or MemoryExchange()
        self.grace_s = grace_s
        self._limit = limit
        self._keep = keep
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._by_session: dict[str, str] = {}
        self._streams: OrderedDict[str, TurnStream] = OrderedDict()
        self._guests: set[Following] = set()
        """Turns of other replicas that are followed through this one."""
        self._left = asyncio.Event()
        """Set whenever a client leaves."""
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._checks: set[asyncio.Task[None]] = set()
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self.draining = False

    @contextlib.asynccontextmanager
    async def lock(self, session_id: str) -> AsyncIterator[None]:
        """Held while a turn is begun, so that two answers at once cannot both start, on whichever replicas."""
        lock = self._locks.get(session_id)
        if lock is None:
            lock = self._locks[session_id] = asyncio.Lock()
        async with lock, self.exchange.session(session_id):
            yield

    @property
    def running(self) -> int:
        return len(self._tasks)

    def runs(self, turn_id: str) -> bool:
        """Whether the turn runs on this replica."""
        return turn_id in self._tasks

    def check_capacity(self, session_id: str) -> None:
        """Raise `Draining` or `AtCapacity`, unless this session already holds a place."""
        if self.draining:
            raise Draining(retry_after_s=5)
        if self.running >= self._limit and session_id not in self._by_session:
            raise AtCapacity(retry_after_s=3)

    def expect(self, stream: TurnStream) -> None:
        """A turn is about to be stored: whoever finds its record can follow its events here from then on."""
        self._streams[stream.turn_id] = stream

    def give_up(self, stream: TurnStream) -> None:
        """A turn that was expected does not come."""
        self._streams.pop(stream.turn_id, None)
        stream.release()

    async def start(self, session_id: str, stream: TurnStream, run: Callable[[], Awaitable[None]]) -> None:
        """Run a turn that was expected; the session's previous turn has been cancelled before (`cancel_session`).

        The grace period starts at once, so that a client that left before reading anything counts as gone.
        """
        turn_id = stream.turn_id
        stream.publish = partial(self.exchange.publish, turn_id)
        stream.told = partial(self.exchange.told, turn_id)
        try:
            with contextlib.suppress(ExchangeDown):
                await self.exchange.begin(session_id, turn_id)
        except BaseException:
            await self.exchange.end(session_id, turn_id)
            raise
        self._tasks[turn_id] = asyncio.create_task(self._run(session_id, turn_id, run), name=f"turn {turn_id}")
        self._by_session[session_id] = turn_id
        self._start_timer(turn_id, max(self.grace_s, 5.0))
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
            await self.exchange.end(session_id, turn_id)

    def stream(self, turn_id: str) -> TurnStream | None:
        return self._streams.get(turn_id)

    def of_session(self, session_id: str) -> TurnStream | None:
        """The turn of a session that runs on this replica."""
        turn_id = self._by_session.get(session_id)
        return self._streams.get(turn_id) if turn_id else None

    async def events(self, turn_id: str) -> list[WireEvent]:
        """What a turn has said so far, wherever it runs, as far as that is known here."""
        if (stream := self._streams.get(turn_id)) is not None:
            return stream.events
        with contextlib.suppress(ExchangeDown):
            return await self.exchange.read(turn_id, 0, 0)
        return []

    # --- stopping --------------------------------------------------------------------------------------------------

    async def cancel(self, turn_id: str) -> bool:
        """Stop a turn and wait until its `turn.ended` is out. False when it does not run.

        Raises `ExchangeDown` when it may run on another replica, which cannot be told.
        """
        task = self._tasks.get(turn_id)
        if task is None:
            return await self._cancel_elsewhere(turn_id)
        await asyncio.sleep(0)  # a task cancelled before its first step would never say `turn.ended`
        task.cancel()
        await asyncio.wait({task})
        return True

    async def _cancel_elsewhere(self, turn_id: str) -> bool:
        if not await self.exchange.alive(turn_id):
            return False
        await self.exchange.stop(turn_id)
        clock, seen = asyncio.get_running_loop().time, 0
        patience = clock() + _CANCEL_ELSEWHERE_S
        while clock() < patience and await self.exchange.alive(turn_id):
            new = await self.exchange.read(turn_id, seen, 0.25)
            if new and new[-1]["event"] == LAST:
                break
            seen += len(new)
        return True

    async def cancel_session(self, session_id: str, then: SessionState | None = None) -> bool:
        """Stop the session's turn, wherever it runs. One that cannot be told loses its place in the records.

        `then`: where the session is moved to; a turn of this replica ends there. False when it is known that none runs, so
        that nothing has changed.
        """
        if (stream := self.of_session(session_id)) is not None:
            stream.then = then
        with contextlib.suppress(ExchangeDown):
            turn_id = self._by_session.get(session_id) or await self.exchange.of_session(session_id)
            if turn_id:
                await self.cancel(turn_id)
            return turn_id is not None
        return True

    def stop(self, turn_id: str) -> None:
        """Another replica wants this turn stopped."""
        if (task := self._tasks.get(turn_id)) is not None:
            task.get_loop().call_soon(task.cancel)

    async def forget(self, turn_ids: list[str]) -> None:
        """Drop the logs of erased turns."""
        for turn_id in turn_ids:
            self._streams.pop(turn_id, None)
        with contextlib.suppress(ExchangeDown):  # then they expire by themselves, within minutes
            await self.exchange.forget(turn_ids)

    # --- clients ---------------------------------------------------------------------------------------------------

    def attach(self, stream: Following) -> None:
        """A client follows a turn."""
        if not isinstance(stream, TurnStream):
            self._guests.add(stream)
            return
        stream.followers += 1
        if timer := self._timers.pop(stream.turn_id, None):
            timer.cancel()

    def detach(self, stream: Following) -> None:
        """A client has gone; when it was the last one, the turn is cancelled after the grace period."""
        if not isinstance(stream, TurnStream):
            self._guests.discard(stream)
            self._left.set()
            return
        stream.followers -= 1
        self._left.set()
        if stream.followers <= 0 and stream.turn_id in self._tasks and not self.draining:
            self._start_timer(stream.turn_id, self.grace_s)

    def _start_timer(self, turn_id: str, seconds: float) -> None:
        self._timers[turn_id] = asyncio.get_running_loop().call_later(seconds, self._time_is_up, turn_id)

    def _time_is_up(self, turn_id: str) -> None:
        check = asyncio.get_running_loop().create_task(self._cancel_unless_watched(turn_id))
        self._checks.add(check)
        check.add_done_callback(self._checks.discard)

    async def _cancel_unless_watched(self, turn_id: str) -> None:
        """Nobody follows the turn here; somebody may through another replica."""
        try:
            left_s = await self.exchange.watched_s(turn_id)
        except ExchangeDown:  # nobody can tell; the turn is short
            left_s = max(self.grace_s, 5.0)
        task, stream = self._tasks.get(turn_id), self._streams.get(turn_id)
        if task is None or (stream is not None and stream.followers > 0):
            return
        if left_s > 0:
            self._start_timer(turn_id, left_s)
        else:
            task.cancel()

    # --- the end of the server -------------------------------------------------------------------------------------

    async def drain(self, timeout_s: float) -> None:
        """Take no new turns, let running ones finish for `timeout_s`, then let their clients go and stop the rest."""
        self.draining = True
        clock = asyncio.get_running_loop().time
        until = clock() + timeout_s
        late: set[asyncio.Task[None]] = set()
        if tasks := set(self._tasks.values()):
            _, late = await asyncio.wait(tasks, timeout=timeout_s)
        await self._until(lambda: not self._guests, until - clock())
        for stream in (*self._guests, *(self._streams[turn_id] for turn_id in self._by_session.values())):
            stream.release()
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
        followed = (*self._streams.values(),)
        await self._until(
            lambda: not self._guests and all(stream.followers <= 0 for stream in followed),
            min(timeout_s, _LAST_WORDS_S),
        )

    async def _until(self, done: Callable[[], bool], seconds: float) -> None:
        """Wait until clients have left, as far as `done` wants it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not done():
                    self._left.clear()
                    await self._left.wait()
