"""Language practice from answer to report, and a panel whose members sound different."""

from __future__ import annotations

import io
import itertools
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from backend.app import create_app
from backend.evaluation.panel_voices import pitch_of
from backend.interview.modes import InterviewData
from backend.tests.client import JOB, RESUME, ContractClient, by_name
from backend.tests.conftest import LoopbackServer, fast_settings
from backend.tts.ports import Speech

GERMAN = (
    "Gestern hatte ich viel Arbeit im Büro. Ich habe nach Hause gegangen, weil ich sehr müde war, und dann habe ich "
    "noch mit meine Kollegen telefoniert."
)
ENGLISH = (
    "Last winter the weekly report took most of Friday, so I was asked to make it faster. I moved the joins into the "
    "database and wrote a guide. After that it took twenty minutes."
)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[ContractClient]:
    settings = fast_settings(tmp_path)
    with LoopbackServer(create_app(settings)) as server, ContractClient(server.base_url) as one:
        yield one


def test_a_slip_is_in_the_event_the_turn_the_report_and_the_transcript(client: ContractClient) -> None:
    started = client.start(mode="language", language="de", question_count=2)
    assert started.get("audio") is None, "no German voice is installed, so the question is text"
    session = started["session_id"]
    events = client.turn(session, text=GERMAN)
    feedback = by_name(events, "feedback.final")
    found = feedback["corrections"]["items"]
    assert [(c["quote"], c["better"]) for c in found] == [
        ("Ich habe nach Hause gegangen", "Ich bin nach Hause gegangen"),
        ("mit meine Kollegen", "mit meinen Kollegen"),
    ]
    assert all(GERMAN[c["char_start"] : c["char_end"]] == c["quote"] for c in found)
    cited = {c["citation_id"]: c["quote"] for c in feedback["citations"]}
    assert all(cited[c["citation"]] == c["quote"] for c in found)
    stored = client.data("GET", f"/sessions/{session}")["turns"][0]
    assert stored["feedback"]["corrections"] == feedback["corrections"]
    report = client.data("GET", f"/sessions/{session}/report")
    assert [c["quote"] for c in report["corrections"]] == [c["quote"] for c in found]
    assert report["job_fit"]["requirements"] == [], "those of a role guide say nothing about a language"
    assert "Ich bin nach Hause gegangen" in client.call("GET", f"/sessions/{session}/transcript?format=md").text


def test_other_modes_carry_no_corrections(client: ContractClient) -> None:
    session = client.start(mode="behavioral")["session_id"]
    feedback = by_name(client.turn(session, text=f"{ENGLISH} I am agree."), "feedback.final")
    assert "corrections" not in feedback


def pitch(client: ContractClient, audio: dict[str, Any]) -> float:
    with wave.open(io.BytesIO(client.http.get(httpx.URL(client.http.base_url).join(audio["url"])).content)) as clip:
        return float(np.median(pitch_of(Speech(clip.readframes(clip.getnframes()), clip.getframerate()))))


def test_each_member_of_a_panel_has_a_voice_and_keeps_it(client: ContractClient) -> None:
    panel = InterviewData().panel
    started = client.start(mode="behavioral", panel=list(panel), question_count=4)
    session = started["session_id"]
    asker, tone = started["question"]["asked_by"], 220.0
    assert pitch(client, started["audio"]) == pytest.approx(tone * panel[asker].voice.pitch, rel=0.03)
    heard = {asker}
    for _ in range(3):
        events = client.turn(session, text=ENGLISH)
        following = by_name(events, "question.final")["question"]["asked_by"]
        for audio in (e.data for e in events if e.name == "audio"):
            speaker = asker if audio["role"] == "feedback" else following
            assert pitch(client, audio) == pytest.approx(tone * panel[speaker].voice.pitch, rel=0.03)
        asker = following
        heard.add(asker)
    assert len(heard) >= 2


def asked(client: ContractClient, **plan: Any) -> list[dict[str, Any]]:
    """Every question of an interview over a posting and a resume, answered with nothing that leads on."""
    documents = [
        client.document(kind, text)["document_id"] for kind, text in (("job_description", JOB), ("resume", RESUME))
    ]
    begun = client.start(
        mode="behavioral", question_count=8, difficulty="easy", voice=False, document_ids=documents, **plan
    )
    questions = [begun["question"]]
    while True:
        events = client.turn(begun["session_id"], text=ENGLISH)
        if by_name(events, "turn.ended")["state"] == "finished":
            return questions
        questions.append(by_name(events, "question.final")["question"])


def test_who_sits_there_changes_what_is_asked(client: ContractClient) -> None:
    found = {name: asked(client, panel=[name] if name else []) for name in (*InterviewData().panel, "")}
    main = {
        name: {q["text"].removeprefix(q["lead"]).strip() for q in questions[1:-1]} for name, questions in found.items()
    }
    for one, other in itertools.combinations(InterviewData().panel, 2):
        assert len(main[one] & main[other]) <= len(main[one]) / 2, (one, other, main[one] & main[other])
    for name, member in InterviewData().panel.items():
        assert main[name] != main[""] and {q["asked_by"] for q in found[name]} == {name}
        own = [q for q in found[name][1:-1] if all(c["source"] != "document" for c in q["citations"])]
        assert len(own) >= 2 and all(q["competency"] in member.competencies for q in own)
    assert {q["asked_by"] for q in found[""]} == {None}


@pytest.mark.parametrize("panel", [["alien"], ["hiring_manager", "alien"], [""]])
def test_nobody_unknown_sits_on_a_panel(client: ContractClient, panel: list[str]) -> None:
    error = client.error("POST", "/sessions", 422, json={"panel": panel})
    assert [field["field"] for field in error["details"]["fields"]] == ["panel"]


def test_without_a_panel_the_coach_sounds_as_ever(client: ContractClient) -> None:
    started = client.start(mode="behavioral")
    assert started["question"]["asked_by"] is None
    assert pitch(client, started["audio"]) == pytest.approx(220.0, rel=0.02)
