"""The speech role: a service of its own that another product hears and speaks through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from openai import AuthenticationError, OpenAI

from backend.tests.client import ContractClient, by_name, check_turn
from backend.tests.processes import Child, product
from backend.tests.sounds import speech_like_wav

pytestmark = pytest.mark.long

KEY = "the key of the speech service here"


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = product(tmp_path_factory.mktemp("speech"), "speech", "--role", "speech", SPEECH_API_KEY=KEY)
    try:
        child.start()
        yield child
    finally:
        child.stop()


def address(child: Child) -> str:
    return f"http://127.0.0.1:{child.port}"


def test_it_hears_and_speaks_for_who_has_its_key(speech: Child) -> None:
    with OpenAI(base_url=f"{address(speech)}/v1", api_key=KEY, max_retries=0) as sdk:
        heard = sdk.audio.transcriptions.create(model="", file=("a.wav", speech_like_wav(2.0), "audio/wav"))
        assert heard.text
        spoken = sdk.audio.speech.create(model="", voice="", input="Good morning.", response_format="wav")
        assert spoken.content[:4] == b"RIFF"
        assert len(sdk.models.list().data) == 2
    stranger = OpenAI(base_url=f"{address(speech)}/v1", api_key="another key", max_retries=0)
    with stranger, pytest.raises(AuthenticationError):
        stranger.models.list()


def test_it_serves_nothing_else(speech: Child) -> None:
    for path in ("/api/v1/catalog", "/api/v1/guests", "/"):
        assert httpx.get(f"{address(speech)}{path}", trust_env=False, timeout=60).status_code == 404
    parts = httpx.get(f"{address(speech)}/health/ready", trust_env=False, timeout=60).json()["parts"]
    assert parts == {"voice": "ok", "ears": "ok"}
    assert "ih_stage_duration_seconds" in httpx.get(f"{address(speech)}/metrics", trust_env=False, timeout=60).text
    assert httpx.get(f"{address(speech)}/healthz", trust_env=False, timeout=60).json()["versions"].keys() == {
        "asr",
        "tts",
    }


def test_a_product_hears_and_speaks_through_it(speech: Child, tmp_path: Path) -> None:
    voice = {"TTS": "openai", "TTS_URL": f"{address(speech)}/v1", "TTS_API_KEY": KEY}
    ears = {"ASR": "openai", "ASR_URL": f"{address(speech)}/v1", "ASR_API_KEY": KEY}
    api = product(tmp_path, "api", **voice, **ears)
    try:
        api.start()
        with ContractClient(address(api)) as guest:
            session = guest.start(voice=True)["session_id"]
            events = guest.turn(session, audio=("a.wav", speech_like_wav(2.0), "audio/wav"))
            check_turn(events)
            assert by_name(events, "turn.ended")["outcome"] == "completed"
            speech.stop()
            events = guest.turn(session, text="I measured first, then I changed the query, and it took half the time.")
            check_turn(events, voice=False)
            assert {e.data["stage"] for e in events if e.name == "notice"} == {"tts"}
    finally:
        api.stop()
        speech.start()
