# ruff: noqa: SIM905 - word lists
"""Claimed numbers: whether every number of a sentence is stated, of the same unit and in the same role."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend.coaching.claim_words import COACHING
from backend.coaching.numbers import find_numbers
from backend.coaching.source_text import Stated, Text, flat, stated_numbers
from backend.coaching.stems import stem
from backend.coaching.text import FUNCTION_WORDS

if TYPE_CHECKING:
    from backend.coaching.evidence import Evidence

_TIME_UNITS = {stem(w) for w in """second minute hour day night week month quarter year percent points times""".split()}
_COUNTED_IN_ADVICE = {
    stem(w)
    for w in """sentence word number example detail step thing minute second line part reason point fact verb time
    figure phrase""".split()
}

_SAID_IN = {stem(w) for w in "second seconds sentence word time".split()}
"""What a drill is counted in: "say it in twenty seconds" claims nothing."""
_POINTED = re.compile(
    r"\b(?:the|those|these|your|his|her|their) (?:\w+ )?(?:\d+|\w+) (?:seconds|times|words|sentences)\b", re.IGNORECASE
)


def unstated_numbers(sentence: str, evidence: Evidence, allowed: tuple[Text, ...], *, advice: bool) -> list[str]:
    wrong: list[str] = []
    known = [n for text in allowed for n in text.numbers]
    for number in stated_numbers(sentence):
        if number.value == 1.0 and not number.percent:
            continue
        counted = number.unit in _COUNTED_IN_ADVICE
        if advice and counted and isinstance(number.value, float) and number.value <= 5 and not number.percent:
            continue
        if (
            advice
            and number.unit in _SAID_IN
            and not number.percent
            and float(number.value) <= 120
            and not _POINTED.search(sentence)
        ):
            continue
        if number.value in evidence.figures and _about_measured(sentence):
            continue
        if not any(_same(number, other) for other in known):
            wrong.append(f"number: {number.value}{'%' if number.percent else ''}")
    parts = [whole for whole in _PART_OF.findall(flat(sentence)) if find_numbers(whole.split(" of ")[0])]
    stated = [_squeezed(flat(t.told)) for t in allowed] if parts else []
    return wrong + [f"number: {p}" for p in parts if not any(_squeezed(p) in text for text in stated)]


_PART_OF = re.compile(
    r"\b[a-z0-9-]+ of (?:the |them |these |those |our |my |your |their |his |her )?(?:\d+|twenty|thirty|forty|fifty|[a-z]*teen|ten|eleven|twelve|two|three|four|five|six|seven|eight|nine)\b"
)
"""Of "nineteen of the twenty" both numbers count together."""


def _squeezed(text: str) -> str:
    """Digits and words compare alike: "19 of the 20" is "nineteen of the twenty"."""
    numbers = list(find_numbers(text))
    for n in reversed(numbers):
        if isinstance(n.value, float):
            text = f"{text[: n.start]}{n.value:g}{text[n.end :]}"
    return re.sub(r"\bof (?:the|these|those|our|my|your|their|his|her) ", "of the ", text)


def _about_measured(sentence: str) -> bool:
    return bool(
        re.search(
            r"\b(?:words?|minutes?|pauses?|fillers?|seconds?|details?|points?|sentences?|talk\w*|pace)\b",
            sentence,
            re.IGNORECASE,
        )
    )


def _same(number: Stated, other: Stated) -> bool:
    if number.value != other.value or (number.percent and not other.percent and other.inherits != "%"):
        return False
    if (number.change and not other.change) or number.ordinal != other.ordinal:
        return False
    if isinstance(number.value, str) or number.percent:
        return True
    if number.unit in _TIME_UNITS:
        return number.unit in {other.unit, other.inherits} or (
            number.unit in other.around and other.unit not in _TIME_UNITS
        )
    if other.unit in _TIME_UNITS and number.unit and number.unit not in FUNCTION_WORDS | COACHING:
        return number.unit in other.around
    if number.unit and number.unit not in FUNCTION_WORDS | COACHING and other.unit and other.unit not in FUNCTION_WORDS:
        return number.unit in other.around or other.unit in number.around
    return True
