"""What a reasoning model thinks never reaches whoever reads its reply."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from backend.errors import LlmIncomplete, LlmRequestRefused, LlmTimeout
from backend.llm.openai_compatible import OpenAiChat
from backend.llm.ports import JsonSchema, Message
from backend.llm.scripted_play import Play
from backend.llm.scripted_service import ScriptedService
from backend.llm.thinking import ThinkingFilter

OBJECT = '{"reaction": "A <think> tag inside stays, and so does </think>."}'
SCHEMA = JsonSchema("coach_reply", {"type": "object"})


def filtered(text: str, size: int, *, object_expected: bool = False) -> str:
    thinking = ThinkingFilter(object_expected=object_expected)
    shown = [thinking.feed(text[at : at + size]) for at in range(0, len(text), size)]
    return "".join(shown) + thinking.end()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 500])
@pytest.mark.parametrize("object_expected", [False, True])
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (OBJECT, OBJECT),
        (f"<think>Hm. {{}}</think>\n\n{OBJECT}", OBJECT),
        (f"\n<think>\nOne.</think><think>Two <think> more.</think>{OBJECT}", OBJECT),
        (f"```json\n{OBJECT}\n```", f"```json\n{OBJECT}\n```"),
        ("<think>cut off in the middle of a thou", ""),
        ("<thin", "<thin"),
        ("", ""),
    ],
)
def test_thoughts_at_the_beginning_go_wherever_the_pieces_are_cut(
    text: str, shown: str, size: int, object_expected: bool
) -> None:
    assert filtered(text, size, object_expected=object_expected) == shown


@pytest.mark.parametrize("size", [1, 4, 500])
def test_a_closing_tag_alone_ends_a_thought_where_an_object_is_expected(size: int) -> None:
    assert filtered(f"The user wants JSON.</think>{OBJECT}", size, object_expected=True) == OBJECT
    assert filtered("I cannot do that.", size, object_expected=True) == "I cannot do that."


def test_plain_text_is_not_held_back() -> None:
    thinking = ThinkingFilter()
    assert [thinking.feed(piece) for piece in ("Tell ", "me ", "more.")] == ["Tell ", "me ", "more."]


@asynccontextmanager
async def opened(play: Play, **options: float) -> AsyncIterator[tuple[OpenAiChat, ScriptedService]]:
    async with ScriptedService(play).running() as service:
        chat = OpenAiChat(service.url, None, "thinker", **options)  # type: ignore[arg-type]
        try:
            yield chat, service
        finally:
            await chat.close()


async def said(chat: OpenAiChat, **options: float) -> list[str]:
    pieces = chat.stream([Message("user", "?")], max_tokens=200, schema=SCHEMA, **options)  # type: ignore[arg-type]
    return [text async for text in pieces]


async def test_reasoning_beside_the_text_is_dropped() -> None:
    async with opened(Play(thoughts=["Hm, ", "what ", "now? "], words=['{"a": ', "1}"])) as (chat, _):
        assert "".join(await said(chat)) == '{"a": 1}'


async def test_tags_cut_across_chunks_are_dropped() -> None:
    words = ["<th", "ink>", "let me ", "see</", "think", ">\n", '{"a"', ": 1}"]
    async with opened(Play(words=words)) as (chat, _):
        assert await said(chat) == ['{"a"', ": 1}"]


@pytest.mark.parametrize(
    "play",
    [Play(thoughts=["hm "] * 500, pause_s=0.02), Play(words=["<think>", "hm "], endless=True, pause_s=0.02)],
)
async def test_thinking_is_no_answer_however_steadily_it_comes(play: Play) -> None:
    async with opened(play, first_token_timeout_s=0.3) as (chat, service):
        with pytest.raises(LlmTimeout):
            await said(chat)
        await asyncio.wait_for(service.seen[0].ended.wait(), 60)


async def test_thought_as_long_as_any_answer_is_no_empty_answer() -> None:
    async with opened(Play(words=["<think>", "hm "], endless=True)) as (chat, _):
        with pytest.raises(LlmIncomplete):
            await said(chat)


async def test_thinking_may_take_as_long_as_the_first_token() -> None:
    play = Play(thoughts=["hm "] * 20, words=["{}"], pause_s=0.02)
    async with opened(play, stall_timeout_s=0.2) as (chat, _):
        assert await said(chat, first_token_timeout_s=60, timeout_s=60) == ["{}"]


async def test_a_model_that_declines_has_refused() -> None:
    async with opened(Play(refusal="I cannot help with that.", words=[])) as (chat, _):
        with pytest.raises(LlmRequestRefused):
            await said(chat)
