"""The log of one turn: what a client is shown, and when."""

from __future__ import annotations

import asyncio

from backend.interview.active_turns import TurnStream
from backend.interview.events import FeedbackDelta


async def test_a_client_sees_an_event_once_the_other_replicas_know_it() -> None:
    stream, known = TurnStream("trn_1", arrived_at=0.0), asyncio.Event()
    asked: list[int] = []

    async def told(seq: int) -> None:
        asked.append(seq)
        await known.wait()

    stream.told = told
    for offset in range(3):
        stream.emit(FeedbackDelta(text="x", offset=offset))
    events = stream.follow(1)
    first = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0.01)
    assert not first.done()
    assert asked == [3]
    known.set()
    assert (await first)["data"]["seq"] == 2
    assert (await anext(events))["data"]["seq"] == 3
    assert asked == [3]  # once for all that is known by then
