"""Rating oneself before the feedback, and the claim ledger, over HTTP."""

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
    assert rated["difference"] == pytest.approx(5 - rated["measured"], abs=0.051)
    assert client.data("GET", path)["self_rating"] == rated
    again = client.data("PUT", f"{path}/self-rating", json={"overall": 1})
    assert again["overall"] == 1 and again["dimensions"] == {}
    report = client.data("GET", f"/sessions/{session}/report")["self_rating"]
    assert report["answers"][0]["turn_id"] == turn_id and report["difference"] == again["difference"]
    (curve,) = client.data("GET", "/progress")["self_ratings"]
    assert (curve["session_id"], curve["self_rating"], curve["measured"]) == (session, 1.0, again["measured"])
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
    found = {c["text"]: c for c in ledger["claims"]}
    assert ledger["checked_against"] == [{"document_id": resume["document_id"], "title": "Dana's resume"}]
    team = found["team of eight nurses"]
    assert (team["kind"], team["status"], team["turn_id"]) == ("number", "conflict", turn_id)
    assert SAID[team["char_start"] : team["char_end"]] == team["text"]
    text = client.data("GET", f"/documents/{resume['document_id']}/text")["text"]
    cited = team["citations"][1]
    assert text[cited["char_start"] : cited["char_end"]] == cited["quote"] and "team of 5" in cited["quote"]
    assert found["Epic"]["status"] == "new" and found["Epic"]["ask"]
    report = client.data("GET", f"/sessions/{session}/report")
    assert report["claims"] == ledger["claims"] and report["claims_checked_against"] == ledger["checked_against"]


def test_without_a_resume_claims_are_only_listed(client: ContractClient) -> None:
    session = client.start()["session_id"]
    client.turn(session, text=SAID)
    ledger = client.data("GET", f"/sessions/{session}/claims")
    assert {c["status"] for c in ledger["claims"]} == {"new"} and ledger["checked_against"] == []


def test_an_erased_resume_is_quoted_no_longer(client: ContractClient) -> None:
    resume = client.document("resume", RESUME)
    session = client.start(document_ids=[resume["document_id"]])["session_id"]
    client.turn(session, text=SAID)
    client.call("DELETE", f"/documents/{resume['document_id']}")
    assert "24-bed" not in client.call("GET", f"/sessions/{session}/claims").text
