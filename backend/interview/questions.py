"""What to ask next: the bank, the job's unproven requirements, the weakest part of the answer."""

from __future__ import annotations

from collections.abc import Sequence

from backend.coaching.coach import Analysis, Notice, Say, Source
from backend.coaching.feedback import Requirement
from backend.interview.question import Question
from backend.interview.session import Session, SessionPlan
from backend.interview.turn_record import TurnRecord
from backend.llm.ports import ChatModel
from backend.llm.prompts import Briefing, PromptBook


class Interviewer:
    """Asks one question at a time, each grounded and never twice."""

    def __init__(self, chat: ChatModel | None, prompts: PromptBook) -> None:
        self._chat = chat
        self._prompts = prompts

    def opening(self, plan: SessionPlan, requirements: Sequence[Requirement], sources: Sequence[Source]) -> Question:
        """The first question; immediate, no model."""
        raise NotImplementedError

    def briefing(
        self,
        session: Session,
        turns: Sequence[TurnRecord],
        requirements: Sequence[Requirement],
        sources: Sequence[Source],
        answer_text: str,
    ) -> Briefing:
        """The shared prompt of a turn, stable part first, within the prompt budget."""
        raise NotImplementedError

    async def next_question(
        self,
        session: Session,
        turns: Sequence[TurnRecord],
        analysis: Analysis,
        *,
        briefing: Briefing,
        say: Say,
        notice: Notice,
    ) -> Question | None:
        """Stream the next question through `say`, then return it; None when the interview is over."""
        raise NotImplementedError
