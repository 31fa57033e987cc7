# ruff: noqa: SIM905 - word lists
"""Numbers: every number in a text with its value, in digits or in words ("forty", "1,200", "40 %", "doubled")."""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = {
    w: i
    for i, w in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen""".split()
    )
}
_TENS = {
    w: 10 * (i + 2)
    for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_ORDINALS = {
    w: i + 3
    for i, w in enumerate(
        """third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth""".split()
    )
}
_CLASSES = {
    "double": "x2", "doubled": "x2", "doubling": "x2", "doubles": "x2", "twice": "x2", "twofold": "x2",
    "triple": "x3", "tripled": "x3", "tripling": "x3", "thrice": "x3", "threefold": "x3", "quadrupled": "x4",
    "quadruple": "x4", "half": "/2", "halved": "/2", "halving": "/2", "halves": "/2", "quarter": "/4",
    "quarters": "/4", "dozen": "12", "dozens": "12s", "hundreds": "100s", "thousands": "1000s", "millions": "1e6s",
    "tenfold": "x10", "majority": ">1/2", "couple": "2",
}  # fmt: skip
_SUFFIX = {"k": 1_000, "m": 1_000_000, "bn": 1_000_000_000, "b": 1_000_000_000}
_TOKEN = re.compile(
    r"(?P<cur>[£$€¥])?(?P<num>\d+(?:[,\u00a0 ]\d{3})+(?:\.\d+)?|\d+(?:[.:]\d+)?)(?P<suf>(?:st|nd|rd|th|k|m|bn|b|x)\b)?(?P<pct>\s?(?:%|percent\b|per cent\b))?"
    r"|(?P<word>[A-Za-z]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """One number. `value` is its size, or a class such as "x2" (doubled) or "/2" (half)."""

    value: float | str
    percent: bool
    start: int
    end: int
    ordinal: bool = False
    trivial: bool = False
    """`one` and `first` and the like, which people say without counting anything."""


def find_numbers(text: str) -> list[Number]:
    """All numbers of a text in order, number words joined ("twenty two", "two hundred thousand")."""
    found: list[Number] = []
    tokens = list(_TOKEN.finditer(text))
    i = 0
    while i < len(tokens):
        match = tokens[i]
        if match.group("num"):
            number, i = _digits(text, tokens, i)
            found.append(number)
            continue
        number_in_words, i = _words(text, tokens, i)
        if number_in_words is not None:
            found.append(number_in_words)
    return found


def _digits(text: str, tokens: list[re.Match[str]], i: int) -> tuple[Number, int]:
    match = tokens[i]
    raw = re.sub(r"[,\u00a0 ]", "", match.group("num")).replace(":", ".")
    value = float(raw)
    suffix = (match.group("suf") or "").lower()
    value *= _SUFFIX.get(suffix, 1)
    end, after = match.end(), i + 1
    if after < len(tokens) and (word := (tokens[after].group("word") or "").lower()) in _SCALES:
        value *= _SCALES[word]
        end, after = tokens[after].end(), after + 1
    if suffix == "x":
        return Number(f"x{raw}", percent=False, start=match.start(), end=end), after
    ordinal = suffix in {"st", "nd", "rd", "th"}
    return Number(value, percent=bool(match.group("pct")), start=match.start(), end=end, ordinal=ordinal), after


def _words(text: str, tokens: list[re.Match[str]], i: int) -> tuple[Number | None, int]:
    first = tokens[i].group("word").lower()
    start = tokens[i].start()
    if first in _CLASSES:
        if first in {"quarter", "quarters"} and not re.search(r"\b(?:a|one|three)\s+$", text[:start], re.IGNORECASE):
            return None, i + 1
        trivial = first in {"couple", "double", "majority"}
        return Number(_CLASSES[first], percent=False, start=start, end=tokens[i].end(), trivial=trivial), i + 1
    if (
        first in _ORDINALS
        and re.search(r"\b(?:a|one|two) $", text[:start], re.IGNORECASE)
        and text[tokens[i].end() :][:4] == " of "
    ):
        return Number(f"/{_ORDINALS[first]}", percent=False, start=start, end=tokens[i].end()), i + 1
    if first in _ORDINALS:
        return Number(float(_ORDINALS[first]), percent=False, start=start, end=tokens[i].end(), ordinal=True), i + 1
    if first not in _UNITS and first not in _TENS and first not in _SCALES:
        return None, i + 1
    total, current, end, j = 0.0, 0.0, tokens[i].end(), i
    only_one = first == "one"
    last = ""
    while j < len(tokens) and (tokens[j].group("word") or "").lower() in {*_UNITS, *_TENS, *_SCALES, "and"}:
        word = tokens[j].group("word").lower()
        if j > i and not re.fullmatch(r"[\s-]+", text[end : tokens[j].start()]):
            break
        if word == "and":
            follows = (tokens[j + 1].group("word") or "").lower() if j + 1 < len(tokens) else ""
            if last not in _SCALES or follows not in {**_UNITS, **_TENS}:
                break
        elif word in _UNITS:
            if last in _UNITS:
                break
            current += _UNITS[word]
        elif word in _TENS:
            if last in _TENS or last in _UNITS:
                break
            current += _TENS[word]
        elif _SCALES[word] == 100:
            current = (current or 1) * 100
        else:
            total += (current or 1) * _SCALES[word]
            current = 0.0
        last, end, j = word, tokens[j].end(), j + 1
    if last == "and":
        j -= 1
        end = tokens[j - 1].end()
    percent = re.match(r"\s?(?:%|percent\b|per cent\b)", text[end:], re.IGNORECASE)
    single = only_one and j == i + 1 and percent is None
    return Number(total + current, percent=percent is not None, start=start, end=end, trivial=single), max(j, i + 1)
