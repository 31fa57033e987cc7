"""The log of what happens to interviews outside their turns, over Redis: a short stream of each session."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from redis.asyncio import Redis

from backend.interview.session_log import LOOK, MOST, Bells, Page, SessionEvent

TOLD = "ih:sessions"
"""The channel on which replicas hear of a session whose log has changed: one connection hears for all its followers."""

_LOG_MS = 15 * 60_000
"""Kept this long after it was last read or written."""
_REVISION_MS = 5 * 60_000
"""After this long, a revision whose replica died is expected no more."""

_WRITE = """
local tail, seq = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1), 0
if tail[1] then seq = tonumber(string.match(tail[1][1], '^%d+')) end
if ARGV[1] == 'open' and tail[1] then
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
    return string.format('%.0f', seq)
end
local now = redis.call('TIME')
seq = math.max(seq + 1, now[1] * 1000 + math.floor(now[2] / 1000))
if ARGV[1] == 'erase' then redis.call('DEL', KEYS[1]) end
redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[4], string.format('%.0f-0', seq), 'event', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
if ARGV[1] ~= 'open' then redis.call('PUBLISH', ARGV[5], ARGV[6]) end
return string.format('%.0f', seq)
"""
"""Append with the next seq. `open`: only where there is no log yet; `erase`: in place of everything."""

_EXPECT = """
local left = math.max(0, (tonumber(redis.call('GET', KEYS[1])) or 0) + tonumber(ARGV[1]))
redis.call('SET', KEYS[1], left, 'PX', ARGV[2])
redis.call('PUBLISH', ARGV[3], ARGV[4])
"""

Call = Callable[[Callable[[], Awaitable[Any]]], Awaitable[Any]]


class RedisSessionLog:
    """Implements `backend.interview.session_log.SessionLog`."""

    def __init__(self, redis: Redis, call: Call) -> None:
        """`call` runs what is asked of Redis, and raises `ExchangeDown` where it does not answer."""
        self._redis: Any = redis  # its types leave open whether a call is awaited
        self._call = call
        self._bells = Bells()

    def bell(self, session_id: str) -> asyncio.Event:
        return self._bells.of(session_id)

    def heard(self, session_id: str | None) -> None:
        """A message of the channel `TOLD`; None: some may have been missed."""
        if session_id is None:
            self._bells.ring_all()
        else:
            self._bells.ring(session_id)

    async def write(self, session_id: str, name: str, data: dict[str, Any]) -> None:
        await self._write("write", session_id, name, data)

    async def read(self, session_id: str, after: int) -> Page:
        last = int(await self._write("open", session_id, LOOK, {}))
        pipe = self._redis.pipeline()
        pipe.xrange(_log(session_id), count=1)
        pipe.xrange(_log(session_id), min=f"{after + 1}-0")
        first, entries = await self._call(pipe.execute)
        events = [self._event(session_id, *entry) for entry in entries]
        whole = bool(first) and _seq(first[0][0]) <= after
        return Page(whole, max(last, events[-1]["data"]["seq"]) if events else last, events)

    async def erase(self, session_id: str) -> None:
        await self._write("erase", session_id, LOOK, {})

    async def expect(self, session_id: str, more: int) -> None:
        arguments: list[Any] = [more, _REVISION_MS, TOLD, session_id]
        await self._call(lambda: self._redis.eval(_EXPECT, 1, _revisions(session_id), *arguments))

    async def expected(self, session_id: str) -> int:
        return int(await self._call(lambda: self._redis.get(_revisions(session_id))) or 0)

    async def _write(self, how: str, session_id: str, name: str, data: dict[str, Any]) -> Any:
        event = json.dumps({"event": name, "data": data}, ensure_ascii=False, separators=(",", ":"))
        arguments: list[Any] = [how, event, _LOG_MS, MOST, TOLD, session_id]
        return await self._call(lambda: self._redis.eval(_WRITE, 1, _log(session_id), *arguments))

    @staticmethod
    def _event(session_id: str, entry_id: str, fields: dict[str, str]) -> SessionEvent:
        event: SessionEvent = json.loads(fields["event"])
        event["data"] |= {"session_id": session_id, "seq": _seq(entry_id)}
        return event


def _seq(entry_id: str) -> int:
    return int(entry_id.partition("-")[0])


def _log(session_id: str) -> str:
    return f"ih:session:{session_id}:log"


def _revisions(session_id: str) -> str:
    return f"ih:session:{session_id}:revisions"
