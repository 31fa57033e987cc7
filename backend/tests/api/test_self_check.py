"""The points of a strong answer, and the candidate's own ticks, over HTTP."""

from __future__ import annotations

from backend.tests.client import ANSWER, JOB, RESUME, ContractClient, by_name


def answered(client: ContractClient, **changes: object) -> tuple[str, str, dict[str, object]]:
    """(session, path of its first turn, the turn's feedback)."""
    session = client.start(**changes)["session_id"]
    events = client.turn(session, text=ANSWER)
    return session, f"/sessions/{session}/turns/{events[0].data['turn_id']}", by_name(events, "feedback.final")


def test_ticks_are_kept_with_the_turn_and_followed(client: ContractClient) -> None:
    session, path, feedback = answered(client, role="Nurse")
    reference = feedback["reference"]
    assert isinstance(reference, dict)
    points = [p["id"] for p in reference["points"]]
    assert len(points) >= 3 and len(set(points)) == len(points)
    assert set(reference) == {"points", "mistakes", "model_answer", "citations"}
    assert client.data("GET", path)["self_check"] is None
    assert client.data("GET", f"/sessions/{session}/report")["self_check"] is None
    kept = client.data("PUT", f"{path}/self_check", json={"ticked": [points[2], points[0], points[0]]})
    assert (kept["ticked"], kept["of"]) == ([points[0], points[2]], len(points))
    assert reference["points"][1]["text"].rstrip(".") in kept["drill"]["instruction"]
    assert client.data("GET", path)["self_check"] == kept
    assert client.data("GET", "/me/export")["sessions"][0]["turns"][0]["self_check"] == kept
    report = client.data("GET", f"/sessions/{session}/report")
    assert (report["self_check"]["ticked"], report["self_check"]["of"]) == (2, len(points))
    assert report["drills"][0] == kept["drill"]
    (progress,) = client.data("GET", "/progress")["self_checks"]
    assert (progress["session_id"], progress["ticked"], progress["answers"]) == (session, 2, 1)
    again = client.data("PUT", f"{path}/self_check", json={"ticked": []})
    assert again["ticked"] == [] and client.data("GET", path)["self_check"] == again


def test_what_cannot_be_ticked(client: ContractClient) -> None:
    session, path, _ = answered(client)
    error = client.error("PUT", f"{path}/self_check", 422, json={"ticked": ["p99"]})
    assert error["details"]["fields"][0]["field"] == "ticked"
    for body in ({}, {"ticked": "p1"}, {"ticked": [1]}, {"ticked": ["p1"], "more": 1}, {"ticked": ["x"] * 51}):
        client.error("PUT", f"{path}/self_check", 422, json=body)
    client.error("PUT", f"/sessions/{session}/turns/nobody/self_check", 404, json={"ticked": []})
    with ContractClient(client.base_url) as other:
        other.error("PUT", f"{path}/self_check", 404, json={"ticked": []})
    skipped = client.turn(session, text="Could you repeat that?")[0].data["turn_id"]
    error = client.error("PUT", f"/sessions/{session}/turns/{skipped}/self_check", 409, json={"ticked": []})
    assert error["code"] == "no_reference"
    client.call("DELETE", f"{path}/answer")
    client.error("PUT", f"{path}/self_check", 409, json={"ticked": []})
    assert client.data("GET", path)["self_check"] is None


def test_a_ticked_requirement_of_the_job_is_ticked_in_the_report(client: ContractClient) -> None:
    ids = [client.document(k, t)["document_id"] for k, t in (("job_description", JOB), ("resume", RESUME))]
    session, path, feedback = answered(client, document_ids=ids, question_count=2)
    reference = feedback["reference"]
    assert isinstance(reference, dict)
    about = [p for p in reference["points"] if p["requirement"]]
    assert about, (feedback["reference"], client.data("GET", f"/sessions/{session}")["question"])
    assert about[0]["requirement"] in JOB and about[0]["requirement"] in about[0]["text"]
    sources = {i: client.data("GET", f"/documents/{i}/text")["text"] for i in ids}
    assert reference["citations"]
    for cited in reference["citations"]:
        assert sources[cited["document_id"]][cited["char_start"] : cited["char_end"]] == cited["quote"]
    client.data("PUT", f"{path}/self_check", json={"ticked": [about[0]["id"]]})
    fits = client.data("GET", f"/sessions/{session}/report")["job_fit"]["requirements"]
    status = {f["text"]: f["status"] for f in fits}
    assert status.pop(about[0]["requirement"]) == "ticked"
    assert set(status.values()) <= {"mentioned", "not_judged"}


def test_a_conversation_and_another_language_have_no_points(client: ContractClient) -> None:
    for changes in ({"mode": "free_chat"}, {"mode": "language"}, {"language": "de"}):
        assert answered(client, **changes)[2]["reference"] is None
