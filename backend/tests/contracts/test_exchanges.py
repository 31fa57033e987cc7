"""What every exchange of replicas promises, in memory and over a real Redis."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.errors import TooManyRequests
from backend.interview.exchange import ExchangeDown, MemoryExchange, MemoryHub, TurnExchange
from backend.interview.session_events import EventName, SessionEvents, Standing
from backend.interview.session_log import LOOK, MOST, Page
from backend.security.limits import RateLimiter
from backend.storage.redis import RedisExchange
from backend.tests.fakes.fault_proxy import FaultProxy
from backend.tests.processes import Child, redis_server, running

Two = tuple[TurnExchange, TurnExchange]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    with running(redis_server(tmp_path_factory.mktemp("redis"))) as child:
        yield child


@contextlib.asynccontextmanager
async def on_redis(
    port: int, lease_s: float = 10.0, told_s: float = 60.0
) -> AsyncIterator[tuple[RedisExchange, RedisExchange]]:
    url = f"redis://127.0.0.1:{port}/0"
    one, other = (RedisExchange(url, lease_s=lease_s, told_s=told_s) for _ in range(2))
    for exchange in (one, other):
        await exchange.start(lambda turn_id: None)
    yield one, other
    for exchange in (one, other):
        await exchange.close()


@pytest.fixture(params=["memory", "redis"])
async def two(request: pytest.FixtureRequest) -> AsyncIterator[Two]:
    """The exchanges of two replicas."""
    if request.param == "memory":
        hub = MemoryHub()
        yield MemoryExchange(hub), MemoryExchange(hub)
        return
    async with on_redis(request.getfixturevalue("server").port) as pair:
        yield pair


def wire(turn_id: str, seq: int, event: str = "feedback.delta") -> dict[str, Any]:
    return {"event": event, "data": {"turn_id": turn_id, "seq": seq, "at_ms": seq, "text": f"größer {seq} 面"}}


async def everything(exchange: TurnExchange, turn_id: str, after: int, count: int) -> list[int]:
    """The seqs that are read, one call after the other."""
    seqs: list[int] = []
    async with asyncio.timeout(60):
        while len(seqs) < count:
            seqs += [w["data"]["seq"] for w in await exchange.read(turn_id, after + len(seqs), 0.5)]
    return seqs


async def test_events_are_read_through_the_other_replica_in_order_from_any_point(two: Two, turn_id: str) -> None:
    here, there = two
    await here.begin("ses", turn_id)
    for seq in range(1, 6):
        here.publish(turn_id, wire(turn_id, seq))
    assert await everything(there, turn_id, 0, 5) == [1, 2, 3, 4, 5]
    assert await there.read(turn_id, 0, 1) == [wire(turn_id, seq) for seq in range(1, 6)]
    assert await everything(there, turn_id, 3, 2) == [4, 5]
    assert await there.read(turn_id, 5, 0) == []
    assert await there.read(turn_id, 5, 0.05) == []


async def test_a_reader_waits_for_what_is_still_to_come(two: Two, turn_id: str) -> None:
    here, there = two
    await here.begin("ses", turn_id)
    here.publish(turn_id, wire(turn_id, 1))
    assert await everything(there, turn_id, 0, 1) == [1]
    reading = asyncio.create_task(everything(there, turn_id, 1, 1))
    await asyncio.sleep(0.05)
    here.publish(turn_id, wire(turn_id, 2, "turn.ended"))
    assert await reading == [2]


async def test_a_turn_lives_from_its_begin_to_its_end_and_can_be_read_afterwards(two: Two, turn_id: str) -> None:
    here, there = two
    assert not await there.alive(turn_id)
    await here.begin("ses", turn_id)
    assert await there.alive(turn_id)
    assert await there.of_session("ses") == turn_id
    here.publish(turn_id, wire(turn_id, 1, "turn.ended"))
    await here.end("ses", turn_id)
    async with asyncio.timeout(60):
        while await there.alive(turn_id):
            await asyncio.sleep(0.01)
    assert await there.of_session("ses") is None
    assert await everything(there, turn_id, 0, 1) == [1]


async def test_an_old_turn_that_ends_leaves_the_session_to_the_new_one(two: Two, turn_id: str) -> None:
    here, there = two
    await here.begin("ses", turn_id)
    await there.begin("ses", f"{turn_id}-new")
    await here.end("ses", turn_id)
    async with asyncio.timeout(60):
        while await there.alive(turn_id):
            await asyncio.sleep(0.01)
    assert await here.of_session("ses") == f"{turn_id}-new"


async def test_only_the_replica_that_runs_a_turn_is_told_to_stop_it(two: Two, turn_id: str) -> None:
    here, there = two
    stopped: list[tuple[str, str]] = []
    await here.start(lambda one: stopped.append(("here", one)))
    await there.start(lambda one: stopped.append(("there", one)))
    await here.begin("ses", turn_id)
    await there.stop(turn_id)
    async with asyncio.timeout(60):
        while not stopped:
            await asyncio.sleep(0.01)
    assert set(stopped) == {("here", turn_id)}


async def test_a_session_is_held_by_one_at_a_time(two: Two, turn_id: str) -> None:
    inside: list[str] = []
    most = 0

    async def begin(exchange: TurnExchange, name: str) -> None:
        nonlocal most
        async with exchange.session(turn_id):
            inside.append(name)
            most = max(most, len(inside))
            await asyncio.sleep(0.01)
            inside.remove(name)

    await asyncio.gather(*(begin(exchange, str(n)) for n in range(5) for exchange in two))
    assert most == 1


async def test_a_session_is_free_again_after_a_failure(two: Two, turn_id: str) -> None:
    with pytest.raises(KeyError):
        async with two[0].session(turn_id):
            raise KeyError
    async with asyncio.timeout(60), two[1].session(turn_id):
        pass


async def test_who_follows_through_another_replica_counts_for_a_while(two: Two, turn_id: str) -> None:
    here, there = two
    await here.begin("ses", turn_id)
    assert await here.watched_s(turn_id) == 0
    await there.watch(turn_id, 60)
    assert 50 < await here.watched_s(turn_id) <= 60


async def test_erased_events_are_gone(two: Two, turn_id: str) -> None:
    here, there = two
    await here.begin("ses", turn_id)
    here.publish(turn_id, wire(turn_id, 1, "turn.ended"))
    assert await everything(there, turn_id, 0, 1) == [1]
    await here.end("ses", turn_id)
    await there.forget([turn_id])
    assert await here.read(turn_id, 0, 0) == []


# --- what happens outside turns --------------------------------------------------------------------------------------


async def test_what_happens_to_a_session_is_read_through_the_other_replica_in_order(two: Two, turn_id: str) -> None:
    here, there = (exchange.log for exchange in two)
    base = (await there.read(turn_id, 0)).last
    await here.write(turn_id, "state", {"state": "paused", "text": "größer 面"})
    await there.write(turn_id, "state", {"state": "ready"})
    page = await here.read(turn_id, base)
    assert page.whole and [event["data"]["state"] for event in page.events] == ["paused", "ready"]
    seqs = [event["data"]["seq"] for event in page.events]
    assert base < seqs[0] < seqs[1] == page.last
    assert page.events[0] == {
        "event": "state",
        "data": {"state": "paused", "text": "größer 面", "session_id": turn_id, "seq": seqs[0]},
    }
    assert [e["data"]["seq"] for e in (await there.read(turn_id, seqs[0])).events] == seqs[1:]
    assert await there.read(turn_id, page.last) == Page(True, page.last, [])


async def test_a_follower_hears_of_what_another_replica_wrote(two: Two, turn_id: str) -> None:
    here, there = (exchange.log for exchange in two)
    async with asyncio.timeout(60):
        while True:  # its connection for messages may still be on the way
            bell = there.bell(turn_id)
            await here.write(turn_id, "state", {"state": "ready"})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(bell.wait(), 1.0)
                break
    elsewhere = there.bell(f"{turn_id}-other")
    await here.write(turn_id, "state", {"state": "paused"})
    await asyncio.sleep(0.05)
    assert not elsewhere.is_set()


async def test_what_was_written_before_a_log_was_erased_is_not_whole_any_more(two: Two, turn_id: str) -> None:
    here, there = (exchange.log for exchange in two)
    await here.write(turn_id, "feedback.revised", {"feedback": "Bramblewick"})
    before = (await there.read(turn_id, 0)).last
    await there.write(turn_id, "state", {"state": "paused"})
    await there.erase(turn_id)
    page = await here.read(turn_id, before)
    assert not page.whole and [event["event"] for event in page.events] == [LOOK]
    assert page.last > before and (await here.read(turn_id, page.last)).whole


async def test_a_log_keeps_the_newest_events(two: Two, turn_id: str) -> None:
    here, there = (exchange.log for exchange in two)
    base = (await here.read(turn_id, 0)).last
    for number in range(MOST + 5):
        await here.write(turn_id, "state", {"n": number})
    page = await there.read(turn_id, base)
    assert not page.whole and len(page.events) == MOST
    assert page.events[-1]["data"]["n"] == MOST + 4


async def test_revisions_on_their_way_are_counted_over_replicas(two: Two, turn_id: str) -> None:
    here, there = (exchange.log for exchange in two)
    await here.expect(turn_id, 1)
    await there.expect(turn_id, 1)
    assert await here.expected(turn_id) == 2
    for left in (1, 0, 0):
        await there.expect(turn_id, -1)
        assert await here.expected(turn_id) == left


async def test_a_follower_is_told_what_happened_while_redis_was_away(tmp_path: Path, turn_id: str) -> None:
    async def stand() -> Standing:
        return Standing("ready", "2999-01-01T00:00:00+00:00", None, tell)

    async def tell() -> list[tuple[EventName, dict[str, Any]]]:
        return [("state", {"state": "ready"})]

    with running(redis_server(tmp_path)) as server:
        async with on_redis(server.port, lease_s=2.0) as (here, there):
            followed = SessionEvents(there.log).follow(turn_id, 0, stand)
            async with asyncio.timeout(60):
                assert (await anext(followed))["event"] == "state"
                server.stop(kill=True)
                telling = SessionEvents(here.log)
                following = asyncio.ensure_future(anext(followed))
                await telling.publish(turn_id, "feedback.revised", {"turn_id": "trn"})
                server.start()
                assert (await following)["event"] == "state"
            telling.release()
            await followed.aclose()


# --- what only a server can do: go away ------------------------------------------------------------------------------


async def test_a_redis_that_lost_everything_is_told_everything_again(tmp_path: Path, turn_id: str) -> None:
    with running(redis_server(tmp_path)) as server:
        async with on_redis(server.port, lease_s=2.0) as (here, there):
            await here.begin("ses", turn_id)
            for seq in (1, 2, 3):
                here.publish(turn_id, wire(turn_id, seq))
            assert await everything(there, turn_id, 0, 3) == [1, 2, 3]
            server.stop(kill=True)
            here.publish(turn_id, wire(turn_id, 4))
            with pytest.raises(ExchangeDown):
                async with asyncio.timeout(60):
                    while True:
                        await there.alive(turn_id)
            server.start()
            async with asyncio.timeout(60):
                while not await here.healthy() or not await there.healthy():
                    await asyncio.sleep(0.05)
            assert await everything(there, turn_id, 0, 4) == [1, 2, 3, 4]
            assert await there.alive(turn_id)


async def test_without_redis_calls_fail_at_once_and_sessions_are_still_held_here(turn_id: str, tmp_path: Path) -> None:
    states: list[bool] = []
    exchange = RedisExchange("redis://127.0.0.1:9/0", on_state=states.append)
    with pytest.raises(ExchangeDown):
        await exchange.begin("ses", turn_id)
    assert states == [False]
    exchange.publish(turn_id, wire(turn_id, 1))
    async with exchange.session("ses"):
        pass
    for call in (exchange.alive(turn_id), exchange.stop(turn_id), exchange.read(turn_id, 0, 5)):
        with pytest.raises(ExchangeDown):
            await call
    await exchange.end("ses", turn_id)
    await exchange.close()


async def test_the_turn_of_a_replica_that_died_loses_its_lease(server: Child, turn_id: str) -> None:
    url = f"redis://127.0.0.1:{server.port}/0"
    dies, lives = RedisExchange(url, lease_s=3.0), RedisExchange(url, lease_s=3.0)
    assert not await lives.alive(turn_id)  # it is connected now
    await dies.begin("ses", turn_id)  # and nothing renews it
    assert await lives.alive(turn_id)
    async with asyncio.timeout(60):
        while await lives.alive(turn_id):
            await asyncio.sleep(0.05)
    assert await lives.of_session("ses") is None
    for exchange in (dies, lives):
        await exchange.close()


class LateRenewals(RedisExchange):
    """Renews the leases of the turns that ran a while ago, when the test lets it."""

    hold = False

    async def start(self, on_stop: Callable[[str], None]) -> None:
        self.asked, self.go = asyncio.Event(), asyncio.Event()
        await super().start(on_stop)

    async def _call(self, work: Callable[[], Awaitable[Any]], *, probe: bool = False) -> Any:
        if probe and self.hold:
            self.asked.set()
            await self.go.wait()
        return await super()._call(work, probe=probe)


async def test_a_renewal_that_comes_after_the_end_does_not_bring_a_turn_back(server: Child, turn_id: str) -> None:
    url = f"redis://127.0.0.1:{server.port}/0"
    here, there = LateRenewals(url, lease_s=60), RedisExchange(url)
    await here.start(lambda one: None)
    await here.begin("ses", turn_id)
    here.hold = True
    async with asyncio.timeout(60):
        await here.asked.wait()
        here.publish(turn_id, wire(turn_id, 1, "turn.ended"))
        await here.end("ses", turn_id)
        while await there.alive(turn_id):
            await asyncio.sleep(0.01)
        here.asked.clear()
        here.go.set()
        await here.asked.wait()  # the late renewal has been made, and the next one begins
    assert not await there.alive(turn_id)
    assert await there.of_session("ses") is None
    for exchange in (here, there):
        await exchange.close()


async def test_a_redis_that_swallows_everything_holds_nobody_up(server: Child, turn_id: str) -> None:
    async with FaultProxy(server.port).running() as proxy:
        exchange = RedisExchange(f"redis://127.0.0.1:{proxy.port}/0", lease_s=2.0)
        await exchange.start(lambda one: None)
        await exchange.begin("ses", turn_id)
        proxy.black_hole = True
        async with asyncio.timeout(60):
            while await exchange.healthy():
                await asyncio.sleep(0.05)
        async with asyncio.timeout(20):  # nothing is asked of it any more: to wait for it would take a second each
            for _ in range(50):
                with pytest.raises(ExchangeDown):
                    await exchange.alive(turn_id)
        exchange.publish(turn_id, wire(turn_id, 1))
        proxy.up()
        proxy.cut()
        async with asyncio.timeout(60):
            while not await exchange.healthy():
                await asyncio.sleep(0.05)
        assert await everything(exchange, turn_id, 0, 1) == [1]
        await exchange.close()


async def test_what_was_told_can_be_read_through_the_other_replica(two: Two, turn_id: str) -> None:
    here, there = two
    await here.begin("ses", turn_id)
    for seq in range(1, 9):
        here.publish(turn_id, wire(turn_id, seq))
        await here.told(turn_id, seq)
        assert [w["data"]["seq"] for w in await there.read(turn_id, 0, 0)] == list(range(1, seq + 1))


async def test_telling_takes_as_long_as_redis(server: Child, turn_id: str) -> None:
    async with FaultProxy(server.port).running() as proxy:
        proxy.delay_s = 0.05
        async with on_redis(proxy.port) as (here, there):
            await here.begin("ses", turn_id)
            here.publish(turn_id, wire(turn_id, 1))
            await here.told(turn_id, 1)
            assert [w["data"]["seq"] for w in await there.read(turn_id, 0, 0)] == [1]


async def test_telling_takes_no_longer_than_a_moment(server: Child, turn_id: str) -> None:
    async with FaultProxy(server.port).running() as proxy, on_redis(proxy.port, told_s=0.25) as (here, _):
        await here.begin("ses", turn_id)
        proxy.black_hole = True
        here.publish(turn_id, wire(turn_id, 1))
        async with asyncio.timeout(30):  # without an end of its own it would wait until Redis is back
            await here.told(turn_id, 1)
        proxy.up()
        proxy.cut()


async def test_a_slow_redis_changes_nothing_but_the_time(server: Child, turn_id: str) -> None:
    async with FaultProxy(server.port).running() as proxy:
        proxy.delay_s = 0.05
        async with on_redis(proxy.port) as (here, there):
            await here.begin("ses", turn_id)
            for seq in range(1, 30):
                here.publish(turn_id, wire(turn_id, seq))
            assert await everything(there, turn_id, 0, 29) == list(range(1, 30))


async def test_connections_that_are_cut_again_and_again_lose_nothing(server: Child, turn_id: str) -> None:
    async with FaultProxy(server.port).running() as proxy, on_redis(proxy.port, lease_s=4.0) as (here, there):
        with contextlib.suppress(ExchangeDown):
            await here.begin("ses", turn_id)
        for seq in range(1, 41):
            here.publish(turn_id, wire(turn_id, seq))
            if seq % 10 == 0:
                proxy.cut()
            await asyncio.sleep(0.01)
        seqs: list[int] = []
        async with asyncio.timeout(90):
            while len(seqs) < 40:
                try:
                    seqs += await everything(there, turn_id, len(seqs), 1)
                except ExchangeDown:
                    await asyncio.sleep(0.1)
        assert seqs == list(range(1, 41))


async def test_limits_go_on_without_redis_and_are_shared_again_with_it(server: Child, turn_id: str) -> None:
    async with FaultProxy(server.port).running() as proxy:
        one, other = (RateLimiter(f"redis://127.0.0.1:{proxy.port}/0") for _ in range(2))
        for n in range(10):
            await (one, other)[n % 2].check(turn_id, 10)
        with pytest.raises(TooManyRequests) as refused:
            await other.check(turn_id, 10)
        assert (refused.value.retry_after_s or 0) > 0
        proxy.down()
        let_through = 0
        with contextlib.suppress(TooManyRequests):
            for _ in range(20):
                await one.check(turn_id, 10)
                let_through += 1
        assert let_through == 5, "each of two replicas lets half through"
        for limiter in (one, other):
            await limiter.close()


@pytest.fixture
def turn_id(request: pytest.FixtureRequest) -> str:
    """A turn of this test alone: the Redis is shared."""
    return f"trn_{abs(hash(request.node.nodeid))}"
