"""The adapter against a service that goes wrong in every way seen so far."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from typing import Any

import pytest

from backend.errors import LlmError, LlmIncomplete, LlmKeyRejected, LlmRequestRefused, LlmTimeout, LlmUnavailable
from backend.llm.breaker import Breaker, nobody_waits
from backend.llm.openai_compatible import OpenAiChat
from backend.llm.ports import Message, Usage
from backend.llm.scripted_play import Play
from backend.llm.scripted_service import ScriptedService

ASK = [Message("system", "You are a coach."), Message("user", "canary-prompt-words")]

Opened = AbstractAsyncContextManager[tuple[OpenAiChat, ScriptedService]]
Open = Callable[..., Opened]


@asynccontextmanager
async def opened(
    *plays: Play, key: str = "canary-key", **options: Any
) -> AsyncIterator[tuple[OpenAiChat, ScriptedService]]:
    async with ScriptedService(*plays).running() as server:
        chat = OpenAiChat(server.url, key, "some-model", **options)
        try:
            yield chat, server
        finally:
            await chat.close()


async def said(chat: OpenAiChat, **options: Any) -> str:
    return "".join([text async for text in chat.stream(ASK, **{"max_tokens": 50, **options})])


PROMPT_TOKENS = 9
"""Of the 35 characters of `ASK`, at four a token."""


@pytest.mark.parametrize(
    ("play", "options", "completion"),
    [
        (Play(usage=None), {}, 5),  # "Good answer indeed."
        (Play(stall_at=2), {"timeout_s": 0.4}, 3),  # "Good answer " and then the deadline
        (Play(words=["word "] * 9, error_at=4), {}, 5),
        (Play(thoughts=["hm " * 8], stall_at=1), {"timeout_s": 0.4}, 8),
    ],
    ids=["not told", "deadline", "broken off", "thought"],
)
async def test_what_a_service_does_not_report_is_estimated(
    play: Play, options: dict[str, float], completion: int
) -> None:
    usage: list[Usage] = []
    async with opened(play) as (chat, _):
        with contextlib.suppress(LlmError):
            await said(chat, on_usage=usage.append, **options)
    assert usage == [Usage(PROMPT_TOKENS, None, completion)]


async def test_a_reply_that_a_reader_has_had_enough_of_is_counted_and_one_that_never_began_is_not() -> None:
    usage: list[Usage] = []
    async with (
        opened(Play(words=["word "] * 50, pause_s=0.01)) as (chat, _),
        aclosing(chat.stream(ASK, max_tokens=50, on_usage=usage.append)) as pieces,
    ):
        await anext(pieces)
    assert [u.completion_tokens for u in usage] == [2]
    async with opened(Play(status=401)) as (chat, _):
        with pytest.raises(LlmKeyRejected):
            await said(chat, on_usage=usage.append)
    assert len(usage) == 1


async def test_what_nobody_waits_for_opens_no_breaker_and_may_close_it() -> None:
    async with opened(Play(status=500), retries=0) as (chat, _):
        with nobody_waits():
            for _ in range(4):
                with pytest.raises(LlmUnavailable):
                    await asyncio.create_task(said(chat))
        for _ in range(4):
            with pytest.raises(LlmUnavailable):
                await chat.warm_up()
        assert str(chat.breaker.state) == "closed"
        for _ in range(3):
            with pytest.raises(LlmUnavailable):
                await said(chat)
        assert chat.breaker.state == "open"


async def test_text_and_usage_arrive() -> None:
    usage: list[Usage] = []
    async with opened(
        Play(usage={"prompt_tokens": 9, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}})
    ) as (chat, _):
        assert await said(chat, on_usage=usage.append) == "Good answer indeed."
    assert usage == [Usage(9, 4, 3)]


async def test_llama_timings_tell_what_was_cached() -> None:
    usage: list[Usage] = []
    play = Play(timings={"prompt_n": 10, "cache_n": 911, "predicted_n": 3})
    async with opened(play) as (chat, _):
        await said(chat, on_usage=usage.append)
    assert usage == [Usage(921, 911, 3)]


async def test_request_is_plain_openai_for_other_services(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "canary-org")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "canary-project")
    async with opened() as (chat, server):
        await said(chat, slot="session-1", stop=["\n"], temperature=0.5)
    request = server.seen[0]
    assert set(request.body) == {"model", "messages", "max_tokens", "temperature", "stream", "stream_options", "stop"}
    assert request.headers["authorization"] == "Bearer canary-key"
    assert "canary-org" not in str(request.headers)
    assert "canary-project" not in str(request.headers)


async def test_own_server_is_told_the_slot_of_the_session() -> None:
    async with opened(slots=2) as (chat, server):
        for session in ("a", "b", "a", "c", "a"):
            await said(chat, slot=session)
    assert [s.body["id_slot"] for s in server.seen] == [0, 1, 0, 1, 0]
    assert all(s.body["cache_prompt"] for s in server.seen)


@pytest.mark.parametrize(
    ("play", "error"),
    [
        (Play(end_at=0), LlmIncomplete),
        (Play(end_at=2), LlmIncomplete),
        (Play(finish_reason=None), LlmIncomplete),
        (Play(reset_at=1), LlmIncomplete),
        (Play(reset_at=0), LlmUnavailable),
        (Play(garbage_at=1), LlmError),
        (Play(error_at=1), LlmError),
        (Play(not_chat_at=1), LlmError),
        (Play(huge_line_at=1), LlmError),
        (Play(finish_reason="content_filter"), LlmRequestRefused),
        (Play(status=401), LlmKeyRejected),
        (Play(status=403), LlmKeyRejected),
        (Play(status=400), LlmRequestRefused),
        (Play(status=404), LlmRequestRefused),
        (Play(status=429, headers={"Retry-After": "30"}), LlmUnavailable),
        (Play(status=500), LlmUnavailable),
        (Play(status=503), LlmUnavailable),
        (Play(status=200, headers={"Content-Type": "text/html"}, end_at=0), LlmIncomplete),
        (Play(headers={"Content-Encoding": "gzip"}), LlmUnavailable),
        (Play(stall_at=0), LlmTimeout),
        (Play(delay_s=5), LlmTimeout),
    ],
)
async def test_failures_have_names(play: Play, error: type[LlmError]) -> None:
    patience = {"first_token_timeout_s": 0.3, "timeout_s": 2} if error is LlmTimeout else {}
    async with opened(play, **patience) as (chat, _):
        with pytest.raises(LlmError) as caught:
            await said(chat)
    assert type(caught.value) is error
    assert "upstream" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_text_before_a_cut_is_kept() -> None:
    got = []
    async with opened(Play(end_at=2)) as (chat, _):
        with pytest.raises(LlmIncomplete):
            async for text in chat.stream(ASK, max_tokens=50):
                got.append(text)
    assert got == ["Good ", "answer "]


@pytest.mark.parametrize(
    "play",
    [
        Play(done=False),
        Play(finish_reason="length"),
        Play(usage=None),
        Play(done=False, usage=None, close=False),
    ],
    ids=["no DONE", "length", "no usage", "left open after the end"],
)
async def test_complete_text_is_enough(play: Play) -> None:
    async with opened(play) as (chat, _):
        assert await said(chat) == "Good answer indeed."


async def test_silence_between_tokens_ends_the_reply() -> None:
    async with opened(Play(stall_at=2), stall_timeout_s=0.2) as (chat, server):
        with pytest.raises(LlmTimeout):
            await said(chat, timeout_s=60)
        await asyncio.wait_for(server.seen[0].closed_by_client.wait(), 60)


async def test_endless_reply_ends_at_the_deadline() -> None:
    async with opened(Play(endless=True, pause_s=0.01)) as (chat, server):
        with pytest.raises(LlmTimeout):
            await said(chat, timeout_s=0.4, max_tokens=100_000)
        await asyncio.wait_for(server.seen[0].ended.wait(), 60)
        assert chat.breaker.state == "closed"


async def test_service_that_ignores_max_tokens_is_cut() -> None:
    async with opened(Play(endless=True, words=("0123456789abcdef",))) as (chat, server):
        assert 64 <= len(await said(chat, max_tokens=4)) <= 96
        await asyncio.wait_for(server.seen[0].ended.wait(), 60)


async def test_cancelling_stops_the_service() -> None:
    async with opened(Play(endless=True, pause_s=0.01)) as (chat, server):
        first = asyncio.Event()

        async def consume() -> None:
            async for _ in chat.stream(ASK, max_tokens=100_000):
                first.set()

        task = asyncio.create_task(consume())
        await first.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.seen[0].ended.wait(), 60)
        assert server.seen[0].sent_after_close <= 5
        assert chat.breaker.state == "closed"


async def test_cancelling_before_the_first_token_stops_the_service() -> None:
    async with opened(Play(stall_at=0)) as (chat, server):
        task = asyncio.create_task(said(chat))
        while not server.seen:
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait_for(server.seen[0].closed_by_client.wait(), 60)


async def test_leaving_the_loop_stops_the_service() -> None:
    async with opened(Play(endless=True, pause_s=0.01)) as (chat, server):
        async with aclosing(chat.stream(ASK, max_tokens=100_000)) as texts:  # type: ignore[type-var]
            async for _ in texts:
                break
        await asyncio.wait_for(server.seen[0].ended.wait(), 60)


async def test_one_retry_before_the_first_token() -> None:
    async with opened(Play(status=503), Play()) as (chat, server):
        assert await said(chat) == "Good answer indeed."
        assert len(server.seen) == 2


async def test_no_retry_after_the_first_token() -> None:
    async with opened(Play(reset_at=1), Play()) as (chat, server):
        with pytest.raises(LlmIncomplete):
            await said(chat)
        assert len(server.seen) == 1


async def test_a_retry_never_waits_for_retry_after() -> None:
    async with opened(Play(status=429, headers={"Retry-After": "30"}), Play()) as (chat, server):
        with pytest.raises(LlmUnavailable) as caught:
            await said(chat)
        assert caught.value.retry_after_s == 30
        assert len(server.seen) == 1


async def test_redirects_are_not_followed() -> None:
    async with ScriptedService().running() as thief:
        play = Play(status=307, headers={"Location": f"{thief.url}/chat/completions"})
        async with opened(play) as (chat, _):
            with pytest.raises(LlmError):
                await said(chat)
        assert thief.seen == []


async def test_nobody_listening_is_unavailable() -> None:
    async with ScriptedService().running() as server:
        url = server.url
    chat = OpenAiChat(url, None, "some-model")
    with pytest.raises(LlmUnavailable):
        await said(chat)
    await chat.close()


async def test_dead_model_costs_nothing_after_three_failures_and_comes_back() -> None:
    now = [0.0]
    breaker = Breaker(clock=lambda: now[0])
    plays = [Play(status=503)] * 3
    async with opened(*plays, Play(), retries=0, breaker=breaker) as (chat, server):
        for _ in range(8):
            with pytest.raises(LlmUnavailable):
                await said(chat)
        assert len(server.seen) == 3
        now[0] = 31.0
        assert await said(chat) == "Good answer indeed."
        assert breaker.state == "closed"


@pytest.mark.parametrize("status", [401, 403, 429, 400])
async def test_answers_that_are_no_outage_leave_the_breaker_closed(status: int) -> None:
    async with opened(Play(status=status)) as (chat, server):
        for _ in range(5):
            with pytest.raises(LlmError):
                await said(chat)
        ways = 4 if status == 400 else 1  # once, what else the service might accept is tried
        assert len(server.seen) == 4 + ways
        assert chat.breaker.state == "closed"


async def test_a_cancelled_probe_does_not_keep_the_breaker_open() -> None:
    now = [0.0]
    breaker = Breaker(failures=1, clock=lambda: now[0])
    async with opened(Play(status=500), Play(stall_at=0), Play(), retries=0, breaker=breaker) as (chat, server):
        with pytest.raises(LlmUnavailable):
            await said(chat)
        now[0] = 31.0
        probe = asyncio.create_task(said(chat))
        while len(server.seen) < 2:
            await asyncio.sleep(0.01)
        with pytest.raises(LlmUnavailable):  # only one probe at a time
            await said(chat)
        probe.cancel()
        await asyncio.wait([probe])
        assert await said(chat) == "Good answer indeed."


async def test_nothing_private_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    plays = [Play(), Play(status=401), Play(error_at=1), Play(garbage_at=0), Play(status=500)]
    async with opened(*plays, retries=0) as (chat, _):
        for _ in plays:
            try:
                await said(chat)
            except LlmError:
                continue
    written = caplog.text + "".join(str(r.__dict__) for r in caplog.records)
    assert "llm call failed" in written
    for canary in ("canary-prompt-words", "canary-key", "upstream-secret-detail"):
        assert canary not in written
