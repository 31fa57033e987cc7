"""Rate limits, by key, over a sliding minute."""

from __future__ import annotations

import logging
import math
import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError

from backend.errors import TooManyRequests

log = logging.getLogger(__name__)

_AWAY_S = 2.0
"""How long a Redis that failed is not asked again."""


class RateLimiter:
    """Counts two numbers a key: in this process's memory, or in Redis for all replicas together.

    While Redis does not answer, each replica counts for itself and lets half through: with two replicas that is the
    allowance, with more it stays a limit.

    (The library's exact moving window keeps a time per request, and its memory store walks through all of them in a
    thread on every request.)
    """

    def __init__(self, redis_url: str | None = None) -> None:
        self._here = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared: SlidingWindowCounterRateLimiter | None = None
        self._away_until = 0.0
        if redis_url is not None:
            storage = RedisStorage(
                f"async+{redis_url}", wrap_exceptions=True, implementation="redispy", key_prefix="ih:limits",
                socket_timeout=0.5, socket_connect_timeout=0.5,
            )  # fmt: skip
            self._shared = SlidingWindowCounterRateLimiter(storage)

    async def check(self, key: str, per_minute: int) -> None:
        """Count one request. Raises `TooManyRequests` with the seconds to wait."""
        if self._shared is None:
            await _hit(self._here, key, per_minute)
            return
        if time.monotonic() >= self._away_until:
            try:
                await _hit(self._shared, key, per_minute)
                return
            except StorageError as error:
                self._away_until = time.monotonic() + _AWAY_S
                log.warning("limits are counted by this replica alone", extra={"error": type(error).__name__})
        await _hit(self._here, key, max(1, per_minute // 2))


async def _hit(limiter: SlidingWindowCounterRateLimiter, key: str, per_minute: int) -> None:
    item = RateLimitItemPerMinute(per_minute)
    if not await limiter.hit(item, key):
        window = await limiter.get_window_stats(item, key)
        raise TooManyRequests(retry_after_s=max(1, math.ceil(window.reset_time - time.time())))
