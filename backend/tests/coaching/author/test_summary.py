"""The report in an author's words: proved against the answers it speaks of."""

from __future__ import annotations

from typing import Any

import pytest

from backend.coaching.author.summary import ReportBrief, WrittenReport, with_written, write_report
from backend.coaching.feedback import Delivery, Feedback, Score
from backend.coaching.report import DISCLAIMER, Take, build_report
from backend.tests.coaching.author.writing import JOB, PROMPTS, RESUME, Writing, writing

DELIVERY = Delivery(
    words_per_minute=None, filler_count=0, fillers=[], pauses=None, talk_time_s=None, word_count=20
)  # fmt: skip
SHELF = "I came in early for a week and sorted the returns shelf by floor. After that it was empty every evening."
GUEST = "A guest shouted about the bill. I let him finish, and then I went through it with him line by line."


def take(n: int, answer: str, score: int) -> Take:
    scores = {"structure": Score(score=score, why="w", anchor="a")}
    feedback = Feedback(scored=True, summary="s", scores=scores, author="model")
    return Take(
        turn_id=f"t{n}", question_id=f"q{n}", question=f"Which problem did you solve, number {n}?", answer=answer,
        delivery=DELIVERY, feedback=feedback,
    )  # fmt: skip


TAKES = [take(1, SHELF, 3), take(2, GUEST, 5)]
REPLY: dict[str, Any] = {
    "summary": "You tell what you did with your own hands, the shelf as much as the bill. What it changed stays short.",
    "strengths": [{"text": "You let him finish before you spoke.", "answer": 2, "quotes": ["I let him finish"]}],
    "gaps": [
        {
            "text": "Say what the guest said in the end.",
            "answer": 2,
            "quotes": ["went through it with him line by line"],
        }
    ],
    "next_steps": [
        {"title": "End with it", "instruction": "Tell both stories again, the last sentence first, in 40 s."}
    ],
    "best_answer_why": "It shows in what order you did things, and that you listened.",
}


async def written(reply: Any, **more: Any) -> tuple[WrittenReport | None, Writing]:
    async with writing({"session_report": reply, **more}) as made:
        brief = ReportBrief(TAKES, [JOB, RESUME], PROMPTS.current(), "s1")
        return await write_report(made.author, brief), made


async def test_the_report_takes_an_author_s_words_and_keeps_the_scores() -> None:
    found, made = await written(REPLY)
    assert found is not None
    assert made.dropped == []
    rules = build_report({}, TAKES)
    report = with_written(rules, found)
    assert report.author == "model"
    assert report.summary == f"{REPLY['summary']} {DISCLAIMER}"
    assert [s.text for s in report.strengths] == ["You let him finish before you spoke."]
    cited = report.strengths[0].evidence[0]
    assert (report.strengths[0].turn_id, GUEST[cited.char_start : cited.char_end]) == ("t2", "I let him finish")
    assert report.best_answer is not None and report.best_answer.turn_id == "t2"
    assert report.best_answer.why == REPLY["best_answer_why"]
    assert report.scores == rules.scores
    assert [d.title for d in report.next_steps] == ["End with it"]


async def test_a_point_belongs_to_the_answer_that_its_quote_stands_in() -> None:
    strength = {"text": "A whole week, before work.", "answer": 2, "quotes": ["came in early for a week"]}
    found, _ = await written({**REPLY, "strengths": [strength]})
    assert found is not None
    assert found.strengths[0].turn_id == "t1"


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        ({"strengths": [{"text": "You led nine people.", "answer": 1, "quotes": ["I led nine people"]}]}, "strengths"),
        ({"gaps": [{"text": "Say more.", "answer": 1, "quotes": []}]}, "gaps"),
        ({"summary": "You saved the hotel 30,000 pounds."}, "summary"),
        ({"best_answer_why": "You worked at Claridge's then."}, "best_answer_why"),
        ({"next_steps": [{"title": "Call", "instruction": "Call your friends at Microsoft."}]}, "next_steps"),
        ({"summary": "very " * 400}, "summary"),
    ],
)
async def test_what_no_answer_bears_out_is_not_in_it(change: dict[str, Any], gone: str) -> None:
    found, _ = await written({**REPLY, **change})
    assert found is not None
    assert not getattr(found, gone)
    rules = build_report({}, TAKES)
    assert with_written(rules, found).summary != ""


async def test_what_a_second_look_does_not_support_goes() -> None:
    found, made = await written(REPLY, unsupported=["let him finish", "What it changed"])
    assert found is not None
    assert found.strengths == []
    assert found.summary == "You tell what you did with your own hands, the shelf as much as the bill."
    assert made.dropped == ["report_unsupported"] * 2


@pytest.mark.parametrize("reply", ["No.", {}, {"summary": 3, "strengths": "many"}])
async def test_without_a_usable_report_there_is_none(reply: Any) -> None:
    found, _ = await written(reply)
    assert found is None
    rules = build_report({}, TAKES)
    assert with_written(rules, found) == rules


async def test_every_answer_is_in_the_prompt_and_contact_lines_are_not() -> None:
    _, made = await written(REPLY)
    (prompt,) = made.prompts("session_report")
    assert SHELF in prompt and GUEST in prompt
    assert "The best answer is number 2." in prompt
    assert "example.org" not in prompt
