"""Contract section 8 with the official client: transcription, speech, models, and errors in OpenAI's shape."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import openai
import pytest

from backend.asr.decode import decode
from backend.tests.client import ContractClient
from backend.tests.conftest import SAMPLE, LoopbackServer
from backend.tests.sounds import silence_wav, speech_like_wav


@pytest.fixture
def sdk(fast_product: LoopbackServer, client: ContractClient) -> Iterator[openai.OpenAI]:
    with (
        httpx.Client(trust_env=False, timeout=60) as http,
        openai.OpenAI(
            base_url=f"{fast_product.base_url}/v1",
            api_key=client.guest["access_token"],
            http_client=http,
            max_retries=0,
        ) as made,
    ):
        yield made


def answer() -> tuple[str, bytes, str]:
    return "answer.flac", (SAMPLE / "answer.flac").read_bytes(), "audio/flac"


def test_transcription_in_every_format(sdk: openai.OpenAI) -> None:
    create = sdk.audio.transcriptions.create
    plain = create(model="whisper-1", file=answer(), language="en", prompt="Python, SQL")
    assert plain.text.count(" ") > 10
    assert create(model="whisper-1", file=answer(), response_format="text").strip() == plain.text
    srt = create(model="whisper-1", file=answer(), response_format="srt")
    assert srt.startswith("1\n00:00:0") and " --> " in srt and "," in srt.splitlines()[1]
    assert create(model="whisper-1", file=answer(), response_format="vtt").startswith("WEBVTT\n\n00:00:0")


def test_verbose_transcription_has_what_was_asked_for(sdk: openai.OpenAI) -> None:
    def ask(granularities: list[str]) -> object:
        return sdk.audio.transcriptions.create(
            model="whisper-1", file=answer(), response_format="verbose_json", timestamp_granularities=granularities
        )

    words = ask(["word"])
    assert words.language == "en" and words.duration == pytest.approx(20.1, abs=0.1)
    assert len(words.words) == len(words.text.split()) and words.segments is None
    assert words.words[0].end <= words.words[-1].start
    both = ask(["word", "segment"])
    assert both.words and both.segments
    assert " ".join(segment.text for segment in both.segments) == both.text
    assert all(segment.avg_logprob <= 0 and segment.start <= segment.end for segment in both.segments)


def test_silence_has_no_words(sdk: openai.OpenAI) -> None:
    heard = sdk.audio.transcriptions.create(model="x", file=("a.wav", silence_wav(2), "audio/wav"))
    assert heard.text == ""


@pytest.mark.parametrize(("kind", "mime"), [("wav", "audio/wav"), ("mp3", "audio/mpeg"), ("opus", "audio/ogg"), ("flac", "audio/flac"), ("aac", "audio/aac"), ("pcm", "audio/pcm")])  # fmt: skip
def test_speech_in_every_format(sdk: openai.OpenAI, kind: str, mime: str) -> None:
    spoken = sdk.audio.speech.create(
        model="tts-1", voice="alloy", input="Hello there. This is a test of speech.", response_format=kind
    )
    assert spoken.response.headers["content-type"].startswith(mime)
    assert spoken.response.headers["x-ai-generated"] == "1"
    if kind not in ("pcm", "aac"):
        assert len(decode(spoken.content, mime, max_s=60)) > 16_000
    else:
        assert len(spoken.content) > 4_000


def test_a_long_text_is_spoken_whole(sdk: openai.OpenAI) -> None:
    def seconds(text: str) -> float:
        wav = sdk.audio.speech.create(model="t", voice="v", input=text, response_format="wav").content
        return len(decode(wav, "audio/wav", max_s=600)) / 16_000

    assert seconds("This is a sentence of some length. " * 40) > 20 * seconds("This is a sentence of some length.")


def test_the_models_are_named(sdk: openai.OpenAI) -> None:
    assert {"scripted", "tone"} <= {model.id for model in sdk.models.list()}


def test_errors_are_errors_of_the_client(sdk: openai.OpenAI, fast_product: LoopbackServer) -> None:
    transcribe, speak = sdk.audio.transcriptions.create, sdk.audio.speech.create
    with pytest.raises(openai.APIStatusError) as wrong_type:
        transcribe(model="x", file=("a.pdf", (SAMPLE / "resume_sam_rivers.pdf").read_bytes(), "application/pdf"))
    assert wrong_type.value.status_code == 415
    assert wrong_type.value.body["code"] == "audio_type_unsupported"
    with pytest.raises(openai.APIStatusError) as too_long:
        transcribe(model="x", file=("a.wav", speech_like_wav(301), "audio/wav"))
    assert too_long.value.status_code == 413
    with pytest.raises(openai.UnprocessableEntityError):
        transcribe(model="x", file=("a.wav", b"", "audio/wav"))
    with pytest.raises(openai.BadRequestError) as bad_format:
        speak(model="t", voice="v", input="Hello.", response_format="midi")
    assert bad_format.value.body["param"] == "response_format"
    assert bad_format.value.body["type"] == "invalid_request_error"
    with pytest.raises(openai.BadRequestError) as bad_speed:
        speak(model="t", voice="v", input="Hello.", speed=9)
    assert bad_speed.value.body["param"] == "speed"
    with pytest.raises(openai.APIStatusError) as too_much:
        speak(model="t", voice="v", input="x" * 4_097)
    assert too_much.value.status_code == 413
    with pytest.raises(openai.AuthenticationError):
        sdk.with_options(api_key="wrong").models.list()
    missing = httpx.post(f"{fast_product.base_url}/v1/audio/transcriptions", trust_env=False, timeout=60)
    assert missing.status_code in (400, 401) and set(missing.json()) == {"error"}
