"""An answer that was ended too soon goes on: both parts are judged as one, and no question is used up."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from backend.app import create_app
from backend.llm.scripted_replies import FromFile
from backend.tests.client import ANSWER, ContractClient, Event, by_name, check_turn
from backend.tests.conftest import LoopbackServer, fast_settings
from backend.tests.journeys.test_author import Service, guest
from backend.tests.journeys.test_live_recording import Microphone, spoken
from backend.tests.sounds import speech_like_wav

FIRST, REST = ANSWER.split(". ", 1)
FIRST += "."
OTHER = (
    "At the bakery I was asked to plan the shifts for nine people. I asked everybody what they needed, wrote one plan "
    "for the month and kept it on the wall. After that nobody asked me twice and we closed on time."
)


def go_on(client: ContractClient, session: str, turn_id: str, text: str = REST) -> list[Event]:
    return client.turn(session, body={"text": text, "continues": turn_id})


def test_a_continued_answer_is_judged_whole_and_the_question_that_waits_stays(client: ContractClient) -> None:
    session = client.start(voice=False, question_count=3)["session_id"]
    begun = client.turn(session, text=FIRST)
    first, waiting = begun[0].data["turn_id"], by_name(begun, "question.final")["question"]
    events = go_on(client, session, first)
    check_turn(events, voice=False)
    whole = events[0].data["turn_id"]
    assert by_name(events, "transcript.final")["text"] == ANSWER
    assert events[0].data["question_id"] == begun[0].data["question_id"]
    assert by_name(events, "question.final")["question"]["question_id"] == waiting["question_id"]
    feedback = by_name(events, "feedback.final")
    assert feedback["scored"] and "compared" not in feedback
    client.turn(session, text=OTHER)
    stored = client.data("GET", f"/sessions/{session}")
    old, new = stored["turns"][:2]
    assert (old["turn_id"], old["superseded_by"]) == (first, whole) and stored["answered"] == 2
    assert (new["continues"], new["retry_of"], new["superseded_by"]) == (first, None, None)
    assert new["transcript"]["text"] == ANSWER
    report = client.data("GET", f"/sessions/{session}/report")
    assert report["timeline"][0]["turn_id"] == whole and len(report["timeline"]) == 2
    assert report["session"]["answered"] == 2
    shared = client.call("GET", client.data("POST", f"/sessions/{session}/shares")["url"]).text
    transcript = client.call("GET", f"/sessions/{session}/transcript?format=json").text
    assert shared.count('"retake":true') == 0
    assert first not in transcript + shared and len(client.data("GET", "/progress")["sessions"]) == 1


def test_a_turn_that_still_runs_is_stopped_and_nothing_is_lost(tmp_path: Path) -> None:
    silent = Service(FromFile([]), fault="silent", fault_tasks=["coach_reply"])
    patient = {
        "author_first_s": 60.0,
        "llm_first_token_timeout_s": 60.0,
        "llm_timeout_s": 90.0,
    }  # the turn waits for its author
    with silent as service, guest(tmp_path, service, **patient) as client:
        session = client.start(voice=False, question_count=3)["session_id"]
        first = client.turn(session, text=FIRST, on_event=lambda e: e.name != "context.found")
        deadline = time.monotonic() + 30
        while not service.asked("coach_reply"):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        service.options = {}
        events = go_on(client, session, first[0].data["turn_id"])
        check_whole(client, session, first, events)


def test_an_answer_goes_on_again_where_its_first_continuation_was_stopped(tmp_path: Path) -> None:
    slow = create_app(fast_settings(tmp_path, scripted_delay_s=0.4))
    with LoopbackServer(slow) as server, ContractClient(server.base_url) as client:
        session = client.start(voice=False, question_count=3)["session_id"]
        first = client.turn(session, text=FIRST)[0].data["turn_id"]

        def stop(event: Event) -> None:
            if event.name == "turn.started":
                client.call("DELETE", f"/sessions/{session}/turns/{event.data['turn_id']}")

        stopped = client.turn(session, body={"text": "Then", "continues": first}, on_event=stop)
        assert by_name(stopped, "turn.ended")["outcome"] == "cancelled"
        client.stored(session, stopped[0].data["turn_id"])
        assert by_name(go_on(client, session, first), "transcript.final")["text"] == ANSWER


def check_whole(client: ContractClient, session: str, first: list[Event], events: list[Event]) -> None:
    assert by_name(events, "transcript.final")["text"] == ANSWER
    assert by_name(events, "turn.ended")["outcome"] == "completed"
    question = by_name(events, "question.final")["question"]
    assert question["question_id"] != first[0].data["question_id"]
    stored = client.data("GET", f"/sessions/{session}")
    assert client.stored(session, first[0].data["turn_id"])["outcome"] == "cancelled"
    assert stored["answered"] == 1 and stored["turns"][0]["superseded_by"] == events[0].data["turn_id"]
    assert [t["retry_of"] for t in stored["turns"]] == [None, None]


def test_a_continued_answer_goes_on_once_more_and_is_erased_whole(client: ContractClient) -> None:
    session = client.start(voice=False)["session_id"]
    first = client.turn(session, text=FIRST)[0].data["turn_id"]
    second = go_on(client, session, first, "Then we looked at the joins.")[0].data["turn_id"]
    third = go_on(client, session, second)
    said = by_name(third, "transcript.final")["text"]
    assert said == f"{FIRST} Then we looked at the joins. {REST}"
    turns = {t["turn_id"]: t for t in client.data("GET", f"/sessions/{session}")["turns"]}
    assert [turns[t]["superseded_by"] for t in (first, second)] == [second, third[0].data["turn_id"]]
    address = f"/sessions/{session}/turns"
    late = client.error("POST", address, 409, json={"text": REST, "continues": first})
    assert late["details"]["turn_id"] == third[0].data["turn_id"]
    assert client.call("DELETE", f"{address}/{second}/answer").status_code == 204
    assert [t["transcript"] for t in client.data("GET", f"/sessions/{session}")["turns"]] == [None, None, None]
    gone = {"text": REST, "continues": third[0].data["turn_id"]}
    assert client.error("POST", address, 409, json=gone)["code"] == "state_conflict"


def test_spoken_parts_are_one_answer_in_time(client: ContractClient) -> None:
    session = client.start(voice=False)["session_id"]
    sound = ("a.wav", speech_like_wav(2.0), "audio/wav")
    begun = client.turn(session, audio=sound)
    part = by_name(begun, "transcript.final")
    events = client.turn(session, audio=sound, continues=begun[0].data["turn_id"])
    heard = by_name(events, "transcript.final")
    assert heard["duration_s"] == pytest.approx(2 * part["duration_s"])
    assert heard["text"] == f"{part['text']} {part['text']}" and len(heard["words"]) == 2 * len(part["words"])
    assert heard["words"][len(part["words"])]["start_s"] >= part["duration_s"]


def test_a_live_recording_goes_on_too(client: ContractClient) -> None:
    session = client.start(voice=False)["session_id"]
    first = client.turn(session, text=FIRST)[0].data["turn_id"]
    microphone = Microphone(client, session)
    microphone.send(spoken(2.0))
    events = client.turn(session, body={**microphone.body, "continues": first})
    heard = by_name(events, "transcript.final")
    assert heard["text"].startswith(f"{FIRST} ") and (heard["duration_s"], heard["words"]) == (None, [])


@pytest.mark.parametrize("other", ["retry_of", "corrects"])
def test_what_cannot_go_on(client: ContractClient, other: str) -> None:
    session = client.start(voice=False)["session_id"]
    path = f"/sessions/{session}/turns"
    client.error("POST", path, 422, json={"text": REST, "continues": "t", other: "t"})
    client.error("POST", path, 404, json={"text": REST, "continues": "trn_none"})
    form: dict[str, Any] = {"files": {"audio": ("a.wav", speech_like_wav(2.0), "audio/wav")}}
    client.error("POST", path, 422, **form, data={"continues": "t", "retry_of": "t"})
    client.error("POST", path, 404, **form, data={"continues": "trn_none"})
    assert client.data("GET", f"/sessions/{session}")["turns"] == []
