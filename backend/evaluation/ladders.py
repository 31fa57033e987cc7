"""Scores: that only what can be counted is scored, that no answer gets no score, and that the same answer gets the same."""

from __future__ import annotations

from backend.coaching.analysis import Analysis, Context
from backend.coaching.answer import Answer
from backend.coaching.coach import Coach
from backend.evaluation.figures import Report, mean, measured
from backend.evaluation.ladder_answers import GIBBERISH, LADDERS, REPEATED, STUFFED

AREA = "Scores"
DATA = "own ladders of four trades"
COUNTED = frozenset({"conciseness", "delivery"})
"""What the rules may score: docs/decisions/0011."""
MODES = ("behavioral", "technical", "cultural_fit", "intro_call")
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


def analysed(coach: Coach, question: str, text: str, mode: str = "behavioral") -> Analysis:
    """One typed answer, analysed without documents."""
    answer = Answer(question, text, mode=mode)
    return coach.analyse(answer, coach.measure(answer), Context())


def evaluate_ladders(report: Report, coach: Coach) -> None:
    """Every answer of the ladders in every mode, what is no answer, and a second scoring."""
    counted, same = [], []
    for question, answers in LADDERS.values():
        same += [float(analysed(coach, question, a) == analysed(coach, question, a)) for a in answers]
        for mode in MODES:
            counted += [float(set(analysed(coach, question, a, mode).scores) <= COUNTED) for a in answers]
    question, _ = LADDERS["engineer"]
    values = {
        "answers scored on what was counted alone": (counted, "answers", "= 1"),
        "same scores when scored again": (same, "answers", "= 1"),
        "no answers that get no score": (
            [float(not analysed(coach, question, t).scores) for t in _NO_ANSWERS], "texts", "= 1"),
    }  # fmt: skip
    for name, (found, of, wanted) in values.items():
        report.figures.append(measured(AREA, name, found, mean, data=DATA, of=of, wanted=wanted))
