"""A question put once more, and help for who studies one."""

from __future__ import annotations

from typing import Any

import pytest

from backend.coaching.author.clarification import HelpBrief, StudyHelp, say_again, study_help
from backend.llm.scripted_play import Play
from backend.tests.coaching.author.writing import JOB, PROMPTS, RESUME, writing

AGAIN = "I mean a guest who shouted, say about a bill. What did you do?"


def brief(**changes: Any) -> HelpBrief:
    values: dict[str, Any] = {
        "question": "Tell me about a time you calmed somebody down.", "said": "What do you mean by calmed?",
        "sources": [JOB, RESUME], "persona": "a hiring manager", "prompts": PROMPTS.current(), "slot": "s1",
    }  # fmt: skip
    return HelpBrief(**{**values, **changes})


async def again(reply: Any) -> tuple[str | None, list[str], list[str]]:
    async with writing({"clarification": reply}) as made:
        return await say_again(made.author, brief()), made.dropped, made.prompts("clarification")


async def test_a_question_is_put_in_other_words_for_what_was_asked() -> None:
    text, dropped, prompts = await again({"text": AGAIN})
    assert (text, dropped) == (AGAIN, [])
    assert "What do you mean by calmed?" in prompts[0]
    assert "example.org" not in prompts[0]


@pytest.mark.parametrize(
    "reply",
    [
        {"text": "Just tell me about it."},
        {"text": "Was it like the night of 14 March when you calmed 60 people?"},
        {"text": "Do you mean like at the Ritz Carlton?"},
        {"text": f"{'really ' * 70}?"},
        {"text": 7},
        "I'm sorry, I can't help with that.",
        {},
        Play(status=500),
    ],
)
async def test_what_may_not_be_said_leaves_the_rules_their_words(reply: Any) -> None:
    assert (await again(reply))[0] is None


async def test_it_is_waited_for_two_seconds() -> None:
    late = Play(words=['{"text": "', AGAIN, '"}'], first_token_s=6.0)
    assert (await again(late))[0] is None


HINTS = ["One particular night", "What you said first"]
EXAMPLE = (
    "As night receptionist I [add: what happened that night]. First I [add: what you said or did]. "
    "After that [add: what was different]."
)


async def helped(reply: Any, unsupported: tuple[str, ...] = (), **changes: Any) -> StudyHelp | None:
    async with writing({"clarification": reply, "unsupported": unsupported}) as made:
        return await study_help(made.author, brief(said="", **changes))


async def test_who_studies_sees_hints_and_an_example_of_their_own_facts() -> None:
    assert await helped({"hints": HINTS, "example": EXAMPLE}) == StudyHelp(tuple(HINTS), EXAMPLE)


@pytest.mark.parametrize(
    "example",
    [
        "Last August a drunk banker threatened me with a bottle. I talked him down in ten minutes and won an award.",
        "I calmed a guest by listening carefully to every complaint and offering a better room. She thanked me warmly.",
    ],
)
async def test_an_example_makes_nothing_up_about_the_person(example: str) -> None:
    found = await helped({"hints": HINTS, "example": example})
    assert found == StudyHelp(tuple(HINTS), "")


async def test_a_second_look_finds_what_was_made_up_around_a_gap() -> None:
    found = await helped({"hints": HINTS, "example": EXAMPLE}, ("night receptionist", "After that"))
    assert found == StudyHelp(tuple(HINTS), "")


async def test_a_question_of_knowledge_may_be_answered_from_what_is_known() -> None:
    points = ["An index makes reading faster and writing slower"]
    example = "An index makes reading faster, because the rows need not all be read. It makes writing slower."
    found = await helped({"hints": [], "example": example}, question="What is an index?", key_points=points)
    assert found == StudyHelp((), example)


async def test_hints_bring_no_fact_that_nobody_gave() -> None:
    found = await helped(
        {"hints": ["Mention the 95 % you reached", "Your fire drill sheet would serve"], "example": ""}
    )
    assert found == StudyHelp(("Your fire drill sheet would serve",), "")
