"""How much the coach says aloud, and how fast, over real HTTP."""

from __future__ import annotations

import io
import wave
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from backend.app import create_app
from backend.interview.voicing import FULL_WORDS, SERIOUS, WARM
from backend.tests.client import ContractClient, by_name, check_turn
from backend.tests.conftest import LoopbackServer, fast_settings
from backend.tts.ports import PLAIN, Manner

ANSWER = (
    "In my last role the nightly import failed twice a week. I was asked to make it reliable, so I measured where it "
    "stopped, moved the parsing into its own step and added a check of the row counts. After that it failed once in six months."
)


def aloud(client: ContractClient, text: str = ANSWER, **plan: object) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    session = client.start(**plan)
    assert session["voice_amount"] == plan.get("voice_amount", "short")
    events = client.turn(session["session_id"], text=text)
    check_turn(events)
    return [e.data for e in events if e.name == "audio"], by_name(events, "feedback.final")


def said(clips: list[dict[str, Any]], role: str) -> str:
    return " ".join(clip["text"] for clip in clips if clip["role"] == role)


@pytest.mark.parametrize("amount", ["question", "short", "full"])
def test_what_is_said_before_the_question(client: ContractClient, amount: str) -> None:
    clips, feedback = aloud(client, voice_amount=amount)
    roles = [clip["role"] for clip in clips]
    assert roles == sorted(roles) and roles[-1] == "question"
    reaction = said(clips, "feedback")
    if amount == "question":
        assert reaction == ""
    elif amount == "short":
        assert reaction and feedback["summary"] not in reaction
    else:
        assert feedback["summary"] in reaction
        assert len(reaction.split()) <= FULL_WORDS


def test_who_asks_for_help_is_answered_aloud_in_any_case(client: ContractClient) -> None:
    clips, feedback = aloud(client, "Could you clarify the question, please?", voice_amount="question")
    assert not feedback["scored"]
    assert clips


def test_a_slower_voice_takes_longer(client: ContractClient) -> None:
    usual, _ = aloud(client)
    slow, _ = aloud(client, voice_speed=0.8)
    each = [clip["duration_ms"] / len(clip["text"]) for clip in (slow[0], usual[0])]
    assert each[0] > each[1]
    refused = client.http.post("/sessions", json={"voice_speed": 9})
    assert refused.status_code == 422


def test_slower_please_slows_the_voice_and_says_the_question_again(client: ContractClient) -> None:
    session = client.start()
    events = client.turn(session["session_id"], text="Could you speak a little slower, please?")
    feedback = by_name(events, "feedback.final")
    assert not feedback["scored"] and feedback["intent"] == "slower"
    clips = [e.data for e in events if e.name == "audio"]
    assert said(clips, "feedback") == "All right, a little slower."
    assert said(clips, "question") == session["question"]["text"]
    again = by_name(events, "question.final")["question"]
    assert again["question_id"] == session["question"]["question_id"]
    spoken_s = sum(c["duration_ms"] for c in clips if c["role"] == "question")
    assert spoken_s > session["audio"]["duration_ms"] * 1.1
    assert client.data("GET", f"/sessions/{session['session_id']}")["voice_speed"] == 0.85
    for _ in range(2):
        events = client.turn(session["session_id"], text="Slower please")
    assert said([e.data for e in events if e.name == "audio"], "feedback") == "This is as slow as I speak."
    events = client.turn(session["session_id"], text="Can you speak faster?")
    assert said([e.data for e in events if e.name == "audio"], "feedback") == "All right, a little faster."
    assert client.data("GET", f"/sessions/{session['session_id']}")["voice_speed"] == 0.85


GRAVE = "I want to kill myself."


def sound(client: ContractClient, url: str) -> tuple[float, float]:
    """Loudest sample, of the tone's own, and seconds of silence at the end of a clip."""
    with wave.open(io.BytesIO(client.http.get(httpx.URL(client.http.base_url).join(url)).content)) as clip:
        samples = np.abs(np.frombuffer(clip.readframes(clip.getnframes()), "<i2"))
        silence = len(samples) - 1 - int(np.flatnonzero(samples > 50)[-1])
        return float(samples.max() / (0.1 * 32767)), silence / clip.getframerate()


def heard(client: ContractClient, text: str) -> dict[str, list[tuple[float, float]]]:
    clips, _ = aloud(client, text)
    return {role: [sound(client, c["url"]) for c in clips if c["role"] == role] for role in ("feedback", "question")}


def check(clips: list[tuple[float, float]], manner: Manner) -> None:
    assert clips
    for volume, silence_s in clips:
        assert volume == pytest.approx(manner.volume, abs=0.02)
        assert silence_s == pytest.approx(manner.pause_s, abs=0.03)


def test_a_reaction_is_warm_a_question_plain_and_a_concern_grave(client: ContractClient) -> None:
    usual = heard(client, ANSWER)
    check(usual["feedback"], WARM)
    check(usual["question"], PLAIN)
    grave = heard(client, GRAVE)
    check([*grave["feedback"], *grave["question"]], SERIOUS)


def test_the_voice_keeps_one_manner_where_that_is_wanted(tmp_path: Path) -> None:
    app = create_app(fast_settings(tmp_path, tts_manner=False))
    with LoopbackServer(app) as server, ContractClient(server.base_url) as client:
        for text in (ANSWER, GRAVE):
            found = heard(client, text)
            check([*found["feedback"], *found["question"]], PLAIN)
