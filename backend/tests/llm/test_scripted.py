"""The scripted model: lists, functions, failures on demand, and the grounded default."""

from __future__ import annotations

import pytest

from backend.errors import LlmError, LlmIncomplete, LlmTimeout, LlmUnavailable
from backend.llm.ports import Message
from backend.llm.scripted import Mishap, ScriptedChat, echo

ASK = [Message("user", "hello")]


async def said(chat: ScriptedChat, **options: float) -> str:
    return "".join([text async for text in chat.stream(ASK, max_tokens=99, **options)])  # type: ignore[arg-type]


async def test_a_list_is_played_in_order_and_its_last_entry_repeats() -> None:
    chat = ScriptedChat(["one two", "three"])
    assert [await said(chat) for _ in range(3)] == ["one two", "three", "three"]
    assert chat.asked == [ASK] * 3


async def test_a_function_sees_the_messages() -> None:
    assert await said(ScriptedChat([lambda messages: messages[-1].content.upper()])) == "HELLO"


async def test_stop_words_and_length() -> None:
    chat = ScriptedChat(["a b c. d e"])
    assert "".join([t async for t in chat.stream(ASK, max_tokens=2)]) == "a b "
    assert "".join([t async for t in chat.stream(ASK, max_tokens=9, stop=["c"])]) == "a b "


async def test_an_error_is_raised_before_the_first_word() -> None:
    chat = ScriptedChat([LlmUnavailable(), "back again"])
    with pytest.raises(LlmUnavailable):
        await said(chat)
    assert await said(chat) == "back again"


@pytest.mark.parametrize(("mishap", "error"), [("cut", LlmIncomplete), ("hang", LlmTimeout)])
async def test_mishaps_come_after_some_words(mishap: Mishap, error: type[LlmError]) -> None:
    chat = ScriptedChat(["a b c d"], mishap=mishap, mishap_after=2)
    got = ""
    with pytest.raises(error):
        async for text in chat.stream(ASK, max_tokens=9, timeout_s=0.1):
            got += text
    assert got == "a b "


async def test_a_slow_first_token_is_a_timeout() -> None:
    with pytest.raises(LlmTimeout):
        await said(ScriptedChat(["a"], delay_s=5), first_token_timeout_s=0.05)


@pytest.mark.parametrize("instruction", ["Write one follow-up question.", "Write one sentence of praise."])
def test_the_default_says_nothing_that_was_not_in_the_prompt(instruction: str) -> None:
    answer = "I moved the billing service to Postgres. We cut the nightly run from 40 to 9 minutes."
    reply = echo([Message("user", f"{answer}\n\n{instruction}")])
    assert "We cut the nightly run from 40 to 9 minutes" in reply
    assert ("?" in reply) == ("question" in instruction)
    assert set(filter(str.isdigit, reply)) <= set("409")


def test_the_default_has_something_to_say_about_nothing() -> None:
    assert echo([Message("user", "x\n\nAsk a question.")]).endswith("?")
    assert echo([])
