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

Intent = Literal[
    "repeat", "clarify", "skip", "wait", "dont_know", "silence", "finish", "slower", "faster",
    "talk", "hint", "start_over", "hear_me", "refusal", "joke", "insult",
]  # fmt: skip


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
    word_variety: float | None = None
    """Part of the words that differ, 0..1, over runs of 25 words (moving-average type-token ratio)."""
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


class StarSpan(BaseModel):
    """A stretch of an answer that tells one part: neighbouring sentences, `text[char_start:char_end]`; when it was said in
    seconds of the recording, None for what was typed."""

    part: StarPart
    char_start: int
    char_end: int
    start_s: float | None = None
    end_s: float | None = None


class Star(BaseModel):
    situation: StarShare
    task: StarShare
    action: StarShare
    result: StarShare
    missing: list[StarPart]
    reply_kind: ReplyKind
    spans: list[StarSpan] = []
    """Where each part that was found was told, in the answer's order; sentences that tell none are in no span."""


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
    why: str = ""
    """What was measured or ticked that it follows from, in a sentence; empty where an author chose it."""


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
    """Whether the answer passed the drill, from what was measured; `passed` is None where that is for the candidate to
    judge. `quote` is what in the answer decided it."""

    title: str
    passed: bool | None
    why: str
    quote: str | None = None


class Correction(BaseModel):
    """A slip in the candidate's own words, `quote == answer[char_start:char_end]`, and how one says it."""

    rule: str
    """Language and name of the rule that found it: "en/depends_of"."""
    quote: str
    char_start: int
    char_end: int
    better: str
    why: str
    """In English."""
    why_here: str
    """In the language of the answer."""
    citation: str = ""
    """Id of the quoted place among the feedback's citations."""


class Corrections(BaseModel):
    """What was looked for and found in language practice."""

    language: str
    items: list[Correction]
    """At most three, in the order of the answer."""
    looked_for: int
    """How many rules were tried. No rule found is no proof of faultless language."""
    note: str


class ErrorPoint(BaseModel):
    """Something to check: a wrong fact, a difference from the resume, or a slip of language.

    `quote == answer[char_start:char_end]` where its place is known.
    """

    quote: str
    correction: str
    citation: str = ""
    """Id of the quoted place among the feedback's citations."""
    char_start: int | None = None
    char_end: int | None = None


Tone = Literal["plain", "gentle", "blunt"]
"""How the coach puts things."""
ConcernKind = Literal["distress", "harm", "confidential", "illegal", "other"]


class Concern(BaseModel):
    """Something in the answer that matters more than the practice; where it is set, nothing is scored.

    For the candidate alone: never in a share, a file to pass on, a report, or a metric by kind.
    """

    kind: ConcernKind
    say: str
    urgent: bool = False
    """Everything waits until the person chooses."""
    waits: bool = True
    """Whether it is asked how to go on. In doubt the interview goes on, with a kind word and without scores."""


class ReferencePoint(BaseModel):
    """One point of a strong answer, for the candidate to tick."""

    id: str
    text: str
    requirement: str | None = None
    """The requirement of the job that it is about, verbatim."""


class UsualMistake(BaseModel):
    """What is often said to this question, and what is right."""

    id: str
    text: str
    correction: str


class Reference(BaseModel):
    """What the question bank holds on a question: shown beside the answer, and never decided by code."""

    points: list[ReferencePoint]
    mistakes: list[UsualMistake] = []
    model_answer: str | None = None
    citations: list[Citation] = []
    """The posting's and the resume's line that bear on the question."""


class SelfCheck(BaseModel):
    """Which points of the reference the candidate says to have made."""

    ticked: list[str]
    of: int
    """How many points there were."""
    checked_at: str
    drill: Drill | None = None
    """What to practise next by this verdict."""


class Feedback(BaseModel):
    """The data of `feedback.final`."""

    scored: bool
    author: Literal["model", "rules"] = "rules"
    """Who wrote it."""
    not_scored_because: str | None = None
    intent: Intent | None = None
    summary: str
    strengths: list[Point] = []
    gaps: list[Point] = []
    errors: list[ErrorPoint] = []
    concern: Concern | None = None
    reference: Reference | None = None
    """Always there on the wire; null where the question has no points to hold the answer against."""
    rewrite: Rewrite = Rewrite(text="", slots=[])
    drill: Drill | None = None
    scores: dict[Dimension, Score] = {}
    citations: list[Citation] = []
    withheld: int = 0
    compared: Compared | None = None
    gate: Gate | None = None
    """Only in a drill."""
    corrections: Corrections | None = None
    """Only in language practice."""

    def in_short(self) -> list[str]:
        """What is said of it while it is given: the summary, and the first of the points."""
        return [self.summary, *(point.text for point in (*self.strengths[:1], *self.gaps[:1]))]


RequirementKind = Literal["duty", "skill", "knowledge", "eligibility"]


class Requirement(BaseModel):
    """One requirement of the job, verbatim from the job description or a role pack."""

    requirement_id: str
    text: str
    source: Literal["document", "role_pack"]
    document_id: str | None = None
    title: str
    char_start: int
    char_end: int
    says: str = ""
    """The same in plain words, where an author has put it so."""
    eligibility: bool = False
    """A condition that is met or not (a licence, a permit): there is nothing to tell about it."""
    kind: RequirementKind = "duty"
