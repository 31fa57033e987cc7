"""A misheard answer put right, another take after the end, and an answer to a question that has passed."""

from __future__ import annotations

from typing import Any

import pytest

from backend.tests.client import ANSWER, ContractClient, Event, by_name, check_turn
from backend.tests.sounds import speech_like_wav

MISHEARD = ANSWER.replace("stock report", "sock report")
OTHER = (
    "At the bakery I was asked to plan the shifts for nine people. I asked everybody what they needed, wrote one plan "
    "for the month and kept it on the wall. After that nobody asked me twice and we closed on time."
)


def correct(client: ContractClient, session: str, turn_id: str, text: str = ANSWER, **more: Any) -> list[Event]:
    return client.turn(session, body={"text": text, "corrects": turn_id}, **more)


def test_a_corrected_answer_takes_the_place_of_what_was_misheard(client: ContractClient) -> None:
    session = client.start(voice=False, question_count=3)["session_id"]
    first = client.turn(session, text=MISHEARD)
    wrong, waiting = first[0].data["turn_id"], by_name(first, "question.final")["question"]
    events = correct(client, session, wrong)
    check_turn(events, voice=False)
    right, feedback = events[0].data["turn_id"], by_name(events, "feedback.final")
    assert feedback["scored"] and "compared" not in feedback
    assert by_name(events, "question.final")["question"]["question_id"] == waiting["question_id"]
    client.turn(session, text=OTHER)
    stored = client.data("GET", f"/sessions/{session}")
    assert [t["turn_id"] for t in stored["turns"]][:2] == [wrong, right] and stored["answered"] == 2
    old, new = stored["turns"][:2]
    assert (old["superseded_by"], new["superseded_by"]) == (right, None)
    assert (new["corrects"], new["retry_of"]) == (wrong, None)
    assert client.data("GET", f"/sessions/{session}/turns/{wrong}")["superseded_by"] == right
    report = client.data("GET", f"/sessions/{session}/report")
    assert len(report["timeline"]) == 2 and report["timeline"][0]["turn_id"] == right
    assert report["session"]["answered"] == 2
    url = client.data("POST", f"/sessions/{session}/shares")["url"]
    for seen in (f"/sessions/{session}/report", url, f"/sessions/{session}/transcript?format=json", "/progress"):
        assert "sock report" not in client.call("GET", seen).text.replace("stock report", ""), seen
    assert client.call("GET", url).text.count('"retake":true') == 0


def test_a_correction_can_be_corrected_and_erasing_takes_every_version(client: ContractClient) -> None:
    session = client.start(voice=False)["session_id"]
    wrong = client.turn(session, text=MISHEARD)[0].data["turn_id"]
    better = correct(client, session, wrong, MISHEARD + " Really.")[0].data["turn_id"]
    best = correct(client, session, better)[0].data["turn_id"]
    turns = {t["turn_id"]: t for t in client.data("GET", f"/sessions/{session}")["turns"]}
    assert [turns[t]["superseded_by"] for t in (wrong, better, best)] == [better, best, None]
    assert turns[best]["retry_of"] is None
    address = f"/sessions/{session}/turns"
    assert client.error("POST", address, 409, json={"text": ANSWER, "corrects": wrong})["details"] == {
        "turn_id": better
    }
    assert client.call("DELETE", f"{address}/{better}/answer").status_code == 204
    assert [t["transcript"] for t in client.data("GET", f"/sessions/{session}")["turns"]] == [None, None, None]
    assert client.error("POST", address, 409, json={"text": ANSWER, "corrects": best})["code"] == "state_conflict"


