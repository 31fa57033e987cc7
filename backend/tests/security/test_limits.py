"""Rate limits count per key, and say when to come back."""

from __future__ import annotations

import asyncio

import pytest

from backend.errors import TooManyRequests
from backend.security.limits import RateLimiter
from backend.tests.conftest import early_in_a_minute


async def test_exactly_the_allowance_of_a_burst_passes() -> None:
    early_in_a_minute(5)
    limiter = RateLimiter()
    results = await asyncio.gather(*(limiter.check("ann", 20) for _ in range(200)), return_exceptions=True)
    refused = [r for r in results if isinstance(r, TooManyRequests)]
    assert len(results) - len(refused) == 20
    assert all(r.retry_after_s is not None and 1 <= r.retry_after_s <= 120 for r in refused)


async def test_one_key_does_not_use_up_another_s() -> None:
    early_in_a_minute(5)
    limiter = RateLimiter()
    await limiter.check("ann", 1)
    with pytest.raises(TooManyRequests):
        await limiter.check("ann", 1)
    await limiter.check("bob", 1)
