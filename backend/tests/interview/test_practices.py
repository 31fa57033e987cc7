"""Studying brings hints that are true; a drill asks for the same story in less and less time."""

from __future__ import annotations

import pytest

from backend.coaching.coach import Source
from backend.interview.practices import drill_limit, drill_subject, drill_text, hints
from backend.interview.question import Question
from backend.jobs.role_packs import built_in_packs
from backend.tests.client import ANSWER, JOB, RESUME, ContractClient, by_name

LONG = (
    ANSWER
    + " Before that I had gone round the shop and asked every buyer which columns they read. Two of them used the totals "
    "only, the others wanted the list by supplier, so I kept both and dropped the rest. I tried the first version on the "
    "figures of March and found that returns were counted twice. I corrected the query, wrote a test for it and showed the "
    "buyers the difference line by line. The head of purchasing was worried about the change of numbers, so I met her on a "
    "Tuesday and went through three suppliers with her until she was sure. I then set the job to run at six in the morning, "
    "with a mail to me when it fails, and it has failed twice since, both times because the disk of the old server was full. "
    "I asked for a new disk and moved the export there myself. My colleague in Leeds took the same script for his shop, and I "
    "spent an afternoon with him on the parts that differ, mostly the names of the warehouses and the tax. That was the week "
    "in which I learned to write things down for other people. In May the auditors came and wanted the old totals once more, so "
    "I pulled them from the archive, laid them beside the new ones and marked the four places where they differed and why."
)

TOLD = (
    ANSWER
    + " I began with the old script and timed every step of it, and nearly all of the time went into one query that read the "
    "orders of five years each Friday. I asked the buyers which columns they really used, and two of them needed the totals "
    "only. So I dropped the rest, kept one list by supplier and tried it on the figures of March, where I found that returns "
    "had been counted twice. I corrected that, wrote a test for it and showed the buyers the difference.",
    ANSWER
    + " I had timed every step of the old script first, and nearly all of it was one query that read five years of orders. I "
    "asked the buyers which columns they used and dropped the others.",
    ANSWER,
)
"""One story in 54, 33 and 20 seconds at 150 words a minute."""


def question(text: str = "Tell me about a time you helped.", limit_s: int | None = 90) -> Question:
    return Question(question_id="q", number=1, total=9, text=text, kind="main", stage="s", time_limit_s=limit_s)


@pytest.mark.parametrize(
    ("limit_s", "passed", "next_s"),
    [(90, True, 60), (60, True, 30), (30, True, None), (90, False, 90), (30, False, 30)],
)
def test_time_shrinks_unless_the_take_did_not_pass(limit_s: int, passed: bool, next_s: int | None) -> None:
    assert drill_limit(question(limit_s=limit_s), passed, [question(limit_s=limit_s)]) == next_s


def test_nobody_is_kept_in_the_same_time_for_ever() -> None:
    first = question(limit_s=60)
    second = question(drill_text(first, 60), 60)
    assert drill_limit(second, False, [first, second]) == 30
    assert drill_subject(question(drill_text(second, 30))) == first.text


def test_a_drill_asks_for_the_same_story_three_times_and_then_for_another(client: ContractClient) -> None:
    session = client.start(practice="drill", question_count=6)
    asked = [session["question"]]
    for told in TOLD:
        events = client.turn(session["session_id"], text=told)
        assert by_name(events, "feedback.final")["gate"]["passed"]
        asked.append(by_name(events, "question.final")["question"])
    subject = asked[0]["text"]
    assert [q["time_limit_s"] for q in asked] == [90, 60, 30, 90]
    assert asked[1]["text"] == f"The same again, in sixty seconds: {subject}"
    assert asked[2]["text"] == f"The same again, in thirty seconds: {subject}"
    assert subject not in asked[3]["text"]


@pytest.mark.parametrize("told", [LONG, ANSWER])
def test_a_take_that_ran_over_or_left_half_the_time_is_asked_for_once_more(client: ContractClient, told: str) -> None:
    session = client.start(practice="drill", question_count=6)
    events = client.turn(session["session_id"], text=told)
    assert by_name(events, "question.final")["question"]["text"].startswith("Once more, in ninety seconds: ")


def test_studying_shows_the_nearest_line_of_the_resume_and_a_shape() -> None:
    sources = [Source("d1", "job_description", "The job", JOB), Source("d2", "resume", "My resume", RESUME)]
    shown = hints(question("Can you tell me about a time you built a report in Python?"), None, sources)
    quotes = [hint.partition("“")[2].rstrip("”") for hint in shown if hint.startswith("From your resume")]
    assert quotes == ["Built the weekly stock report in Python and PostgreSQL"] and quotes[0] in RESUME
    assert shown[0].startswith("One particular time")


def test_studying_a_bank_question_brings_its_hint_its_points_and_an_example(client: ContractClient) -> None:
    session = client.start(practice="study", mode="technical", role_pack="backend_engineer", question_count=3)
    path = f"/sessions/{session['session_id']}/study"
    known = built_in_packs().question(session["question"]["text"])
    assert known is not None and known.model_answer
    assert session["question"]["hints"][: 1 + len(known.points)] == [known.hint, *known.points][:5]
    shown = client.data("GET", path)
    assert shown["author"] == "rules" and shown["hints"] == session["question"]["hints"]
    assert shown["example"]["text"] == known.model_answer
    assert shown["example"]["label"].startswith("One possible answer, not yours.")
    client.turn(session["session_id"], text="Could you rephrase that, please?")
    assert client.data("GET", path) == shown, "put in other words, it is the same question"


def test_no_example_is_given_where_the_bank_has_none(client: ContractClient) -> None:
    for changes in ({"role": "Nurse"}, {"language": "de", "mode": "technical"}):
        session = client.start(practice="study", question_count=4, **changes)
        assert client.data("GET", f"/sessions/{session['session_id']}/study")["example"] is None


def test_an_interview_gives_neither_hints_nor_limits(client: ContractClient) -> None:
    asked = client.start()["question"]
    assert asked["hints"] == [] and asked["time_limit_s"] is None


def test_feedback_for_the_end_is_written_but_not_said(client: ContractClient) -> None:
    session = client.start(feedback="end")
    assert session["feedback"] == "end"
    events = client.turn(session["session_id"], text=ANSWER)
    assert by_name(events, "feedback.final")["scored"]
    assert {event.data["role"] for event in events if event.name == "audio"} == {"question"}
    repeated = client.turn(session["session_id"], text="Could you repeat the question, please?")
    assert repeated[-1].data["outcome"] == "completed"
