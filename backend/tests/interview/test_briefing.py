"""What an author is told of an interview: who asks, what was said before, and what comes next."""

from __future__ import annotations

import itertools

from backend.coaching.author.ports import Brief, NextMove
from backend.interview.briefing import make_brief
from backend.interview.modes import InterviewData
from backend.interview.questions import Interviewer
from backend.interview.session import SessionPlan
from backend.tests.interview.building import PROMPTS, STORY, Talk, analysed, required, star

DATA = InterviewData()
LONG = "In March 2021 I moved 40 services and it took 9 weeks, so people were glad about it. " * 60


def start(**plan: object) -> Talk:
    given = {"question_count": 6, "role": "Backend Engineer", "company": "Acme", "difficulty": "hard", **plan}
    return Talk(Interviewer(data=DATA), SessionPlan(**given), required("Experience with Kafka"))  # type: ignore[arg-type]


def brief(talk: Talk, said: str = STORY, move: NextMove | None = None) -> Brief:
    analysis = analysed(said)
    return make_brief(talk.session, talk.turns, analysis, move or NextMove(), data=DATA, prompts=PROMPTS.current())


async def test_earlier_answers_are_lines_that_only_grow_by_one() -> None:
    talk, made = start(), list[tuple[str, ...]]()
    while talk.session.question is not None:
        made.append(brief(talk).earlier)
        await talk.answer(analysed(LONG, found=star(("task",))))
    assert [len(lines) for lines in made] == list(range(len(made)))
    for before, after in itertools.pairwise(made):
        assert after[: len(before)] == before
    assert "In March 2021" in made[-1][0] and all(len(line) < 400 for line in made[-1])


async def test_what_was_no_answer_leaves_no_line() -> None:
    talk = start()
    await talk.answer(analysed("Sorry?", intent="repeat"))
    assert brief(talk).earlier == ()


def test_it_names_the_job_the_language_and_the_tone() -> None:
    made = brief(start(tone="blunt", language="de"))
    assert (made.role, made.company, made.tone, made.language) == ("Backend Engineer", "Acme", "blunt", "German")
    assert made.slot == "s1" and made.persona == DATA.modes["behavioral"].persona


async def test_what_is_decided_is_what_is_asked_without_an_author() -> None:
    interviewer = Interviewer(data=DATA)
    talk = start(question_count=5)
    while talk.session.question is not None:
        decided = await interviewer.decide(talk.session, talk.turns, analysed(STORY, found=star()))
        planned = decided.planned or decided.question
        assert decided.move.planned == (planned.text if planned is not None else "")
        assert decided.question is None or not decided.move.fixed or decided.planned is None
        await talk.answer(analysed(STORY, found=star()))


async def test_members_of_a_panel_are_named_to_the_author() -> None:
    talk = start(panel=["hiring_manager", "people_partner"], difficulty="easy")
    decided = await talk.interviewer.decide(talk.session, talk.turns, analysed(STORY, found=star()))
    planned = decided.planned or decided.question
    assert planned is not None and planned.asked_by == "people_partner"
    assert decided.move.asked_by == DATA.panel["people_partner"].persona
