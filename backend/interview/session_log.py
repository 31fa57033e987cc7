"""What happens to an interview outside its turns, as a short log that all replicas share."""

from __future__ import annotations

import asyncio
import time
import weakref
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any, Protocol

SessionEvent = dict[str, Any]
"""`{"event": name, "data": {...}}` with `session_id` and `seq` in the data. `LOOK` is never sent to a client."""

LOOK = "look"
"""The record of the session has changed in a way that no event tells: read it."""
MOST = 64
"""Events kept of one session. Older ones give way; what they said stands in the records."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a log holds after a seq. `whole` is false where older events may have been there that are gone."""

    whole: bool
    last: int
    events: list[SessionEvent]


class SessionLog(Protocol):
    """Logs by session; one is made when it is first read or written. Every method but `bell` may raise `ExchangeDown`.

    Seqs rise; one is never smaller than the time in milliseconds at which its log was made, so that a log which was
    lost, and begun anew, is told from the one before.
    """

    def bell(self, session_id: str) -> asyncio.Event:
        """Set when something is written, by whichever replica. To miss nothing, take it before reading."""
        ...

    async def write(self, session_id: str, name: str, data: dict[str, Any]) -> None: ...

    async def read(self, session_id: str, after: int) -> Page: ...

    async def erase(self, session_id: str) -> None:
        """Forget every event; who follows looks at the records again."""
        ...

    async def expect(self, session_id: str, more: int) -> None:
        """So many more revisions are on their way (fewer, where it is negative)."""
        ...

    async def expected(self, session_id: str) -> int: ...


class Bells:
    """One event for each session that somebody waits for."""

    def __init__(self) -> None:
        self._bells: weakref.WeakValueDictionary[str, asyncio.Event] = weakref.WeakValueDictionary()

    def of(self, session_id: str) -> asyncio.Event:
        bell = self._bells.get(session_id)
        if bell is None:
            bell = self._bells[session_id] = asyncio.Event()
        return bell

    def ring(self, session_id: str) -> None:
        if (bell := self._bells.pop(session_id, None)) is not None:
            bell.set()

    def ring_all(self) -> None:
        for session_id in list(self._bells):
            self.ring(session_id)


@dataclass(slots=True)
class _Log:
    events: deque[SessionEvent] = field(default_factory=lambda: deque(maxlen=MOST))
    expected: int = 0


class MemorySessionLog:
    """Implements `SessionLog` within one process."""

    def __init__(self, keep: int = 1024) -> None:
        self._keep = keep
        self._logs: OrderedDict[str, _Log] = OrderedDict()
        self._bells = Bells()

    def bell(self, session_id: str) -> asyncio.Event:
        return self._bells.of(session_id)

    async def write(self, session_id: str, name: str, data: dict[str, Any]) -> None:
        self._append(self._log(session_id), session_id, name, data)
        self._bells.ring(session_id)

    async def read(self, session_id: str, after: int) -> Page:
        events = self._log(session_id).events
        seqs = [event["data"]["seq"] for event in events]
        return Page(seqs[0] <= after, seqs[-1], [event for event in events if event["data"]["seq"] > after])

    async def erase(self, session_id: str) -> None:
        log = self._log(session_id)
        self._append(log, session_id, LOOK, {})
        while len(log.events) > 1:
            log.events.popleft()
        self._bells.ring(session_id)

    async def expect(self, session_id: str, more: int) -> None:
        log = self._log(session_id)
        log.expected = max(0, log.expected + more)
        self._bells.ring(session_id)

    async def expected(self, session_id: str) -> int:
        return self._log(session_id).expected

    def _log(self, session_id: str) -> _Log:
        """Made when it is first named, with one event that says nothing; the one used longest ago gives way."""
        if session_id not in self._logs:
            self._logs[session_id] = log = _Log()
            self._append(log, session_id, LOOK, {})
            if len(self._logs) > self._keep:
                self._logs.popitem(last=False)
        self._logs.move_to_end(session_id)
        return self._logs[session_id]

    @staticmethod
    def _append(log: _Log, session_id: str, name: str, data: dict[str, Any]) -> None:
        last = log.events[-1]["data"]["seq"] if log.events else 0
        seq = max(last + 1, round(time.time() * 1000))
        log.events.append({"event": name, "data": {**data, "session_id": session_id, "seq": seq}})
