"""Drills have gates: what passes is measured and told, and what does not pass is asked for again."""

from __future__ import annotations

import pytest

from backend.coaching.feedback import Evidence
from backend.interview.gates import gate_of
from backend.interview.question import Question
from backend.interview.session import SessionPlan
from backend.tests.client import ANSWER, ContractClient, by_name
from backend.tests.interview.building import analysed, star

RESULT_FIRST = (
    "As a result of my work the weekly stock report took twenty minutes instead of six hours. I looked at where the time "
    "went, moved the joins into the database and wrote a short guide for the team, so that nobody stayed late on Friday."
)
NO_PROOF = (
    "I am quite sure of that because it simply felt much better for all of us and I believe that everybody in the team "
    "was happier with the way we worked then, and so was I in the end."
)
PROOF = (
    "I timed it before and after: six hours in March and twenty minutes in April. The buyer told me that she had the list "
    "on her desk when she came in, and I checked the figures against the old report line by line."
)


def test_the_result_has_to_come_first(client: ContractClient) -> None:
    started = client.start(practice="drill", drill="result_first", question_count=6)
    session, subject = started["session_id"], started["question"]["text"]
    assert started["question"]["goal"] == "Your first sentence says what came of it."
    assert started["question"]["time_limit_s"] is None
    events = client.turn(session, text=ANSWER)
    gate = by_name(events, "feedback.final")["gate"]
    assert not gate["passed"] and gate["quote"] in ANSWER and "nobody stayed late" in gate["why"]
    again = by_name(events, "question.final")["question"]
    assert again["text"] == f"Once more, and begin with the result: {subject}"


@pytest.mark.parametrize(("told", "passed"), [("twenty minutes", True), ("nobody stayed late", False), (None, False)])
def test_where_the_result_was_found_decides(told: str | None, passed: bool) -> None:
    evidence = []
    if told is not None:
        at = RESULT_FIRST.index(told)
        evidence = [Evidence(quote=told, char_start=at, char_end=at + len(told))]
    found = star(missing=[] if told else ["result"])
    found = found.model_copy(update={"result": found.result.model_copy(update={"evidence": evidence})})
    asked = Question(question_id="q", number=1, total=3, text="Why?", kind="main", stage="s", goal="Result first.")
    gate = gate_of(SessionPlan(practice="drill", drill="result_first"), asked, analysed(RESULT_FIRST, found=found))
    assert gate is not None and gate.passed is passed and gate.quote is not None and gate.quote in RESULT_FIRST
    assert told is None or passed or told in gate.why


def test_it_goes_on_after_three_takes_that_did_not_pass(client: ContractClient) -> None:
    started = client.start(practice="drill", drill="result_first", question_count=8)
    subject = started["question"]["text"]
    asked = [
        by_name(client.turn(started["session_id"], text=ANSWER), "question.final")["question"]["text"] for _ in range(3)
    ]
    assert [subject in text for text in asked] == [True, True, False]


def test_an_answer_is_doubted_twice_and_nobody_decides_whether_it_held(client: ContractClient) -> None:
    started = client.start(practice="drill", drill="pushback", question_count=8)
    session, asked = started["session_id"], []
    for text in (ANSWER, NO_PROOF, PROOF):
        events = client.turn(session, text=text)
        assert by_name(events, "feedback.final")["gate"] is None
        asked.append(by_name(events, "question.final")["question"])
    assert asked[0]["text"].endswith("How do you know?") and asked[0]["citations"][0]["quote"] in ANSWER
    assert [q["kind"] == "follow_up" for q in asked] == [True, True, False]
    assert asked[1]["text"] != asked[0]["text"]


def test_shorter_and_shorter_tells_the_time_it_took(client: ContractClient) -> None:
    session = client.start(practice="drill", question_count=6)["session_id"]
    gate = by_name(client.turn(session, text=ANSWER), "feedback.final")["gate"]
    took = round(len(ANSWER.split()) / 2.5)
    assert gate == {
        "title": "In ninety seconds", "passed": True, "quote": None,
        "why": f"It took {took} seconds at 150 words a minute.",
    }  # fmt: skip
    too_long = by_name(client.turn(session, text=f"{ANSWER} {PROOF} {RESULT_FIRST} {ANSWER}"), "feedback.final")["gate"]
    assert not too_long["passed"] and "over" in too_long["why"]


def test_no_gate_without_a_drill_or_without_an_answer(client: ContractClient) -> None:
    assert by_name(client.turn(client.start()["session_id"], text=ANSWER), "feedback.final")["gate"] is None
    drill = client.start(practice="drill", drill="result_first")["session_id"]
    assert by_name(client.turn(drill, text="Could you repeat that?"), "feedback.final")["gate"] is None
