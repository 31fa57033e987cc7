"""Parts for the interviewer's tests: sessions, analyses, requirements, and a model that says what it is told to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from backend.coaching.answer import Answer
from backend.coaching.coach import Analysis, Context, Measured
from backend.coaching.feedback import STAR_PARTS, Delivery, Feedback, Intent, ReplyKind, Requirement, Star, StarShare
from backend.errors import AppError
from backend.interview.question import Question
from backend.interview.questions import Interviewer
from backend.interview.session import Session, SessionPlan
from backend.interview.turn_record import HeardAnswer, TurnRecord
from backend.llm.ports import Message
from backend.llm.prompts import Briefing, FilePrompts

PROMPTS = FilePrompts(Path(__file__).parents[2] / "interview" / "prompts")
STORY = "We had a slow page. I moved the session reads to a replica. People stopped calling about it."
DELIVERY = Delivery(
    words_per_minute=None, filler_count=0, fillers=[], pauses=None, talk_time_s=None, word_count=20
)  # fmt: skip


class OneSentence:
    """A chat model with one answer, in small pieces, or an error."""

    name = "one-sentence"

    def __init__(self, text: str = "", error: AppError | None = None) -> None:
        self.text, self.error = text, error
        self.asked: list[dict[str, Any]] = []

    async def stream(self, messages: Sequence[Message], **settings: Any) -> AsyncIterator[str]:
        self.asked.append({"messages": list(messages), **settings})
        if self.error is not None:
            raise self.error
        for start in range(0, len(self.text), 5):
            yield self.text[start : start + 5]

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...


def star(missing: Sequence[str] = (), kind: ReplyKind = "story", strength: float = 0.6) -> Star:
    parts = {
        p: StarShare(present=p not in missing, strength=0.0 if p in missing else strength, share=0.2, evidence=[])
        for p in STAR_PARTS
    }
    return Star(**parts, missing=list(missing), reply_kind=kind)  # type: ignore[arg-type]


def analysed(
    text: str = STORY,
    *,
    question: str = "Which problem did you solve?",
    intent: Intent | None = None,
    found: Star | None = None,
    not_scored: str | None = None,
    mode: str = "behavioral",
) -> Analysis:
    measured = Measured(intent, not_scored, DELIVERY, found)
    return Analysis(Answer(question, text, mode=mode), Context(), measured)


def required(*texts: str) -> list[Requirement]:
    made, at = [], 0
    for number, text in enumerate(texts, 1):
        made.append(
            Requirement(
                requirement_id=f"J{number}", text=text, source="document", document_id="d1", title="The job",
                char_start=at, char_end=at + len(text),
            )
        )  # fmt: skip
        at += len(text) + 1
    return made


def started(
    interviewer: Interviewer, plan: SessionPlan, requirements: Sequence[Requirement] = ()
) -> tuple[Session, Question]:
    first = interviewer.opening(plan, requirements, ())
    session = Session(
        session_id="s1", owner_id="o1", plan=plan, stage=first.stage, question=first, asked=[first],
        requirements=list(requirements), created_at="", updated_at="", expires_at="",
    )  # fmt: skip
    return session, first


class Talk:
    """One session driven by hand, collecting what is said and noticed."""

    def __init__(self, interviewer: Interviewer, plan: SessionPlan, requirements: Sequence[Requirement] = ()) -> None:
        self.interviewer = interviewer
        self.session, self.question = started(interviewer, plan, requirements)
        self.said: list[str] = []
        self.notices: list[AppError] = []
        self.turns: list[TurnRecord] = []

    async def answer(self, analysis: Analysis) -> Question | None:
        briefing = self.interviewer.briefing(
            self.session, self.turns, self.session.requirements, (), analysis.answer.text
        )
        return await self._next(analysis, briefing)

    async def _next(self, analysis: Analysis, briefing: Briefing) -> Question | None:
        async def say(text: str) -> None:
            self.said.append(text)

        async def notice(error: AppError) -> None:
            self.notices.append(error)

        found = await self.interviewer.next_question(
            self.session, self.turns, analysis, briefing=briefing, say=say, notice=notice
        )
        self.turns.append(turn(len(self.turns), self.session.question, analysis))
        self.session.question = found
        if found is not None:
            self.session.asked.append(found)
        return found


def turn(position: int, question: Question | None, analysis: Analysis) -> TurnRecord:
    assert question is not None
    scored = analysis.measured.intent is None and analysis.measured.not_scored_because is None
    text = analysis.answer.text
    return TurnRecord(
        turn_id=f"t{position}", session_id="s1", owner_id="o1", position=position, question=question,
        outcome="completed",
        transcript=HeardAnswer(text=text, language="en", duration_s=None, words=[]), star=analysis.measured.star,
        feedback=Feedback(scored=scored, intent=analysis.measured.intent, summary=""), created_at="",
    )  # fmt: skip
