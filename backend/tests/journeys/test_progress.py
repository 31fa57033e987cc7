"""Progress over real HTTP: every interview counts, on the person's own days, and the next drill follows from it."""

from __future__ import annotations

import asyncio

import pytest

from backend.evaluation.ladder_answers import LADDERS
from backend.tests.client import ANSWER, ContractClient, by_name
from backend.tests.conftest import LoopbackServer

SHORT = "I put the invoices in order, and it took me two days."
LONG = " ".join(answer for _, answers in LADDERS.values() for answer in answers[-2:])


def answered(client: ContractClient, *texts: str, **plan: object) -> str:
    """An interview of these answers; its id."""
    session: str = client.start(**plan)["session_id"]
    for text in texts:
        client.turn(session, text=text)
    return session


def test_an_interview_of_answers_too_short_to_score_counts(client: ContractClient) -> None:
    weak = answered(client, SHORT, "Yes, I did that once in my last job.")
    (row,) = client.data("GET", "/progress")["sessions"]
    assert (row["session_id"], row["answers"], row["unscored"], row["overall"]) == (weak, 0, 2, None)
    client.start()  # in which nothing was said
    strong = answered(client, ANSWER)
    progress = client.data("GET", "/progress")
    assert [(s["session_id"], s["answers"], s["unscored"]) for s in progress["sessions"]] == [
        (weak, 0, 2),
        (strong, 1, 0),
    ]
    assert progress["streaks"] == {"current": 1, "longest": 1}


def test_more_than_a_hundred_interviews_count(client: ContractClient) -> None:
    first = answered(client, ANSWER, voice=False)
    for _ in range(101):
        client.start(voice=False)
    assert [s["session_id"] for s in client.data("GET", "/progress")["sessions"]] == [first]


def test_a_question_answered_again_in_full_is_no_longer_unscored(client: ContractClient) -> None:
    session = client.start()["session_id"]
    turn = client.turn(session, text=SHORT)[0].data["turn_id"]
    client.turn(session, body={"text": ANSWER, "retry_of": turn})
    (row,) = client.data("GET", "/progress")["sessions"]
    assert (row["answers"], row["unscored"]) == (1, 0)


def test_what_was_asked_about_is_listed_with_its_answers_and_ticks(client: ContractClient) -> None:
    session = client.start(role_pack="sales", question_count=4)
    asked = session["question"]["competency"]
    events = client.turn(session["session_id"], text=ANSWER)
    client.turn(session["session_id"], text=SHORT)
    reference = by_name(events, "feedback.final")["reference"]["points"]
    before = {c["competency"]: c for c in client.data("GET", "/progress")["competencies"]}
    assert before[asked]["answers"] >= 1 and before[asked]["of"] == 0
    assert sum(c["answers"] for c in before.values()) == 2
    path = f"/sessions/{session['session_id']}/turns/{events[0].data['turn_id']}/self_check"
    client.data("PUT", path, json={"ticked": [reference[0]["id"]]})
    after = {c["competency"]: c for c in client.data("GET", "/progress")["competencies"]}
    assert (after[asked]["ticked"], after[asked]["of"]) == (1, len(reference))
    assert after[asked]["scores"] == [], "nobody has scored it"


@pytest.mark.parametrize(
    ("text", "title", "why"),
    [
        (SHORT, "Fill the minute", "That was 12 words"),
        (
            "I sorted every invoice of that year by date and then I filed them away neatly.",
            "Fill the minute",
            "seconds",
        ),
        (LONG, "Sixty seconds", "minutes"),
    ],
)
def test_the_next_drill_follows_from_how_long_the_answer_was(
    client: ContractClient, text: str, title: str, why: str
) -> None:
    answered(client, text)
    drill = client.data("GET", "/progress")["next_drill"]
    assert drill["title"] == title
    assert why in drill["why"]


def test_the_next_drill_is_the_point_that_was_not_ticked(client: ContractClient) -> None:
    session = client.start(role_pack="nursing")["session_id"]
    events = client.turn(session, text=LONG)
    points = by_name(events, "feedback.final")["reference"]["points"]
    path = f"/sessions/{session}/turns/{events[0].data['turn_id']}/self_check"
    client.data("PUT", path, json={"ticked": [p["id"] for p in points[1:]]})
    drill = client.data("GET", "/progress")["next_drill"]
    assert points[0]["text"].rstrip(".") in drill["instruction"]
    assert drill["why"] == f"You ticked {len(points) - 1} of {len(points)} points of a strong answer."
    client.data("PUT", path, json={"ticked": [p["id"] for p in points]})
    assert client.data("GET", "/progress")["next_drill"]["title"] == "Sixty seconds", "all ticked: what was counted"


LOS_ANGELES = "America/Los_Angeles"
MONDAY_AT_SIX, TUESDAY_AT_TEN = "2026-03-03T02:00:00.000+00:00", "2026-03-03T18:00:00.000+00:00"
"""In Los Angeles; both are the 3rd of March in UTC."""
BEFORE_MIDNIGHT, AFTER = "2026-03-02T23:50:00.000+00:00", "2026-03-03T00:10:00.000+00:00"
"""In UTC; one evening in Los Angeles."""


@pytest.mark.parametrize(
    ("time_zone", "kept", "moments", "longest"),
    [
        (LOS_ANGELES, LOS_ANGELES, (MONDAY_AT_SIX, TUESDAY_AT_TEN), 2),
        (None, "UTC", (MONDAY_AT_SIX, TUESDAY_AT_TEN), 1),
        (LOS_ANGELES, LOS_ANGELES, (BEFORE_MIDNIGHT, AFTER), 1),
        ("Mars/Phobos", "UTC", (BEFORE_MIDNIGHT, AFTER), 2),
        ("../etc/passwd", "UTC", (BEFORE_MIDNIGHT, AFTER), 2),
        ("", "UTC", (MONDAY_AT_SIX, TUESDAY_AT_TEN), 1),
    ],
)
def test_days_are_those_of_the_person(
    fast_product: LoopbackServer,
    client: ContractClient,
    time_zone: str | None,
    kept: str,
    moments: tuple[str, str],
    longest: int,
) -> None:
    turns = fast_product.app.state.services.stores.turns
    for moment in moments:
        session = answered(client, ANSWER, time_zone=time_zone)
        assert client.data("GET", f"/sessions/{session}")["time_zone"] == kept
        (turn,) = asyncio.run(turns.list(session))
        asyncio.run(turns.save(turn.model_copy(update={"created_at": moment})))
    assert client.data("GET", "/progress")["streaks"] == {"current": 0, "longest": longest}
