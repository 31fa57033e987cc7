"""An interview keeps its time: stages by the clock, a word when it is nearly up, a closing question, an end; pauses do not
count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from backend.interview import clock
from backend.interview.modes import InterviewData
from backend.tests.client import ANSWER, ContractClient, by_name, check_turn

DATA = InterviewData()
STORIES = (
    ANSWER,
    "At the bakery I was asked to plan the shifts for nine people. I asked everybody what they needed, wrote one plan for "
    "the month and kept it on the wall. After that nobody asked me twice and we closed on time.",
    "Two years ago a customer wrote to us in anger about a late delivery. I rang him, found the parcel in another depot and "
    "drove it over myself. He has ordered from us ever since.",
    "Our stock count was wrong every month. I counted one shelf a day instead of all of them at once, and wrote down who had "
    "taken what. Three months later the count was right to the last box.",
    "A new colleague was afraid of the telephone. I sat beside her for a week and took every second call. Now she trains the "
    "others.",
    "The heating failed in January. I called the firm, moved the class to the library and told the parents. No lesson was lost.",
)  # fmt: skip
Wait = Callable[[float], None]


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Sets the clock of interviews so many minutes on."""
    real, past = clock.now, timedelta()

    def on(minutes: float) -> None:
        nonlocal past
        past += timedelta(minutes=minutes)

    monkeypatch.setattr(clock, "now", lambda: real() + past)
    return on


def answer(client: ContractClient, session: str, number: int) -> tuple[dict[str, Any] | None, str]:
    """The question that follows an answer, None where the interview is over, and what was said aloud."""
    events = client.turn(session, text=STORIES[number % len(STORIES)])
    over = by_name(events, "turn.ended")["state"] == "finished"
    check_turn(events, over=over)
    said = " ".join(e.data["text"] for e in events if e.name == "audio")
    return None if over else by_name(events, "question.final")["question"], said


def played(client: ContractClient, wait: Wait, minutes_each: float, **plan: Any) -> list[dict[str, Any]]:
    """The questions of an interview in which every answer takes so long."""
    begun = client.start(question_count=6, **plan)
    asked = [begun["question"]]
    while True:
        wait(minutes_each)
        following, _ = answer(client, begun["session_id"], len(asked))
        if following is None:
            return asked
        asked.append(following)


def test_who_is_in_time_is_asked_everything(client: ContractClient, wait: Wait) -> None:
    asked = played(client, wait, 3)
    assert [(q["number"], q["total"]) for q in asked] == [(n, 6) for n in range(1, 7)]
    assert asked[-1]["kind"] == "closing"
    assert [q["time_left"] for q in asked] == [None] * 6


def test_who_takes_long_is_asked_less_and_every_stage_has_its_time(client: ContractClient, wait: Wait) -> None:
    asked = played(client, wait, 7)  # of 24 minutes in all
    assert [q["stage"] for q in asked] == ["introduction", "experience", "role_fit", "closing"]
    assert [(q["number"], q["total"]) for q in asked] == [(1, 6), (2, 6), (3, 5), (4, 4)]
    assert [q["time_left"] for q in asked] == [None, None, None, "little"]
    assert asked[-1]["text"].startswith("We have a few minutes left. ") and asked[-1]["kind"] == "closing"


def test_follow_ups_are_dropped_before_questions_are_left_out(client: ContractClient, wait: Wait) -> None:
    vague = (
        "We had a few problems with the system and we talked about them a lot, and in the end it was better for all."
    )

    def after(minutes: float) -> dict[str, Any]:
        session = client.start(question_count=6, voice=False)["session_id"]
        client.turn(session, text=STORIES[0])
        wait(minutes)
        following: dict[str, Any] = by_name(client.turn(session, text=vague), "question.final")["question"]
        return following

    assert [(q["kind"], q["number"], q["total"]) for q in (after(8), after(11), after(13))] == [
        ("follow_up", 3, 6), ("main", 3, 6), ("main", 3, 5)
    ]  # fmt: skip


