"""Analysis: the plain values that go into the coach and come out of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from backend.coaching.answer import Answer
from backend.coaching.facts import Facts
from backend.coaching.feedback import Corrections, Delivery, Dimension, Drill, Intent, Point, Requirement, Score, Star
from backend.errors import AppError
from backend.rag.documents import Citation, Passage

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
    not_scored_because: str | None = None
    """Why there are no scores: as in `measured`, or because the answer is about something else."""
    scores: dict[Dimension, Score] = field(default_factory=dict)
    strengths: tuple[Point, ...] = ()
    gaps: tuple[Point, ...] = ()
    """Most important first."""
    aim: str = ""
    """What a listener would still ask, as in "to find out ..."; empty where the first gap leaves nothing to ask."""
    citations: tuple[Citation, ...] = ()
    reaction: str = ""
    """One or two short sentences for the ear, made from the analysis alone."""
    summary: str | None = None
    """Feedback in the language that is practised begins so; None: it is made from what the answer tells."""
    drill: Drill | None = None
    """Only with such a summary."""
    corrections: Corrections | None = None
    """Only in language practice."""
    facts: Facts | None = None
    """What was counted, where there are scores of an answer in English."""
