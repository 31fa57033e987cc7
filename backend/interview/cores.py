"""Who may use the processor: hearing and speaking at once, reading ahead only while neither happens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager


class Cores:
    """The one arbiter of a small machine, so that ear, voice and language model do not slow each other down.

    What somebody waits for is in the foreground and never waits. Work in the background runs while there is no
    foreground; when some comes it is cancelled, and begun again afterwards (a language model's server keeps what it
    has read, so little is done twice).
    """

    def __init__(self) -> None:
        self._foreground = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._background: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> bool:
        """Whether anything is in the foreground now."""
        return self._foreground > 0

    @contextmanager
    def foreground(self) -> Iterator[None]:
        """Somebody waits for what is done inside."""
        self._foreground += 1
        self._idle.clear()
        for task in self._background:
            task.cancel()
        try:
            yield
        finally:
            self._foreground -= 1
            if not self._foreground:
                self._idle.set()

    async def idle(self) -> None:
        """Returns when nothing is in the foreground."""
        while self._foreground:  # something may have come again between the event and whom it wakes
            await self._idle.wait()

    async def in_background(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` to its end while nothing else happens, as often as it is interrupted. Its errors are raised."""

        async def once() -> None:
            await work()

        while True:
            await self.idle()
            task = asyncio.create_task(once())
            self._background.add(task)
            try:
                await asyncio.wait({task})
            finally:
                self._background.discard(task)
                task.cancel()  # without effect on a finished one
            if not task.cancelled():
                task.result()
                return
