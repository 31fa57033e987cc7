"""Parts for the interviewer's tests: sessions, analyses and requirements."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from backend.coaching.answer import Answer
from backend.coaching.coach import Analysis, Context, Measured
from backend.coaching.feedback import STAR_PARTS, Delivery, Feedback, Intent, ReplyKind, Requirement, Star, StarShare
from backend.interview import clock
from backend.interview.question import Question
from backend.interview.questions import Interviewer
from backend.interview.session import Session, SessionPlan
from backend.interview.turn_record import HeardAnswer, TurnRecord
from backend.llm.prompts import FilePrompts

PROMPTS = FilePrompts(Path(__file__).parents[2] / "interview" / "prompts")
STORY = "We had a slow page. I moved the session reads to a replica. People stopped calling about it."
DELIVERY = Delivery(
    words_per_minute=None, filler_count=0, fillers=[], pauses=None, talk_time_s=None, word_count=20
)  # fmt: skip


def star(missing: Sequence[str] = (), kind: ReplyKind = "story", strength: float = 0.6) -> Star:
    parts = {
        p: StarShare(present=p not in missing, strength=0.0 if p in missing else strength, share=0.2, evidence=[])
        for p in STAR_PARTS
    }
    return Star(**parts, missing=list(missing), reply_kind=kind)  # type: ignore[arg-type]


def analysed(
    text: str = STORY,
    *,
    question: str = "Can you tell me about a time when you solved a problem?",
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
    retrieved = interviewer.retrieve(plan, interviewer.pack_for(plan), requirements, ())
    first = interviewer.opening(plan, (), retrieved=retrieved)
    session = Session(
        session_id="s1", owner_id="o1", plan=plan, stage=first.stage, question=first, asked=[first],
        requirements=list(requirements), retrieved=retrieved, created_at=clock.iso(clock.now()), updated_at="", expires_at="",
    )  # fmt: skip
    return session, first


class Talk:
    """One session driven by hand, collecting what is said and noticed."""

    def __init__(self, interviewer: Interviewer, plan: SessionPlan, requirements: Sequence[Requirement] = ()) -> None:
        self.interviewer = interviewer
        self.session, self.question = started(interviewer, plan, requirements)
        self.said: list[str] = []
        self.turns: list[TurnRecord] = []

    async def answer(self, analysis: Analysis) -> Question | None:
        found = (await self.interviewer.decide(self.session, self.turns, analysis)).question
        if found is not None and analysis.measured.intent != "wait":
            self.said.append(found.text)
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
