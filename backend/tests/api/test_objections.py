"""The candidate says that a point of the feedback is wrong."""

from __future__ import annotations

import httpx
import pytest

from backend.tests.client import ANSWER, ContractClient, Event, by_name


def counted(client: ContractClient, name: str) -> float:
    for line in httpx.get(f"{client.base_url}/metrics", trust_env=False).text.splitlines():
        if line.startswith(f'ih_objections_total{{list="{name}"}}'):
            return float(line.rpartition(" ")[2])
    raise AssertionError("not counted")


def test_an_objection_is_kept_counted_and_shown(client: ContractClient) -> None:
    session = client.start(voice=False)["session_id"]
    events = client.turn(session, text=ANSWER)
    turn, before = f"/sessions/{session}/turns/{events[0].data['turn_id']}", counted(client, "summary")
    said = by_name(events, "feedback.final")["summary"]
    made = client.call("POST", f"{turn}/objections", json={"point": "summary", "why": " I did say so.\u202e "})
    assert made.status_code == 201
    first = made.json()["data"]
    assert {k: first[k] for k in ("point", "text", "why")} == {"point": "summary", "text": said, "why": "I did say so."}
    last = client.data("POST", f"{turn}/objections", json={"point": "summary"})
    client.data("POST", f"{turn}/objections", json={"point": "scores.conciseness"})
    assert counted(client, "summary") == before + 1
    stored = client.data("GET", turn)
    assert stored["objections"][0] == last and [o["point"] for o in stored["objections"]] == [
        "summary",
        "scores.conciseness",
    ]
    report = client.data("GET", f"/sessions/{session}/report")["objections"]
    assert [(o["turn_id"], o["point"]) for o in report] == [
        (stored["turn_id"], p) for p in ("summary", "scores.conciseness")
    ]
    assert client.data("GET", "/me/export")["sessions"][0]["turns"][0]["objections"] == stored["objections"]
    shared = client.data("POST", f"/sessions/{session}/shares")["url"]
    assert "objection" not in client.call("GET", shared).text


def test_an_objection_while_the_turn_runs_survives_its_end(client: ContractClient) -> None:
    session = client.start()["session_id"]

    def object_to_it(event: Event) -> None:
        if event.name == "feedback.final":
            turn = f"/sessions/{session}/turns/{event.data['turn_id']}"
            client.data("POST", f"{turn}/objections", json={"point": "summary"})

    turn_id = client.turn(session, text=ANSWER, on_event=object_to_it)[0].data["turn_id"]
    (kept,) = client.data("GET", f"/sessions/{session}/turns/{turn_id}")["objections"]
    assert kept["point"] == "summary"


@pytest.mark.parametrize(
    "body",
    [{}, {"point": "gaps.99"}, {"point": "gaps"}, {"point": "gaps.-1"}, {"point": "gaps.0.0"}, {"point": "summary.0"},
     {"point": "errors.0"}, {"point": "scores.charm"}, {"point": "scored"}, {"point": "gaps.\u0661"}, {"point": 3},
     {"point": "gaps.0", "why": "x" * 1001}, {"point": "gaps.0", "score": 5}],
    ids=str,
)  # fmt: skip
def test_what_is_no_point_of_the_feedback(client: ContractClient, body: dict[str, object]) -> None:
    session = client.start(voice=False)["session_id"]
    turn_id = client.turn(session, text=ANSWER)[0].data["turn_id"]
    client.error("POST", f"/sessions/{session}/turns/{turn_id}/objections", 422, json=body)


def test_nobody_objects_to_the_feedback_of_somebody_else(client: ContractClient) -> None:
    session = client.start(voice=False)["session_id"]
    turn_id = client.turn(session, text=ANSWER)[0].data["turn_id"]
    with ContractClient(client.base_url) as other:
        other.error("POST", f"/sessions/{session}/turns/{turn_id}/objections", 404, json={"point": "summary"})
