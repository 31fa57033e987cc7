"""Something asynchronous kept open for tests, and commands, that are no coroutines or have a loop of their own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

T = TypeVar("T")


@contextlib.contextmanager
def opened_on_a_thread(
    wanted: AbstractAsyncContextManager[T], loop: asyncio.AbstractEventLoop | None = None
) -> Iterator[T]:
    """What `wanted` opens, on a thread with an event loop of its own (`loop`, or a new one). Both are closed at the end."""
    loop = loop or asyncio.new_event_loop()
    opened: list[T] = []
    up, over = threading.Event(), asyncio.Event()

    async def keep() -> None:
        async with wanted as it:
            opened.append(it)
            up.set()
            await over.wait()

    def run() -> None:
        try:
            loop.run_until_complete(keep())
        finally:
            loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        assert up.wait(60)
        yield opened[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(60)
