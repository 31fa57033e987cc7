"""Level scores: whether each example of the rubric gets the very score it stands for, and so which way the scorer looks.

The examples were written against the scorer: this holds the two together, and is no independent test of it.
"""

from __future__ import annotations

import re

from backend.asr.ports import Word
from backend.coaching.analysis import Context
from backend.coaching.answer import Answer
from backend.coaching.coach import Coach
from backend.coaching.feedback import Dimension
from backend.coaching.levels import LADDERS, LEVELS, Ladder
from backend.evaluation.figures import Report, mean, measured

LOWEST: dict[Dimension, int] = {"structure": 2, "relevance": 2, "language": 2}
"""The scorer gives no 1 here to what it scores at all: what would be one is not scored, or its measure is rough."""
_MODES: dict[Dimension, str] = {
    "culture_add": "cultural_fit", "problem_solving": "technical", "technical_accuracy": "technical", "language": "language",
}  # fmt: skip
_WORDS_PER_MINUTE = 140


def evaluate_levels(report: Report, coach: Coach) -> None:
    """Every example of every criterion, level and seniority, in the whole answer it stands in."""
    right = []
    for dimension, by_seniority in LADDERS.items():
        for seniority, ladder in by_seniority.items():
            for level in LEVELS:
                given = score_of(coach, dimension, ladder, level)
                right.append(float(stands_for(dimension, level, given)))
                if not right[-1]:
                    report.notes.append(f"example {dimension}, {seniority}, level {level}: scored {given}")
    name = "examples of the rubric that get the score they stand for"
    data = "own examples, written against the scorer"
    report.figures.append(measured("Scores", name, right, mean, data=data, of="examples", wanted="= 1"))


def stands_for(dimension: Dimension, level: int, given: int) -> bool:
    """Whether a score is that of a level; at the lowest one, being not scored (0) is right too."""
    lowest = LOWEST.get(dimension, 1)
    return given == max(level, lowest) or (given == 0 and level < lowest)


def score_of(coach: Coach, dimension: Dimension, ladder: Ladder, level: int) -> int:
    """What the scorer gives the whole answer an example stands in; 0 for what is not scored."""
    text = ladder.answer(level)
    answer = Answer(ladder.question, text, mode=_MODES.get(dimension, "behavioral"))
    if dimension == "delivery":
        answer = _recording(ladder.question, text)
    found = coach.analyse(answer, coach.measure(answer), Context(key_points=ladder.key_points)).scores.get(dimension)
    return found.score if found is not None else 0


def _recording(question: str, marked: str) -> Answer:
    """A recording at an even pace in which "[3 s]" is a silence of three seconds; thinking time comes first."""
    step, at, words = 60 / _WORDS_PER_MINUTE, 5.0, []
    for silence, word in re.findall(r"\[(\d+) s\]|(\S+)", marked):
        if silence:
            at += int(silence)
            continue
        words.append(Word(word, at, at + step, 0.9))
        at += step
    text = " ".join(word.text for word in words)
    return Answer(question, text, words=tuple(words), duration_s=at, speech_s=len(words) * step)
