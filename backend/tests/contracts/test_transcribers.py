"""One suite for every entry of the menu of ears: the local model, a service by URL, and the scripted one."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from backend.asr.decode import decode
from backend.asr.openai_compatible import OpenAiEar
from backend.asr.ports import SAMPLE_RATE, Samples, Transcriber
from backend.asr.scripted import ScriptedEar
from backend.errors import NoSpeech
from backend.observability.parts import WatchedEar
from backend.tests.conftest import SAMPLE
from backend.tests.fakes.speech_service import SpeechService

WHISPER = Path("~/.cache/interview-helper/models/whisper-base").expanduser()


@pytest.fixture(scope="module")
def speech() -> Samples:
    return decode((SAMPLE / "answer.flac").read_bytes(), None, max_s=60)


@pytest.fixture(params=["scripted", "watched", "openai", pytest.param("faster_whisper", marks=pytest.mark.models)])
async def ear(request: pytest.FixtureRequest) -> AsyncIterator[Transcriber]:
    if request.param == "scripted":
        yield ScriptedEar()
    elif request.param == "watched":
        yield WatchedEar(ScriptedEar(), lambda stage: None)
    elif request.param == "openai":
        with SpeechService() as service:
            remote = OpenAiEar(service.base_url, "a-key", "whisper-1")
            yield remote
            await remote.close()
    else:
        from backend.asr.faster_whisper import FasterWhisper

        local = FasterWhisper(WHISPER, model="whisper-base")
        yield local
        await local.close()


async def test_a_transcript_holds_together(ear: Transcriber, speech: Samples) -> None:
    await ear.warm_up()
    partials: list[str] = []
    heard = await ear.transcribe(speech, hotwords=["eunuch", "improvisation"], on_partial=partials.append)
    await asyncio.sleep(0)
    assert heard.text == " ".join(heard.text.split()) != ""
    assert heard.language == "en"
    assert heard.duration_s == pytest.approx(len(speech) / SAMPLE_RATE, abs=0.01)
    assert 0 < heard.speech_s <= heard.duration_s
    assert partials and partials[-1] == heard.text
    assert len(heard.words) > 10
    at = 0
    for word in heard.words:
        at = heard.text.index(word.text, at) + len(word.text)
        assert 0 <= word.start_s <= word.end_s <= heard.duration_s
        assert 0 <= word.probability <= 1
    for before, after in itertools.pairwise(heard.words):
        assert before.start_s <= after.start_s


async def test_silence_is_no_speech(ear: Transcriber) -> None:
    for silence in (np.zeros(3 * SAMPLE_RATE, dtype=np.float32), np.full(SAMPLE_RATE, 1e-5, dtype=np.float32)):
        with pytest.raises(NoSpeech):
            await ear.transcribe(silence)


async def test_it_has_a_name(ear: Transcriber) -> None:
    assert ear.name and "/" not in ear.name
