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
_LOW_ORDINALS = {"first": 1, "second": 2, **{w: n for w, n in _ORDINALS.items() if n < 10}}
_SMALL_PARTS = {"half": 0.5, "quarter": 0.25}
_AND_A_PART = re.compile(r"\s+and\s+a\s+(half|quarter)\b(?:\s+(hundred|thousand|million|billion)\b)?", re.IGNORECASE)
"""After a number: "two and a half", "two and a half thousand"."""
_ONES = "zero|one|two|three|four|five|six|seven|eight|nine"
_DECIMALS = re.compile(
    rf"\s+point\s+((?:{_ONES})(?:\s(?:{_ONES}))*)\b(?:\s+(hundred|thousand|million|billion)\b)?", re.IGNORECASE
)
"""After a number: "four point one", "one point two five million"."""
_YEARS = range(1950, 2030)
"""What "nineteen ninety" and "twenty nineteen" may be; "twenty thirty people" counts people."""
_CLASSES = {
    "double": "x2", "doubled": "x2", "doubling": "x2", "doubles": "x2", "twice": "x2", "twofold": "x2",
    "triple": "x3", "tripled": "x3", "tripling": "x3", "thrice": "x3", "threefold": "x3", "quadrupled": "x4",
    "quadruple": "x4", "half": "/2", "halved": "/2", "halving": "/2", "halves": "/2", "quarter": "/4",
    "quarters": "/4", "dozen": "12", "dozens": "12s", "hundreds": "100s", "thousands": "1000s", "millions": "1e6s",
    "tenfold": "x10", "majority": ">1/2", "couple": "2",
}  # fmt: skip
_SUFFIX = {"k": 1_000, "m": 1_000_000, "bn": 1_000_000_000, "b": 1_000_000_000}
_TOKEN = re.compile(
    r"(?P<cur>[£$€¥])?(?P<num>\d{1,3}(?:[,\u00a0 ]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:[.:]\d+)?)(?P<suf>(?:st|nd|rd|th|k|m|bn|b|x)\b)?(?P<pct>\s?(?:%|percent\b|per cent\b))?"
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
    elif not suffix and not match.group("pct"):
        value, end, after = _with_part(text, value, end, after)
    if suffix == "x":
        return Number(f"x{raw}", percent=False, start=match.start(), end=end), after
    ordinal = suffix in {"st", "nd", "rd", "th"}
    return Number(value, percent=bool(match.group("pct")), start=match.start(), end=end, ordinal=ordinal), after


def _words(text: str, tokens: list[re.Match[str]], i: int) -> tuple[Number | None, int]:
    first = tokens[i].group("word").lower()
    start = tokens[i].start()
    if first in _CLASSES:
        if first in {"quarter", "quarters"} and not re.search(
            r"\b(?:a|one|three)\s+$", text[max(0, start - 12) : start], re.IGNORECASE
        ):
            return None, i + 1
        trivial = first in {"couple", "double", "majority"}
        return Number(_CLASSES[first], percent=False, start=start, end=tokens[i].end(), trivial=trivial), i + 1
    if (
        first in _ORDINALS
        and re.search(r"\b(?:a|one|two) $", text[max(0, start - 12) : start], re.IGNORECASE)
        and text.startswith(" of ", tokens[i].end())
    ):
        return Number(f"/{_ORDINALS[first]}", percent=False, start=start, end=tokens[i].end()), i + 1
    if first in _ORDINALS:
        return Number(float(_ORDINALS[first]), percent=False, start=start, end=tokens[i].end(), ordinal=True), i + 1
    if first not in _UNITS and first not in _TENS and first not in _SCALES:
        return None, i + 1
    whole = _year(text, tokens, i) or _high_ordinal(text, tokens, i)
    if whole is not None:
        return whole
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
    value, end, j = _with_decimals(text, tokens, total + current, end, j)
    value, end, j = _with_part(text, value, end, j)
    percent = re.match(r"\s?(?:%|percent\b|per cent\b)", text[end:], re.IGNORECASE)
    single = only_one and j == i + 1 and percent is None and value == 1
    return Number(value, percent=percent is not None, start=start, end=end, trivial=single), max(j, i + 1)


def _with_decimals(
    text: str, tokens: list[re.Match[str]], value: float, end: int, after: int
) -> tuple[float, int, int]:
    """ "four point one": a number with its spoken decimals."""
    said = _DECIMALS.match(text, end)
    if said is None:
        return value, end, after
    ones = [_UNITS[w] for w in said.group(1).lower().split()]
    value += sum(n / 10**place for place, n in enumerate(ones, start=1))
    scale = (said.group(2) or "").lower()
    ended = after + 1 + len(ones) + bool(scale)
    return round(value * _SCALES.get(scale, 1), 6), said.end(), ended


def _with_part(text: str, value: float, end: int, after: int) -> tuple[float, int, int]:
    """A number with the "and a half" behind it: value, end, and the next token's place."""
    part = _AND_A_PART.match(text, end)
    if part is None:
        return value, end, after
    value += _SMALL_PARTS[part.group(1).lower()]
    scale = (part.group(2) or "").lower()
    return value * _SCALES.get(scale, 1), part.end(), after + (4 if scale else 3)


def _spoken_word(text: str, tokens: list[re.Match[str]], i: int) -> str:
    """The word at `i` in lower case where it follows the one before at once, else ""."""
    if i >= len(tokens) or not re.fullmatch(r"[\s-]+", text[tokens[i - 1].end() : tokens[i].start()]):
        return ""
    return (tokens[i].group("word") or "").lower()


def _year(text: str, tokens: list[re.Match[str]], i: int) -> tuple[Number, int] | None:
    """ "twenty nineteen", "nineteen ninety nine": a year said in two halves."""
    century = {"nineteen": 1900, "twenty": 2000}.get(tokens[i].group("word").lower())
    if century is None:
        return None
    second, third = _spoken_word(text, tokens, i + 1), _spoken_word(text, tokens, i + 2)
    after = i + 2
    low = _TENS.get(second, _UNITS.get(second, 0))
    if second in {"oh", "o"} and _UNITS.get(third):
        low, after = _UNITS[third], i + 3
    elif low < 10:
        return None
    elif second in _TENS and 0 < _UNITS.get(third, 0) < 10:
        low, after = low + _UNITS[third], i + 3
    if century + low not in _YEARS or _spoken_word(text, tokens, after) in _SCALES:
        return None
    return Number(float(century + low), percent=False, start=tokens[i].start(), end=tokens[after - 1].end()), after


def _high_ordinal(text: str, tokens: list[re.Match[str]], i: int) -> tuple[Number, int] | None:
    """ "twenty first"."""
    tens, low = _TENS.get(tokens[i].group("word").lower()), _LOW_ORDINALS.get(_spoken_word(text, tokens, i + 1))
    if tens is None or low is None:
        return None
    return Number(float(tens + low), False, tokens[i].start(), tokens[i + 1].end(), ordinal=True), i + 2
