"""Awaited: an author's reply as a turn waits for it, each part by its own deadline. What is late is not lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from backend.coaching.author.ports import Authored, Proposal
from backend.coaching.feedback import Feedback


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds from the moment the author begins."""

    first_s: float = 2.0
    """Until the reaction begins; then the rules react, and the model does not react as well."""
    question_s: float = 4.0
    """Until the reaction is over and the question is there; then the planned one is asked."""
    points_s: float = 12.0
    """Until the written feedback is there; then the turn ends with what is measured, and the rest follows."""
    late_s: float = 30.0
    """How long a reply may still come after its turn has ended."""


class Awaited:
    """Waits for one reply. Nothing here raises, and nothing that is waited for is cancelled by giving up."""

    def __init__(self, authored: Authored, deadlines: Deadlines) -> None:
        self.authored = authored
        self._deadlines = deadlines
        self._began = asyncio.get_running_loop().time()
        self.reacts = False
        """Whether the reaction is the author's; False: the rules react."""

    @property
    def unfinished(self) -> bool:
        return not self.authored.feedback.done()

    def _left(self, by_s: float) -> float:
        return max(self._began + by_s - asyncio.get_running_loop().time(), 0.0)

    async def begins(self) -> bool:
        """Whether there is something of the author's to say in time: a sentence, or a concern."""
        in_time = await self.authored.begins(self._left(self._deadlines.first_s))
        usable = self.authored.concern is not None or self.authored.has_something
        self.reacts = in_time and usable
        return self.reacts

    async def sentences(self) -> AsyncIterator[str]:
        """The reaction's sentences as far as they come in time."""
        reaction = aiter(self.authored.reaction())
        while True:
            try:
                async with asyncio.timeout(self._left(self._deadlines.question_s)):
                    sentence = await anext(reaction, None)
            except TimeoutError:
                return
            if sentence is None:
                return
            yield sentence

    async def proposal(self) -> Proposal | None:
        """The author's question, where it came in time and stands."""
        await asyncio.wait({self.authored.question}, timeout=self._left(self._deadlines.question_s))
        return self.authored.question.result() if self.authored.question.done() else None

    async def points(self) -> list[str]:
        """The first of the points, where they stand in time."""
        await asyncio.wait({self.authored.points}, timeout=self._left(self._deadlines.points_s))
        return self.authored.points.result() if self.authored.points.done() else []

    async def feedback(self) -> Feedback | None:
        """The feedback; None where no usable reply came, or it is late (`unfinished`)."""
        await asyncio.wait({self.authored.feedback}, timeout=self._left(self._deadlines.points_s))
        return self.authored.feedback.result() if self.authored.feedback.done() else None
