"""Planned questions: asked before others, in order, never twice, where they belong; and put in between turns."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path
from typing import Any, cast

import pytest

from backend.coaching.analysis import Source
from backend.coaching.answer import Answer
from backend.coaching.author.capability import Capability, State
from backend.coaching.author.choice import Authors
from backend.coaching.author.model import ModelAuthor
from backend.coaching.author.plan import InterviewPlan, PlannedQuestion
from backend.coaching.coach import Analysis, Context, Measured
from backend.coaching.feedback import Requirement
from backend.interview import clock
from backend.interview.modes import InterviewData
from backend.interview.planning import Planner, joined
from backend.interview.ports import WrittenStore
from backend.interview.questions import Interviewer
from backend.interview.redaction import redacted_session
from backend.interview.session import Session, SessionPlan
from backend.interview.turn_record import TurnRecord
from backend.llm.scripted_play import Play
from backend.rag.documents import Citation, Document
from backend.storage.stores import Stores
from backend.tests.coaching.author.writing import JOB, PROMPTS, RESUME, writing
from backend.tests.interview.building import DELIVERY
from backend.tests.storage.samples import a_session, a_turn

INTERVIEWER = Interviewer()


def question(text: str, kind: Any = "behavioral", at: int = 0, **more: Any) -> PlannedQuestion:
    cited = Citation(
        citation_id="J1", source="document", document_id="d1", title="Job", quote="x", char_start=at, char_end=at + 1
    )
    return PlannedQuestion(text=text, kind=kind, citations=[cited], **more)


PLANNED = [
    question("What draws you to this work?", "intro", 0),
    question("Have you ever calmed somebody down? How?", "behavioral", 10),
    question("How do you keep a log that others can read?", "technical", 20),
    question("When did you last say no to a colleague?", "cultural_fit", 30),
    question("Which rule would you change, and why?", "behavioral", 10),
    question("What was the hardest night you worked?", "behavioral", 40),
]


def session(planned: list[PlannedQuestion], **plan: Any) -> Session:
    chosen = SessionPlan(**{"question_count": 6, "difficulty": "easy", **plan})
    first = INTERVIEWER.opening(chosen, (), None, planned)
    return Session(
        session_id="s1", owner_id="o1", plan=chosen, stage=first.stage, question=first, asked=[first],
        planned=planned, created_at=clock.iso(clock.now()), updated_at="", expires_at="",
    )  # fmt: skip


async def asked(of: Session) -> list[str]:
    """The texts of a whole interview without follow-ups."""
    while of.question is not None:
        answer = Answer(of.question.text, "I did it.", mode=of.plan.mode)
        analysis = Analysis(answer, Context(), Measured(None, "too short", DELIVERY, None))
        decided = await INTERVIEWER.decide(of, [], analysis)
        of.question = decided.planned or decided.question
        if of.question is not None:
            of.asked.append(of.question)
    return [q.text for q in of.asked]


async def test_they_are_asked_in_order_where_they_belong_and_no_place_twice() -> None:
    texts = await asked(session(PLANNED))
    assert len(texts) == 6
    assert texts[0] == PLANNED[0].text
    assert [t for t in texts if t in {q.text for q in PLANNED}] == [PLANNED[n].text for n in (0, 1, 5, 3)]
    assert texts[-1] in INTERVIEWER.lines.about["Closing"]


@pytest.mark.parametrize("mode", ["language", "free_chat"])
async def test_a_talk_has_no_plan(mode: str) -> None:
    texts = await asked(session(PLANNED, mode=mode))
    assert not {q.text for q in PLANNED} & set(texts)


async def test_an_unsuitable_one_is_never_asked_and_a_hard_one_not_in_an_easy_interview() -> None:
    wrong = [question("How old are you?"), question("Prove it to me: how?", at=5, difficulty="hard")]
    texts = await asked(session(wrong))
    assert not {q.text for q in wrong} & set(texts)


async def test_another_language_is_asked_about_the_job_too() -> None:
    german = [question("Was zieht Sie zu dieser Arbeit?", "intro"), question("Wie beruhigen Sie jemanden?", at=9)]
    texts = await asked(session(german, language="de"))
    assert {q.text for q in german} <= set(texts)


def required(at: int, **more: Any) -> Requirement:
    return Requirement(
        requirement_id="Q1", text="x", source="document", document_id="d1", title="Job", char_start=at,
        char_end=at + 1, **more,
    )  # fmt: skip


def test_conditions_of_eligibility_are_no_matter_for_the_interview() -> None:
    plan = InterviewPlan(requirements=[required(0, eligibility=True), required(5, says="Keeping a log")])
    assert [r.says for r in joined(session([]), plan).requirements] == ["Keeping a log"]


def test_an_erased_document_takes_its_questions_along() -> None:
    document = Document(document_id="d1", owner_id="o1", kind="job_description", title="", mime="", sha256="", text="x")
    other = PlannedQuestion(text="Why?", kind="intro")
    assert redacted_session(session([*PLANNED, other]), document).planned == [other]


async def test_a_plan_waits_for_the_turn_that_runs(tmp_path: Path) -> None:
    stores = await Stores.open(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
    planner = Planner(
        Authors(), stores.written, stores.sessions, stores.turns,
        data=InterviewData(), prompts=PROMPTS, competencies=(), lock=locks.__getitem__,
    )  # fmt: skip
    try:
        owner = await stores.owners.create()
        begun = a_session(owner)
        await stores.sessions.add(begun)
        turn: TurnRecord = a_turn(begun)
        await stores.turns.add(turn)
        joining = asyncio.create_task(planner._join(begun, InterviewPlan(questions=PLANNED)))
        await asyncio.sleep(0.4)
        assert not joining.done()
        turn.outcome, begun.stage = "completed", "experience"
        await stores.turns.finish(turn, begun)  # stores the session as the turn knew it
        assert await joining
        now = await stores.sessions.get(owner, begun.session_id)
        assert now is not None
        assert (now.stage, now.planned) == ("experience", PLANNED)
    finally:
        await stores.close()


class Forgets:
    """Where plans are kept, without the documents that they belong to: none is found again."""

    async def plan(self, key: str) -> None:
        return None

    async def keep_plan(self, key: str, plan: InterviewPlan, **of: Any) -> None:
        return None


def house_of(stores: Stores, author: ModelAuthor, opening_s: float, state: State = "capable") -> Planner:
    locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
    capability = Capability(author, PROMPTS)
    capability.state = state
    return Planner(
        Authors(capability, wanted="model"), cast(WrittenStore, Forgets()), stores.sessions, stores.turns, data=InterviewData(),
        prompts=PROMPTS, competencies=(), lock=locks.__getitem__, opening_s=opening_s,
    )  # fmt: skip


WRITTEN: dict[str, Any] = {
    "requirements": [
        {"says": "Calming tired guests", "quote": "You calm guests who arrive angry and tired", "eligibility": False}
    ],
    "questions": [
        {"text": "Have you ever calmed somebody who shouted at you? How?", "quote": "guests who arrive angry",
         "competency": "de_escalation", "kind": "behavioral", "difficulty": "medium"},
    ],
}  # fmt: skip


async def test_an_opening_waits_for_its_plan_and_no_longer_than_it_may(tmp_path: Path) -> None:
    stores = await Stores.open(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    try:
        owner, plan = await stores.owners.create(), SessionPlan()
        async with writing({"interview_plan": WRITTEN}) as made:
            untried = house_of(stores, made.author, 20.0, state="checking")
            assert await untried.for_opening(owner, plan, [JOB]) is None and not made.prompts("interview_plan")
            at_once = await house_of(stores, made.author, 20.0).for_opening(owner, plan, [RESUME])
            assert at_once is None  # nothing of what was written stands in the resume
            found = await house_of(stores, made.author, 20.0).for_opening(owner, plan, [JOB])
            assert found is not None and [q.text for q in found.questions] == [WRITTEN["questions"][0]["text"]]
        async with writing({"interview_plan": Play(stall_at=0)}) as made:
            other = Source("d9", "job_description", JOB.title, JOB.text)
            late = house_of(stores, made.author, 1.0)
            assert await late.for_opening(owner, plan, [other]) is None
            assert made.prompts("interview_plan")  # it was asked, and goes on being written
            assert late._writing
            await late.close()
    finally:
        await stores.close()
