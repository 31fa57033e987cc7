"""A question as the candidate sees it (contract section 5)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from backend.rag.documents import Citation

QuestionKind = Literal["opening", "main", "follow_up", "clarify", "closing"]
TimeLeft = Literal["little", "none"]
"""That the time of an interview is nearly up, or up."""


class Question(BaseModel):
    """One question. `number` counts every question that wants an answer from 1 to `total`, follow-ups included; `total`
    falls where questions are left out because it is late."""

    question_id: str
    number: int
    total: int
    text: str
    kind: QuestionKind
    competency: str | None = None
    stage: str
    asked_by: str | None = None
    citations: list[Citation] = []
    lead: str = ""
    """With what the text begins before the question itself: a word on the time, and how a panel member opens."""
    time_left: TimeLeft | None = None
    """What was said with it about the time of the whole interview; None: nothing."""
    probe: str | None = None
    """Why a follow-up is asked ("missing", "claim", ...); None for other questions."""
    hints: list[str] = []
    """What an answer could hold; only while studying."""
    time_limit_s: int | None = None
    """How long the answer may take; only in a drill."""
    goal: str | None = None
    """What the answer has to do to pass; only in a drill."""
    choice: bool = False
    """It asks how to go on (stop, pause, another question), after something that matters more than the practice."""

    @property
    def plain(self) -> str:
        """The question itself, without what leads up to it."""
        return self.text.removeprefix(self.lead).lstrip() if self.lead else self.text

    @property
    def aloud(self) -> str:
        """What is said: the question, and the line of a document that it points at without reading it out, for those who
        only listen."""
        documents = [c for c in self.citations if c.source == "document"]
        if self.kind not in ("opening", "main") or not documents or len(documents) < len(self.citations):
            return self.text  # a question of the bank can be answered without the line it was found by
        line = " ".join(documents[0].quote.split())
        return self.text if line.rstrip(".;,") in self.text else f"{self.text} “{line}”"
