"""Rating oneself before the feedback, and what differs from the resume, over HTTP."""

from __future__ import annotations

import pytest

from backend.tests.client import ContractClient, Event

RESUME = "Dana Reyes\nStaff Nurse\n- Led a team of 5 nurses on a 24-bed ward\n- Charted in Cerner\n"
SAID = (
    "Last winter the ward was short of people, so I led a team of eight nurses through the nights. I moved the "
    "handover to the bedside, wrote the plan in Epic, and after that nobody stayed late."
)


def test_an_answer_is_rated_and_the_difference_kept(client: ContractClient) -> None:
    session = client.start()["session_id"]
    turn_id = client.turn(session, text=SAID)[0].data["turn_id"]
    path = f"/sessions/{session}/turns/{turn_id}"
    assert client.data("GET", path)["self_rating"] is None
    assert client.data("GET", f"/sessions/{session}/report")["self_rating"] is None
    rated = client.data("PUT", f"{path}/self-rating", json={"overall": 5, "dimensions": {"impact": 2}})
    assert rated["overall"] == 5 and rated["dimensions"] == {"impact": 2}
    assert rated["measured"] is None and rated["difference"] is None, "no author judged it"
    assert client.data("GET", path)["self_rating"] == rated
    again = client.data("PUT", f"{path}/self-rating", json={"overall": 1})
    assert again["overall"] == 1 and again["dimensions"] == {}
    assert client.data("GET", f"/sessions/{session}/report")["self_rating"] is None
    assert client.data("GET", "/progress")["self_ratings"] == []
    assert client.data("GET", "/me/export")["sessions"][0]["turns"][0]["self_rating"] == again


def test_a_rating_given_while_the_turn_runs_survives_its_end(client: ContractClient) -> None:
    session = client.start()["session_id"]

    def rate(event: Event) -> None:
        if event.name == "delivery":
            turn = f"/sessions/{session}/turns/{event.data['turn_id']}"
            client.data("PUT", f"{turn}/self-rating", json={"overall": 4})

    turn_id = client.turn(session, text=SAID, on_event=rate)[0].data["turn_id"]
    assert client.data("GET", f"/sessions/{session}/turns/{turn_id}")["self_rating"]["overall"] == 4


@pytest.mark.parametrize(
    "body",
    [{}, {"overall": 0}, {"overall": 6}, {"overall": "fine"}, {"overall": 3, "dimensions": {"charm": 3}},
     {"overall": 3, "dimensions": {"impact": 9}}, {"overall": 3, "score": 1}, []],
    ids=str,
)  # fmt: skip
def test_a_rating_out_of_bounds(client: ContractClient, body: object) -> None:
    session = client.start()["session_id"]
    turn_id = client.turn(session, text=SAID)[0].data["turn_id"]
    client.error("PUT", f"/sessions/{session}/turns/{turn_id}/self-rating", 422, json=body)


def test_claims_are_held_against_the_resume(client: ContractClient) -> None:
    resume = client.document("resume", RESUME, title="Dana's resume")
    session = client.start(document_ids=[resume["document_id"]])["session_id"]
    turn_id = client.turn(session, text=SAID)[0].data["turn_id"]
    ledger = client.data("GET", f"/sessions/{session}/claims")
    assert ledger["checked_against"] == [{"document_id": resume["document_id"], "title": "Dana's resume"}]
    (team,) = ledger["claims"]
    assert (team["kind"], team["status"], team["turn_id"]) == ("number", "conflict", turn_id)
    assert SAID[team["char_start"] : team["char_end"]] == team["text"] == "team of eight"
    text = client.data("GET", f"/documents/{resume['document_id']}/text")["text"]
    cited = team["citations"][1]
    assert text[cited["char_start"] : cited["char_end"]] == cited["quote"] and "team of 5" in cited["quote"]
    report = client.data("GET", f"/sessions/{session}/report")
    assert report["claims"] == ledger["claims"] and report["claims_checked_against"] == ledger["checked_against"]
    (asked,) = client.data("GET", f"/sessions/{session}/turns/{turn_id}")["feedback"]["errors"]
    assert asked["correction"] == team["ask"] and asked["quote"] == "team of eight"


def test_without_a_resume_nothing_differs(client: ContractClient) -> None:
    session = client.start()["session_id"]
    client.turn(session, text=SAID)
    assert client.data("GET", f"/sessions/{session}/claims") == {"claims": [], "checked_against": []}


def test_an_erased_resume_is_quoted_no_longer(client: ContractClient) -> None:
    resume = client.document("resume", RESUME)
    session = client.start(document_ids=[resume["document_id"]])["session_id"]
    client.turn(session, text=SAID)
    client.call("DELETE", f"/documents/{resume['document_id']}")
    assert "24-bed" not in client.call("GET", f"/sessions/{session}/claims").text
