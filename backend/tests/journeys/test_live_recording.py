"""Live recordings over real HTTP (contract section 7): partial text, limits, what a recorder sends, what is left behind."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend.app import create_app
from backend.tests.asr.recordings import recording, tone
from backend.tests.client import ContractClient, by_name, check_turn
from backend.tests.conftest import LoopbackServer, fast_settings

L16 = "audio/L16;rate=16000"


def pcm(samples: np.ndarray) -> bytes:
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


def spoken(seconds: float) -> bytes:
    return pcm(tone(seconds))


def hush(seconds: float) -> bytes:
    return pcm(np.zeros(round(seconds * 16_000)))


class Microphone:
    """One live recording of a client."""

    def __init__(self, client: ContractClient, session_id: str, mime: str = L16, **more: object) -> None:
        self._client = client
        self.path = f"/sessions/{session_id}/recordings"
        self.id: str = client.data("POST", self.path, json={"mime": mime, **more})["recording_id"]
        self.sent = 0

    def send(self, data: bytes, size: int = 8_000) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        for start in range(0, len(data), size):
            path = f"{self.path}/{self.id}/chunks/{self.sent}"
            answer = self._client.data("PUT", path, content=data[start : start + size])
            self.sent += 1
            assert answer["received"] == self.sent
        return answer

    def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Ask until an answer is like that: a piece again is a no-op that tells how far the hearing is."""
        deadline = time.monotonic() + 60
        while True:
            again: dict[str, Any] = self._client.data("PUT", f"{self.path}/{self.id}/chunks/0", content=b"again")
            assert again["received"] == self.sent
            if condition(again):
                return again
            assert time.monotonic() < deadline, f"it stays at {again}"
            time.sleep(0.02)

    def partial(self, stable: int = 0) -> dict[str, Any]:
        """The partial text once there is some, and so many characters of it are settled."""
        answer = self.until(lambda a: bool(a["partial"]["text"]) and a["partial"]["stable_chars"] >= stable)
        return dict(answer["partial"])

    @property
    def body(self) -> dict[str, Any]:
        return {"recording_id": self.id, "chunks": self.sent}


def test_text_comes_back_while_the_candidate_speaks(client: ContractClient) -> None:
    session = client.start()
    microphone = Microphone(client, session["session_id"])
    assert client.data("GET", f"/sessions/{session['session_id']}")["state"] == "recording"
    assert microphone.send(spoken(3.0))["partial"] == {"text": "", "stable_chars": 0}
    microphone.send(hush(0.8))
    guess = microphone.partial()
    assert guess["stable_chars"] == 0
    events = client.turn(session["session_id"], body=microphone.body)
    check_turn(events)
    assert by_name(events, "transcript.final")["text"] == guess["text"]
    partial = by_name(events, "transcript.partial")
    assert partial["text"] == guess["text"]
    assert 0 <= partial["stable_chars"] <= len(partial["text"])


def test_pauses_are_judged_for_who_asks(client: ContractClient) -> None:
    for wanted in (True, False):
        microphone = Microphone(client, client.start()["session_id"], end_of_turn=wanted)
        assert "turn" not in microphone.send(spoken(3.0))
        answer: dict[str, Any] = {}
        for _ in range(20):
            answer = microphone.send(hush(0.2))
            if "turn" in answer:
                break
            time.sleep(0.02)
        if not wanted:
            assert "turn" not in answer
            continue
        answer = microphone.until(lambda a: "turn" in a)
        assert answer["turn"]["complete"] == 1.0
        assert 3.0 < answer["turn"]["at_s"] <= microphone.sent * 0.25
        assert answer["turn"]["text_until_s"] <= microphone.sent * 0.25
        microphone.send(spoken(1.0))
        microphone.until(lambda a: "turn" not in a)
        assert "turn" not in microphone.send(spoken(0.5))


def test_a_long_answer_is_settled_piece_by_piece_with_word_times(client: ContractClient) -> None:
    session = client.start()
    microphone = Microphone(client, session["session_id"])
    for _ in range(2):
        microphone.send(spoken(13.0) + hush(0.8), size=64_000)
    microphone.send(spoken(4.0), size=64_000)
    partial = microphone.partial(stable=1)
    assert partial["text"][: partial["stable_chars"]]
    heard = by_name(client.turn(session["session_id"], body=microphone.body), "transcript.final")
    assert heard["text"].startswith(partial["text"][: partial["stable_chars"]])
    assert heard["duration_s"] == pytest.approx(31.6, abs=0.1)
    starts = [word["start_s"] for word in heard["words"]]
    assert starts == sorted(starts)
    assert starts[-1] > 27


