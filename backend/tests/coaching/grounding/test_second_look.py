"""The second look: one short call, read leniently, never longer than its time, and it only takes away."""

from __future__ import annotations

import asyncio
import json
import time

import pytest

from backend.coaching.grounding import Look, SecondLook
from backend.coaching.grounding.second_look import verdicts_in
from backend.errors import LlmUnavailable
from backend.llm.scripted import ScriptedChat
from backend.tests.interview.building import PROMPTS

ITEMS = [
    Look(1, "You drew the labels.", ("Answer: Marta drew them.", "Question: why?")),
    Look(2, "Rows help.", ("Answer: Marta drew them.",)),
]
BOTH = '{"verdicts": [{"n": 1, "supported": false}, {"n": 2, "supported": true}]}'


async def test_it_asks_once_for_all_points_and_sends_a_shared_source_once() -> None:
    chat = ScriptedChat([BOTH])
    assert await SecondLook(chat, PROMPTS, 2.0).look(ITEMS, slot="s1") == {1: False, 2: True}
    (messages,) = chat.asked
    asked = json.loads(messages[-1].content)
    assert [(p["n"], p["text"], p["sources"]) for p in asked["points"]] == [
        (1, ITEMS[0].text, ["S1", "S2"]),
        (2, ITEMS[1].text, ["S1"]),
    ]
    assert messages[-1].content.count("Marta drew them") == 1
    assert chat.schemas[0] is not None and chat.schemas[0].name == "point_check"


async def test_nothing_is_asked_about_nothing() -> None:
    chat = ScriptedChat([BOTH])
    assert await SecondLook(chat, PROMPTS, 2.0).look([], slot="s1") == {}
    assert chat.asked == []


async def test_what_comes_late_or_not_at_all_has_no_verdict() -> None:
    begun = time.monotonic()
    assert await SecondLook(ScriptedChat([BOTH], delay_s=5), PROMPTS, 0.05).look(ITEMS, slot="s1") == {}
    assert time.monotonic() - begun < 2
    assert await SecondLook(ScriptedChat([LlmUnavailable()]), PROMPTS, 2.0).look(ITEMS, slot="s1") == {}


async def test_verdicts_that_came_before_the_end_of_its_time_count() -> None:
    chat = ScriptedChat([BOTH], mishap="hang", mishap_after=6)
    assert await SecondLook(chat, PROMPTS, 0.2).look(ITEMS, slot="s1") == {1: False}


async def test_it_can_be_cancelled() -> None:
    looking = asyncio.create_task(SecondLook(ScriptedChat([BOTH], delay_s=5), PROMPTS, 10).look(ITEMS, slot="s1"))
    await asyncio.sleep(0.01)
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (BOTH, {1: False, 2: True}), (f"```json\n{BOTH}\n```", {1: False, 2: True}), (f"Here you are: {BOTH} I hope it helps.", {1: False, 2: True}),
        ('{"verdicts": [{"n": "1", "supported": "no", "why": "x"}, {"supported": true}, 7, {"n": 2}]}', {1: False}),
        ('{"verdicts": [{"n": 1, "supported": false}, {"n": 2, "supp', {1: False}), ("<html>", {}), ("", {}), ("{}", {}), ("[1]", {}), ('{"verdicts": {}}', {}),
        ("I cannot help with that {", {}), ('{"verdicts": [{"n": 1, "supported": null}]}', {}),
    ],
)  # fmt: skip
def test_replies_are_read_leniently(text: str, read: dict[int, bool]) -> None:
    assert verdicts_in(text) == read


async def test_verdicts_about_nothing_that_was_asked_are_left_out() -> None:
    assert (
        await SecondLook(ScriptedChat(['{"verdicts": [{"n": 9, "supported": false}]}']), PROMPTS, 2.0).look(
            ITEMS, slot="s"
        )
        == {}
    )