def test_the_last_answer_can_be_corrected_or_taken_again_after_the_end(client: ContractClient) -> None:
    session = client.start(voice=False, question_count=1)["session_id"]
    last = client.turn(session, text=MISHEARD)
    turn_id = last[0].data["turn_id"]
    assert by_name(last, "turn.ended")["state"] == "finished"
    events = correct(client, session, turn_id)
    check_turn(events, voice=False, over=True)
    assert by_name(events, "turn.ended")["state"] == "finished"
    again = client.turn(session, body={"text": OTHER, "retry_of": events[0].data["turn_id"]})
    assert by_name(again, "feedback.final")["compared"]["turn_id"] == events[0].data["turn_id"]

    def stop(event: Event) -> None:
        if event.name == "delivery":
            client.call("DELETE", f"/sessions/{session}/turns/{event.data['turn_id']}")

    stopped = client.turn(session, body={"text": ANSWER, "retry_of": turn_id}, on_event=stop)
    assert by_name(stopped, "turn.ended")["state"] == "finished"
    client.stored(session, stopped[0].data["turn_id"])
    client.error("POST", f"/sessions/{session}/turns", 409, json={"text": ANSWER})
    assert client.data("GET", f"/sessions/{session}")["state"] == "finished"


def test_the_last_answer_can_be_spoken_again_and_report_and_progress_follow(client: ContractClient) -> None:
    session = client.start(question_count=1, difficulty="easy")["session_id"]
    path = f"/sessions/{session}"
    short = "I made the report faster, and that was good."
    turn_id = client.turn(session, text=short)[0].data["turn_id"]

    def practised() -> list[dict[str, Any]]:
        return [s for s in client.data("GET", "/progress")["sessions"] if s["session_id"] == session]

    before, progress = client.data("GET", f"{path}/report"), practised()
    wanted = {"mime": "audio/L16;rate=16000"}
    client.error("POST", f"{path}/recordings", 409, json=wanted)
    client.error("POST", f"{path}/recordings", 404, json={**wanted, "retry_of": "trn_none"})
    recording = client.data("POST", f"{path}/recordings", json={**wanted, "retry_of": turn_id})["recording_id"]
    client.data("PUT", f"{path}/recordings/{recording}/chunks/0", content=speech_like_wav(20.0)[44:])
    again = client.turn(session, body={"recording_id": recording, "chunks": 1, "retry_of": turn_id})
    check_turn(again, over=True)
    assert by_name(again, "turn.ended")["state"] == "finished"
    assert by_name(again, "feedback.final")["compared"]["turn_id"] == turn_id
    after = client.data("GET", f"{path}/report")
    assert before["scores"] != after["scores"] and progress != practised()
    assert {t["turn_id"] for t in after["timeline"]} >= {again[0].data["turn_id"]}


@pytest.mark.parametrize(
    "body",
    [{"recording_id": "r", "corrects": "t"}, {"text": ANSWER, "corrects": "t", "retry_of": "t"}],
    ids=["a recording", "another take"],
)
def test_what_is_no_correction(client: ContractClient, body: dict[str, str]) -> None:
    session = client.start()["session_id"]
    client.error("POST", f"/sessions/{session}/turns", 422, json=body)


def test_nobody_corrects_an_answer_that_there_is_not(client: ContractClient) -> None:
    session = client.start()["session_id"]
    client.error("POST", f"/sessions/{session}/turns", 404, json={"text": ANSWER, "corrects": "trn_none"})


def test_an_answer_to_a_question_that_has_passed_is_told_the_present_one(client: ContractClient) -> None:
    begun = client.start(voice=False)
    session, old = begun["session_id"], begun["question"]["question_id"]
    present = by_name(client.turn(session, body={"text": ANSWER, "question_id": old}), "question.final")["question"]
    path = f"/sessions/{session}/turns"
    for late in ({"json": {"text": OTHER, "question_id": old}},
                 {"files": {"audio": ("a.wav", speech_like_wav(2.0), "audio/wav")}, "data": {"question_id": old}}):  # fmt: skip
        error = client.error("POST", path, 409, **late)
        assert error["code"] == "question_changed" and error["details"]["question"] == present
    assert len(client.data("GET", f"/sessions/{session}")["turns"]) == 1
    client.turn(session, body={"text": OTHER, "question_id": present["question_id"]})
