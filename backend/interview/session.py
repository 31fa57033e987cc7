"""Session: what an interview is, where it stands, and which moves are legal. No I/O."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from backend.coaching.author.plan import PlannedQuestion
from backend.coaching.feedback import Requirement, Tone
from backend.errors import AppError, QuestionChanged, SessionExpired, SessionFinished, SessionPaused, StateConflict
from backend.interview.question import Question

Mode = Literal["behavioral", "technical", "cultural_fit", "intro_call", "language", "free_chat"]
CONVERSATIONS: frozenset[Mode] = frozenset({"language", "free_chat"})
"""Modes that are a talk without a plan."""
Practice = Literal["interview", "study", "drill"]
DrillKind = Literal["ladder", "pushback", "result_first"]
"""What a drill trains: the same story in less and less time, standing by it, or saying the result first."""
Author = Literal["auto", "rules"]
"""Who writes what the coach says: a capable language model where one is connected, or the rules alone."""
"""How feedback is put; what is said is the same."""
FeedbackTime = Literal["each", "end"]
"""When the candidate wants to hear how it was: after each answer, or, as in a real interview, at the end."""
VoiceAmount = Literal["question", "short", "full"]
"""What is said aloud: the question only; a short reaction before it; or the feedback itself, as far as one would say it."""
Difficulty = Literal["easy", "medium", "hard"]
SessionState = Literal["ready", "recording", "transcribing", "thinking", "speaking", "paused", "finished", "expired"]

RUNNING: frozenset[SessionState] = frozenset({"transcribing", "thinking", "speaking"})


class Again(BaseModel):
    """An earlier answer whose question the interview is to open with."""

    session_id: str
    turn_id: str


class SessionPlan(BaseModel):
    """What the candidate chose (the body of `POST /sessions`)."""

    mode: Mode = "behavioral"
    role: str | None = None
    role_pack: str | None = None
    company: str | None = None
    level: str | None = None
    difficulty: Difficulty = "medium"
    question_count: int = 5
    minutes: float | None = None
    """How long all of it may take; None or 0: as long as it takes."""
    language: str = "en"
    document_ids: list[str] = []
    voice: bool = True
    voice_amount: VoiceAmount = "short"
    voice_speed: float = 1.0
    """How much faster (above 1) or slower the coach speaks than usual."""
    practice: Practice = "interview"
    drill: DrillKind = "ladder"
    feedback: FeedbackTime = "each"
    panel: list[str] = []
    author: Author = "auto"
    tone: Tone = "plain"
    again: Again | None = None
    time_zone: str = "UTC"
    """Where the person is, by its name in the IANA database: their days are counted there."""


class Session(BaseModel):
    """One interview. Times are ISO 8601 in UTC."""

    session_id: str
    owner_id: str
    plan: SessionPlan
    state: SessionState = "ready"
    stage: str
    question: Question | None
    """The question that waits for an answer; None once the interview is over."""
    asked: list[Question] = []
    """Every question asked so far, in order, the present one included."""
    requirements: list[Requirement] = []
    """The job's requirements with their places in the documents, found once when the session starts."""
    planned: list[PlannedQuestion] = []
    """Questions an author has written for this posting and this resume, the best first; asked before any others."""
    retrieved: list[PlannedQuestion] = []
    """Questions the bank has for this posting and this resume; asked where no author plans."""
    created_at: str
    updated_at: str
    expires_at: str
    finished_at: str | None = None
    paused_at: str | None = None
    """When the pause began that lasts; None while there is none."""
    paused_s: float = 0.0
    """Seconds of all pauses that are over: they do not count as time of the interview."""

    def elapsed_s(self, now: datetime) -> float:
        """Seconds that the interview has taken: from its start to now, to the pause that lasts or to its end, without
        pauses."""
        until = self.finished_at or self.paused_at
        return _seconds(self.created_at, datetime.fromisoformat(until) if until else now) - self.paused_s

    def check_can_answer(self, *, again: bool = False, question_id: str | None = None) -> None:
        """Raise the error that says why no answer is accepted now (a running turn is no reason: the newest wins).

        `again`: a question that was answered before, which a finished interview still takes; `question_id`: the
        question that is answered, where the client says so.
        """
        if again and self.state == "finished":
            return
        self._check_alive()
        if self.state == "paused":
            raise SessionPaused(details={"state": self.state})
        if self.question is None:
            raise SessionFinished(details={"state": "finished"})
        if not again and question_id not in {None, self.question.question_id}:
            raise QuestionChanged(details={"question": self.question.model_dump(mode="json")})

    def move(self, to: SessionState, now: datetime) -> None:
        """Make one of the moves a client may ask for (`paused`, `ready`, `finished`), or raise why not."""
        self._check_alive()
        if to == "paused" and self.state in ({"ready", "recording", "paused"} | RUNNING):
            self.pause(now)
        elif to == "ready" and self.state in {"paused", "ready", "recording"}:
            self._end_pause(now)
            self.state = "ready"
        elif to == "finished":
            self.finish(now)
        else:
            raise StateConflict(details={"state": self.state, "wanted": to})

    def pause(self, now: datetime) -> None:
        """Let the interview rest; its time stands still."""
        self.state = "paused"
        self.paused_at = self.paused_at or now.isoformat(timespec="milliseconds")

    def finish(self, now: datetime) -> None:
        """End the interview. What came after an earlier end (another take of an answer) is no time of the interview."""
        self._end_pause(now)
        if self.finished_at is not None:
            self.paused_s += _seconds(self.finished_at, now)
        self.state, self.question = "finished", None
        self.finished_at = now.isoformat(timespec="milliseconds")

    def _end_pause(self, now: datetime) -> None:
        if self.paused_at is not None:
            self.paused_s += _seconds(self.paused_at, now)
            self.paused_at = None

    def _check_alive(self) -> None:
        dead: dict[SessionState, type[AppError]] = {"finished": SessionFinished, "expired": SessionExpired}
        if self.state in dead:
            raise dead[self.state](details={"state": self.state})


def _seconds(since: str, until: datetime) -> float:
    return (until - datetime.fromisoformat(since)).total_seconds()
