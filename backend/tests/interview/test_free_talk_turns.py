"""A free talk without a model, turn by turn over the wire."""

from __future__ import annotations

from backend.tests.client import ContractClient, by_name

TOLD = "I drive the number nine tram in the early shift, and I like the quiet streets before six in the morning."


def test_what_was_told_is_read_back_and_a_short_reply_counts(client: ContractClient) -> None:
    session = client.start(mode="free_chat", question_count=3)["session_id"]
    waiting = by_name(client.turn(session, text=TOLD), "question.final")["question"]

    events = client.turn(session, text="Which tram do I drive?")
    said = by_name(events, "feedback.final")
    assert not said["scored"] and f"“{TOLD}”" in said["summary"]
    assert by_name(events, "question.final")["question"] == waiting, "the coach was asked; the question waits"
    assert any(f"“{TOLD[:20]}" in e.data["text"] for e in events if e.name == "audio"), "it is said aloud too"

    unknown = by_name(client.turn(session, text="Which bus did I drive in Leeds?"), "feedback.final")
    assert "“" not in unknown["summary"]

    events = client.turn(session, text="Quite well.")
    assert by_name(events, "feedback.final")["scored"]
    assert by_name(events, "question.final")["question"]["number"] == 3
