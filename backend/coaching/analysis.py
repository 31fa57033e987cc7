"""Analysis: the plain values that go into the coach and come out of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from backend.coaching.answer import Answer
from backend.coaching.feedback import (
    Concern,
    Corrections,
    Delivery,
    Dimension,
    Drill,
    ErrorPoint,
    Intent,
    Point,
    Reference,
    Requirement,
    Rewrite,
    Score,
    Star,
)
from backend.coaching.free_talk import Asked
from backend.rag.documents import Citation, Passage


@dataclass(frozen=True, slots=True)
class Source:
    """A text that feedback may rest on: a whole document or role pack of the session."""

    document_id: str
    kind: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Context:
    """What is known around an answer."""

    passages: tuple[Passage, ...] = ()
    """Passages found for the question and the answer, best first."""
    sources: tuple[Source, ...] = ()
    """Full texts of the session's documents and of its role pack: what a number, name or technology may come from."""
    requirements: tuple[Requirement, ...] = ()
    key_points: tuple[str, ...] = ()
    """Technical questions: what a full answer covers."""
    follow_ups: tuple[str, ...] = ()
    """What the question bank would ask next, each with what the answer holds or lacks where it is asked."""
    competency: str | None = None
    level: str | None = None
    earlier_answers: tuple[str, ...] = ()
    reference: Reference | None = None
    """What the question bank holds on the question, for the candidate to hold the answer against."""
    turn: int = 0
    """Counts the interview's turns from a number of its own, so that nothing is said twice in the same words."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known in milliseconds, before retrieval and before any language model."""

    intent: Intent | None
    not_scored_because: str | None
    delivery: Delivery
    star: Star | None
    concern: Concern | None = None
    """Something that matters more than the practice: nothing else is made of the answer, here or elsewhere."""
    told: str | None = None
    """What is said to a finished story of grief, illness or violence, instead of marks."""
    asked: Asked | None = None
    """What the coach is asked in a free talk."""

    @property
    def only_asks(self) -> bool:
        """Whether nothing but a question to the coach was said in a free talk."""
        return self.asked is not None and self.asked.alone

    @property
    def matters_more(self) -> bool:
        """Whether the authored line is all that is said of it, by whoever writes otherwise."""
        return self.concern is not None or self.told is not None


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything computed about one answer."""

    answer: Answer
    context: Context
    measured: Measured
    not_scored_because: str | None = None
    """Why there are no scores: as in `measured`, or because nothing but words to the machine was said."""
    scores: dict[Dimension, Score] = field(default_factory=dict)
    strengths: tuple[Point, ...] = ()
    gaps: tuple[Point, ...] = ()
    """Most important first."""
    errors: tuple[ErrorPoint, ...] = ()
    """Questions about what differs from the resume."""
    citations: tuple[Citation, ...] = ()
    reaction: str = ""
    """One or two short sentences for the ear, made from the analysis alone."""
    summary: str = ""
    drill: Drill | None = None
    rewrite: Rewrite = field(default_factory=lambda: Rewrite(text="", slots=[]))
    corrections: Corrections | None = None
    """Only in language practice."""
