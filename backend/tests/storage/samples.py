"""Values for the store tests, as the product makes them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from backend.interview.question import Question
from backend.interview.session import Session, SessionPlan
from backend.interview.stories import Story
from backend.interview.turn_record import HeardAnswer, TurnRecord
from backend.rag.documents import Document

NOW = datetime(2026, 3, 14, 9, 26, 53, 589000, tzinfo=UTC)
STRANGE = 'naïve 😀 \x00 \u2028 <b>"quoted"</b> \\ 面接'
"""Characters that a column, a JSON encoder or a database may trip over."""


def at(seconds: float) -> str:
    return (NOW + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def a_question(text: str = "Tell me about yourself.") -> Question:
    return Question(question_id="q1", number=1, total=5, text=text, kind="opening", stage="intro")


def a_session(owner_id: str, number: int = 0, **changes: Any) -> Session:
    values: dict[str, Any] = {
        "session_id": f"ses_{owner_id}_{number}", "owner_id": owner_id, "plan": SessionPlan(role="engineer", time_zone="America/Los_Angeles"),
        "stage": "intro", "question": a_question(), "asked": [a_question()], "created_at": at(number),
        "updated_at": at(number), "expires_at": at(number + 3600),
    }  # fmt: skip
    return Session(**{**values, **changes})


def a_turn(session: Session, position: int = 0, **changes: Any) -> TurnRecord:
    values: dict[str, Any] = {
        "turn_id": f"trn_{session.session_id}_{position}", "session_id": session.session_id,
        "owner_id": session.owner_id, "position": position, "question": a_question(),
        "created_at": at(position),
    }  # fmt: skip
    return TurnRecord(**{**values, **changes})


def heard(text: str) -> HeardAnswer:
    return HeardAnswer(text=text, language="en", duration_s=None, words=[])


def a_document(owner_id: str, number: int = 0, **changes: Any) -> Document:
    text = changes.get("text", f"Document {number} of {owner_id}")
    values: dict[str, Any] = {
        "document_id": f"doc_{owner_id}_{number}", "owner_id": owner_id, "kind": "resume", "title": f"CV {number}",
        "mime": "text/plain", "sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        "text": text, "characters": len(text), "created_at": at(number),
    }  # fmt: skip
    return Document(**{**values, **changes})


def a_story(owner_id: str, number: int = 0, **changes: Any) -> Story:
    values: dict[str, Any] = {
        "story_id": f"sto_{owner_id}_{number}", "owner_id": owner_id, "title": f"Story {number}",
        "text": f"Last winter I did thing {number}.", "competencies": ["Ownership"], "created_at": at(number),
        "updated_at": at(number),
    }  # fmt: skip
    return Story(**{**values, **changes})
