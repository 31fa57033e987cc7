"""What an author is asked, and what it hands over: parts of a reply that come, proved, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from backend.coaching.analysis import Analysis
from backend.coaching.feedback import Concern, Feedback, Tone
from backend.errors import AppError
from backend.llm.ports import Usage
from backend.llm.prompts import PromptSet
from backend.rag.documents import Citation


@dataclass(frozen=True, slots=True)
class NextMove:
    """What the interviewer has decided about the next question; the author may only word it."""

    planned: str = ""
    """The question that comes next in the plan; "" where the interview ends after this answer."""
    may_follow_up: bool = False
    asked_by: str = ""
    """Who on a panel asks it, in the words of their persona."""
    fixed: bool = False
    """The planned question is asked as it stands (a closing question, a drill's next take)."""


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything an author is given about one answer."""

    analysis: Analysis
    """Answer, question, measured facts, passages, sources, requirements, key points."""
    persona: str
    prompts: PromptSet
    slot: str
    """The session's id: requests with the same one share a prompt cache where the server has one."""
    owner: str = ""
    move: NextMove = field(default_factory=NextMove)
    role: str = ""
    company: str = ""
    language: str = "English"
    tone: Tone = "plain"
    speaks_as: str = ""
    """On a panel: who asked and reacts now, in the words of their persona."""
    earlier: tuple[str, ...] = ()
    """Earlier answers, a line each, oldest first."""
    on_usage: Callable[[Usage], None] | None = None
    help_line: str = ""
    """The operator's own, which stands in the line about a concern."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A question worded by an author and proved."""

    text: str
    follow_up: bool
    citations: tuple[Citation, ...] = ()


class Authored:
    """A reply that is being written. Each part can be waited for by itself; waiting never raises.

    The work goes on in a task of its own, whoever waits or stops waiting: what comes too late for the turn is still
    worth having. `stop` ends it.
    """

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.question: asyncio.Future[Proposal | None] = loop.create_future()
        self.feedback: asyncio.Future[Feedback | None] = loop.create_future()
        """None: no usable reply came."""
        self.points: asyncio.Future[list[str]] = loop.create_future()
        """The first of the points, to be read while the rest is still being written."""
        self.concern: Concern | None = None
        """Set before the reaction is over. Then nothing else comes."""
        self.retracted: list[str] = []
        """Sentences of the reaction that a second look did not support, after they had been said."""
        self.failure: AppError | None = None
        """Why the reply, or the rest of it, did not come."""
        self.task: asyncio.Task[None] | None = None
        self._said: asyncio.Queue[str | None] = asyncio.Queue()
        self._begun = asyncio.Event()
        self._sentences = 0

    # --- for whoever listens ---

    async def begins(self, within_s: float) -> bool:
        """Whether a first sentence, a concern or the end of a reply without any came in time."""
        try:
            async with asyncio.timeout(within_s):
                await self._begun.wait()
        except TimeoutError:
            return False
        return True

    async def reaction(self) -> AsyncIterator[str]:
        """The sentences of the reaction, in order, as they are proved."""
        while (sentence := await self._said.get()) is not None:
            yield sentence

    @property
    def has_something(self) -> bool:
        """Whether a sentence waits to be said."""
        return self._sentences > 0

    def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()

    # --- for the author ---

    def say(self, sentence: str) -> None:
        self._sentences += 1
        self._said.put_nowait(sentence)
        self._begun.set()

    def said_all(self) -> None:
        """The reaction is over."""
        self._said.put_nowait(None)
        self._begun.set()

    def show(self, points: list[str]) -> None:
        """The points stand."""
        if not self.points.done():
            self.points.set_result(points)

    def settle(self, feedback: Feedback | None) -> None:
        """Everything that will come has come."""
        self.said_all()
        if not self.question.done():
            self.question.set_result(None)
        self.show([])
        if not self.feedback.done():
            self.feedback.set_result(feedback)
