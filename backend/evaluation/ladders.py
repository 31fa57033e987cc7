"""Ladders: whether a better answer scores higher, padding gains nothing, and the same answer gets the same scores."""

from __future__ import annotations

from statistics import fmean

from backend.coaching.analysis import Analysis, Context
from backend.coaching.answer import Answer
from backend.coaching.coach import Coach
from backend.evaluation.figures import Report, mean, measured
from backend.evaluation.ladder_answers import GIBBERISH, LADDERS, OFF_TOPIC, RAMBLE, REPEATED, STUFFED

AREA = "Scores"
DATA = "own ladders of four trades"
_NO_ANSWERS = (
    "",
    "fine",
    "It was good.",
    GIBBERISH,
    REPEATED,
    STUFFED,
    "um uh hmm",
    "I don't know.",
    "Can you repeat that?",
)
_ASIDES = ("you know, ", "um, ", "so, ")


def analysed(coach: Coach, question: str, text: str) -> Analysis:
    """One typed answer, analysed without documents."""
    answer = Answer(question, text)
    return coach.analyse(answer, coach.measure(answer), Context())


def points(coach: Coach, question: str, text: str) -> float:
    """Mean score 1..5; 0 for what is not scored."""
    scores = analysed(coach, question, text).scores
    return fmean(s.score for d, s in scores.items() if d != "delivery") if scores else 0.0


def evaluate_ladders(report: Report, coach: Coach) -> None:
    """Every pair of neighbouring rungs, rambling, stuffing, gibberish, other words, and a second scoring."""
    steps, same, fillers, stuffed = [], [], [], []
    for trade, (question, answers) in LADDERS.items():
        rated = [points(coach, question, a) for a in answers]
        for low, high, better in zip(rated, rated[1:], answers[1:], strict=False):
            ok = high > low or (high == low == 0.0)
            steps.append(float(ok))
            if not ok:
                report.notes.append(f"ladder {trade}: {low:.2f} is not below {high:.2f}: {better[:60]}")
        same += [float(analysed(coach, question, a) == analysed(coach, question, a)) for a in answers]
        stuffed += [float(points(coach, question, f"{a} {STUFFED}") <= points(coach, question, a)) for a in answers[2:]]
        said = ". ".join(aside + s for aside, s in zip(_ASIDES * 9, answers[-1].split(". "), strict=False))
        fillers.append(abs(points(coach, question, said) - rated[-1]))
    question, answers = LADDERS["engineer"]
    ramble = points(coach, question, RAMBLE)
    values = {
        "better answers that score higher (or both are no answer)": (steps, "pairs", "= 1"),
        "same scores when scored again": (same, "answers", "= 1"),
        "answers that gain nothing by stuffed terms": (stuffed, "answers", "= 1"),
        "no answers that get no score": (
            [float(not analysed(coach, question, t).scores) for t in _NO_ANSWERS], "texts", "= 1"),
        "a ramble scores at least a point below a short good answer": (
            [float(ramble < points(coach, question, answers[-1]) - 1)], "pairs", "= 1"),
        "an answer off the question gets 2 or less for relevance": (
            [float("relevance" not in (s := analysed(coach, question, OFF_TOPIC).scores) or s["relevance"].score <= 2)],
            "texts", "= 1"),
        "mean change of the score by spoken fillers, in points": (fillers, "answers", "<= 0.3"),
    }  # fmt: skip
    for name, (found, of, wanted) in values.items():
        report.figures.append(measured(AREA, name, found, mean, data=DATA, of=of, wanted=wanted))
