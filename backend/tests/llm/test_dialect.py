"""What services accept differs: the adapter finds out once, by trying, and keeps to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from backend.errors import LlmRequestRefused
from backend.llm.dialect import Dialect, Dialects
from backend.llm.openai_compatible import OpenAiChat
from backend.llm.ports import JsonSchema, Message
from backend.llm.scripted_play import Refusal
from backend.llm.scripted_service import ScriptedService

ASK = [Message("user", "Reply with JSON.")]
REPLY = JsonSchema("coach_reply", {"type": "object", "properties": {"reaction": {"type": "string"}}})
CHECK = JsonSchema("point_check", {"type": "object"})
Refuse = Callable[[dict[str, Any]], Refusal | None]


@asynccontextmanager
async def opened(refuse: Refuse, **options: Any) -> AsyncIterator[tuple[OpenAiChat, ScriptedService]]:
    async with ScriptedService(refuse=refuse).running() as service:
        chat = OpenAiChat(service.url, "key", "some-model", **options)
        try:
            yield chat, service
        finally:
            await chat.close()


async def ask(chat: OpenAiChat, schema: JsonSchema | None = REPLY, **options: Any) -> str:
    pieces = chat.stream(ASK, schema=schema, **{"max_tokens": 50, **options})
    return "".join([text async for text in pieces])


def form(body: dict[str, Any]) -> str:
    return body.get("response_format", {}).get("type", "none")


def only(*forms: str, status: int = 400, message: str = "bad request") -> Refuse:
    return lambda body: None if form(body) in forms else (status, message)


async def test_the_schema_goes_along_under_its_name() -> None:
    async with opened(lambda body: None) as (chat, service):
        await ask(chat)
    assert service.seen[0].body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "coach_reply", "strict": True, "schema": REPLY.schema},
    }


@pytest.mark.parametrize("status", [400, 404, 422])
@pytest.mark.parametrize("accepted", ["json_object", "none"])
async def test_where_a_schema_is_refused_the_next_form_is_found_once(status: int, accepted: str) -> None:
    named = "'response_format.type' must be something else"
    async with opened(only(accepted, status=status, message=named)) as (chat, service):
        for _ in range(3):
            assert await ask(chat)
    forms = [form(seen.body) for seen in service.seen]
    assert forms[-3:] == [accepted] * 3
    assert len(forms) == 3 + ["json_schema", "json_object", "none"].index(accepted)


async def test_a_refusal_that_names_nothing_is_found_by_trying() -> None:
    async with opened(only("json_object")) as (chat, service):
        assert await ask(chat)
        tried = len(service.seen)
        assert await ask(chat)
    assert len(service.seen) == tried + 1
    assert form(service.seen[-1].body) == "json_object"
    assert service.seen[-1].body["max_tokens"] == 50
    assert service.seen[-1].body["temperature"] == 0.0


REASONING = {
    "openai": "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    "silent": "Bad Request",
}


@pytest.mark.parametrize("said", REASONING)
async def test_a_reasoning_model_gets_the_other_limit_and_no_temperature(said: str) -> None:
    def refuse(body: dict[str, Any]) -> Refusal | None:
        if "max_tokens" in body:
            return 400, REASONING[said]
        if "temperature" in body:
            return (
                400,
                "Unsupported value: 'temperature' does not support 0 with this model." if said == "openai" else "",
            )
        return None

    async with opened(refuse) as (chat, service):
        await ask(chat)
        await ask(chat, None)
    found = [seen.body for seen in service.seen if refuse(seen.body) is None]
    assert len(found) == 2
    assert all(body["max_completion_tokens"] == 50 and "temperature" not in body for body in found)
    assert form(found[0]) == "json_schema"
    assert len(service.seen) == (4 if said == "openai" else 5)


async def test_a_service_that_knows_only_the_new_limit_is_told_it_and_one_that_knows_the_old_keeps_it() -> None:
    def refuse(body: dict[str, Any]) -> Refusal | None:
        return (422, "extra fields: max_tokens") if "max_tokens" in body else None

    async with opened(refuse) as (chat, service):
        await ask(chat, temperature=0.4)
    assert service.seen[-1].body["temperature"] == 0.4
    assert len(service.seen) == 2


async def test_one_schema_may_be_refused_while_another_is_taken() -> None:
    def refuse(body: dict[str, Any]) -> Refusal | None:
        named = body.get("response_format", {}).get("json_schema", {}).get("name")
        return (400, "schema not supported") if named == "coach_reply" else None

    async with opened(refuse) as (chat, service):
        for _ in range(2):
            await ask(chat, CHECK)
            await ask(chat, REPLY)
        assert [form(seen.body) for seen in service.seen][-2:] == ["json_schema", "json_object"]


async def test_once_it_has_answered_a_refusal_is_about_the_content() -> None:
    refused = False

    def refuse(body: dict[str, Any]) -> Refusal | None:
        return (400, "The prompt is too long.") if refused else None

    async with opened(refuse) as (chat, service):
        await ask(chat)
        refused = True
        with pytest.raises(LlmRequestRefused):
            await ask(chat)
    assert len(service.seen) == 2


async def test_a_model_that_is_not_there_is_searched_for_once_a_minute() -> None:
    now = [0.0]
    dialect = Dialect(clock=lambda: now[0])
    async with opened(lambda body: (404, "no such model"), dialect=dialect) as (chat, service):
        for at, requests in ((0.0, 12), (1.0, 13), (59.0, 14), (61.0, 26)):
            now[0] = at
            with pytest.raises(LlmRequestRefused):
                await ask(chat)
            assert len(service.seen) == requests


async def test_what_is_known_is_shared_by_all_that_ask_the_same_model_of_the_same_service() -> None:
    dialects = Dialects()
    async with ScriptedService(refuse=only("none", message="response_format")).running() as service:
        for _ in range(2):
            chat = OpenAiChat(service.url, "key", "some-model", dialect=dialects.of(service.url, "some-model"))
            await ask(chat)
            await chat.close()
    assert len(service.seen) == 4
    assert dialects.of(service.url, "some-model") is not dialects.of(service.url, "another-model")
    assert dialects.of(f"{service.url}/", "some-model") is dialects.of(service.url, "some-model")
