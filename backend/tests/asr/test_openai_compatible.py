"""A transcription service by URL: what is sent, and what its failures become."""

from __future__ import annotations

import pytest

from backend.asr.decode import decode
from backend.asr.openai_compatible import OpenAiEar
from backend.errors import AppError, AtCapacity, SttError, SttTimeout, SttUnavailable
from backend.tests.conftest import SAMPLE
from backend.tests.fakes.speech_service import TEXT, SpeechService

SPEECH = decode((SAMPLE / "answer.flac").read_bytes(), None, max_s=60)


async def test_what_is_sent() -> None:
    with SpeechService() as service:
        ear = OpenAiEar(service.base_url, "the-key", "whisper-1")
        await ear.transcribe(SPEECH, language="en", hotwords=["Kubernetes", "Chroma"])
        await ear.close()
        path, headers, body = service.requests[0]
    assert path == "/v1/audio/transcriptions"
    assert headers["Authorization"] == "Bearer the-key"
    for expected in (b"verbose_json", b"Kubernetes, Chroma", b"whisper-1", b"RIFF"):
        assert expected in body


async def test_a_service_without_word_times_is_asked_once_only() -> None:
    with SpeechService("plain") as service:
        ear = OpenAiEar(service.base_url, None, "plain-1")
        for _ in range(2):
            heard = await ear.transcribe(SPEECH)
            assert heard.text == TEXT and heard.words == ()
        await ear.close()
        assert len(service.requests) == 3


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        ("429", AtCapacity),
        ("500", SttUnavailable),
        ("503", SttUnavailable),
        ("401", SttError),
        ("redirect", SttError),
        ("stall", SttTimeout),
    ],
)
async def test_failures(behaviour: str, error: type[AppError]) -> None:
    with SpeechService(behaviour) as service:
        ear = OpenAiEar(service.base_url, "the-key", "whisper-1", timeout_s=0.7 if behaviour == "stall" else 60)
        with pytest.raises(error):
            await ear.transcribe(SPEECH)
        service.release.set()
        await ear.close()
        assert len(service.requests) == 1


async def test_nobody_there() -> None:
    ear = OpenAiEar("http://127.0.0.1:9/v1", "k", "m", timeout_s=60)
    with pytest.raises(SttUnavailable):
        await ear.transcribe(SPEECH)
    await ear.close()
