"""A task of the language model ends in an object or in nothing, whatever the service does."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from backend.coaching.author.ask import ask_json
from backend.coaching.author.reply import schema_object
from backend.llm.openai_compatible import OpenAiChat
from backend.llm.ports import JsonSchema, Message
from backend.llm.scripted_play import FAULTS, Fault, Play, with_fault
from backend.llm.scripted_service import ScriptedService
from backend.tests.coaching.author.writing import played

SCHEMA = JsonSchema("clarification", schema_object(text={"type": "string"}, more={"type": "string"}))
WHOLE = {"text": 'One {brace} and a "quote".', "more": "And that is all."}


async def asked(*plays: Play, timeout_s: float = 5.0) -> tuple[dict[str, Any] | None, ScriptedService]:
    async with ScriptedService(*plays).running() as service:
        chat = OpenAiChat(service.url, None, "scripted", retries=0)
        try:
            messages = [Message("user", "Task: clarification")]
            async with asyncio.timeout(timeout_s + 3.0):
                return await ask_json(chat, messages, SCHEMA, timeout_s=timeout_s, max_tokens=200), service
        finally:
            await chat.close()


@pytest.mark.parametrize("around", ["{}", "Here it is:\n```json\n{}\n```\nAnything else?", "<{}> {{}}"])
async def test_what_stands_around_the_object_is_not_read(around: str) -> None:
    found, service = await asked(played(around.replace("{}", json.dumps(WHOLE), 1)))
    assert found == WHOLE
    assert len(service.seen) == 1


async def test_something_else_is_asked_for_once_more() -> None:
    found, service = await asked(played("I would rather write a poem."), played(WHOLE))
    assert found == WHOLE
    told = service.seen[1].body["messages"]
    assert told[-2]["content"] == "I would rather write a poem."
    found, service = await asked(played("No."))
    assert (found, len(service.seen)) == (None, 2)


async def test_an_object_that_breaks_off_is_taken_as_far_as_it_is_whole() -> None:
    half = json.dumps(WHOLE)[:-9]
    assert (await asked(played(half)))[0] == {"text": WHOLE["text"]}


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_ends_in_time(fault: Fault) -> None:
    found, _ = await asked(with_fault(played(WHOLE), fault), timeout_s=0.6)
    if fault in ("fenced", "endless"):
        assert found == WHOLE
    else:
        assert found in (None, {"text": WHOLE["text"]})
