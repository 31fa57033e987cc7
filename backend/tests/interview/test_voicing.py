"""How much is said aloud, and how fast."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.coaching.answer import Answer
from backend.coaching.coach import Analysis, Coach, Context
from backend.interview.session import SessionPlan
from backend.interview.voicing import FULL_WORDS, pace, pace_after, reaction_aloud, words_aloud

GOOD = (
    "In my last role our nightly import failed twice a week. I was asked to make it reliable, so I measured where it "
    "stopped, moved the parsing into its own step and added a check of the row counts. After that it failed once in "
    "six months, and the team stopped watching it by hand."
)
QUESTION = "Tell me about a time you improved something."


def analysis(text: str) -> Analysis:
    coach = Coach()
    answer = Answer(question=QUESTION, text=text, mode="behavioral", question_kind="main", language="en")
    return coach.analyse(answer, coach.measure(answer), Context())


def test_a_short_reaction_is_said_before_the_question_and_can_be_left_out() -> None:
    found = analysis(GOOD)
    assert found.reaction
    assert reaction_aloud(SessionPlan(), found) == found.reaction
    assert reaction_aloud(SessionPlan(voice_amount="question"), found) == ""
    assert reaction_aloud(SessionPlan(feedback="end"), found) == ""
    assert words_aloud(SessionPlan(), found) == 0


def test_all_of_it_is_said_instead_of_its_short_form() -> None:
    found, plan = analysis(GOOD), SessionPlan(voice_amount="full")
    assert reaction_aloud(plan, found) == ""
    assert words_aloud(plan, found) == FULL_WORDS
    assert words_aloud(plan.model_copy(update={"feedback": "end"}), found) == 0


@pytest.mark.parametrize("plan", [SessionPlan(voice_amount="question"), SessionPlan(voice_amount="full")])
def test_who_asks_for_something_is_always_answered(plan: SessionPlan) -> None:
    found = analysis("Could you repeat the question?")
    assert found.measured.intent == "repeat"
    found = replace(found, reaction="Of course.")
    assert reaction_aloud(plan, found) == "Of course."
    assert words_aloud(plan, found) == 0


def test_the_pace_fits_the_interview_and_the_candidate() -> None:
    assert pace(SessionPlan(), 1.0) == 1.0
    assert pace(SessionPlan(voice_speed=0.8), 1.0) == pytest.approx(0.8)
    assert 0.6 <= pace(SessionPlan(voice_speed=0.7), 0.5) <= pace(SessionPlan(voice_speed=1.3), 2.0) <= 1.5
    assert pace_after(1.0, SessionPlan()) == 1.0 < pace_after(1.0, SessionPlan(difficulty="hard"))
