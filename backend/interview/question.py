"""A question as the candidate sees it (contract section 5)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from backend.rag.documents import Citation

QuestionKind = Literal["opening", "main", "follow_up", "clarify", "closing"]


class Question(BaseModel):
    """One question. `number` counts every question that wants an answer from 1 to `total`, follow-ups included."""

    question_id: str
    number: int
    total: int
    text: str
    kind: QuestionKind
    competency: str | None = None
    stage: str
    asked_by: str | None = None
    citations: list[Citation] = []
    probe: str | None = None
    """Why a follow-up is asked ("missing", "claim", ...); None for other questions."""
    hints: list[str] = []
    """What an answer could hold; only while studying."""
    time_limit_s: int | None = None
    """How long the answer may take; only in a drill."""
    goal: str | None = None
    """What the answer has to do to pass; only in a drill."""
