"""One suite for every entry of the menu of voices: Piper, a service by URL, the tone, and each behind the cache."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from backend.observability.parts import WatchedVoice
from backend.tests.fakes.speech_service import SpeechService
from backend.tts.cache import CachedVoice
from backend.tts.openai_compatible import OpenAiVoice
from backend.tts.piper import PiperVoice
from backend.tts.ports import Voice
from backend.tts.shifted import ShiftedVoice
from backend.tts.tone import ToneVoice

JOE = Path("~/.cache/interview-helper/models/joe/en_US-joe-medium.onnx").expanduser()


@pytest.fixture(
    params=["tone", "openai", "cached", "watched", "shifted", pytest.param("piper", marks=pytest.mark.models)]
)
async def voice(request: pytest.FixtureRequest) -> AsyncIterator[Voice]:
    if request.param == "openai":
        with SpeechService() as service:
            remote = OpenAiVoice(service.base_url, None, "tts-1", "alloy", languages=("en", "de"))
            yield remote
            await remote.close()
        return
    one: Voice = {
        "tone": ToneVoice,
        "cached": lambda: CachedVoice(ToneVoice()),
        "watched": lambda: WatchedVoice(ToneVoice(), lambda stage: None),
        "shifted": lambda: ShiftedVoice(ToneVoice(), pitch=0.9, pace=1.1),
        "piper": lambda: PiperVoice(JOE, name="en_US-joe-medium"),
    }[request.param]()
    yield one
    await one.close()


async def test_a_sentence_becomes_sound(voice: Voice) -> None:
    await voice.warm_up()
    short, long = (
        await voice.speak("Yes, I do."),
        await voice.speak("Tell me about a time when you had to decide fast."),
    )
    for speech in (short, long):
        assert 8_000 <= speech.sample_rate <= 48_000
        assert len(speech.pcm) % 2 == 0
        assert np.abs(np.frombuffer(speech.pcm, "<i2")).max() > 0
        assert speech.duration_ms == round(len(speech.pcm) / 2 / speech.sample_rate * 1000)
    assert long.duration_ms > short.duration_ms > 100


async def test_it_has_a_name_and_languages(voice: Voice) -> None:
    assert voice.name
    assert "en" in voice.languages


async def test_a_call_can_be_cancelled(voice: Voice) -> None:
    await voice.warm_up()
    work = asyncio.create_task(voice.speak("A sentence that nobody waits for."))
    await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert (await voice.speak("The next one.")).pcm
