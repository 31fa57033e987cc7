"""An owner's tokens of a day are counted, and only theirs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from backend.llm.budget import TokenBudget
from backend.tests.processes import Child, free_port, redis_server, running


async def test_without_a_limit_everything_is_allowed() -> None:
    budget = TokenBudget(None)
    budget.spent("ann", 10**9)
    assert await budget.allowed("ann")


async def test_what_was_spent_counts_for_that_owner_until_the_day_is_over() -> None:
    day = [date(2026, 5, 4)]
    budget = TokenBudget(1000, today=lambda: day[0])
    budget.spent("ann", 600)
    assert await budget.allowed("ann")
    budget.spent("ann", 400)
    assert not await budget.allowed("ann")
    assert await budget.allowed("bob")
    day[0] = date(2026, 5, 5)
    assert await budget.allowed("ann")


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Child]:
    with running(redis_server(tmp_path)) as server:
        yield server


async def test_replicas_count_together(redis: Child) -> None:
    url = f"redis://127.0.0.1:{redis.port}/0"
    one, other = TokenBudget(1000, url), TokenBudget(1000, url)
    one.spent("ann", 600)
    other.spent("ann", 600)
    await one.close()
    await other.close()
    third = TokenBudget(1000, url)
    assert not await third.allowed("ann")
    assert await third.allowed("bob")
    await third.close()


async def test_without_redis_a_replica_goes_on_by_its_own_count() -> None:
    budget = TokenBudget(1000, f"redis://127.0.0.1:{free_port()}/0")
    assert await budget.allowed("ann")
    budget.spent("ann", 1000)
    assert not await budget.allowed("ann")
    await budget.close()
