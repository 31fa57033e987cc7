"""The evaluation itself: intervals, word errors, injections, simulated interviews, and a clone without shared data."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.coaching.analysis import Source
from backend.coaching.coach import Coach
from backend.config import ROOT
from backend.evaluation.candidate import MANNERS, Manner, play, script
from backend.evaluation.figures import Report, f1, interval, mean, measured
from backend.evaluation.injections import evaluate_injections, injections
from backend.evaluation.page import page
from backend.evaluation.questions import ANSWERS, checks
from backend.evaluation.run import Evaluated, evaluate
from backend.evaluation.speech import errors, plain_words
from backend.interview.modes import InterviewData
from backend.interview.questions import Interviewer
from backend.interview.session import Mode, SessionPlan
from backend.jobs.role_packs import RolePacks
from backend.mlops.evaluations import values
from backend.rag.embedders import HashEmbedder
from backend.tests.interview.building import PROMPTS

PACKS = RolePacks()
COACH = Coach()
INTERVIEWER = Interviewer(packs=PACKS, data=InterviewData())
SAMPLE = ROOT / "backend" / "tests" / "sample"
JOB = Source("job", "job_description", "Developer", (SAMPLE / "job_software_developer.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("mode", ["behavioral", "technical", "intro_call"])
async def test_the_interviewer_keeps_its_manners_with_every_candidate(mode: Mode, manner: Manner) -> None:
    played = await play(COACH, INTERVIEWER, SessionPlan(mode=mode, question_count=8), [JOB], script(manner, ANSWERS))
    wrong = {name: verdicts for name, verdicts in checks(played, PACKS).items() if not all(verdicts)}
    assert wrong == {}
    assert len(played.exchanges) >= 8
    if manner in ("empty", "gibberish"):
        assert not any(e.feedback.scored for e in played.exchanges)


async def test_a_hostile_candidate_gets_no_marks_for_demanding_them() -> None:
    played = await play(COACH, INTERVIEWER, SessionPlan(question_count=5), [JOB], script("hostile", ()))
    for exchange in played.exchanges:
        assert all(s.score <= 3 for d, s in exchange.feedback.scores.items() if d in {"structure", "impact"})
        assert "Apollo" not in exchange.feedback.summary


def test_checks_see_what_is_wrong() -> None:
    from backend.evaluation.candidate import Played
    from backend.interview.question import Question

    asked = [
        Question(question_id=str(n), number=n, total=2, text=text, kind="main", stage="main")
        for n, text in enumerate(["Great answer, how old are you?", "Great answer, how old are you?"], start=1)
    ]
    found = checks(Played(SessionPlan(question_count=2), [], asked=asked), PACKS)
    assert found["is not a repeat"] == [True, False]
    assert found["praises nothing"] == found["touches no protected topic"] == [False, False]


def test_documents_move_no_score() -> None:
    report = Report()
    evaluate_injections(report, COACH)
    assert [f.name for f in report.figures if f.ok is False] == [] and len(injections()) >= 40


def test_an_interval_holds_its_value_and_is_the_same_every_time() -> None:
    found = measured("a", "b", [0.0, 1.0, 1.0, 1.0], mean, data="d", of="items", wanted=">= 0.8")
    assert found.low is not None and found.high is not None and found.low < found.value == 0.75 < found.high
    assert found.ok is False
    assert interval([1.0, 0.0, 1.0], mean) == interval([1.0, 0.0, 1.0], mean)


def test_f1_counts_words() -> None:
    assert f1("task", [[("task", "task", 3), ("task", "action", 3)]]) == pytest.approx(2 / 3)


def test_word_errors() -> None:
    assert errors(plain_words("Um, the cat's mat."), plain_words("the cats mats")) == 1
    assert errors([], ["a"]) == errors(["a"], []) == 1


async def test_a_clone_without_shared_data_is_measured_and_says_what_is_absent(tmp_path: Path) -> None:
    parts = Evaluated(
        coach=COACH, interviewer=INTERVIEWER, prompts=PROMPTS, packs=PACKS, embedder=HashEmbedder(), ears=None, shared=tmp_path,
        speech_sample=SAMPLE / "answer.flac", job=JOB, documents=30,
    )  # fmt: skip
    report = await evaluate(parts, lambda _: None)
    assert {a.area for a in report.absent} == {
        "STAR",
        "Passages",
        "Ears",
        "Words kept",
        "Hesitations",
        "Retrieval",
    }
    assert {f.area for f in report.figures} >= {"STAR", "Reply kind", "Scores", "Injection", "Questions"}
    text = page(report, {"rules": "1"}, "now", "here")
    assert "## Not measured" in text and text.count("\n| ") > 30
    assert all(len(name) <= 250 for name in values(report))
