"""Easy, medium and hard are three interviews: other questions, other pressure, other help."""

from __future__ import annotations

from statistics import mean
from typing import Any

import pytest

from backend.jobs.role_packs import built_in_packs
from backend.tests.client import ANSWER, JOB, ContractClient, by_name

SALES = (
    "Sales representative at Bright Windows\n\nYou will\n- Visit shops and builders and win new customers in your area\n"
    "- Prepare offers and follow them up until they are signed\n- Reach your monthly targets and report on your pipeline\n"
    "- Look after existing customers and settle complaints\n- Work closely with the fitters and the office\n\n"
    "We expect\n- Experience in selling to business customers\n- Confidence on the telephone and in negotiations on price\n"
)
LEVELS = ("easy", "medium", "hard")
STEP = {
    q.text: LEVELS.index(q.difficulty)
    for name in built_in_packs().names()
    for q in built_in_packs().get(name).questions
}


def interview(client: ContractClient, posting: str, **plan: Any) -> list[dict[str, Any]]:
    """The questions of an interview in which every one is skipped."""
    document = client.document("job_description", posting)["document_id"]
    started = client.start(document_ids=[document], **plan)
    question, asked = started["question"], []
    while question is not None and question["kind"] != "closing":
        asked.append(question)
        events = client.turn(started["session_id"], text="Let us skip this one, please.")
        question = next((e.data["question"] for e in events if e.name == "question.final"), None)
    return asked


@pytest.mark.parametrize(("posting", "role"), [(SALES, "Sales representative"), (JOB, "Backend developer")])
def test_each_level_asks_other_questions_and_harder_ones(client: ContractClient, posting: str, role: str) -> None:
    sets = {
        level: [q["text"] for q in interview(client, posting, role=role, difficulty=level, question_count=8)][1:]
        for level in LEVELS
    }
    steps = [mean(STEP[text] for text in sets[level] if text in STEP) for level in LEVELS]
    assert steps[0] < steps[1] < steps[2] and steps[2] - steps[0] >= 0.8
    assert len(set(sets["easy"]) & set(sets["hard"])) <= len(sets["easy"]) / 2
    for one, other in (("easy", "medium"), ("medium", "hard")):
        assert len(set(sets[one]) & set(sets[other])) < len(sets[one])


def test_an_easy_interview_follows_up_less(client: ContractClient) -> None:
    follow_ups = {}
    for level in LEVELS:
        started = client.start(difficulty=level, question_count=10, role="Nurse", role_pack="nursing")
        question, kinds = started["question"], []
        while question is not None:
            kinds.append(question["kind"])
            events = client.turn(started["session_id"], text=f"{ANSWER} That was number {len(kinds)}.")
            question = next((e.data["question"] for e in events if e.name == "question.final"), None)
        follow_ups[level] = kinds
    counts = [follow_ups[level].count("follow_up") for level in LEVELS]
    assert counts[0] < counts[1] <= counts[2]


def test_there_is_less_help_the_harder_it_is(client: ContractClient) -> None:
    hints = [
        len(
            client.start(practice="study", difficulty=level, question_count=3, role_pack="nursing")["question"]["hints"]
        )
        for level in LEVELS
    ]
    assert hints[0] >= hints[1] > hints[2] >= 1
    begun = {}
    for level in ("medium", "hard"):
        session = client.start(difficulty=level, question_count=3, role_pack="nursing")["session_id"]
        asked = [
            by_name(client.turn(session, text="Could you give me an example, please?"), "question.final")["question"][
                "text"
            ]
            for _ in range(2)
        ]
        begun[level] = any("Somebody might" in text for text in asked)
    assert begun == {"medium": True, "hard": False}
