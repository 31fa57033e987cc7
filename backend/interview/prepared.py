"""Prepared: what can be known about an answer before it is finished, found while the candidate speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from backend.errors import AppError
from backend.rag.documents import Passage

Find = Callable[[str], Awaitable[list[Passage]]]
"""Passages for a question and the answer to it as far as it is known."""


class Prepared:
    """Retrieval on the question at once, and again on each part of the answer that is settled.

    `read` is called with the settled text too: the language model reads the prompt as far as it goes. Before that
    `compare`, in a thread: the analysis takes in the sentences; and `weighs`, in a thread: what may matter more than the
    practice is neither searched with nor read by anybody. All begin when nobody is being heard, as `idle` tells.
    """

    def __init__(
        self,
        find: Find,
        read: Callable[[str], None],
        compare: Callable[[str], None],
        weighs: Callable[[str], bool],
        idle: Callable[[], Awaitable[None]],
    ) -> None:
        self.passages: tuple[Passage, ...] | None = None
        """The newest result; None while there is none."""
        self._find = find
        self._read = read
        self._compare = compare
        self._weighs = weighs
        self._idle = idle
        self._task: asyncio.Task[None] | None = None
        self._guess: asyncio.Task[None] | None = None
        self.settled("")

    def settled(self, text: str) -> None:
        """This much of the answer will not change any more."""
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(self._look(text), name="prepare")

    def guessed(self, text: str) -> None:
        """This much has been heard; its end may be the end of the answer, or be heard otherwise in the end."""
        if self._guess is not None:
            self._guess.cancel()
        self._guess = asyncio.create_task(self._take_in(text), name="prepare the end")

    async def _look(self, text: str) -> None:
        await self._take_in(text)
        if await asyncio.to_thread(self._weighs, text):
            return
        self._read(text)
        try:
            self.passages = tuple(await self._find(text))
        except AppError:  # the turn looks itself then, and says so when it fails again
            self.passages = None

    async def _take_in(self, text: str) -> None:
        await self._idle()
        await asyncio.to_thread(self._compare, text)

    def stop(self) -> None:
        for task in (self._task, self._guess):
            if task is not None:
                task.cancel()
