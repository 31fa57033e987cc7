# ruff: noqa: SIM905 - word lists
"""Claimed numbers: whether every number of a sentence is stated, of the same unit and in the same role."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend.coaching.claim_words import COACHING
from backend.coaching.numbers import find_numbers
from backend.coaching.source_text import Stated, Text, flat, stated_numbers
from backend.coaching.stems import stem
from backend.coaching.text import FUNCTION_WORDS, lower_words
from backend.coaching.told import END, STATES, Token, digits, key, led_by, stream

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


def unplaced_numbers(sentence: str, evidence: Evidence) -> list[str]:
    """Numbers that stand with other words than in the answer: "sixty volunteers" of "sixty children, seven volunteers"."""
    told = stream(evidence.answer.told)
    known = {t.key for t in told if t.word not in FUNCTION_WORDS}
    low = [(w, key(w)) for w in lower_words(digits(flat(sentence)))]
    wrong: list[str] = []
    for i, (word, number) in enumerate(low):
        places = [k for k, t in enumerate(told) if t.key == number] if word[0].isdigit() and word != "1" else []
        counted = low[i + 1][1] if i + 1 < len(low) and low[i + 1][0] not in FUNCTION_WORDS else ""
        if places and counted in known and not any(_counts(told, k, counted) for k in places):
            wrong.append(f"number: {word} {counted}")
            continue
        near = {_beside(low[:i][::-1], known), _beside(low[i + 1 :], known)} - {""}
        if _YEAR.fullmatch(word) or any(_reached_bare(told, k) for k in places):
            continue
        if places and near and not any(near & _around(told, k) for k in places):
            wrong.append(f"number: {word} {' '.join(sorted(near))}")
    return wrong


_YEAR = re.compile(r"(?:19|20)\d\d")


def _reached_bare(told: tuple[Token, ...], k: int) -> bool:
    """ "It was ninety": what is counted was said before."""
    after = told[k + 1] if k + 1 < len(told) else END
    return (after is END or after.word in FUNCTION_WORDS) and led_by(told, k) in STATES


def _counts(told: tuple[Token, ...], k: int, noun: str) -> bool:
    """Whether the number at `k` counts the noun: it follows, or stands before a bare number."""
    bare = k + 1 >= len(told) or told[k + 1] is END or told[k + 1].word in FUNCTION_WORDS
    for at in range(k + 1, min(k + 6, len(told))):
        if told[at].key == noun:
            return True
        if told[at] is END or (
            told[at].key[0].isdigit() and told[at].key != "1" and told[at - 1].word not in {"of", "from"}
        ):
            break
    return bare and any(t.key == noun or noun in t.stands_for for t in told[max(0, k - 8) : k])


def _beside(words: list[tuple[str, str]], known: set[str]) -> str:
    """The first word of the answer beside a number, a few small words between; "" where another number comes first."""
    for word, root in words[:5]:
        if word[0].isdigit() or word in {"and", "but"}:
            return ""
        if word not in FUNCTION_WORDS and root in known:
            return root
    return ""


def _around(told: tuple[Token, ...], k: int) -> set[str]:
    """Keys within a few words of a number, up to the next number on either side."""
    found: set[str] = set()
    for step in (-1, 1):
        for distance in range(1, 7):
            at = k + step * distance
            if not 0 <= at < len(told) or told[at] is END:
                break
            pair = {"from", "of"} & {t.word for t in told[max(0, at - 2) : at + 2]}
            if told[at].key[0].isdigit() and told[at].key != "1" and not pair:
                break
            found |= {told[at].key} | told[at].stands_for
    return found


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
