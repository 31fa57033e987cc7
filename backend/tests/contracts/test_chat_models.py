"""What every `ChatModel` must do, run over every provider."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from backend.errors import LlmTimeout
from backend.llm.local_server import LocalChat
from backend.llm.openai_compatible import OpenAiChat
from backend.llm.ports import ChatModel, JsonSchema, Message, Usage
from backend.llm.scripted import ScriptedChat
from backend.llm.scripted_play import Play
from backend.llm.scripted_service import ScriptedService
from backend.observability.parts import WatchedChat

WORDS = tuple(f"word{n} " for n in range(400))
GGUF = Path("~/.cache/interview-helper/models/qwen2.5-coder-1.5b/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf").expanduser()
LONG = [Message("user", "Count from one to two hundred in words.")]


class LazyLocal:
    """The real local model, started by the first test that wants it."""

    chat: LocalChat | None = None

    async def get(self) -> LocalChat:
        if not GGUF.is_file():
            pytest.skip("the language model file is not there (make models)")
        if self.chat is None:
            self.chat = LocalChat(GGUF, first_token_timeout_s=60, timeout_s=120)
            await self.chat.warm_up()
        return self.chat


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lazy_local() -> AsyncIterator[LazyLocal]:
    lazy = LazyLocal()
    yield lazy
    if lazy.chat is not None:
        await lazy.chat.close()


@pytest_asyncio.fixture(loop_scope="module")
async def local(lazy_local: LazyLocal) -> ChatModel:
    return await lazy_local.get()


@pytest_asyncio.fixture(
    loop_scope="module", params=["scripted", "watched", "openai", pytest.param("local", marks=pytest.mark.models)]
)
async def model(request: pytest.FixtureRequest, lazy_local: LazyLocal) -> AsyncIterator[ChatModel]:
    if request.param == "local":
        yield await lazy_local.get()
    elif request.param == "scripted":
        yield ScriptedChat(["".join(WORDS)])
    else:
        async with ScriptedService(Play(words=WORDS, finish_reason="length", pause_s=0.005)).running() as server:
            chat = OpenAiChat(server.url, "key", "some-model")
            yield WatchedChat(chat, lambda stage: None) if request.param == "watched" else chat
            await chat.close()


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_it_has_a_name(model: ChatModel) -> None:
    assert model.name


async def test_it_takes_what_the_port_declares(model: ChatModel) -> None:
    declared = set(inspect.signature(ChatModel.stream).parameters) - {"self"}
    assert set(inspect.signature(model.stream).parameters) == declared


async def test_text_comes_in_pieces_and_usage_at_the_end(model: ChatModel) -> None:
    usage: list[Usage] = []
    pieces = []
    async for text in model.stream(LONG, max_tokens=12, slot="s", on_usage=usage.append):
        assert not usage
        pieces.append(text)
    assert len(pieces) > 1
    assert "".join(pieces).strip()
    assert len(usage) == 1
    assert (usage[0].completion_tokens or 0) > 0


async def test_total_deadline(model: ChatModel) -> None:
    if isinstance(model, ScriptedChat):
        model = ScriptedChat(["".join(WORDS)], mishap="hang")
    with pytest.raises(LlmTimeout):
        async for _ in model.stream(LONG, max_tokens=400, slot="s", timeout_s=0.3):
            pass


async def test_cancelling_ends_it_and_the_next_request_works(model: ChatModel) -> None:
    first = asyncio.Event()

    async def consume() -> None:
        async for _ in model.stream(LONG, max_tokens=400, slot="s"):
            first.set()
            await asyncio.sleep(0)

    task = asyncio.create_task(consume())
    await first.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [text async for text in model.stream(LONG, max_tokens=3, slot="s")]


async def test_leaving_early_is_allowed(model: ChatModel) -> None:
    stream: Any = model.stream(LONG, max_tokens=400, slot="s")
    async with aclosing(stream) as texts:
        async for _ in texts:
            break
    assert [text async for text in model.stream(LONG, max_tokens=3, slot="s")]


@pytest.mark.models
async def test_the_local_server_holds_a_reply_to_its_schema(local: ChatModel) -> None:
    reaction = {"type": "object", "properties": {"reaction": {"type": "string"}}, "required": ["reaction"]}
    schema = JsonSchema("reaction", {**reaction, "additionalProperties": False})
    ask = [Message("user", "A candidate tells a story of a late delivery. React in three words.")]
    text = "".join([piece async for piece in local.stream(ask, max_tokens=60, slot="schema", schema=schema)])
    assert list(json.loads(text)) == ["reaction"]


@pytest.mark.models
async def test_the_shared_part_of_a_prompt_is_read_once(local: ChatModel) -> None:
    facts = " ".join(f"Fact {n}: the candidate finished project {n} on time." for n in range(25))
    usage: list[Usage] = []
    for instruction in ("Name one fact.", "Ask one question about a fact.", "Say hello."):
        messages = [Message("system", "You are a coach."), Message("user", f"{facts}\n\n{instruction}")]
        async for _ in local.stream(messages, max_tokens=4, slot="prefix", on_usage=usage.append):
            pass
    evaluated = [(u.prompt_tokens or 0) - (u.prompt_tokens_cached or 0) for u in usage]
    assert evaluated[0] > 250
    assert max(evaluated[1:]) < 20


@pytest.mark.models
async def test_two_sessions_do_not_lose_each_others_cache(local: ChatModel) -> None:
    usage: list[Usage] = []
    for session in ("one", "two", "one", "two"):
        messages = [Message("user", f"Session {session}. " + "The candidate works in sales. " * 12 + "Say hello.")]
        async for _ in local.stream(messages, max_tokens=2, slot=session, on_usage=usage.append):
            pass
    evaluated = [(u.prompt_tokens or 0) - (u.prompt_tokens_cached or 0) for u in usage]
    assert min(evaluated[:2]) > 50
    assert max(evaluated[2:]) < 5


@pytest.mark.models
async def test_cancelling_while_the_prompt_is_read_stops_the_reading(local: ChatModel) -> None:
    """A request for the beginning of the same prompt finds only what had been read until then."""
    lines = [f"Line {n} is here to be read." for n in range(200)]

    async def consume() -> None:
        async for _ in local.stream([Message("user", " ".join(lines))], max_tokens=2, slot="long"):
            pass

    task = asyncio.create_task(consume())
    await asyncio.sleep(0.5)
    task.cancel()
    await asyncio.wait([task])
    async for _ in local.stream(LONG, max_tokens=30, slot="short"):
        pass
    usage: list[Usage] = []
    async for _ in local.stream(
        [Message("user", " ".join(lines[:80]))], max_tokens=1, slot="long", on_usage=usage.append
    ):
        pass
    assert usage[0].prompt_tokens_cached is not None
    assert usage[0].prompt_tokens_cached < (usage[0].prompt_tokens or 0) / 2
