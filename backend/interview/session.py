"""Session: what an interview is, where it stands, and which moves are legal. No I/O."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from backend.coaching.feedback import Requirement
from backend.errors import AppError, SessionExpired, SessionFinished, SessionPaused, StateConflict
from backend.interview.question import Question

Mode = Literal["behavioral", "technical", "cultural_fit", "intro_call", "language", "free_chat"]
Practice = Literal["interview", "study", "drill"]
DrillKind = Literal["ladder", "pushback", "result_first"]
"""What a drill trains: the same story in less and less time, standing by it, or saying the result first."""
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
    again: Again | None = None


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
    created_at: str
    updated_at: str
    expires_at: str
    finished_at: str | None = None

    def check_can_answer(self) -> None:
        """Raise the error that says why no answer is accepted now (a running turn is no reason: the newest wins)."""
        self._check_alive()
        if self.state == "paused":
            raise SessionPaused(details={"state": self.state})
        if self.question is None:
            raise SessionFinished(details={"state": "finished"})

    def move(self, to: SessionState) -> None:
        """Make one of the moves a client may ask for (`paused`, `ready`, `finished`), or raise why not."""
        self._check_alive()
        if to == "paused" and self.state in ({"ready", "recording", "paused"} | RUNNING):
            self.state = "paused"
        elif to == "ready" and self.state in {"paused", "ready", "recording"}:
            self.state = "ready"
        elif to == "finished":
            self.state = "finished"
            self.question = None
        else:
            raise StateConflict(details={"state": self.state, "wanted": to})

    def _check_alive(self) -> None:
        dead: dict[SessionState, type[AppError]] = {"finished": SessionFinished, "expired": SessionExpired}
        if self.state in dead:
            raise dead[self.state](details={"state": self.state})
