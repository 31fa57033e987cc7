"""Rate limits, by key, over a sliding minute."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from backend.errors import TooManyRequests


class RateLimiter:
    """Counts in this process's memory, two numbers a key.

    (The library's exact moving window keeps a time per request, and its memory store walks through all of them in a
    thread on every request.)
    """

    def __init__(self) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def check(self, key: str, per_minute: int) -> None:
        """Count one request. Raises `TooManyRequests` with the seconds to wait."""
        item = RateLimitItemPerMinute(per_minute)
        if not await self._limiter.hit(item, key):
            window = await self._limiter.get_window_stats(item, key)
            raise TooManyRequests(retry_after_s=max(1, math.ceil(window.reset_time - time.time())))
