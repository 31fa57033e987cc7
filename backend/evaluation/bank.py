"""The question bank: whether lines of postings find the question a person would ask, and answers the follow-up."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backend.evaluation.figures import Report, mean, measured
from backend.evaluation.follow_up_pairs import UNSEEN, quality, read, read_judged
from backend.interview.follow_up_ranker import load
from backend.interview.questions import Interviewer
from backend.jobs.role_packs import GENERAL, Category, RolePacks

AREA = "Question bank"
DATA = Path(__file__).parent / "data" / "questions"
DEVELOPED_ON, TEST = "requirements_dev.jsonl", "requirements_test.jsonl"
_KINDS: dict[str, tuple[Category, ...]] = {
    "behavioral": ("behavioral", "situational", "cultural_fit"),
    "technical": ("technical", "situational"),
}
_OF = "unseen lines by a writer who had not seen the search"


@dataclass(frozen=True, slots=True)
class WantedLine:
    """A line of a posting, the pack of its job, and the questions that a person would accept for it; perhaps none."""

    pack: str
    mode: str
    line: str
    accepted: frozenset[str]


def wanted_lines(name: str) -> list[WantedLine]:
    """A file of `DATA`."""
    rows = (json.loads(row) for row in (DATA / name).read_text(encoding="utf-8").splitlines())
    return [WantedLine(row["pack"], row["mode"], row["line"], frozenset(row["accepted"])) for row in rows]


def evaluate_bank(report: Report, interviewer: Interviewer, packs: RolePacks) -> None:
    """Retrieval of questions on unseen lines, and the ranker of follow-ups on unseen answers. Blocking."""
    first, three = found_at(interviewer, packs, wanted_lines(TEST))
    report.figures.append(
        measured(AREA, "an accepted question comes first", first, mean, data=_OF, of="lines", wanted=">= 0.8")
    )
    report.figures.append(
        measured(AREA, "one of the first three is", three, mean, data=_OF, of="lines", wanted=">= 0.93")
    )
    if not interviewer.search.reads_meaning:
        return
    told = list(read(read_judged(UNSEEN), packs, interviewer.lines, interviewer.search))
    done = quality(told, load(True)[0])
    data = f"{done.answers} unseen answers by another writer"
    for name, value in (
        ("pairs of a good and a bad follow-up in the right order", done.pairs),
        ("answers whose best judged follow-up is a good one", done.good),
        ("answers whose first choice of all is a bad one", done.bad),
    ):
        report.figures.append(measured(AREA, name, [value], mean, data=data, of="shares"))


def found_at(
    interviewer: Interviewer, packs: RolePacks, lines: Sequence[WantedLine]
) -> tuple[list[float], list[float]]:
    """(whether the first question is an accepted one, whether one of the first three is) of each line that has any."""
    first, three = [], []
    for wanted in lines:
        known = {q for q in wanted.accepted if packs.question(q) is not None}
        if not known:
            continue
        homes = list(dict.fromkeys([wanted.pack, GENERAL]))
        (found,) = interviewer.search.find([wanted.line], [packs.get(h) for h in homes], _KINDS[wanted.mode], 3)
        right = [f.question.text in known for f in found]
        first.append(float(right[0]))
        three.append(float(np.any(right)))
    return first, three
