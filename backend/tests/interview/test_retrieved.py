"""Retrieved questions: whole questions of the bank over the lines of a posting and a resume."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.coaching.analysis import Source
from backend.coaching.author.plan import of_resume
from backend.interview import retrieved
from backend.interview.modes import InterviewData
from backend.interview.question_search import QuestionSearch
from backend.interview.retrieved import Retrieval, named_skill
from backend.interview.session import SessionPlan
from backend.jobs.question_lines import QuestionLines
from backend.jobs.role_packs import RolePacks
from backend.tests.interview.building import required
from backend.tests.jobs.baker import HEAD

BAKER = (
    HEAD
    + """
### Has a dough ever failed you, and what did you do about it?

- kind: behavioral
- competency: Craft
- difficulty: easy
- topics: sourdough baking, dough preparation

### What is the most demanding dough you have prepared?

- kind: behavioral
- competency: Craft
- difficulty: hard
- topics: sourdough baking, dough preparation

### How do you keep an oven's temperature steady?

- kind: technical
- competency: Craft
- difficulty: medium
- topics: ovens, temperature control
"""
)
DATA, LINES = InterviewData(), QuestionLines()


@pytest.fixture
def packs(tmp_path: Path) -> RolePacks:
    (tmp_path / "baker.md").write_text(BAKER)
    (tmp_path / "other.md").write_text(
        BAKER.replace("name: baker", "name: other").replace("dough", "roof").replace("oven", "roof")
    )
    return RolePacks(tmp_path)


def asked(packs: RolePacks, *lines: str, sources: tuple[Source, ...] = (), **plan: object) -> list[tuple[str, str]]:
    """(text, quote of the first citation) of each question."""
    chosen = SessionPlan.model_validate(plan)
    found = Retrieval(QuestionSearch(), LINES).plan(
        chosen, DATA.modes[chosen.mode], packs.all(), required(*lines), sources
    )
    return [(q.text, q.citations[0].quote) for q in found]


def test_a_line_finds_its_question_whole_with_both_places_cited(packs: RolePacks) -> None:
    line = "Sourdough baking and dough preparation"
    found = Retrieval(QuestionSearch(), LINES).plan(
        SessionPlan(difficulty="easy"), DATA.modes["behavioral"], packs.all(), required(line), ()
    )
    assert [q.text for q in found] == ["Has a dough ever failed you, and what did you do about it?"]
    job, bank = found[0].citations
    assert (job.citation_id, job.quote) == ("J1", line)
    assert packs.get("baker").text[bank.char_start : bank.char_end] == found[0].text == bank.quote


def test_of_questions_that_fit_equally_the_difficulty_decides(packs: RolePacks) -> None:
    line = "Sourdough baking and dough preparation"
    texts = {d: asked(packs, line, difficulty=d)[0][0] for d in ("easy", "hard")}
    assert "failed" in texts["easy"] and "demanding" in texts["hard"]


def test_no_question_is_asked_for_two_lines_and_only_two_point(packs: RolePacks) -> None:
    found = asked(packs, *["Sourdough baking and dough preparation"] * 3, "Payroll", "Budgets", "Contracts")
    texts = [text for text, _ in found]
    assert len(texts) == len(set(texts)) == 4
    assert [t in LINES.about["Posting: line"] for t in texts] == [False, False, True, True]


def test_conditions_and_protected_matters_are_not_asked_about(packs: RolePacks) -> None:
    conditions = [r.model_copy(update={"eligibility": True}) for r in required("Sourdough baking")]
    plan, mode = SessionPlan(), DATA.modes["behavioral"]
    for lines in (conditions, required("Young and energetic, between 20 and 30 years old")):
        assert Retrieval(QuestionSearch(), LINES).plan(plan, mode, packs.all(), lines, ()) == []


def test_nothing_of_a_line_stands_in_a_question_but_a_skills_name(packs: RolePacks) -> None:
    ((text, _),) = asked(packs, "Three years of streaming with Kafka in production")
    assert "Kafka" in text and text.replace("Kafka", "{skill}") in LINES.about["Posting: skill"]


@pytest.mark.parametrize(
    ("line", "name"),
    [("Experience with PostgreSQL or MySQL", "PostgreSQL"), ("python and sql", None), ("Able to excel", None)],
)
def test_a_skill_is_one_that_is_known_and_written_as_a_name(line: str, name: str | None) -> None:
    assert named_skill(line) == name


RESUME = Source("r", "resume", "Resume", "Baker at Mill Lane, 2019 to 2022\nRan the night shift of a bakery with 9 people and 3 ovens for two long years without one late delivery to any shop\n")  # fmt: skip


def test_lines_of_the_resume_are_read_out_where_they_are_short(
    packs: RolePacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    short, long = RESUME.text.splitlines()
    lines = [
        retrieved.ResumeLine("position", short, 0, len(short)),
        retrieved.ResumeLine("achievement", long, len(short) + 1, len(short) + 1 + len(long)),
    ]
    monkeypatch.setattr(retrieved, "resume_lines", lambda source, reader: lines)
    of = {quote: text for text, quote in asked(packs, sources=(RESUME,))}
    assert short in of[short] and of[short].replace(f"{short}.", "{line}") in LINES.about["Resume: position"]
    assert of[long] in LINES.about["Resume: achievement"] and "{line}" not in of[long]


def test_one_in_four_is_about_the_resume(packs: RolePacks, monkeypatch: pytest.MonkeyPatch) -> None:
    line = retrieved.ResumeLine("position", "Baker at Mill Lane, 2019 to 2022", 0, 32)
    monkeypatch.setattr(retrieved, "resume_lines", lambda source, reader: [line])
    found = Retrieval(QuestionSearch(), LINES).plan(
        SessionPlan(), DATA.modes["behavioral"], packs.all(), required("Dough preparation", "Payroll"), (RESUME,)
    )
    assert [of_resume(q) for q in found] == [False, True, False]


def test_beyond_english_questions_point_at_the_lines() -> None:
    german = DATA.languages["de"]
    found = Retrieval(QuestionSearch(), LINES).pointing_in(german, required("Brot backen", "Teig", "Ofen"), ())
    assert [(q.text, q.citations[0].quote) for q in found] == list(
        zip(german.posting_line, ["Brot backen", "Teig"], strict=False)
    )
