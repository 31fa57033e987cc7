"""TurnRecord: one stored answer and everything that was said about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from backend.coaching.feedback import Delivery, Dimension, Feedback, SelfCheck, Star
from backend.interview.question import Question
from backend.rag.documents import Citation

Outcome = Literal["running", "completed", "cancelled", "failed"]


class HeardWord(BaseModel):
    """A word on the wire: `w` text, times in seconds, `p` probability."""

    w: str
    start_s: float
    end_s: float
    p: float


class HeardAnswer(BaseModel):
    """The data of `transcript.final`."""

    text: str
    language: str
    duration_s: float | None
    words: list[HeardWord]
    speech_s: float | None = None
    hesitations: list[float] | None = None
    """Seconds at which a sound like "um" begins that no word covers; None where nobody looked."""
    not_understood: list[tuple[float, float]] = []
    """(start, end) in seconds of the stretches in which somebody speaks for long and no words were found."""


def joined(before: HeardAnswer, after: HeardAnswer) -> HeardAnswer:
    """One answer of two parts. Spoken parts are put one after the other in time; where one was typed, nothing is timed."""
    text = " ".join(part for part in (before.text, after.text) if part)
    if before.duration_s is None or after.duration_s is None:
        return HeardAnswer(text=text, language=before.language, duration_s=None, words=[])
    later = before.duration_s
    words = [w.model_copy(update={"start_s": w.start_s + later, "end_s": w.end_s + later}) for w in after.words]
    sounds = [part.hesitations for part in (before, after)]
    return HeardAnswer(
        text=text,
        language=before.language,
        duration_s=later + after.duration_s,
        words=[*before.words, *words],
        speech_s=(before.speech_s or 0.0) + (after.speech_s or 0.0),
        hesitations=None if None in sounds else [*(sounds[0] or []), *(s + later for s in sounds[1] or [])],
        not_understood=[*before.not_understood, *((a + later, b + later) for a, b in after.not_understood)],
    )


class SelfRating(BaseModel):
    """How the candidate rated an answer before seeing the feedback: 1-5 in all, or also by dimension."""

    overall: int = Field(ge=1, le=5)
    dimensions: dict[Dimension, Annotated[int, Field(ge=1, le=5)]] = {}
    rated_at: str


class Objection(BaseModel):
    """The candidate says that a point of the feedback is wrong. It is kept and shown, and never argued with."""

    point: str
    """As `objections.point_text` names it: "gaps.1"."""
    text: str
    """The point as it was then; a revised feedback may have another in its place."""
    why: str | None = None
    objected_at: str


class TurnRecord(BaseModel):
    """A turn as it is kept. It is stored when the answer is known and again when the turn ends."""

    turn_id: str
    session_id: str
    owner_id: str
    position: int
    """0, 1, 2, ... in the session."""
    question: Question
    retry_of: str | None = None
    corrects: str | None = None
    """The turn whose answer was misheard and is put right by this one, which takes its place once it has ended."""
    continues: str | None = None
    """The turn whose answer was ended too soon and goes on in this one: `transcript` holds both."""
    spoken: bool = False
    outcome: Outcome = "running"
    error: dict[str, Any] | None = None
    transcript: HeardAnswer | None = None
    delivery: Delivery | None = None
    star: Star | None = None
    context: list[Citation] = []
    feedback: Feedback | None = None
    self_rating: SelfRating | None = None
    """Kept beside the turn, since it may be given while the turn still runs."""
    self_check: SelfCheck | None = None
    """Kept beside the turn for the same reason."""
    objections: list[Objection] = []
    """Kept beside the turn like the self-rating; oldest first."""
    feedback_text: str = ""
    """What was streamed to the candidate, cut short when interrupted."""
    next_question: Question | None = None
    cut_short: bool = False
    timings_ms: dict[str, int] = {}
    versions: dict[str, str] = {}
    """As on the wire; `prompt` names all prompt texts together, by their content."""
    prompts: dict[str, str] = {}
    """The version of each prompt text that this turn spoke from."""
    erased_at: str | None = None
    """When the candidate took the answer back; nothing of it is left."""
    idempotency_key: str | None = None
    body_sha256: str | None = None
    revised_at: str | None = None
    """When `feedback` was replaced after the turn had ended."""
    events: list[dict[str, Any]] = []
    """The events as sent ({event, data}), for replay while the session lives. Never holds sound."""
    created_at: str
    ended_at: str | None = None

    @property
    def in_confidence(self) -> bool:
        """Whether it is for the candidate alone: no share, file to pass on, report or prompt holds anything of it.

        So is the choice of how to go on that follows, which would tell that there was something."""
        return self.question.choice or (self.feedback is not None and self.feedback.concern is not None)

    @property
    def is_first_take(self) -> bool:
        """Whether its question was not answered before (what corrects or continues a turn stands for it)."""
        return self.retry_of in {None, self.corrects, self.continues}

    @property
    def stands_for(self) -> str | None:
        """The turn whose place it takes once it has ended."""
        return self.corrects or self.continues


def superseded_by(turns: Sequence[TurnRecord]) -> dict[str, str]:
    """Turn -> the turn that has taken its place."""
    return {t.stands_for: t.turn_id for t in turns if t.stands_for is not None and t.outcome == "completed"}


def current(turns: Sequence[TurnRecord]) -> list[TurnRecord]:
    """The turns that count: without those whose answer was corrected or went on."""
    gone = superseded_by(turns)
    return [t for t in turns if t.turn_id not in gone]
