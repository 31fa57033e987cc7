"""Talks without a script, in every language that can be practised."""

from __future__ import annotations

from typing import Any

import pytest

from backend.coaching.analysis import Analysis, Context, Measured
from backend.coaching.answer import Answer
from backend.coaching.author.ports import Authored, Brief, NextMove
from backend.coaching.delivery import measure_delivery
from backend.coaching.intake import line
from backend.interview.modes import InterviewData
from backend.tests.coaching.author.writing import PROMPTS, Writing, writing

LANGUAGES = InterviewData().languages
PLANNED = "What do you do in an ordinary week?"


def brief(answer: Answer, **changes: Any) -> Brief:
    measured = Measured(None, None, measure_delivery(answer), None)
    values: dict[str, Any] = {"move": NextMove(PLANNED, may_follow_up=True), **changes}
    return Brief(Analysis(answer, Context(), measured), "a colleague", PROMPTS.current(), "s1", **values)


async def talked(reply: Any, asked: Brief) -> tuple[Authored, list[str], Writing]:
    async with writing({"chat_reply": reply}) as made:
        authored = made.author.write(asked)
        await authored.feedback
        return authored, [sentence async for sentence in authored.reaction()], made


@pytest.mark.parametrize("code", sorted(LANGUAGES))
async def test_every_language_is_answered_asked_and_corrected_in_itself(code: str) -> None:
    language = LANGUAGES[code]
    said = f"{language.conversation[0]} {language.conversation[1]}"
    quote = language.conversation[1]
    reply = {
        "concern": None,
        "reaction": language.conversation[2],
        "next_question": {"text": language.tell_more[0], "follow_up": True, "quotes": [quote]},
        "strengths": [{"text": language.conversation[3], "quotes": [quote]}],
        "gaps": [],
        "errors": [{"quote": quote, "correction": f"{language.conversation[4]} – because 1 of 999 says so."},
                   {"quote": quote, "correction": f"{language.conversation[4]} – that is how one says it."},
                   {"quote": PLANNED, "correction": "Nobody said that."}],
    }  # fmt: skip
    answer = Answer(language.conversation[5], said, mode="language", language=code)
    authored, reaction, made = await talked(reply, brief(answer, language=language.name))
    proposal, feedback = authored.question.result(), authored.feedback.result()
    assert "".join(reaction).replace(" ", "") == language.conversation[2].replace(" ", "")
    assert proposal is not None and (proposal.text, proposal.follow_up) == (language.tell_more[0], True)
    assert feedback is not None and feedback.author == "model"
    assert [p.text for p in feedback.strengths] == [language.conversation[3]]
    assert [(e.quote, e.char_start) for e in feedback.errors] == [(quote, said.index(quote))]
    assert f"Write in {language.name}" in made.prompts("chat_reply")[0]


STORY = "I fix lifts, and I like to work alone. Is that bad to say?"
CHAT: dict[str, Any] = {
    "concern": None,
    "reaction": "Not bad at all, if you say what it is good for.",
    "next_question": {"text": "What does a call sound like?", "follow_up": True, "quotes": []},
    "strengths": [],
    "gaps": [],
    "errors": [],
}


async def test_the_whole_talk_is_remembered_and_of_a_long_one_the_latest() -> None:
    answer = Answer(PLANNED, STORY, mode="free_chat")
    earlier = tuple(f"You asked: {n}? / They said: turn {n} {'and so on ' * 40}/ You said: Good." for n in range(40))
    _, _, made = await talked(CHAT, brief(answer, earlier=earlier[:3]))
    assert all(f"turn {n} " in made.prompts("chat_reply")[0] for n in range(3))
    _, _, made = await talked(CHAT, brief(answer, earlier=earlier))
    prompt = made.prompts("chat_reply")[0]
    assert "turn 39 " in prompt and "turn 2 " not in prompt
    assert len(prompt) <= 21_500


async def test_a_talk_gives_no_scores() -> None:
    authored, reaction, _ = await talked(
        {**CHAT, "scores": {"clarity": {"score": 1, "why": "x"}}}, brief(Answer(PLANNED, STORY, mode="free_chat"))
    )
    feedback = authored.feedback.result()
    assert feedback is not None and feedback.scores == {}
    assert reaction == [CHAT["reaction"]]


async def test_a_concern_ends_the_talk_for_a_moment() -> None:
    hostile = {**CHAT, "concern": {"kind": "distress", "say": "That sounds heavy. We can stop here."}}
    authored, reaction, _ = await talked(hostile, brief(Answer(PLANNED, STORY, mode="free_chat")))
    assert authored.concern is not None and authored.concern.say == line("soft", "en")
    assert (reaction, authored.question.result()) == ([], None)