def test_three_hours_later_one_closing_question_is_left(client: ContractClient, wait: Wait) -> None:
    begun = client.start(question_count=6)
    session = begun["session_id"]
    assert begun["minutes"] == 24 and begun["timers"]["limit_s"] == 24 * 60
    wait(180)
    following, said = answer(client, session, 0)
    assert following is not None and following["kind"] == "closing" and following["time_left"] == "none"
    assert (following["number"], following["total"]) == (2, 2)
    assert following["text"].startswith("Our time is up. ") and "Our time is up." in said
    following, _ = answer(client, session, 1)
    assert following is None
    state = client.data("GET", f"/sessions/{session}")
    assert state["stage"] == "closing" and state["state"] == "finished" and state["timers"]["left_s"] == 0
    assert client.data("GET", f"/sessions/{session}/report")["session"]["answered"] == 1, "a closing is not scored"


def test_where_nothing_closes_the_coach_says_that_the_time_is_up(client: ContractClient, wait: Wait) -> None:
    session = client.start(question_count=3)["session_id"]
    wait(13)
    following, said = answer(client, session, 0)
    assert following is None and said.endswith("Our time is up.")


@pytest.mark.parametrize(("plan", "limit_s"), [
    ({"minutes": 10}, 600), ({"minutes": 0}, None), ({"practice": "study"}, None), ({"practice": "drill"}, None),
    ({"practice": "study", "minutes": 10}, 600), ({"mode": "technical"}, 30 * 60),
])  # fmt: skip
def test_the_time_is_what_was_asked_for(
    client: ContractClient, wait: Wait, plan: dict[str, Any], limit_s: int | None
) -> None:
    begun = client.start(question_count=6, **plan)
    assert begun["timers"]["limit_s"] == limit_s and begun["minutes"] == (limit_s and limit_s / 60)
    wait(40)
    following, _ = answer(client, begun["session_id"], 0)
    assert following is not None and (following["kind"] == "closing") is (limit_s is not None)


@pytest.mark.parametrize("minutes", [-1, 241, "soon"])
def test_what_is_no_time(client: ContractClient, minutes: object) -> None:
    client.error("POST", "/sessions", 422, json={"minutes": minutes})


def test_a_pause_does_not_count(client: ContractClient, wait: Wait) -> None:
    session = client.start(question_count=6)["session_id"]
    path = f"/sessions/{session}"
    wait(2)
    client.data("PATCH", path, json={"state": "paused"})
    wait(120)
    assert client.data("GET", path)["timers"]["elapsed_s"] == pytest.approx(120, abs=30)
    assert client.data("PATCH", path, json={"state": "ready"})["timers"]["left_s"] == pytest.approx(22 * 60, abs=30)
    wait(1)
    following, _ = answer(client, session, 0)
    assert following is not None and (following["number"], following["total"]) == (2, 6)
    client.data("PATCH", path, json={"state": "paused"})
    wait(60)
    ended = client.data("PATCH", path, json={"state": "finished"})
    assert ended["timers"]["elapsed_s"] == pytest.approx(180, abs=30)
    wait(60)
    assert client.data("GET", path)["timers"]["elapsed_s"] == ended["timers"]["elapsed_s"]


def test_another_take_after_the_end_is_no_time_of_the_interview(client: ContractClient, wait: Wait) -> None:
    session = client.start(question_count=1)["session_id"]
    wait(2)
    turn_id = client.turn(session, text=STORIES[0])[0].data["turn_id"]
    wait(50)
    again = client.turn(session, body={"text": STORIES[1], "retry_of": turn_id})
    assert by_name(again, "turn.ended")["state"] == "finished"
    assert client.data("GET", f"/sessions/{session}")["timers"]["elapsed_s"] == pytest.approx(120, abs=30)


def test_asking_again_is_answered_however_late(client: ContractClient, wait: Wait) -> None:
    begun = client.start(question_count=6)
    wait(180)
    events = client.turn(begun["session_id"], text="Could you repeat the question, please?")
    again = by_name(events, "question.final")["question"]
    assert again["question_id"] == begun["question"]["question_id"] and again["time_left"] is None


@pytest.mark.parametrize("code", sorted(DATA.languages))
def test_the_end_is_told_in_the_language_of_the_interview(client: ContractClient, wait: Wait, code: str) -> None:
    session = client.start(question_count=6, language=code, voice=False)["session_id"]
    wait(180)
    following = by_name(client.turn(session, text=STORIES[0]), "question.final")["question"]
    assert following["kind"] == "closing"
    assert following["text"].startswith(DATA.languages[code].time["none"] + " ")
