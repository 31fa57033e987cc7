"""An author may word the next question; which kind it is, and how many there are, the interviewer decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.coaching.author.ports import Proposal
from backend.interview.questions import Decided, Interviewer
from backend.interview.session import SessionPlan
from backend.rag.embedders import HashEmbedder
from backend.tests.interview.building import STORY, Talk, analysed, star

INTERVIEWER = Interviewer(embedder=HashEmbedder())


async def decided(**plan: object) -> tuple[Talk, Decided]:
    talk = Talk(INTERVIEWER, SessionPlan(**{"question_count": 3, **plan}))  # type: ignore[arg-type]
    return talk, await INTERVIEWER.decide(talk.session, talk.turns, analysed(STORY, found=star()))


async def test_a_follow_up_is_asked_where_one_is_allowed() -> None:
    talk, found = await decided()
    assert found.move.may_follow_up
    asked = INTERVIEWER.worded(found, Proposal("Why a replica and not a cache?", True), talk.session)
    assert asked is not None
    assert (asked.text, asked.kind, asked.number) == ("Why a replica and not a cache?", "follow_up", 2)


async def test_a_follow_up_that_is_not_allowed_becomes_the_planned_question() -> None:
    talk, found = await decided()
    found = replace(found, move=replace(found.move, may_follow_up=False))
    asked = INTERVIEWER.worded(found, Proposal("Why a replica and not a cache?", True), talk.session)
    assert asked == (found.planned or found.question)


async def test_the_planned_question_may_be_put_in_other_words_and_not_in_another_sense() -> None:
    talk, found = await decided()
    planned = found.planned or found.question
    assert planned is not None
    same = INTERVIEWER.worded(found, Proposal(f"Now: {planned.text}", False), talk.session)
    assert same is not None and (same.text, same.kind) == (f"Now: {planned.text}", "main")
    other = INTERVIEWER.worded(found, Proposal("What colour is your bicycle?", False), talk.session)
    assert other == planned


@pytest.mark.parametrize("text", ["How old are you?", "Are you married?"])
async def test_what_may_not_be_asked_is_not_asked_by_a_model_either(text: str) -> None:
    talk, found = await decided()
    assert INTERVIEWER.worded(found, Proposal(text, True), talk.session) == (found.planned or found.question)


async def test_what_was_asked_before_is_not_asked_again() -> None:
    talk, found = await decided()
    again = Proposal(talk.session.asked[0].text, True)
    assert INTERVIEWER.worded(found, again, talk.session) == (found.planned or found.question)


async def test_a_fixed_question_is_asked_as_it_stands() -> None:
    talk, found = await decided()
    fixed = await INTERVIEWER.decide(talk.session, [], analysed("Could you repeat that?", intent="repeat"))
    assert fixed.move.fixed
    assert INTERVIEWER.worded(fixed, Proposal("Something else?", True), talk.session) == fixed.question
    assert found.question is not None


async def test_no_proposal_is_the_planned_question_and_no_rule_made_follow_up() -> None:
    talk, found = await decided(difficulty="hard")
    assert INTERVIEWER.worded(found, None, talk.session) == (found.planned or found.question)
