"""Request bodies and the wire shapes that are more than a stored value."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.coaching.feedback import Dimension
from backend.coaching.levels import seniority_of
from backend.coaching.report import overall
from backend.interview.session import (
    Difficulty,
    DrillKind,
    FeedbackTime,
    Mode,
    Practice,
    Session,
    SessionPlan,
    VoiceAmount,
)
from backend.interview.turn_record import SelfRating, TurnRecord

ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:_.\-]{1,128}$")]


class Body(BaseModel):
    """Unknown fields are refused, so that nothing is set by accident."""

    model_config = ConfigDict(extra="forbid")


class AgainIn(Body):
    """An earlier answer of the caller, whose question the interview opens with."""

    session_id: Key
    turn_id: Key


class SessionIn(Body):
    """Body of `POST /sessions`; everything has a sensible default."""

    mode: Mode = "behavioral"
    role: ShortText | None = None
    role_pack: ShortText | None = None
    company: ShortText | None = None
    level: ShortText | None = None
    difficulty: Difficulty = "medium"
    question_count: int = Field(5, ge=1, le=20)
    language: str = Field("en", pattern=r"^[a-z]{2,3}$")
    document_ids: list[Key] = Field(default=[], max_length=20)
    voice: bool = True
    voice_amount: VoiceAmount = "short"
    voice_speed: float = Field(1.0, ge=0.7, le=1.3)
    practice: Practice = "interview"
    drill: DrillKind = "ladder"
    feedback: FeedbackTime = "each"
    panel: list[ShortText] = Field(default=[], max_length=3)
    again: AgainIn | None = None

    def plan(self) -> SessionPlan:
        values = self.model_dump()
        return SessionPlan(**{k: (v or None if isinstance(v, str) else v) for k, v in values.items()})


class SessionMove(Body):
    """Body of `PATCH /sessions/{id}`."""

    state: Literal["paused", "ready", "finished"]


class TurnIn(Body):
    """JSON body of `POST /sessions/{id}/turns`: a typed answer or a live recording."""

    text: str | None = None
    recording_id: str | None = None
    chunks: int | None = Field(None, ge=0)
    retry_of: str | None = None


Rating = Annotated[int, Field(ge=1, le=5)]


class SelfRatingIn(Body):
    """Body of `PUT /sessions/{id}/turns/{turn_id}/self-rating`."""

    overall: Rating
    dimensions: dict[Dimension, Rating] = {}

    def rating(self, at: str) -> SelfRating:
        return SelfRating(overall=self.overall, dimensions=self.dimensions, rated_at=at)


class RecordingIn(Body):
    """Body of `POST /sessions/{id}/recordings`."""

    mime: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=100)]
    end_of_turn: bool = False
    """Whether answers to its pieces say how finished each pause sounds (`turn`)."""


class SearchIn(Body):
    """Body of `POST /retrieval/search`."""

    query: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    document_ids: list[str] | None = None
    kinds: list[Literal["job_description", "resume", "company", "notes", "role_pack"]] | None = None
    top_k: int = Field(6, ge=1, le=50)


class WordIn(Body):
    w: str = Field(max_length=200)
    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)
    p: float = Field(1.0, ge=0, le=1)


class AnalysisIn(Body):
    """Body of `POST /analyses`."""

    question: str = Field(max_length=2000)
    answer: str = Field(max_length=12_000)
    mode: Mode = "behavioral"
    document_ids: list[str] = Field(default=[], max_length=20)
    words: list[WordIn] = Field(default=[], max_length=5000)


def turn_wire(record: TurnRecord) -> dict[str, Any]:
    """A stored turn: the same facts as its events."""
    hidden = {"owner_id", "idempotency_key", "body_sha256", "events", "self_rating"}
    return {**record.model_dump(mode="json", exclude=hidden), "self_rating": self_rating_wire(record)}


def self_rating_wire(record: TurnRecord) -> dict[str, Any] | None:
    """The candidate's rating beside the mean measured (None where nothing was scored), and the first minus the second."""
    rating = record.self_rating
    if rating is None:
        return None
    measured = overall(record.feedback) if record.feedback is not None else None
    difference = None if measured is None else round(rating.overall - measured, 1)
    return {**rating.model_dump(mode="json"), "measured": measured, "difference": difference}


def session_summary(session: Session, state: str, answered: int | None = None) -> dict[str, Any]:
    """A session in a list."""
    plan = session.plan
    wire: dict[str, Any] = {
        "session_id": session.session_id,
        "state": state,
        "stage": session.stage,
        "mode": plan.mode,
        "practice": plan.practice,
        "drill": plan.drill,
        "feedback": plan.feedback,
        "role": plan.role,
        "role_pack": plan.role_pack,
        "company": plan.company,
        "level": plan.level,
        "seniority": seniority_of(plan.level, plan.role),
        "difficulty": plan.difficulty,
        "language": plan.language,
        "question_count": plan.question_count,
        "voice": plan.voice,
        "voice_amount": plan.voice_amount,
        "voice_speed": plan.voice_speed,
        "panel": plan.panel,
        "document_ids": plan.document_ids,
        "question": session.question.model_dump(mode="json") if session.question else None,
        "created_at": session.created_at,
        "updated_at": session.updated_at,
        "expires_at": session.expires_at,
        "finished_at": session.finished_at,
    }
    if answered is not None:
        wire["answered"] = answered
    return wire
