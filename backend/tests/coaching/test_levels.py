import json
import re
import shutil
from pathlib import Path
from typing import get_args

import pytest

from backend.coaching.coach import Coach
from backend.coaching.feedback import Dimension
from backend.coaching.levels import LADDERS, SENIORITIES, read_ladders, seniority_of
from backend.coaching.rubric import anchor, anchors, read_rubric, rubric_text

MINILM = Path("~/.cache/interview-helper/models/minilm").expanduser()
COACHING = Path(__file__).resolve().parents[2] / "coaching"
COACH = Coach()


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


def test_a_rubric_without_an_anchor_is_refused(tmp_path: Path) -> None:
    whole = (COACHING / "rubric.yaml").read_text(encoding="utf-8")
    for line in (
        "    2: A result is hinted at, in general words.\n",
        "    5: Within the usual one to two minutes.\n",
    ):
        assert line in whole
        (tmp_path / "rubric.yaml").write_text(whole.replace(line, ""), encoding="utf-8")
        with pytest.raises(ValueError, match="are not the levels"):
            read_rubric(tmp_path / "rubric.yaml")


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
