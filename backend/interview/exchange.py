"""What replicas tell each other about running turns: who runs them, what they said, who follows, who should stop."""

from __future__ import annotations

import asyncio
import time
import weakref
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from backend.interview.session_log import MemorySessionLog, SessionLog

WireEvent = dict[str, Any]
"""`{"event": name, "data": {...}}` with `turn_id`, `seq` and `at_ms` in the data."""

LAST = "turn.ended"


class ExchangeDown(Exception):
    """The shared place cannot be reached; what runs on this replica goes on without it."""


class TurnExchange(Protocol):
    """A place that all replicas share. Every method but `publish`, `told`, `session` and `end` may raise `ExchangeDown`."""

    @property
    def log(self) -> SessionLog:
        """What happens outside turns."""
        ...

    @property
    def lease_s(self) -> float:
        """After this long without a sign of life, whoever ran a turn is taken for dead."""
        ...

    def session(self, session_id: str) -> AbstractAsyncContextManager[None]:
        """Held by one task on one replica at a time; while the place is down, by one task of each replica."""
        ...

    async def begin(self, session_id: str, turn_id: str) -> None:
        """This replica runs the turn now: keeps its lease alive until `end`, also when this call raised."""
        ...

    def publish(self, turn_id: str, wire: WireEvent) -> None:
        """Pass one event on, in order. Returns at once; while the place is down, events wait and follow later."""
        ...

    async def told(self, turn_id: str, seq: int) -> None:
        """Returns once the turn's events up to `seq` are out, and soon when the place is slow or down.

        A client that is shown no more than this can be told the rest by any replica, should this one die.
        """
        ...

    async def end(self, session_id: str, turn_id: str) -> None:
        """The turn is over: give its lease back once its events are out. Returns at once."""
        ...

    async def of_session(self, session_id: str) -> str | None:
        """The turn that runs for a session, on any replica."""
        ...

    async def alive(self, turn_id: str) -> bool:
        """Whether a replica holds the turn's lease."""
        ...

    async def read(self, turn_id: str, after: int, wait_s: float) -> list[WireEvent]:
        """The events whose seq is above `after`; waits up to `wait_s` for the first of them, then returns []."""
        ...

    async def stop(self, turn_id: str) -> None:
        """Ask the replica that runs the turn to stop it."""
        ...

    async def watch(self, turn_id: str, for_s: float) -> None:
        """Somebody follows the turn through this replica; say so again before `for_s` seconds are over."""
        ...

    async def watched_s(self, turn_id: str) -> float:
        """For how many seconds from now the turn still counts as followed through some replica; 0 for not at all."""
        ...

    async def forget(self, turn_ids: Sequence[str]) -> None:
        """Erase the events of these turns."""
        ...

    async def healthy(self) -> bool:
        """Whether the place answers."""
        ...

    async def start(self, on_stop: Callable[[str], None]) -> None:
        """Begin to listen; `on_stop` is called with each turn of this replica that another one wants stopped."""
        ...

    async def close(self) -> None: ...


@dataclass(slots=True)
class _Shared:
    """One turn, as all members of a hub see it."""

    events: list[WireEvent] = field(default_factory=list)
    owner: MemoryExchange | None = None
    watched_until: float = 0.0
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class MemoryHub:
    """What the members share; with one member (the default) there is nobody to tell, and it costs a dictionary."""

    def __init__(self, keep: int = 256) -> None:
        self._keep = keep
        self.turns: OrderedDict[str, _Shared] = OrderedDict()
        self.by_session: dict[str, str] = {}
        self.log = MemorySessionLog()
        self.locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    def turn(self, turn_id: str) -> _Shared:
        """Made when it is first named; the oldest ended ones give way."""
        if turn_id not in self.turns:
            self.turns[turn_id] = _Shared()
            while len(self.turns) > self._keep and next(iter(self.turns.values())).owner is None:
                self.turns.popitem(last=False)
        return self.turns[turn_id]


class MemoryExchange:
    """Implements `TurnExchange` within one process."""

    lease_s = 0.0
    """Whoever runs a turn lives as long as the process: a turn without an owner has been left by a crash."""

    def __init__(self, hub: MemoryHub | None = None) -> None:
        self._hub = hub or MemoryHub()
        self.log: SessionLog = self._hub.log
        self._on_stop: Callable[[str], None] = lambda turn_id: None

    @asynccontextmanager
    async def session(self, session_id: str) -> AsyncIterator[None]:
        lock = self._hub.locks.get(session_id)
        if lock is None:
            lock = self._hub.locks[session_id] = asyncio.Lock()
        async with lock:
            yield

    async def begin(self, session_id: str, turn_id: str) -> None:
        self._hub.turn(turn_id).owner = self
        self._hub.by_session[session_id] = turn_id

    def publish(self, turn_id: str, wire: WireEvent) -> None:
        turn = self._hub.turn(turn_id)
        turn.events.append(wire)
        turn.changed.set()
        turn.changed = asyncio.Event()

    async def told(self, turn_id: str, seq: int) -> None:
        """They were out at once."""

    async def end(self, session_id: str, turn_id: str) -> None:
        self._hub.turn(turn_id).owner = None
        if self._hub.by_session.get(session_id) == turn_id:
            del self._hub.by_session[session_id]

    async def of_session(self, session_id: str) -> str | None:
        return self._hub.by_session.get(session_id)

    async def alive(self, turn_id: str) -> bool:
        turn = self._hub.turns.get(turn_id)
        return turn is not None and turn.owner is not None

    async def read(self, turn_id: str, after: int, wait_s: float) -> list[WireEvent]:
        turn = self._hub.turns.get(turn_id)
        if turn is None:
            return []
        if len(turn.events) <= after and wait_s > 0:
            changed = turn.changed
            try:
                await asyncio.wait_for(changed.wait(), wait_s)
            except TimeoutError:
                return []
        return turn.events[after:]

    async def stop(self, turn_id: str) -> None:
        turn = self._hub.turns.get(turn_id)
        if turn is not None and turn.owner is not None:
            turn.owner._on_stop(turn_id)

    async def watch(self, turn_id: str, for_s: float) -> None:
        if (turn := self._hub.turns.get(turn_id)) is not None:
            turn.watched_until = time.monotonic() + for_s

    async def watched_s(self, turn_id: str) -> float:
        turn = self._hub.turns.get(turn_id)
        return max(0.0, turn.watched_until - time.monotonic()) if turn is not None else 0.0

    async def forget(self, turn_ids: Sequence[str]) -> None:
        for turn_id in turn_ids:
            self._hub.turns.pop(turn_id, None)

    async def healthy(self) -> bool:
        return True

    async def start(self, on_stop: Callable[[str], None]) -> None:
        self._on_stop = on_stop

    async def close(self) -> None:
        self._on_stop = lambda turn_id: None
