"""The plan of an interview: only what stands in the posting and the resume comes through."""

from __future__ import annotations

from typing import Any

import pytest

from backend.coaching.author.plan import InterviewPlan, PlanBrief, mixed, write_plan
from backend.tests.coaching.author.writing import JOB, PROMPTS, RESUME, Writing, writing

COMPETENCIES = ("motivation", "ownership", "de_escalation")
REPLY: dict[str, Any] = {
    "requirements": [
        {"says": "Running the desk alone at night.", "quote": "the only one on the desk from eleven to seven",
         "eligibility": False},
        {"says": "A first aid certificate", "quote": "You need a first aid certificate", "eligibility": True},
        {"says": "Calming tired guests", "quote": "calm guests who arrive angry and tired", "eligibility": False},
    ],
    "questions": [
        {"text": "What draws you to working nights?", "quote": "Night porter", "competency": "motivation",
         "kind": "intro", "difficulty": "easy"},
        {"text": "A guest shouts at you in the middle of the night. What do you do first?",
         "quote": "calm guests who arrive angry", "competency": "de_escalation", "kind": "behavioral",
         "difficulty": "medium"},
        {"text": "What makes a log useful to whoever reads it in the morning?", "quote": "keep the log",
         "competency": "ownership", "kind": "technical", "difficulty": "medium"},
        {"text": "Your resume says that you rewrote the fire drill sheet. What was wrong with the old one?",
         "quote": "Rewrote the fire drill sheet", "competency": "ownership", "kind": "behavioral",
         "difficulty": "medium"},
    ],
}  # fmt: skip


async def planned(reply: Any, **more: Any) -> tuple[InterviewPlan | None, Writing]:
    async with writing({"interview_plan": reply, **more}) as made:
        brief = PlanBrief(JOB, RESUME, COMPETENCIES, PROMPTS.current(), "s1")
        return await write_plan(made.author, brief), made


def with_question(**changes: Any) -> dict[str, Any]:
    return {**REPLY, "questions": [{**REPLY["questions"][1], **changes}]}


async def test_requirements_are_in_plain_words_with_their_place_in_the_posting() -> None:
    plan, made = await planned(REPLY)
    assert plan is not None
    assert made.dropped == []
    for wanted in plan.requirements:
        assert JOB.text[wanted.char_start : wanted.char_end] == wanted.text
    assert [r.says for r in plan.requirements] == [
        "Running the desk alone at night", "A first aid certificate", "Calming tired guests",
    ]  # fmt: skip
    assert [r.eligibility for r in plan.requirements] == [False, True, False]


async def test_questions_cite_their_place_and_one_of_the_first_is_about_the_resume() -> None:
    plan, _ = await planned(REPLY)
    assert plan is not None
    assert [q.text[:12] for q in plan.questions] == ["What draws y", "Your resume ", "A guest shou", "What makes a"]
    cited = plan.questions[1].citations[0]
    assert (cited.document_id, cited.quote) == ("d2", "Rewrote the fire drill sheet")
    assert RESUME.text[cited.char_start : cited.char_end] == cited.quote


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"quote": "you will lead a team of nine"}, "question_place"),
        ({"quote": ""}, "question_place"),
        ({"text": "How did you win the Golden Key Award?"}, "name"),
        ({"text": "How did you manage 300 guests a night?"}, "number"),
        ({"text": "Tell me about an angry guest."}, "question_shape"),
        ({"text": f"{'And then ' * 30}what?"}, "question_shape"),
        ({"text": "When did you last renew it?", "quote": "a first aid certificate"}, "question_eligibility"),
    ],
)
async def test_a_question_that_rests_on_nothing_is_not_planned(change: dict[str, Any], kind: str) -> None:
    plan, made = await planned(with_question(**change))
    assert plan is not None
    assert (plan.questions, made.dropped) == ([], [kind])


async def test_a_question_that_presumes_something_is_found_by_the_second_look() -> None:
    plan, made = await planned(REPLY, unsupported=["fire drill"])
    assert plan is not None
    assert all("fire drill" not in q.text for q in plan.questions)
    assert made.dropped == ["question_unsupported"]


async def test_a_requirement_from_nowhere_or_from_the_resume_goes() -> None:
    wrong = [
        {"says": "Five years of experience", "quote": "at least five years of experience", "eligibility": False},
        {"says": "Fire drills", "quote": "Rewrote the fire drill sheet", "eligibility": False},
        {"says": "Working for Hilton", "quote": "Night porter", "eligibility": False},
    ]
    plan, made = await planned({**REPLY, "requirements": wrong})
    assert plan is not None
    assert plan.requirements == []
    assert made.dropped == ["requirement_place", "requirement_place", "name"]


async def test_contact_lines_stay_here_and_foreign_text_closes_no_fence() -> None:
    _, made = await planned(REPLY)
    (prompt,) = made.prompts("interview_plan")
    assert "Rewrote the fire drill sheet" in prompt
    assert "example.org" not in prompt and "7946" not in prompt
    assert all("example.org" not in p and "7946" not in p for p in made.prompts("point_check"))


@pytest.mark.parametrize("reply", ["I cannot help with that.", {}, {"requirements": 7, "questions": ["Why?"]}])
async def test_without_a_usable_plan_there_is_none(reply: Any) -> None:
    assert (await planned(reply))[0] is None


async def test_a_plan_of_another_shape_is_read_as_far_as_it_goes() -> None:
    forty = [{**REPLY["questions"][1], "text": f"What would you do first, take {n}?"} for n in range(40)]
    plan, _ = await planned({"questions": [*forty, None, 3], "requirements": [{"says": ["x"]}]})
    assert plan is None or len(plan.questions) <= 20


async def test_every_fourth_question_is_about_the_resume_as_long_as_there_are_any() -> None:
    plan, _ = await planned(REPLY)
    assert plan is not None
    job, resume = plan.questions[2], plan.questions[1]
    order = [q.citations[0].citation_id[0] for q in mixed([job] * 6 + [resume] * 2)]
    assert "".join(order) == "JRJJJRJJ"
    assert [q.citations[0].citation_id[0] for q in mixed([resume] * 2)] == ["R", "R"]
