"""Surfaces: an answer written a little otherwise, which may move no score - punctuation, contractions, one slip of the finger."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from backend.coaching.analysis import Context
from backend.coaching.answer import Answer
from backend.coaching.coach import Coach
from backend.evaluation.answers import TRAINED_ON, UNSEEN, read_answers
from backend.evaluation.figures import Report, mean, measured

_LONG_FORMS = {
    "I'm": "I am", "I've": "I have", "I'd": "I would", "I'll": "I will", "it's": "it is", "that's": "that is", "don't": "do not",
    "didn't": "did not", "doesn't": "does not", "wasn't": "was not", "weren't": "were not", "couldn't": "could not",
    "wouldn't": "would not", "isn't": "is not", "aren't": "are not", "can't": "cannot", "hadn't": "had not", "haven't": "have not",
    "we'd": "we would", "we're": "we are", "they're": "they are", "there's": "there is", "he's": "he is", "she's": "she is",
}  # fmt: skip
_SHORT_FORMS = {long.lower(): short for short, long in _LONG_FORMS.items() if not short.endswith("'d")}
_EITHER = re.compile(
    r"(?<![\w'])(?:" + "|".join(map(re.escape, [*_LONG_FORMS, *_SHORT_FORMS])) + r")(?![\w'])", re.IGNORECASE
)
_SMALL_MARKS = re.compile(r"[,;:]| [-–—](?= )")
_LONG_WORD = re.compile(r"\b[a-z]{6,}\b")


def punctuated_otherwise(text: str) -> str:
    """Without commas, colons and dashes; a full stop between two sentences stays."""
    return _SMALL_MARKS.sub("", text)


def contracted_otherwise(text: str) -> str:
    """ "I'm" for "I am" and the other way round, throughout."""

    def other(found: re.Match[str]) -> str:
        written = found.group()
        low = written.lower().replace("’", "'")
        made = next((long for short, long in _LONG_FORMS.items() if short.lower() == low), None) or _SHORT_FORMS[low]
        return made[0].upper() + made[1:] if written[0].isupper() else made

    return _EITHER.sub(other, text.replace("’", "'"))


def with_a_slip(text: str) -> str:
    """Two letters of one long word change places; which, is the same for the same text."""
    places = [
        at
        for word in _LONG_WORD.finditer(text)
        for at in range(word.start() + 1, word.end() - 2)
        if text[at] != text[at + 1]
    ]
    if not places:
        return text
    at = random.Random(len(text)).choice(places)
    return f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}"


SURFACES: Mapping[str, Callable[[str], str]] = {
    "other punctuation": punctuated_otherwise,
    "other contractions": contracted_otherwise,
    "one slip of the finger": with_a_slip,
}


def labelled(every: int = 1) -> list[Answer]:
    """The answers of `data/answers`, as typed: all 830, or one in so many. The parts of a story were trained on most of
    them, the scores on none."""
    return [one.as_answer() for name in (*TRAINED_ON, UNSEEN) for one in read_answers(name)][::every]


def evaluate_surfaces(report: Report, coach: Coach, answers: Sequence[Answer]) -> None:
    """How often the rules give an answer the same scores, and find the same parts of a story, asked again and written otherwise."""
    first = [_judged(coach, answer) for answer in answers]
    ways: dict[str, Callable[[str], str]] = {"as it stands": str, **SURFACES}
    for surface, write in ways.items():
        changed = [(n, text) for n, a in enumerate(answers) if (text := write(a.text)) != a.text or write is str]
        again = [(first[n], _judged(coach, replace(answers[n], text=text))) for n, text in changed]
        of_scores = [float(one[0] == other[0]) for one, other in again if one[0]]
        of_parts = [float(one[1] == other[1]) for one, other in again if one[1] is not None]
        for what, values, wanted in (("same scores", of_scores, ">= 0.95"), ("same parts of a story", of_parts, "")):
            report.figures.append(
                measured(
                    "Retest", f"{what}, {surface}", values, mean, data="labelled answers", of="answers", wanted=wanted
                )
            )


def _judged(coach: Coach, answer: Answer) -> tuple[dict[str, int], frozenset[str] | None]:
    """The scores, and which parts of a story are missing; None where it tells none."""
    found = coach.analyse(answer, coach.measure(answer), Context())
    star = found.measured.star
    return {name: s.score for name, s in found.scores.items()}, None if star is None else frozenset(star.missing)
