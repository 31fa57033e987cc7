"""The wire values of an analysed answer (contract sections 6, 9 and 10): delivery, STAR, scores, feedback."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from backend.rag.documents import Citation

StarPart = Literal["situation", "task", "action", "result"]
STAR_PARTS: tuple[StarPart, ...] = ("situation", "task", "action", "result")

ReplyKind = Literal[
    "story", "pseudo_story", "example", "opinion", "self_description",
    "technical_explanation", "introduction", "motivation", "none",
]  # fmt: skip

Dimension = Literal[
    "structure", "relevance", "specificity", "impact", "clarity", "conciseness", "delivery",
    "technical_accuracy", "problem_solving", "culture_add", "language",
]  # fmt: skip

Intent = Literal["repeat", "clarify", "skip", "wait", "dont_know", "silence", "finish"]


class Withheld(BaseModel):
    """A figure that could not be measured, and why."""

    figure: str
    why: str


class Filler(BaseModel):
    word: str
    char_start: int


class Pauses(BaseModel):
    count: int
    """Pauses longer than 2.5 s, the first 5 s after the question not counted."""
    longest_s: float


class Hesitations(BaseModel):
    """Sounds like "um" that the recogniser left out, found in the recording."""

    count: int
    at_s: list[float]
    """Where each begins, in seconds from the start of the recording."""
    how: str


class PaceWindow(BaseModel):
    """The pace over about 15 s of speaking time; windows overlap."""

    from_s: float
    to_s: float
    words_per_minute: float


class PaceStretch(BaseModel):
    """A sustained stretch outside the band that draws no comment."""

    way: Literal["fast", "slow"]
    from_s: float
    to_s: float
    words_per_minute: float
    """Mean of its windows."""
    share: float
    """Part of all windows that are this way, 0..1."""


class Repeated(BaseModel):
    phrase: str
    times: int


class Delivery(BaseModel):
    """How it was said. What cannot be measured is None and named in `withheld`."""

    words_per_minute: float | None
    filler_count: int | None
    fillers: list[Filler]
    pauses: Pauses | None
    talk_time_s: float | None
    word_count: int
    fillers_per_minute: float | None = None
    hedges: list[Filler] = []
    hesitations: Hesitations | None = None
    pace: list[PaceWindow] = []
    pace_outside: PaceStretch | None = None
    """None where the pace is easy to follow, and where the sample is too short to say."""
    repeated: list[Repeated] = []
    said_i: int = 0
    said_we: int = 0
    """How often "I" and "we" begin what is told. Shown, and scored nowhere: studies disagree on which is better."""
    how: dict[str, str] = {}
    """Figure -> how it was measured, in one sentence."""
    withheld: list[Withheld] = []


class Evidence(BaseModel):
    quote: str
    char_start: int
    char_end: int


class StarShare(BaseModel):
    present: bool
    strength: float = Field(ge=0, le=1)
    share: float = Field(ge=0, le=1)
    """Part of the answer's words spent on this, 0..1."""
    evidence: list[Evidence]


class Star(BaseModel):
    situation: StarShare
    task: StarShare
    action: StarShare
    result: StarShare
    missing: list[StarPart]
    reply_kind: ReplyKind


class Score(BaseModel):
    """One dimension. `anchor` is the wording of this level in the rubric, `why` the reason found in this answer."""

    score: int = Field(ge=1, le=5)
    why: str
    anchor: str


class Point(BaseModel):
    """One claim and what it rests on."""

    text: str
    citations: list[str]


class Slot(BaseModel):
    """An open place in a rewrite: what the candidate would have to add."""

    part: StarPart
    hint: str


class Rewrite(BaseModel):
    text: str
    slots: list[Slot]


class Drill(BaseModel):
    title: str
    instruction: str


class Change(BaseModel):
    """One difference between two takes of the same question."""

    what: str
    before: float | str | None
    after: float | str | None
    better: bool | None


class Compared(BaseModel):
    turn_id: str
    changes: list[Change]


class Gate(BaseModel):
    """Whether the answer passed the drill, from what was measured. `quote` is what in the answer decided it."""

    title: str
    passed: bool
    why: str
    quote: str | None = None


class Feedback(BaseModel):
    """The data of `feedback.final`."""

    scored: bool
    not_scored_because: str | None = None
    intent: Intent | None = None
    summary: str
    strengths: list[Point] = []
    gaps: list[Point] = []
    rewrite: Rewrite = Rewrite(text="", slots=[])
    drill: Drill | None = None
    scores: dict[Dimension, Score] = {}
    citations: list[Citation] = []
    withheld: int = 0
    compared: Compared | None = None
    gate: Gate | None = None
    """Only in a drill."""


class Requirement(BaseModel):
    """One requirement of the job, verbatim from the job description or a role pack."""

    requirement_id: str
    text: str
    source: Literal["document", "role_pack"]
    document_id: str | None = None
    title: str
    char_start: int
    char_end: int
