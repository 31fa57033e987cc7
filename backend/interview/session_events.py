"""What a client is told of an interview outside its turns (contract section 6), and when there is no more to tell."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from backend.errors import StorageUnavailable
from backend.interview.exchange import ExchangeDown
from backend.interview.session import SessionState
from backend.interview.session_log import LOOK, Page, SessionEvent, SessionLog

EventName = Literal["feedback.revised", "plan.ready", "state"]

LINGER_S = 60.0
"""How long a finished interview is still followed, for what comes late."""
_LOOK_S = 15.0
"""How often the records are looked at while nothing is told; a replica may have died before it told."""
_AGAIN_S = 1.0
_TRIES = 120


@dataclass(frozen=True, slots=True)
class Standing:
    """What the records say now."""

    state: SessionState
    expires_at: str
    finished_at: str | None
    tell: Callable[[], Awaitable[Sequence[tuple[EventName, dict[str, Any]]]]]
    """The events, at least one, that lead a client there, whatever it knew before."""


Stand = Callable[[], Awaitable[Standing | None]]
"""Reads the records; None for an interview that is gone."""


class SessionEvents:
    """Publishes and follows the events of sessions, over the log that the replicas share.

    The records are what counts: an event that gets lost is made up for by telling what they say.
    """

    def __init__(self, log: SessionLog, *, linger_s: float = LINGER_S, look_s: float = _LOOK_S) -> None:
        self._log = log
        self._linger_s = linger_s
        self._look_s = look_s
        self.released = False
        self._waiting: list[asyncio.Event] = []
        self._late: set[asyncio.Task[None]] = set()

    # --- telling -----------------------------------------------------------------------------------------------------

    async def publish(self, session_id: str, name: EventName, data: dict[str, Any]) -> None:
        """Tell everybody who follows the session. What it says must be in the records before.

        While the other replicas cannot be reached, their followers are told later what the records say then.
        """
        await self._or_later(session_id, lambda: self._log.write(session_id, name, data))

    async def expect_revision(self, session_id: str) -> None:
        """A revision is on its way: the stream of a finished interview waits for it."""
        with contextlib.suppress(ExchangeDown):
            await self._log.expect(session_id, 1)

    async def settle_revision(self, session_id: str) -> None:
        """A revision that was expected has been published, or does not come."""
        with contextlib.suppress(ExchangeDown):  # then it is expected for some minutes, and no longer
            await self._log.expect(session_id, -1)

    async def forget(self, session_id: str) -> None:
        """Erase what was told. Who follows a session that is still there is told what the records say now."""
        await self._or_later(session_id, lambda: self._log.erase(session_id))

    async def _or_later(self, session_id: str, tell: Callable[[], Awaitable[None]]) -> None:
        try:
            await tell()
        except ExchangeDown:
            task = asyncio.create_task(self._tell_later(session_id), name=f"tell {session_id}")
            self._late.add(task)
            task.add_done_callback(self._late.discard)

    async def _tell_later(self, session_id: str) -> None:
        for _ in range(_TRIES):
            await asyncio.sleep(_AGAIN_S)
            with contextlib.suppress(ExchangeDown):
                await self._log.erase(session_id)
                return

    # --- following ---------------------------------------------------------------------------------------------------

    def release(self) -> None:
        """Let every follower go, because the server does."""
        self.released = True
        for bell in self._waiting:
            bell.set()
        for task in self._late:
            task.cancel()

    async def follow(self, session_id: str, after: int, stand: Stand) -> AsyncGenerator[SessionEvent, None]:
        """Every event above `after`, and those still to come; where that is not known, what the records say now.

        Ends when the session expires or is deleted, some time after it has finished, and when the server drains.
        """
        while not self.released:
            bell = self._log.bell(session_id)
            page, expected = await self._read(session_id, after)
            after = after if page is not None else 0  # nobody knows what was missed
            wait_s, events = _AGAIN_S, list[SessionEvent]()
            with contextlib.suppress(StorageUnavailable):
                if (standing := await stand()) is None:
                    return
                if page is not None:
                    events = await _to_tell(session_id, page, standing)
                    after, wait_s = page.last, self._patience(standing, expected)
            for event in events:
                yield event
            if wait_s <= 0:
                return
            await self._wait(bell, wait_s)

    async def _read(self, session_id: str, after: int) -> tuple[Page | None, int]:
        try:
            return await self._log.read(session_id, after), await self._log.expected(session_id)
        except ExchangeDown:
            return None, 0

    def _patience(self, standing: Standing, expected: int) -> float:
        """Seconds until the records have to be looked at again; 0 where nothing can come any more."""
        if standing.state == "expired":
            return 0.0
        if standing.state != "finished":
            return min(self._look_s, max(0.01, -_seconds_since(standing.expires_at)))
        left_s = self._linger_s - _seconds_since(standing.finished_at)
        return min(self._look_s, left_s) if left_s > 0 else self._look_s if expected else 0.0

    async def _wait(self, bell: asyncio.Event, seconds: float) -> None:
        self._waiting.append(bell)
        try:
            async with asyncio.timeout(seconds):
                await bell.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting.remove(bell)


async def _to_tell(session_id: str, page: Page, standing: Standing) -> list[SessionEvent]:
    """The page's events; where they may not lead to what the records say, events that do.

    Those end with the log's last seq and begin with seqs below its first, so that a client which comes back in the
    middle of them is told all of it again.
    """
    looked = any(event["event"] == LOOK for event in page.events)
    unsaid = standing.state == "expired" and all(event["data"].get("state") != "expired" for event in page.events)
    if page.whole and not looked and not unsaid:
        return page.events
    told = await standing.tell()
    seqs = [*range(1, len(told)), page.last]
    return [
        {"event": name, "data": {**data, "session_id": session_id, "seq": seq}}
        for (name, data), seq in zip(told, seqs, strict=True)
    ]


def _seconds_since(moment: str | None) -> float:
    if moment is None:
        return float("inf")
    return (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()
