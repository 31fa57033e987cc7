import json
import re
import shutil
from pathlib import Path
from typing import get_args

import pytest

from backend.coaching.analysis import Analysis, Context
from backend.coaching.answer import Answer
from backend.coaching.coach import Coach
from backend.coaching.drills import weakest_dimension
from backend.coaching.feedback import Dimension
from backend.coaching.levels import LADDERS, LEVELS, SENIORITIES, Seniority, read_ladders, seniority_of
from backend.coaching.rubric import anchor, anchors, next_steps, read_rubric, rubric_text
from backend.evaluation.ladder_answers import LADDERS as ANSWERS
from backend.evaluation.level_scores import LOWEST, score_of, stands_for
from backend.rag.embedders import MiniLm
from backend.tests.coaching.doubles import NoPrompts

MINILM = Path("~/.cache/interview-helper/models/minilm").expanduser()
COACHING = Path(__file__).resolve().parents[2] / "coaching"
COACH = Coach(None, NoPrompts())


@pytest.mark.parametrize("seniority", SENIORITIES)
@pytest.mark.parametrize("dimension", get_args(Dimension))
def test_every_example_gets_the_very_score_it_stands_for(dimension: Dimension, seniority: Seniority) -> None:
    ladder = LADDERS[dimension][seniority]
    given = [score_of(COACH, dimension, ladder, level) for level in LEVELS]
    assert given == [max(level, LOWEST.get(dimension, 1)) for level in LEVELS]


@pytest.mark.models
@pytest.mark.skipif(not MINILM.is_dir(), reason="MiniLM is not assembled here")
def test_examples_get_the_same_scores_where_the_meaning_of_words_is_compared() -> None:
    coach = Coach(None, NoPrompts(), MiniLm(MINILM))
    compared: tuple[Dimension, ...] = ("relevance", "technical_accuracy")
    for dimension in compared:
        for seniority, ladder in LADDERS[dimension].items():
            given = [score_of(coach, dimension, ladder, level) for level in LEVELS]
            wrong = [(seniority, given) for level in LEVELS if not stands_for(dimension, level, given[level - 1])]
            assert wrong == [], dimension


def test_examples_are_of_several_trades_and_no_two_are_the_same() -> None:
    ladders = [ladder for by_seniority in LADDERS.values() for ladder in by_seniority.values()]
    speakers = " ".join(ladder.speaker for ladder in ladders)
    for trade in ("nurse", "teacher", "sales", "engineer"):
        assert speakers.count(trade) >= 3
    texts = [text for ladder in ladders for text in ladder.levels.values()]
    assert len(set(texts)) == len(texts) == 11 * 3 * 5


def test_examples_are_no_source_that_feedback_may_rest_on() -> None:
    prose = rubric_text()
    assert not any(
        text in prose for by_seniority in LADDERS.values() for x in by_seniority.values() for text in x.levels.values()
    )


def test_the_rubric_as_data_holds_anchors_and_examples() -> None:
    made = json.loads(json.dumps(anchors()))
    for dimension in get_args(Dimension):
        assert made[dimension]["levels"]["4"] == anchor(dimension, 4)
        for seniority in SENIORITIES:
            told = made[dimension]["examples"][seniority]
            assert told["speaker"] and told["question"] and set(told["levels"]) == {"1", "2", "3", "4", "5"}


def test_a_missing_file_seniority_or_level_is_named(tmp_path: Path) -> None:
    shutil.copytree(COACHING / "level_examples", tmp_path, dirs_exist_ok=True)
    assert read_ladders(tmp_path) == LADDERS
    whole = (tmp_path / "impact.yaml").read_text(encoding="utf-8")
    for broken, named in (
        (whole.replace("\nmid:", "\nmiddle:"), "impact.yaml needs exactly junior, mid, senior"),
        (re.sub(r"\n    3: .*", "", whole, count=1), "levels 1 to 5"),
        (re.sub(r"\n    3: .*", "\n    3: ''", whole, count=1), "level 3 is empty"),
        (re.sub(r"(\n    2: )(.*)(\n    3: ).*", r"\1\2\3\2", whole, count=1), "the same on two levels"),
        (whole.replace("speaker:", "talker:", 1), "talker"),
    ):
        assert broken != whole
        (tmp_path / "impact.yaml").write_text(broken, encoding="utf-8")
        with pytest.raises(ValueError, match=named):
            read_ladders(tmp_path)
    (tmp_path / "impact.yaml").unlink()
    with pytest.raises(ValueError, match=r"impact\.yaml is missing"):
        read_ladders(tmp_path)


