"""The exchange of replicas over Redis: leases, locks, event streams, stop signals.

Everything here can be lost at any time: records are in SQL, and a running turn tells its events again. No key outlives
its use by more than minutes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.lock import Lock
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import LockError, RedisError, ResponseError

from backend.errors import AtCapacity
from backend.interview.exchange import ExchangeDown, WireEvent
from backend.interview.session_log import SessionLog
from backend.storage.redis_log import TOLD, RedisSessionLog

log = logging.getLogger(__name__)

T = TypeVar("T")

_STOPS = "ih:stops"
_TIMEOUT_S = 1.0
_TOLD_S = 0.25
_BLOCK_S = 2.0
_RUNNING_MS = 15 * 60_000
"""A running turn's events are kept this long after the last one; a turn takes two minutes at most."""
_ENDED_MS = 2 * 60_000
"""Afterwards the stored turn is replayed."""
_LOCK_S = 15.0
_LOCK_WAIT_S = 10.0


@dataclass(slots=True)
class _Outgoing:
    """A turn of this replica. All its events are held, to be told again to a Redis that lost them."""

    session_id: str
    events: list[WireEvent] = field(default_factory=list)
    sent: int = 0
    over: bool = False
    tries: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set, and replaced, whenever more has been sent."""


class RedisExchange:
    """Implements `backend.interview.exchange.TurnExchange`.

    While Redis does not answer, every call fails at once, and one task asks for it every second.
    """

    def __init__(
        self,
        url: str,
        *,
        lease_s: float = 10.0,
        told_s: float = _TOLD_S,
        on_state: Callable[[bool], None] = lambda up: None,
    ) -> None:
        """`told_s`: how long a client waits, at most, for its next events to reach Redis; then it gets them all the same.
        `on_state` is told whether Redis answers, whenever that changes."""
        self.lease_s, self._told_s = lease_s, told_s
        self.replica = secrets.token_hex(6)
        self._on_state = on_state
        options: dict[str, Any] = {
            "decode_responses": True, "socket_connect_timeout": _TIMEOUT_S, "retry": Retry(NoBackoff(), 1),
        }  # fmt: skip
        self._redis = Redis.from_url(url, socket_timeout=_TIMEOUT_S, max_connections=64, **options)
        self._readers = Redis.from_url(url, socket_timeout=_BLOCK_S + _TIMEOUT_S, max_connections=256, **options)
        self._log = RedisSessionLog(self._redis, self._call)
        self.log: SessionLog = self._log
        self._outgoing: dict[str, _Outgoing] = {}
        self._news = asyncio.Event()
        self._up = True
        self._on_stop: Callable[[str], None] = lambda turn_id: None
        self._tasks: list[asyncio.Task[None]] = []

    # --- life ------------------------------------------------------------------------------------------------------

    async def start(self, on_stop: Callable[[str], None]) -> None:
        self._on_stop = on_stop
        for work in (self._send(), self._keep_alive(), self._listen()):
            self._tasks.append(asyncio.create_task(work))

    async def close(self) -> None:
        """Send what is left, give every lease back, disconnect."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        for out in self._outgoing.values():
            out.over = True
        with contextlib.suppress(ExchangeDown):
            await self._flush()
        await self._redis.aclose()
        await self._readers.aclose()

    async def healthy(self) -> bool:
        return self._up

    # --- sessions --------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def session(self, session_id: str) -> AsyncIterator[None]:
        """Raises `AtCapacity` when another replica holds the session for seconds."""
        lock = Lock(
            self._redis, f"ih:session:{session_id}:lock", timeout=_LOCK_S, sleep=0.02, blocking_timeout=_LOCK_WAIT_S
        )
        held = False
        with contextlib.suppress(ExchangeDown):
            if not await self._call(lock.acquire):
                raise AtCapacity(retry_after_s=2)
            held = True
        try:
            yield
        finally:
            if held:
                with contextlib.suppress(ExchangeDown, LockError):
                    await self._call(lock.release)

    async def of_session(self, session_id: str) -> str | None:
        return await self._call(lambda: self._redis.get(_session(session_id)))

    # --- what runs here ----------------------------------------------------------------------------------------------

    async def begin(self, session_id: str, turn_id: str) -> None:
        out = self._outgoing[turn_id] = _Outgoing(session_id)
        await self._call(lambda: self._renewal({turn_id: out}).execute())

    def publish(self, turn_id: str, wire: WireEvent) -> None:
        if (out := self._outgoing.get(turn_id)) is not None:
            out.events.append(wire)
            self._news.set()

    async def told(self, turn_id: str, seq: int) -> None:
        out = self._outgoing.get(turn_id)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._told_s):
                while out is not None and self._up and out.sent < seq:
                    await out.changed.wait()

    async def end(self, session_id: str, turn_id: str) -> None:
        if (out := self._outgoing.get(turn_id)) is not None:
            out.over = True
            self._news.set()

    async def _send(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._flush()
            except ExchangeDown:
                self._drop_ended()
                await asyncio.sleep(0.5)
                self._news.set()

    async def _flush(self) -> None:
        """Send every event that has not been sent, and let go of the turns that are over."""
        for turn_id, out in list(self._outgoing.items()):
            over, number = out.over, len(out.events)
            while out.sent < number:
                await self._tell(turn_id, out, number)
            if over:
                await self._call(self._farewell(turn_id, out).execute)
                self._outgoing.pop(turn_id, None)

    def _drop_ended(self) -> None:
        """Let go of turns that ended half a minute ago: the stored turn tells it all."""
        for turn_id, out in list(self._outgoing.items()):
            out.tries += out.over
            if out.tries > 60:
                del self._outgoing[turn_id]

    async def _tell(self, turn_id: str, out: _Outgoing, number: int) -> None:
        pipe = self._redis.pipeline(transaction=False)
        for wire in out.events[out.sent : number]:
            seq = wire["data"]["seq"]
            text = json.dumps(wire, ensure_ascii=False, separators=(",", ":"))
            # Only the first event makes the stream: a Redis that lost it is found out, and told everything again.
            pipe.xadd(_events(turn_id), {"wire": text}, id=f"{seq}-0", nomkstream=seq > 1)
        pipe.pexpire(_events(turn_id), _RUNNING_MS)
        answers = await self._call(lambda: pipe.execute(raise_on_error=False))
        for answer in answers[:-1]:
            if isinstance(answer, ResponseError) and "equal or smaller" not in str(answer):
                raise ExchangeDown from answer
        out.sent = 0 if None in answers[:-1] else number
        out.changed.set()
        out.changed = asyncio.Event()

    def _farewell(self, turn_id: str, out: _Outgoing) -> Pipeline:
        pipe = self._redis.pipeline()
        pipe.delete(_lease(turn_id), _stop(turn_id))
        pipe.pexpire(_events(turn_id), _ENDED_MS)
        pipe.eval(_DELETE_IF, 1, _session(out.session_id), turn_id)
        return pipe

    def _renewal(self, turns: dict[str, _Outgoing]) -> Pipeline:
        pipe = self._redis.pipeline()
        for turn_id, out in turns.items():
            pipe.set(_lease(turn_id), self.replica, px=round(self.lease_s * 1000))
            pipe.set(_session(out.session_id), turn_id, px=round(self.lease_s * 1000))
            pipe.exists(_stop(turn_id))
        return pipe

    async def _keep_alive(self) -> None:
        """Renew the leases, find stop signals that were missed, and find out when Redis is back."""
        while True:
            turns = {turn_id: out for turn_id, out in self._outgoing.items() if not out.over}
            pipe = self._renewal(turns)
            pipe.ping()
            try:
                answers = await self._call(pipe.execute, probe=True)
                for turn_id, wanted in zip(turns, answers[2::3], strict=False):
                    if wanted:
                        self._on_stop(turn_id)
                ended = {turn_id: out for turn_id, out in turns.items() if turn_id not in self._outgoing}
                for turn_id, out in ended.items():  # meanwhile: its farewell may have been overtaken by this renewal
                    await self._call(self._farewell(turn_id, out).execute)
            except ExchangeDown:
                await asyncio.sleep(1.0)
            else:
                await asyncio.sleep(0 if ended else min(1.0, self.lease_s / 4))

    # --- what runs anywhere ------------------------------------------------------------------------------------------

    async def alive(self, turn_id: str) -> bool:
        return bool(await self._call(lambda: self._redis.exists(_lease(turn_id))))

    async def read(self, turn_id: str, after: int, wait_s: float) -> list[WireEvent]:
        block = round(min(wait_s, _BLOCK_S) * 1000) or None
        place: dict[Any, Any] = {_events(turn_id): f"{after}-0"}
        found = await self._call(lambda: self._readers.xread(place, count=500, block=block))
        wires: list[WireEvent] = []
        for _, fields in found[0][1] if found else []:
            wire: WireEvent = json.loads(fields["wire"])
            if wire["data"]["seq"] != after + len(wires) + 1:
                await asyncio.sleep(min(wait_s, 0.1))  # a part is missing; its replica is telling everything again
                break
            wires.append(wire)
        return wires

    async def stop(self, turn_id: str) -> None:
        pipe = self._redis.pipeline()
        pipe.set(_stop(turn_id), "1", px=60_000)
        pipe.publish(_STOPS, turn_id)
        await self._call(pipe.execute)

    async def watch(self, turn_id: str, for_s: float) -> None:
        await self._call(lambda: self._redis.set(_watch(turn_id), self.replica, px=max(1, round(for_s * 1000))))

    async def watched_s(self, turn_id: str) -> float:
        left: int = await self._call(lambda: self._redis.pttl(_watch(turn_id)))
        return max(0, left) / 1000

    async def forget(self, turn_ids: Sequence[str]) -> None:
        for turn_id in turn_ids:
            self._outgoing.pop(turn_id, None)
        if turn_ids:
            await self._call(lambda: self._redis.delete(*(_events(turn_id) for turn_id in turn_ids)))

    async def _listen(self) -> None:
        """Stop signals, for ever; one that is missed is found by the next renewal. And which sessions have news."""
        while True:
            try:
                async with self._readers.pubsub(ignore_subscribe_messages=True) as channel:
                    await channel.subscribe(_STOPS, TOLD)
                    self._log.heard(None)
                    while True:
                        message = await channel.get_message(timeout=_BLOCK_S)
                        if message is None:
                            continue
                        if message["channel"] == TOLD:
                            self._log.heard(message["data"])
                        elif message["data"] in self._outgoing:
                            self._on_stop(message["data"])
            except (RedisError, OSError):
                await asyncio.sleep(1.0)

    # --- calling -----------------------------------------------------------------------------------------------------

    async def _call(self, work: Callable[[], Awaitable[T]], *, probe: bool = False) -> T:
        if not self._up and not probe:
            raise ExchangeDown
        try:
            answer = await work()
        except LockError:
            raise
        except (RedisError, OSError) as error:
            self._is(False, error)
            raise ExchangeDown from error
        self._is(True)
        return answer

    def _is(self, up: bool, error: Exception | None = None) -> None:
        if up is self._up:
            return
        self._up = up
        if up:
            log.warning("redis is back")
            self._news.set()
        else:
            log.error("redis does not answer; this replica goes on alone", extra={"error": type(error).__name__})
        self._on_state(up)


_DELETE_IF = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


def _events(turn_id: str) -> str:
    return f"ih:turn:{turn_id}:events"


def _lease(turn_id: str) -> str:
    return f"ih:turn:{turn_id}:lease"


def _stop(turn_id: str) -> str:
    return f"ih:turn:{turn_id}:stop"


def _watch(turn_id: str) -> str:
    return f"ih:turn:{turn_id}:watch"


def _session(session_id: str) -> str:
    return f"ih:session:{session_id}:turn"
