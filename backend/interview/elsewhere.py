"""Turns of other replicas: following them, and ending those whose replica has died."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

from backend.errors import StorageUnavailable, TurnInterrupted
from backend.interview.events import TranscriptFinal, TurnEnded, TurnEvent, TurnFailed
from backend.interview.exchange import LAST, ExchangeDown, TurnExchange, WireEvent
from backend.interview.ports import TurnStore
from backend.interview.turn_record import HeardAnswer, TurnRecord

log = logging.getLogger(__name__)

_IDLE_S = 1.0
_SHORTEST_WATCH_S = 5.0


class ElsewhereTurn:
    """A turn that another replica runs, followed through the exchange; where that fails, its record tells the rest."""

    def __init__(
        self,
        record: TurnRecord,
        *,
        exchange: TurnExchange,
        turns: TurnStore,
        look_after: Callable[[TurnRecord], Awaitable[None]],
        grace_s: float,
    ) -> None:
        """`look_after` is called while the turn is silent, with its record; it may end it."""
        self.turn_id = record.turn_id
        self.ended = False
        self._record = record
        self._exchange = exchange
        self._turns = turns
        self._look_after = look_after
        self._watch_s = max(grace_s, _SHORTEST_WATCH_S)
        self._watched_at = float("-inf")
        self._released = False

    def release(self) -> None:
        """Let the follower go although the turn is not over."""
        self._released = True

    async def follow(self, after: int = 0) -> AsyncIterator[WireEvent]:
        """Every event whose seq is above `after`, to `turn.ended`; early when released, or erased meanwhile."""
        position = after
        while not self._released:
            new = await self._read(position)
            for wire in new or await self._rest(position) or ():
                position = wire["data"]["seq"]
                self.ended = wire["event"] == LAST
                yield wire
            if self.ended:
                return

    async def _read(self, after: int) -> list[WireEvent]:
        try:
            if time.monotonic() - self._watched_at > _IDLE_S:
                await self._exchange.watch(self.turn_id, self._watch_s)
                self._watched_at = time.monotonic()
            return await self._exchange.read(self.turn_id, after, _IDLE_S)
        except ExchangeDown:
            await asyncio.sleep(_IDLE_S)
            return []

    async def _rest(self, position: int) -> list[WireEvent]:
        """What the record says after a silence; [] while the turn runs."""
        with contextlib.suppress(StorageUnavailable):
            record = await self._turns.get(self._record.owner_id, self._record.session_id, self.turn_id)
            if record is None:
                self.ended = True
            elif record.outcome == "running":
                await self._look_after(record)
            else:
                self.ended = True
                return record.events[position:] if record.events else ending(record, position)
        return []


class Takeover:
    """Ends the turns that nobody runs any more."""

    def __init__(
        self,
        exchange: TurnExchange,
        turns: TurnStore,
        *,
        longest_s: float,
        on_ended: Callable[[TurnRecord], None] = lambda record: None,
    ) -> None:
        """A turn older than `longest_s` cannot be running, whatever the exchange knows."""
        self._exchange = exchange
        self._turns = turns
        self._longest_s = longest_s
        self._on_ended = on_ended
        self._missing: dict[str, float] = {}

    async def look_after(self, record: TurnRecord) -> None:
        """End a running turn once its lease has been missing for a whole lease time.

        (An exchange that forgot everything is told again by those who live, well within that time.)
        """
        age_s = (datetime.now(UTC) - datetime.fromisoformat(record.created_at)).total_seconds()
        try:
            alive = await self._exchange.alive(record.turn_id)
        except ExchangeDown:
            self._missing.clear()
            alive = True
        if alive and age_s < self._longest_s:
            self._missing.pop(record.turn_id, None)
            return
        since = self._missing.setdefault(record.turn_id, time.monotonic())
        if age_s > self._longest_s or time.monotonic() - since >= self._exchange.lease_s:
            self._missing.pop(record.turn_id, None)
            await self.end(record)

    async def end(self, record: TurnRecord) -> None:
        """Mark a turn as failed by an interruption; what was said before is kept, and can be replayed."""
        record.outcome = "failed"
        record.error = TurnInterrupted().as_wire("-")
        record.cut_short = bool(record.feedback_text)
        record.ended_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        said: list[WireEvent] = []
        with contextlib.suppress(ExchangeDown):
            said = await self._exchange.read(record.turn_id, 0, 0)
        if said and said[-1]["event"] != LAST:
            record.events = [*said, *ending(record, len(said))]
            record.feedback_text = "".join(w["data"]["text"] for w in said if w["event"] == "feedback.delta")
            heard = next((w["data"] for w in said if w["event"] == TranscriptFinal.name), None)
            if record.transcript is None and heard is not None:  # its replica died before it had stored it
                record.transcript = HeardAnswer.model_validate(heard)
        if await self._turns.finish(record, None) == "failed":
            log.warning("ended a turn that nobody ran any more", extra={"turn_id": record.turn_id})
            self._on_ended(record)


def ending(record: TurnRecord, position: int) -> list[WireEvent]:
    """The last events of an ended turn, after `position`, where its own are not known."""
    last: list[TurnEvent] = [TurnFailed(error=record.error)] if record.error is not None else []
    assert record.outcome != "running"
    last.append(
        TurnEnded(outcome=record.outcome, state="ready", timings_ms=record.timings_ms, versions=record.versions)
    )
    stamp = {"turn_id": record.turn_id, "at_ms": record.timings_ms.get("total", 0)}
    return [
        {"event": event.name, "data": {**event.payload(), **stamp, "seq": position + n}}
        for n, event in enumerate(last, 1)
    ]
