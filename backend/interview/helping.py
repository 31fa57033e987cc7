"""Help with the question that waits: an author puts it once more, or shows who studies how it could be answered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from backend.coaching.analysis import Source
from backend.coaching.author.choice import Authors
from backend.coaching.author.clarification import HelpBrief, StudyHelp, study_help
from backend.errors import StateConflict
from backend.interview.briefing import persona_of
from backend.interview.memory import told
from backend.interview.modes import InterviewData
from backend.interview.question import Question
from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord
from backend.llm.ports import Usage
from backend.llm.prompts import PromptBook, PromptSet

EXAMPLE_LABEL = "An example, not your answer. Where it says [add: …], only you know what is true."
BANK_LABEL = "One possible answer, not yours. Yours comes from what you have done yourself."
_REMEMBERED = 256


def help_brief(
    session: Session,
    question: Question,
    turns: Sequence[TurnRecord],
    sources: Sequence[Source],
    said: str,
    *,
    key_points: Sequence[str],
    data: InterviewData,
    prompts: PromptSet,
    on_usage: Callable[[Usage], None],
) -> HelpBrief:
    """What an author is given for one question. `said`: how the candidate asked for help, if they did."""
    language = data.languages.get(session.plan.language)
    return HelpBrief(
        question=question.plain,
        said=said,
        sources=[s for s in sources if s.kind != "role_pack"],
        persona=persona_of(data, session.plan, question),
        prompts=prompts,
        slot=session.session_id,
        key_points=key_points,
        earlier=[t.transcript.text for t in told(turns) if t.transcript is not None],
        language=language.name if language is not None else "English",
        language_code=session.plan.language,
        on_usage=on_usage,
    )


class Studying:
    """What is shown to who studies a question, written when it is asked for. Kept in memory while it may be looked at
    again, and nowhere else."""

    def __init__(self, authors: Authors, data: InterviewData, prompts: PromptBook) -> None:
        self._authors, self._data, self._prompts = authors, data, prompts
        self._known: OrderedDict[tuple[str, str], StudyHelp] = OrderedDict()

    async def of(
        self,
        session: Session,
        turns: Sequence[TurnRecord],
        sources: Sequence[Source],
        key_points: Callable[[Question], tuple[str, ...]],
    ) -> StudyHelp | None:
        """An author's help with the question that waits; None where none writes, and the bank helps. Raises
        `StateConflict` where nothing is studied."""
        question = session.question
        if session.plan.practice != "study" or question is None:
            raise StateConflict(details={"state": session.state, "practice": session.plan.practice})
        key = session.session_id, question.question_id
        if key in self._known:
            return self._known[key]
        author, _ = await self._authors.choose(session.plan.author, session.owner_id)
        if author is None:
            return None
        brief = help_brief(
            session,
            question,
            turns,
            sources,
            "",
            key_points=key_points(question),
            data=self._data,
            prompts=self._prompts.current(),
            on_usage=self._authors.counting(session.owner_id, lambda usage: None),
        )
        found = await study_help(author, brief)
        if found is not None:
            self._known[key] = found
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found

    def forget(self, session_id: str) -> None:
        for key in [key for key in self._known if key[0] == session_id]:
            del self._known[key]
