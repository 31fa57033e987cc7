"""The turn's events: a closed vocabulary, exactly section 6 of the wire contract."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel

from backend.coaching.feedback import Delivery, Feedback, Star
from backend.interview.question import Question
from backend.interview.session import SessionState
from backend.interview.turn_record import HeardAnswer
from backend.rag.documents import Citation


class TurnEvent(BaseModel):
    """Base of all events. `seq`, `turn_id` and `at_ms` are added by the stream that carries it."""

    name: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


class TurnStarted(TurnEvent):
    name = "turn.started"
    question_id: str
    state: SessionState


class TranscriptPartial(TurnEvent):
    name = "transcript.partial"
    text: str
    stable_chars: int


class TranscriptFinal(TurnEvent):
    name = "transcript.final"
    heard: HeardAnswer

    def payload(self) -> dict[str, Any]:
        return self.heard.model_dump(mode="json")


class DeliveryMeasured(TurnEvent):
    name = "delivery"
    delivery: Delivery

    def payload(self) -> dict[str, Any]:
        return self.delivery.model_dump(mode="json")


class StarFound(TurnEvent):
    name = "star"
    star: Star

    def payload(self) -> dict[str, Any]:
        return self.star.model_dump(mode="json")


class ContextFound(TurnEvent):
    name = "context.found"
    citations: list[Citation]


class FeedbackDelta(TurnEvent):
    name = "feedback.delta"
    text: str
    offset: int


class FeedbackFinal(TurnEvent):
    name = "feedback.final"
    feedback: Feedback

    def payload(self) -> dict[str, Any]:
        wire = self.feedback.model_dump(mode="json")
        for optional in ("not_scored_because", "intent", "compared", "corrections"):
            if wire[optional] is None:
                del wire[optional]
        return wire


class QuestionDelta(TurnEvent):
    name = "question.delta"
    text: str
    offset: int


class QuestionFinal(TurnEvent):
    name = "question.final"
    question: Question


class AudioReady(TurnEvent):
    name = "audio"
    index: int
    role: Literal["feedback", "question"]
    text: str
    mime: str
    duration_ms: int
    url: str


class Notice(TurnEvent):
    name = "notice"
    stage: str
    code: str
    message_safe: str


class TurnFailed(TurnEvent):
    name = "turn.failed"
    error: dict[str, Any]


class TurnEnded(TurnEvent):
    name = "turn.ended"
    outcome: Literal["completed", "cancelled", "failed"]
    state: SessionState
    timings_ms: dict[str, int]
    versions: dict[str, str]


ALL_EVENTS: tuple[type[TurnEvent], ...] = (
    TurnStarted, TranscriptPartial, TranscriptFinal, DeliveryMeasured, StarFound, ContextFound, FeedbackDelta,
    FeedbackFinal, QuestionDelta, QuestionFinal, AudioReady, Notice, TurnFailed, TurnEnded,
)  # fmt: skip