def test_a_rubric_without_an_anchor_or_a_step_is_refused(tmp_path: Path) -> None:
    whole = (COACHING / "rubric.yaml").read_text(encoding="utf-8")
    for line in (
        "    2: A result is hinted at, in general words.\n",
        "    4: on length, aim for one minute, with the point in it\n",
    ):
        assert line in whole
        (tmp_path / "rubric.yaml").write_text(whole.replace(line, ""), encoding="utf-8")
        with pytest.raises(ValueError, match="are not the levels"):
            read_rubric(tmp_path / "rubric.yaml")


@pytest.mark.parametrize("dimension", get_args(Dimension))
def test_a_step_up_is_short_enough_to_be_said(dimension: Dimension) -> None:
    steps = [next_steps(dimension, score) for score in LEVELS]
    assert steps[-1] == () and all(steps[:-1])
    assert all(4 <= len(step.split()) <= 16 for wordings in steps for step in wordings)


@pytest.mark.parametrize(
    ("level", "role", "seniority"),
    [
        ("Junior", None, "junior"), ("newly qualified", "Nurse", "junior"), ("graduate", None, "junior"),
        ("Senior", "Trainee", "senior"), ("Team lead", None, "senior"), ("manager", None, "senior"), ("12 years", None, "senior"),
        ("mid", None, "mid"), ("1 year", None, "junior"), ("4+ years", None, "mid"), (None, None, "mid"), ("", "Nurse", "mid"),
        (None, "Senior Backend Engineer", "senior"), (None, "Sales manager", "mid"), (None, "Product Manager", "mid"),
        (None, "Head of Year", "senior"), (None, "Graduate teacher", "junior"), ("junior to senior", None, "junior"),
    ],
)  # fmt: skip
def test_seniority_is_read_from_the_level_and_else_from_the_role(
    level: str | None, role: str | None, seniority: str
) -> None:
    assert seniority_of(level, role) == seniority


BETTER = (
    "Two years ago the billing project of my team was at risk, six weeks before its date. I was responsible for the date. I met "
    "every team lead, cut the first release down to invoices and moved two people to the slowest team. I wrote the plan on one "
    "page and checked it with Martin every Monday. We went live on the day, billing went from nine days down to two, and the "
    "customers thanked us in June."
)


def test_where_nothing_is_wrong_the_next_level_of_the_weakest_criterion_is_named() -> None:
    question, answers = ANSWERS["nurse"]
    found = analysed(question, answers[-1])
    weakest = weakest_dimension({d: float(s.score) for d, s in found.scores.items()})
    assert weakest is not None and found.scores[weakest].score == 4
    assert any(found.reaction.rstrip(".").lower().endswith(s.lower()) for s in next_steps(weakest, 4))
    (gap,) = found.gaps
    assert anchor(weakest, 5).rstrip(".").lower() in gap.text.lower() and gap.citations
    assert not any(n in gap.text for n in "12345")


def test_only_an_answer_at_the_top_of_every_criterion_can_stay_as_it_is() -> None:
    found = analysed("Tell me about a time a project of your team was at risk.", BETTER)
    assert {s.score for s in found.scores.values()} == {5}
    assert found.gaps == ()
    assert re.search(
        r"(?:keep it like that|that can stay as it is|now say it once more without looking)\.$",
        found.reaction,
        re.IGNORECASE,
    )


def analysed(question: str, text: str) -> Analysis:
    answer = Answer(question, text)
    return COACH.analyse(answer, COACH.measure(answer), Context())
