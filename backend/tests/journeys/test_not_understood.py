"""Speech that gave no words is said to be missing, and is no pause."""

from __future__ import annotations

from pathlib import Path

from backend.app import create_app
from backend.tests.client import ContractClient, by_name, check_turn
from backend.tests.conftest import SAMPLE, LoopbackServer, fast_settings
from backend.tests.fakes.speech_service import SpeechService


def test_seconds_without_words_are_told_and_are_no_pause(tmp_path: Path) -> None:
    """The service hears the first 9 of 20 seconds of speech."""
    with SpeechService() as service:
        settings = fast_settings(tmp_path, asr_url=service.base_url)
        with LoopbackServer(create_app(settings)) as server, ContractClient(server.base_url) as client:
            session = client.start(voice=False)["session_id"]
            events = client.turn(session, audio=("a.flac", (SAMPLE / "answer.flac").read_bytes(), "audio/flac"))
    check_turn(events, voice=False)
    notice = by_name(events, "notice")
    heard = by_name(events, "transcript.final")
    missing = heard["not_understood"]
    assert missing and all(8 < start < end for start, end in missing)
    seconds = round(sum(end - start for start, end in missing))
    assert seconds >= 4
    assert (notice["stage"], notice["code"]) == ("stt", "not_understood")
    assert notice["message_safe"] == f"{seconds} seconds were not understood. They are not counted."
    measured = by_name(events, "delivery")
    assert measured["pauses"] == {"count": 0, "longest_s": 0.0}
    assert measured["talk_time_s"] < heard["speech_s"] - 3
