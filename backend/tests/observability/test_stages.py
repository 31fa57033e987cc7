"""Watched parts do what their ports say and tell how long they took; a turn's other stages come from its events."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import numpy as np
import pytest

from backend.asr.scripted import ScriptedEar
from backend.errors import LlmUnavailable, NoSpeech
from backend.llm.ports import JsonSchema, Message, Usage
from backend.llm.scripted import ScriptedChat
from backend.observability.parts import WatchedChat, WatchedEar, WatchedVoice
from backend.observability.stages import Stage, Stages
from backend.tts.tone import ToneVoice

ASKED = [Message("user", "Say it.")]


@pytest.fixture
def told() -> list[Stage]:
    return []


async def test_an_ear_is_timed_and_its_silence_is_no_failure(told: list[Stage]) -> None:
    ear = WatchedEar(ScriptedEar(["one two"]), told.append)
    assert (await ear.transcribe(np.ones(16_000, np.float32))).text == "one two"
    with pytest.raises(NoSpeech):
        await ear.transcribe(np.zeros(16_000, np.float32))
    assert [(s.name, s.code) for s in told] == [("asr", None), ("asr", "no_speech")]
    assert told[0].figures == {"model": "scripted", "sound_s": 1.0}
    assert told[0].ended >= told[0].began


async def test_a_model_tells_its_first_token_and_its_tokens(told: list[Stage]) -> None:
    seen: list[Usage] = []
    chat = WatchedChat(ScriptedChat(["four words of reply"]), told.append)
    asked = chat.stream(ASKED, max_tokens=50, on_usage=seen.append, schema=JsonSchema("coach_reply", {}))
    text = "".join([piece async for piece in asked])
    assert text == "four words of reply"
    (stage,) = told
    assert stage.first is not None
    assert stage.began <= stage.first <= stage.ended
    assert stage.figures.pop("task") == "coach_reply"
    assert stage.figures == {"model": "scripted", "prompt_tokens": 1, "cached_tokens": 0, "completion_tokens": 4}
    assert len(seen) == 1


async def test_a_reply_that_was_enough_is_no_failure_and_closes_the_model(told: list[Stage]) -> None:
    model = ScriptedChat(["four words of reply"])
    async with aclosing(WatchedChat(model, told.append).stream(ASKED, max_tokens=50)) as pieces:
        async for _ in pieces:
            break
    assert [(s.name, s.code) for s in told] == [("llm", None)]
    assert told[0].figures["completion_tokens"] == 1
    assert model.cancelled == 1


async def test_errors_and_cancellation_have_their_code(told: list[Stage]) -> None:
    failing = WatchedChat(ScriptedChat([LlmUnavailable()]), told.append)
    with pytest.raises(LlmUnavailable):
        [piece async for piece in failing.stream(ASKED, max_tokens=5)]
    speaking = asyncio.create_task(WatchedVoice(ToneVoice(delay_s=60), told.append).speak("Hello."))
    await asyncio.sleep(0)
    speaking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await speaking
    assert [(s.name, s.code) for s in told] == [("llm", "llm_unavailable"), ("voice", "cancelled")]


def test_the_stages_that_no_part_does_alone_come_from_the_events(told: list[Stage]) -> None:
    stages = Stages(told.append)
    turn = stages.of_turn(100.0)
    for name, at_ms in (("turn.started", 50), ("transcript.final", 750), ("delivery", 760)):
        turn({"event": name, "data": {"at_ms": at_ms}})
    stages.tell(Stage("retrieval", 100.77, 100.80))
    turn({"event": "context.found", "data": {"at_ms": 830}})
    turn({"event": "turn.ended", "data": {"at_ms": 2000}})
    times = [(s.name, round(s.began, 3), round(s.ended, 3)) for s in told[:-1]]
    assert times == [
        ("intake", 100.0, 100.05),
        ("analysis", 100.75, 100.76),
        ("retrieval", 100.77, 100.8),
        ("analysis", 100.8, 100.83),
    ]
    assert (told[-1].name, told[-1].began) == ("store", 102.0)