@pytest.mark.parametrize("kind", ["webm-opus", "ogg-opus", "mp4-fragmented", "mp4", "wav-float"])
def test_what_a_recorder_sends_is_heard_too(client: ContractClient, kind: str) -> None:
    session = client.start()
    microphone = Microphone(client, session["session_id"], "audio/webm;codecs=opus")
    microphone.send(recording(tone(4.0), kind), size=5_000)
    events = client.turn(session["session_id"], body=microphone.body)
    check_turn(events)
    assert by_name(events, "transcript.final")["duration_s"] == pytest.approx(4.0, abs=0.15)


def test_silence_is_no_answer(client: ContractClient) -> None:
    session = client.start()
    microphone = Microphone(client, session["session_id"])
    assert microphone.send(hush(3.0))["partial"]["text"] == ""
    events = client.turn(session["session_id"], body=microphone.body)
    check_turn(events)
    assert by_name(events, "notice")["code"] == "no_speech"
    assert by_name(events, "transcript.final")["duration_s"] == pytest.approx(3.0, abs=0.05)


def test_missing_pieces_garbage_and_nothing_are_told(client: ContractClient) -> None:
    session = client.start()["session_id"]
    microphone = Microphone(client, session)
    microphone.send(spoken(1.0))
    path = f"/sessions/{session}/turns"
    error = client.error("POST", path, 409, json={**microphone.body, "chunks": microphone.sent + 1})
    assert error["details"] == {"received": microphone.sent, "expected": microphone.sent + 1}
    assert by_name(client.turn(session, body=microphone.body), "transcript.final")["text"]
    empty = Microphone(client, session)
    assert client.error("POST", path, 422, json=empty.body)["code"] == "audio_empty"
    garbage = Microphone(client, session, "audio/webm")
    garbage.send(b"this is no sound at all" * 100)
    assert client.error("POST", path, 415, json=garbage.body)["code"] == "audio_type_unsupported"
    odd = client.error("POST", f"/sessions/{session}/recordings", 415, json={"mime": "audio/L16;rate=3"})
    assert odd["code"] == "audio_type_unsupported"


def test_a_recording_is_taken_once(client: ContractClient) -> None:
    session = client.start()["session_id"]
    microphone = Microphone(client, session)
    microphone.send(spoken(2.0))
    key = uuid.uuid4().hex
    first: list[list[str]] = []
    threads = [
        threading.Thread(
            target=lambda: first.append([e.id for e in client.turn(session, body=microphone.body, key=key)])
        )
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(first) == 5
    assert len({tuple(ids) for ids in first}) == 1
    client.error("POST", f"/sessions/{session}/turns", 404, json=microphone.body)
    client.error("PUT", f"{microphone.path}/{microphone.id}/chunks/{microphone.sent}", 404, content=b"x")


def test_a_recording_can_be_thrown_away_and_the_newest_wins(client: ContractClient) -> None:
    session = client.start()["session_id"]
    old = Microphone(client, session)
    old.send(spoken(1.0))
    new = Microphone(client, session)
    client.error("PUT", f"{old.path}/{old.id}/chunks/{old.sent}", 404, content=b"x")
    assert client.call("DELETE", f"{new.path}/{new.id}").status_code == 204
    client.error("POST", f"/sessions/{session}/turns", 404, json=new.body)
    assert client.data("GET", f"/sessions/{session}")["state"] == "ready"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[ContractClient]:
    app = create_app(fast_settings(tmp_path, audio_max_s=10, audio_max_bytes=400_000))
    with LoopbackServer(app) as server, ContractClient(server.base_url) as guest:
        yield guest


def test_a_recording_has_a_longest_length(small: ContractClient) -> None:
    microphone = Microphone(small, small.start()["session_id"])
    microphone.send(spoken(10.0), size=64_000)
    path = f"{microphone.path}/{microphone.id}/chunks/{microphone.sent}"
    error = small.error("PUT", path, 413, content=spoken(0.5))
    assert error["code"] in {"audio_too_long", "audio_too_large"}
