"""What the resume has otherwise is asked about once, after what the story lacks."""

from __future__ import annotations

from dataclasses import replace

from backend.coaching.analysis import Context, Source
from backend.coaching.coach import Analysis
from backend.interview.follow_ups import FollowUp, follow_ups
from backend.interview.modes import InterviewData, Probe
from backend.interview.question_search import QuestionSearch
from backend.interview.questions import Interviewer
from backend.interview.session import SessionPlan
from backend.jobs.question_lines import QuestionLines
from backend.jobs.role_packs import RolePacks
from backend.tests.interview.building import Talk, analysed, star

RESUME = Source("r", "resume", "Resume", "Led a team of 5 nurses.\nCharted in Cerner.\n")
TEXT = "We had a slow ward. I led a team of eight nurses and moved the charts. People stopped calling about it."


def claimed(text: str = TEXT, *, sources: tuple[Source, ...] = (RESUME,), missing: tuple[str, ...] = ()) -> Analysis:
    analysis = analysed(text, found=star(missing))
    return replace(analysis, context=Context(sources=sources))


def asked(probes: list[Probe], analysis: Analysis) -> list[FollowUp]:
    return follow_ups(probes, analysis, None, QuestionLines(), QuestionSearch())


def test_a_conflict_is_asked_about_with_the_candidates_own_words() -> None:
    (found,) = asked(["claim"], claimed())
    assert found.probe == "claim" and found.about is not None
    assert found.text == "Your resume says “Led a team of 5 nurses”; you said “team of eight”. Which is it?"
    assert TEXT[found.about.start : found.about.end] == "team of eight"


def test_a_missing_part_comes_first() -> None:
    found = asked(["missing", "claim"], claimed(missing=("result",)))
    assert [f.probe for f in found[:2]] == ["missing", "claim"]


def test_nothing_is_asked_without_a_resume_or_without_a_claim() -> None:
    assert asked(["claim"], claimed(sources=())) == []
    assert asked(["claim"], claimed("I led a team of five nurses and moved the charts to the door.")) == []


async def test_once_an_interview_and_marked_as_such() -> None:
    interviewer = Interviewer(packs=RolePacks(), data=InterviewData())
    talk = Talk(interviewer, SessionPlan(role_pack="nursing", question_count=12, difficulty="medium"))
    texts = [
        TEXT,
        f"{TEXT} I also used Epic every day for 3 years.",
        "I was head of nursing and doubled our budget. It went well.",
    ]
    probes = []
    for number in range(11):
        found = await talk.answer(claimed(texts[number % 3]))
        probes.append(found.probe if found is not None else None)
    assert probes.count("claim") == 1
    asked = next(q for q in talk.session.asked if q.probe == "claim")
    assert asked.kind == "follow_up" and asked.citations[0].quote == "team of eight"
