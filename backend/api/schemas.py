"""Request bodies and the wire shapes that are more than a stored value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from backend.coaching.feedback import Dimension, Tone
from backend.coaching.levels import seniority_of
from backend.coaching.report import overall
from backend.interview import clock
from backend.interview.days import known_zone
from backend.interview.session import (
    Author,
    Difficulty,
    DrillKind,
    FeedbackTime,
    Mode,
    Practice,
    Session,
    SessionPlan,
    VoiceAmount,
)
from backend.interview.turn_record import SelfRating, TurnRecord, superseded_by

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
    minutes: float | None = Field(None, ge=0, le=240)
    """How long all of it may take; 0: as long as it takes. None: in an interview, what its mode takes for so many questions
    (`minutes_per_question` of the catalogue); in study and drill, as long as it takes."""
    language: str = Field("en", pattern=r"^[a-z]{2,3}$")
    document_ids: list[Key] = Field(default=[], max_length=20)
    voice: bool = True
    voice_amount: VoiceAmount = "short"
    voice_speed: float = Field(1.0, ge=0.7, le=1.3)
    practice: Practice = "interview"
    drill: DrillKind = "ladder"
    feedback: FeedbackTime = "each"
    panel: list[ShortText] = Field(default=[], max_length=3)
    author: Author = "auto"
    tone: Tone = "plain"
    again: AgainIn | None = None
    time_zone: ShortText | None = None
    """An IANA name ("America/Los_Angeles"), in which days are counted; one that is not known here is UTC."""

    def plan(self) -> SessionPlan:
        values = {**self.model_dump(), "time_zone": known_zone(self.time_zone)}
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
    corrects: str | None = None
    """The turn whose answer was misheard: `text` takes its place, and is judged anew."""
    continues: str | None = None
    """The turn whose answer was ended too soon: this one is joined to it, and both are judged as one answer."""
    question_id: str | None = None
    """The question that is answered; another one by now is told by a 409."""

    @model_validator(mode="after")
    def _one_way(self) -> TurnIn:
        if self.corrects is not None and (self.retry_of is not None or self.text is None):
            raise ValueError("corrects goes with text, and not with retry_of")
        if self.continues is not None and (self.retry_of is not None or self.corrects is not None):
            raise ValueError("continues goes neither with retry_of nor with corrects")
        return self


Rating = Annotated[int, Field(ge=1, le=5)]


class SelfRatingIn(Body):
    """Body of `PUT /sessions/{id}/turns/{turn_id}/self-rating`."""

    overall: Rating
    dimensions: dict[Dimension, Rating] = {}

    def rating(self, at: str) -> SelfRating:
        return SelfRating(overall=self.overall, dimensions=self.dimensions, rated_at=at)


class SelfCheckIn(Body):
    """Body of `PUT /sessions/{id}/turns/{turn_id}/self_check`."""

    ticked: Annotated[list[Annotated[str, StringConstraints(max_length=32)]], Field(max_length=50)]
    """Ids of points of the turn's reference."""


class ObjectionIn(Body):
    """Body of `POST /sessions/{id}/turns/{turn_id}/objections`."""

    point: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    """A point of the turn's feedback: `strengths.0`, `gaps.1`, `errors.0`, `scores.impact`, `rewrite`, ..."""
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] | None = None


class RecordingIn(Body):
    """Body of `POST /sessions/{id}/recordings`."""

    mime: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=100)]
    end_of_turn: bool = False
    """Whether answers to its pieces say how finished each pause sounds (`turn`)."""
    retry_of: Key | None = None
    """The answer that is given once more; also after the end of the interview."""


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
    language: str = Field("en", pattern=r"^[a-z]{2,3}$")
    document_ids: list[str] = Field(default=[], max_length=20)
    words: list[WordIn] = Field(default=[], max_length=5000)


def turn_wire(record: TurnRecord, turns: Sequence[TurnRecord] = ()) -> dict[str, Any]:
    """A stored turn: the same facts as its events. `turns`: those among which may be one that has taken its place."""
    hidden = {"owner_id", "idempotency_key", "body_sha256", "events", "self_rating"}
    wire = {**record.model_dump(mode="json", exclude=hidden), "self_rating": self_rating_wire(record)}
    if record.is_first_take:
        wire["retry_of"] = None
    return {**wire, "superseded_by": superseded_by(turns).get(record.turn_id)}


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
        "minutes": plan.minutes or None,
        "voice": plan.voice,
        "voice_amount": plan.voice_amount,
        "voice_speed": plan.voice_speed,
        "panel": plan.panel,
        "author": plan.author,
        "tone": plan.tone,
        "time_zone": plan.time_zone,
        "document_ids": plan.document_ids,
        "question": session.question.model_dump(mode="json") if session.question else None,
        "created_at": session.created_at,
        "updated_at": session.updated_at,
        "expires_at": session.expires_at,
        "finished_at": session.finished_at,
        "timers": timers(session),
    }
    if answered is not None:
        wire["answered"] = answered
    return wire


def timers(session: Session) -> dict[str, Any]:
    """How long an interview has taken, in seconds without its pauses, and may still take (None: as long as it takes)."""
    elapsed_s = round(session.elapsed_s(clock.now()))
    limit_s = round(session.plan.minutes * 60) if session.plan.minutes else None
    left_s = None if limit_s is None else max(limit_s - elapsed_s, 0)
    return {"elapsed_s": elapsed_s, "limit_s": limit_s, "left_s": left_s, "expires_at": session.expires_at}
