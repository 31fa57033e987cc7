"""Coach: measured analysis first, language model second, grounding last."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from backend.coaching.answer import Answer
from backend.coaching.feedback import Delivery, Dimension, Feedback, Intent, Point, Requirement, Score, Star
from backend.errors import AppError
from backend.llm.ports import ChatModel, Usage
from backend.llm.prompts import Briefing, PromptBook
from backend.rag.documents import Citation, Passage
from backend.rag.ports import Embedder

Say = Callable[[str], Awaitable[None]]
"""Receives one checked sentence of the feedback, in order."""
Notice = Callable[[AppError], Awaitable[None]]
"""Receives a part's failure that the turn survives."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text that feedback may rest on: a whole document or role pack of the session."""

    document_id: str
    kind: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Context:
    """What an answer is judged against."""

    passages: tuple[Passage, ...] = ()
    """Passages found for the question and the answer, best first."""
    sources: tuple[Source, ...] = ()
    """Full texts of the session's documents and of its role pack: what a number, name or technology may come from."""
    requirements: tuple[Requirement, ...] = ()
    key_points: tuple[str, ...] = ()
    """Technical questions: what a full answer covers."""
    competency: str | None = None
    level: str | None = None
    earlier_answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known in milliseconds, before retrieval and before any language model."""

    intent: Intent | None
    not_scored_because: str | None
    delivery: Delivery
    star: Star | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything computed about one answer."""

    answer: Answer
    context: Context
    measured: Measured
    scores: dict[Dimension, Score] = field(default_factory=dict)
    strengths: tuple[Point, ...] = ()
    gaps: tuple[Point, ...] = ()
    citations: tuple[Citation, ...] = ()
    reaction: str = ""
    """One or two short sentences for the ear, made from the analysis alone."""


class Coach:
    """Turns an answer into feedback."""

    def __init__(self, chat: ChatModel | None, prompts: PromptBook, embedder: Embedder | None = None) -> None:
        self._chat = chat
        self._prompts = prompts
        self._embedder = embedder

    def measure(self, answer: Answer) -> Measured:
        """Delivery, STAR and whether this is an answer at all. Pure; milliseconds."""
        raise NotImplementedError

    def analyse(self, answer: Answer, measured: Measured, context: Context) -> Analysis:
        """Scores and points, each citing its evidence. Deterministic; blocking for at most some tens of ms."""
        raise NotImplementedError

    async def feedback(
        self,
        analysis: Analysis,
        *,
        briefing: Briefing,
        say: Say,
        notice: Notice,
        on_usage: Callable[[Usage], None] | None = None,
    ) -> Feedback:
        """Say the feedback sentence by sentence, then return all of it. Never raises for a failing model."""
        raise NotImplementedError
