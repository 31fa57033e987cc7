"""Rate limits, by key, in a moving window of a minute."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from backend.errors import TooManyRequests


class RateLimiter:
    """Counts in this process's memory."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def check(self, key: str, per_minute: int) -> None:
        """Count one request. Raises `TooManyRequests` with the seconds to wait."""
        item = RateLimitItemPerMinute(per_minute)
        if not await self._limiter.hit(item, key):
            window = await self._limiter.get_window_stats(item, key)
            raise TooManyRequests(retry_after_s=max(1, math.ceil(window.reset_time - time.time())))
