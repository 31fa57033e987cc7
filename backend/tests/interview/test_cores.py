"""The arbiter: what is in the foreground never waits, what is in the background gives way and is done in the end."""

from __future__ import annotations

import asyncio

import pytest

from backend.interview.cores import Cores


async def test_work_in_the_background_gives_way_and_begins_again() -> None:
    cores, started, done, go = Cores(), 0, 0, asyncio.Event()

    async def work() -> None:
        nonlocal started, done
        started += 1
        await go.wait()
        done += 1

    background = asyncio.create_task(cores.in_background(work))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert started == 1
    with cores.foreground():
        go.set()
        with cores.foreground():
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.05)
        assert (started, done) == (1, 0)
    await background
    assert (started, done) == (2, 1)


async def test_nothing_begins_while_somebody_waits() -> None:
    cores, started = Cores(), []
    with cores.foreground():
        assert cores.busy

        async def work() -> None:
            started.append(1)

        background = asyncio.create_task(cores.in_background(work))
        await asyncio.sleep(0.01)
        assert not started
    await background
    assert started and not cores.busy


async def test_what_comes_in_the_moment_of_waking_is_not_disturbed() -> None:
    """One piece of an answer has been heard and the next begins at once: nothing slips in between."""
    cores, ran_beside = Cores(), []

    async def work() -> None:
        ran_beside.append(cores.busy)

    with cores.foreground():
        background = asyncio.create_task(cores.in_background(work))
        await asyncio.sleep(0.01)
    with cores.foreground():
        await asyncio.sleep(0.01)
        assert not ran_beside
    await background
    assert ran_beside == [False]


async def test_errors_and_cancellation_of_the_background_arrive() -> None:
    cores = Cores()

    async def broken() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await cores.in_background(broken)
    stopped: list[bool] = []

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stopped.append(True)
            raise

    task = asyncio.create_task(cores.in_background(endless))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert stopped == [True]
