"""TurnRecord: one stored answer and everything that was said about it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from backend.coaching.feedback import Delivery, Dimension, Feedback, Star
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


class SelfRating(BaseModel):
    """How the candidate rated an answer before seeing the feedback: 1-5 in all, or also by dimension."""

    overall: int = Field(ge=1, le=5)
    dimensions: dict[Dimension, Annotated[int, Field(ge=1, le=5)]] = {}
    rated_at: str


class TurnRecord(BaseModel):
    """A turn as it is kept. It is stored when the answer is known and again when the turn ends."""

    turn_id: str
    session_id: str
    owner_id: str
    position: int
    """0, 1, 2, ... in the session."""
    question: Question
    retry_of: str | None = None
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
    feedback_text: str = ""
    """What was streamed to the candidate, cut short when interrupted."""
    next_question: Question | None = None
    cut_short: bool = False
    timings_ms: dict[str, int] = {}
    versions: dict[str, str] = {}
    """As on the wire; `prompt` names all prompt texts together, by their content."""
    prompts: dict[str, str] = {}
    """The version of each prompt text that this turn spoke from."""
    idempotency_key: str | None = None
    body_sha256: str | None = None
    events: list[dict[str, Any]] = []
    """The events as sent ({event, data}), for replay while the session lives. Never holds sound."""
    created_at: str
    ended_at: str | None = None
