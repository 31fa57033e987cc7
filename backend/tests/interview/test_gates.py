"""Drills have gates: what passes is measured and told, and what does not pass is asked for again."""

from __future__ import annotations

import pytest

from backend.coaching.feedback import Evidence
from backend.interview.gates import gate_of
from backend.interview.question import Question
from backend.interview.session import SessionPlan
from backend.tests.client import ANSWER, ContractClient, by_name
from backend.tests.interview.building import analysed, star
from backend.tests.interview.test_practices import TOLD

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

OTHER = (
    "A family had come for the weekend and their booking was gone from the system, with three children asleep in the car. The "
    "hotel was full because of the fair, so I rang two houses nearby, and the second one had a room with a balcony. I walked "
    "them there with an umbrella, carried a bag, and left them breakfast vouchers at our place. The mother wrote a letter to "
    "my manager the week after and they have stayed with us every summer since then, always in the same room on the second floor."
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
    gate = gate_of(SessionPlan(practice="drill", drill="result_first"), asked, analysed(RESULT_FIRST, found=found), [])
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
    session, asked, gates = started["session_id"], [], []
    for text in (ANSWER, NO_PROOF, PROOF):
        events = client.turn(session, text=text)
        gates.append(by_name(events, "feedback.final")["gate"])
        asked.append(by_name(events, "question.final")["question"])
    assert asked[0]["text"].endswith("How do you know?") and asked[0]["citations"][0]["quote"] in ANSWER
    assert [q["kind"] == "follow_up" for q in asked] == [True, True, False]
    assert asked[1]["text"] != asked[0]["text"]
    assert gates[0] is None and [g["passed"] for g in gates[1:]] == [None, None]
    assert gates[2]["quote"] in PROOF and "yours to judge" in gates[2]["why"]


def test_who_says_the_same_again_when_doubted_is_told_so(client: ContractClient) -> None:
    session = client.start(practice="drill", drill="pushback", question_count=8)["session_id"]
    client.turn(session, text=ANSWER)
    again = (
        "I looked at where the time went and moved the joins into the database, and after that it took twenty minutes."
    )
    gate = by_name(client.turn(session, text=f"{again} Nobody stayed late."), "feedback.final")["gate"]
    assert gate["passed"] is False and "said before" in gate["why"]


def test_shorter_and_shorter_tells_the_time_it_took_and_what_was_kept(client: ContractClient) -> None:
    session = client.start(practice="drill", question_count=6)["session_id"]
    gates = [by_name(client.turn(session, text=told), "feedback.final")["gate"] for told in TOLD]
    took = [round(len(told.split()) / 2.5) for told in TOLD]
    assert [g["title"] for g in gates] == [f"In {limit} seconds" for limit in ("ninety", "sixty", "thirty")]
    assert [g["passed"] for g in gates] == [True, True, True]
    assert all(f"{s} seconds at 150 words a minute." in g["why"] for s, g in zip(took, gates, strict=True))
    assert "tellings" not in gates[0]["why"] and "Found in both tellings: the situation" in gates[1]["why"]


@pytest.mark.parametrize(
    ("told", "because"),
    [
        ("LONG", "over"),
        ("ANSWER", "at least half"),
        ("OTHER", "another story"),
        ("SAME", "hardly less than before"),
    ],
)
def test_a_shorter_telling_is_in_time_the_same_story_and_shorter(
    client: ContractClient, told: str, because: str
) -> None:
    texts = {"LONG": f"{TOLD[0]} {PROOF} {RESULT_FIRST} {TOLD[0]}", "ANSWER": ANSWER, "OTHER": OTHER, "SAME": TOLD[0]}
    session = client.start(practice="drill", question_count=8)["session_id"]
    assert by_name(client.turn(session, text=TOLD[0]), "feedback.final")["gate"]["passed"]
    events = client.turn(session, text=texts[told])
    gate = by_name(events, "feedback.final")["gate"]
    assert not gate["passed"] and because in gate["why"]
    assert by_name(events, "question.final")["question"]["time_limit_s"] == 60


def test_no_gate_without_a_drill_or_without_an_answer(client: ContractClient) -> None:
    assert by_name(client.turn(client.start()["session_id"], text=ANSWER), "feedback.final")["gate"] is None
    drill = client.start(practice="drill", drill="result_first")["session_id"]
    assert by_name(client.turn(drill, text="Could you repeat that?"), "feedback.final")["gate"] is None
