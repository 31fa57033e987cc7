"""Files of spoken pieces, the memory of a voice, the tone, and a speech service by URL."""

from __future__ import annotations

import asyncio
import io

import av
import numpy as np
import pytest

from backend.asr.decode import decode
from backend.errors import AppError, AtCapacity, SpeechTextTooLong, TtsError, TtsTimeout, TtsUnavailable
from backend.tests.fakes.speech_service import SpeechService
from backend.tts.cache import CachedVoice
from backend.tts.openai_compatible import OpenAiVoice
from backend.tts.ports import PLAIN, Manner, Speech
from backend.tts.tone import ToneVoice
from backend.tts.wav import MIME, SYNTHETIC, encode, to_wav


async def piece() -> Speech:
    return await ToneVoice().speak("A sentence that takes about two seconds.")


@pytest.mark.parametrize("kind", [kind for kind in MIME if kind not in ("pcm", "aac")])
async def test_every_file_plays_and_says_that_it_is_synthetic(kind: str) -> None:
    speech = await piece()
    data = encode(speech, kind)
    samples = decode(data, MIME[kind], max_s=60)
    assert len(samples) / 16_000 == pytest.approx(speech.duration_ms / 1000, abs=0.1)
    with av.open(io.BytesIO(data)) as file:
        notes = {**file.metadata, **file.streams.audio[0].metadata}
    assert SYNTHETIC in notes.values()


async def test_a_wav_is_exactly_the_samples() -> None:
    speech = await piece()
    data = to_wav(speech)
    assert data[:4] == b"RIFF" and data.endswith(speech.pcm)
    assert b"LIST" in data and SYNTHETIC.encode() in data
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    assert SYNTHETIC.encode() not in to_wav(speech, synthetic=False)
    assert encode(speech, "pcm") == speech.pcm
    assert encode(speech, "aac")[:1] == b"\xff"


def test_nothing_said_is_still_a_file() -> None:
    empty = Speech(b"", 22_050)
    assert to_wav(empty)[:4] == b"RIFF"
    assert empty.duration_ms == 0


async def test_the_tone_is_as_long_as_the_sentence() -> None:
    voice = ToneVoice()
    short, long = await voice.speak("Yes."), await voice.speak("x" * 150)
    assert short.duration_ms == pytest.approx(267, abs=5)
    assert long.duration_ms == pytest.approx(10_000, abs=5)
    assert (await voice.speak("x" * 150, rate=2.0)).duration_ms == pytest.approx(5_000, abs=5)
    assert np.abs(np.frombuffer(long.pcm, "<i2")).max() < 6_000


class CountingVoice(ToneVoice):
    """Counts what it really spoke; fails on demand, and waits while `gate` is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.spoken: list[str] = []
        self.cancelled = 0
        self.fail = False

    async def speak(self, text: str, *, rate: float = 1.0, manner: Manner = PLAIN) -> Speech:
        self.spoken.append(text)
        try:
            await self.gate.wait()
            speech = await super().speak(text, rate=rate, manner=manner)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.fail:
            raise TtsUnavailable
        return speech


async def test_what_was_said_is_remembered() -> None:
    told: list[str] = []
    inner = CountingVoice()
    voice = CachedVoice(inner, on_result=told.append)
    first = await voice.speak("Hello.")
    assert await voice.speak("Hello.") is first
    await voice.speak("Hello.", rate=1.5)
    assert inner.spoken == ["Hello.", "Hello."]
    assert told == ["miss", "hit", "miss"]
    voice.forget()
    await voice.speak("Hello.")
    assert len(inner.spoken) == 3


async def test_the_memory_has_a_size() -> None:
    inner = CountingVoice()
    size = len((await inner.speak("text 0")).pcm)
    voice = CachedVoice(inner, max_bytes=2 * size)
    for text in ("text 1", "text 2", "text 1", "text 3", "text 1", "text 2"):
        await voice.speak(text)
    assert inner.spoken == ["text 0", "text 1", "text 2", "text 3", "text 2"]


async def test_two_ask_at_once_and_one_leaves() -> None:
    inner = CountingVoice()
    inner.gate.clear()
    voice = CachedVoice(inner)
    leaver, stayer = (asyncio.create_task(voice.speak("Hello.")) for _ in range(2))
    await asyncio.sleep(0.01)
    leaver.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaver
    inner.gate.set()
    assert (await stayer).pcm
    assert inner.spoken == ["Hello."] and inner.cancelled == 0
    inner.gate.clear()
    alone = asyncio.create_task(voice.speak("Never heard."))
    await asyncio.sleep(0.01)
    alone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await alone
    await asyncio.sleep(0)
    assert inner.cancelled == 1
    inner.gate.set()
    assert (await voice.speak("Never heard.")).pcm


async def test_failures_are_not_remembered() -> None:
    inner = CountingVoice()
    voice = CachedVoice(inner)
    inner.fail = True
    with pytest.raises(TtsUnavailable):
        await voice.speak("Hello.")
    inner.fail = False
    assert (await voice.speak("Hello.")).pcm


async def test_a_service_is_asked_for_wav() -> None:
    with SpeechService() as service:
        voice = OpenAiVoice(service.base_url, "the-key", "tts-1", "alloy")
        speech = await voice.speak("Ten chars.", rate=1.25)
        await voice.close()
        _, headers, body = service.requests[0]
    assert speech.sample_rate == 24_000 and len(speech.pcm) == 2 * 15_000
    assert headers["Authorization"] == "Bearer the-key"
    assert b'"speed":1.25' in body and b'"alloy"' in body


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        ("429", AtCapacity),
        ("500", TtsUnavailable),
        ("401", TtsError),
        ("redirect", TtsError),
        ("stall", TtsTimeout),
        ("rubbish", TtsError),
    ],
)
async def test_failures_of_a_service(behaviour: str, error: type[AppError]) -> None:
    with SpeechService(behaviour) as service:
        voice = OpenAiVoice(
            service.base_url, "the-key", "tts-1", "alloy", timeout_s=0.7 if behaviour == "stall" else 60
        )
        with pytest.raises(error):
            await voice.speak("Hello.")
        service.release.set()
        with pytest.raises(SpeechTextTooLong):
            await voice.speak("x" * 5000)
        await voice.close()
        assert len(service.requests) == 1
