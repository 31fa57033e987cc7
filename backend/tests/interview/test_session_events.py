"""What a follower of an interview is told outside its turns, and when the stream ends."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from backend.errors import StorageUnavailable
from backend.interview.exchange import ExchangeDown
from backend.interview.session import SessionState
from backend.interview.session_events import EventName, SessionEvents, Standing
from backend.interview.session_log import MemorySessionLog, Page, SessionEvent

SES = "ses_1"


def moment(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


class Records:
    """The records of one session, as a follower reads them."""

    def __init__(self) -> None:
        self.state: SessionState = "ready"
        self.finished_at: str | None = None
        self.expires_at = moment(3600)
        self.revised: list[str] = []
        self.gone = False
        self.down = False

    async def stand(self) -> Standing | None:
        if self.down:
            raise StorageUnavailable
        return None if self.gone else Standing(self.state, self.expires_at, self.finished_at, self.tell)

    async def tell(self) -> list[tuple[EventName, dict[str, Any]]]:
        return [*(("feedback.revised", {"turn_id": t}) for t in self.revised), ("state", {"state": self.state})]


class Follower:
    """Follows in a task of its own, and shows what was told."""

    def __init__(self, events: SessionEvents, records: Records, after: int = 0) -> None:
        self.told: list[SessionEvent] = []
        self.task = asyncio.create_task(self._follow(events, records, after))

    async def _follow(self, events: SessionEvents, records: Records, after: int) -> None:
        async for event in events.follow(SES, after, records.stand):
            self.told.append(event)

    async def names(self, count: int) -> list[str]:
        async with asyncio.timeout(20):
            while len(self.told) < count:
                await asyncio.sleep(0.005)
        return [event["event"] for event in self.told]

    async def end(self) -> list[SessionEvent]:
        async with asyncio.timeout(20):
            await self.task
        return self.told

    async def leave(self) -> int:
        self.task.cancel()
        await asyncio.wait({self.task})
        seq: int = self.told[-1]["data"]["seq"]
        return seq


async def test_a_new_follower_is_told_how_things_stand_and_then_what_happens() -> None:
    events, records = SessionEvents(MemorySessionLog()), Records()
    records.revised = ["trn_1", "trn_2"]
    follower = Follower(events, records)
    assert await follower.names(3) == ["feedback.revised", "feedback.revised", "state"]
    await events.publish(SES, "plan.ready", {"questions": ["q"]})
    await follower.names(4)
    assert follower.told[3]["data"]["questions"] == ["q"]
    assert all(event["data"]["session_id"] == SES for event in follower.told)
    seqs = [event["data"]["seq"] for event in follower.told]
    assert seqs == sorted(set(seqs))
    await follower.leave()


async def test_who_comes_back_is_told_what_was_missed_and_nothing_else() -> None:
    events, records = SessionEvents(MemorySessionLog()), Records()
    first = Follower(events, records)
    await first.names(1)
    seq = await first.leave()
    for state in ("paused", "ready"):
        await events.publish(SES, "state", {"state": state})
    second = Follower(events, records, seq)
    await second.names(2)
    assert [event["data"]["state"] for event in second.told] == ["paused", "ready"]
    await second.leave()


async def test_who_comes_back_in_the_middle_of_how_things_stand_is_told_all_of_it() -> None:
    events, records = SessionEvents(MemorySessionLog()), Records()
    records.revised = ["trn_1", "trn_2"]
    first = Follower(events, records)
    await first.names(3)
    await first.leave()
    second = Follower(events, records, first.told[1]["data"]["seq"])
    assert await second.names(3) == ["feedback.revised", "feedback.revised", "state"]
    await second.leave()


async def test_after_a_restart_who_comes_back_is_told_how_things_stand() -> None:
    records = Records()
    before = SessionEvents(MemorySessionLog())
    first = Follower(before, records)
    await first.names(1)
    seq = await first.leave()
    records.revised = ["trn_1"]
    await asyncio.sleep(0.005)
    after = SessionEvents(MemorySessionLog())
    await after.publish(SES, "state", {"state": "paused"})
    second = Follower(after, records, seq)
    assert await second.names(2) == ["feedback.revised", "state"]
    await second.leave()


async def test_more_events_than_a_log_keeps_are_made_up_for_by_how_things_stand() -> None:
    events, records = SessionEvents(MemorySessionLog()), Records()
    first = Follower(events, records)
    await first.names(1)
    seq = await first.leave()
    for _ in range(100):
        await events.publish(SES, "state", {"state": "paused"})
    second = Follower(events, records, seq)
    assert await second.names(1) == ["state"]
    await second.leave()
    assert len(second.told) == 1


async def test_the_stream_of_a_deleted_interview_ends_at_once() -> None:
    events, records = SessionEvents(MemorySessionLog()), Records()
    follower = Follower(events, records)
    await follower.names(1)
    records.gone = True
    await events.forget(SES)
    assert len(await follower.end()) == 1


async def test_what_was_forgotten_is_told_again_as_the_records_have_it_now() -> None:
    log = MemorySessionLog()
    events, records = SessionEvents(log), Records()
    follower = Follower(events, records)
    await follower.names(1)
    await events.publish(SES, "feedback.revised", {"turn_id": "trn_1", "feedback": "Bramblewick"})
    await follower.names(2)
    await events.forget(SES)
    await follower.names(3)
    assert "Bramblewick" not in str(await log.read(SES, 0)) and "Bramblewick" not in str(follower.told[2])
    await follower.leave()


async def test_the_stream_ends_when_the_interview_expires() -> None:
    events, records = SessionEvents(MemorySessionLog()), Records()
    records.expires_at = moment(0.1)

    async def stand() -> Standing | None:
        if records.expires_at < moment(0):
            records.state = "expired"
        return await Records.stand(records)

    records.stand = stand  # type: ignore[method-assign]
    told = await Follower(events, records).end()
    assert [event["data"]["state"] for event in told] == ["ready", "expired"]


async def test_the_stream_of_a_finished_interview_ends_after_a_while() -> None:
    events, records = SessionEvents(MemorySessionLog(), linger_s=0.2), Records()
    follower = Follower(events, records)
    await follower.names(1)
    records.state, records.finished_at = "finished", moment(0)
    await events.publish(SES, "state", {"state": "finished"})
    assert [event["data"]["state"] for event in await follower.end()] == ["ready", "finished"]
    assert datetime.now(UTC) > datetime.fromisoformat(records.finished_at) + timedelta(seconds=0.2)


async def test_a_finished_interview_is_followed_until_its_revisions_have_come() -> None:
    events, records = SessionEvents(MemorySessionLog(), linger_s=0.05), Records()
    await events.expect_revision(SES)
    records.state, records.finished_at = "finished", moment(0)
    follower = Follower(events, records)
    await asyncio.sleep(0.2)
    assert not follower.task.done()
    await events.publish(SES, "feedback.revised", {"turn_id": "trn_1"})
    await events.settle_revision(SES)
    assert [event["event"] for event in await follower.end()] == ["state", "feedback.revised"]


async def test_nobody_waits_for_more_revisions_than_were_expected() -> None:
    events, records = SessionEvents(MemorySessionLog(), linger_s=0.01), Records()
    await events.settle_revision(SES)
    await events.expect_revision(SES)
    records.state, records.finished_at = "finished", moment(-1)
    follower = Follower(events, records)
    await asyncio.sleep(0.05)
    assert not follower.task.done()
    await events.settle_revision(SES)
    await follower.end()


async def test_a_server_that_goes_lets_its_followers_go() -> None:
    events, records = SessionEvents(MemorySessionLog()), Records()
    followers = [Follower(events, records) for _ in range(3)]
    for follower in followers:
        await follower.names(1)
    events.release()
    for follower in followers:
        await follower.end()


async def test_records_that_cannot_be_read_are_asked_again() -> None:
    events, records = SessionEvents(MemorySessionLog()), Records()
    records.down = True
    follower = Follower(events, records)
    await asyncio.sleep(0.02)
    assert not follower.task.done() and not follower.told
    records.down = False
    assert await follower.names(1) == ["state"]
    await follower.leave()


class LogThatGoes(MemorySessionLog):
    """A log that cannot be reached for a while."""

    down = False

    async def write(self, session_id: str, name: str, data: dict[str, Any]) -> None:
        if self.down:
            raise ExchangeDown
        await super().write(session_id, name, data)

    async def read(self, session_id: str, after: int) -> Page:
        if self.down:
            raise ExchangeDown
        return await super().read(session_id, after)

    async def erase(self, session_id: str) -> None:
        if self.down:
            raise ExchangeDown
        await super().erase(session_id)


async def test_what_was_told_while_the_log_was_away_is_made_up_for() -> None:
    log = LogThatGoes()
    events, records = SessionEvents(log), Records()
    follower = Follower(events, records)
    await follower.names(1)
    log.down = True
    records.revised = ["trn_1"]
    await events.publish(SES, "feedback.revised", {"turn_id": "trn_1"})
    await asyncio.sleep(0.02)
    log.down = False
    assert (await follower.names(3))[1:] == ["feedback.revised", "state"]
    await follower.leave()
