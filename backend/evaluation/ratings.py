"""Human ratings: how far the coverage of a reference answer agrees with two graders of short technical answers."""

from __future__ import annotations

import csv
import random
from pathlib import Path

from backend.coaching.key_points import cover
from backend.coaching.text import written_sentences
from backend.evaluation.figures import Absent, Report, correlation, measured
from backend.rag.ports import Embedder

AREA = "Human ratings"


def evaluate_ratings(report: Report, shared: Path, embedder: Embedder, most: int = 300) -> None:
    """Mohler's short answers: Pearson's r of our coverage, and of one grader with the other, over at most `most`."""
    path = shared / "interview" / "mohler_short_answers.tsv"
    if not path.exists():
        report.absent.append(Absent(AREA, "interview/mohler_short_answers.tsv"))
        return
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    if len(rows) > most:
        rows = random.Random(11).sample(rows, most)
    ours, people = [], []
    for row in rows:
        wanted = [s.text for s in written_sentences(row["reference_answer"])]
        share = cover(wanted, row["student_answer"], embedder, row["question"]).share
        ours.append((share, float(row["score_avg"])))
        people.append((float(row["score_me"]), float(row["score_other"])))
    name = "Mohler short answers" + (" (random part)" if len(rows) == most else "")
    for what, pairs in (("r of our coverage with the graders' mean", ours), ("r of the two graders", people)):
        report.figures.append(measured(AREA, what, pairs, correlation, data=name, of="answers"))
