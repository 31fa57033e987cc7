"""A question as the candidate sees it (contract section 5)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from backend.rag.documents import Citation

QuestionKind = Literal["opening", "main", "follow_up", "clarify", "closing"]


class Question(BaseModel):
    """One question. `number` counts main questions from 1 to `total`; a follow-up keeps its main question's number."""

    question_id: str
    number: int
    total: int
    text: str
    kind: QuestionKind
    competency: str | None = None
    stage: str
    asked_by: str | None = None
    citations: list[Citation] = []
