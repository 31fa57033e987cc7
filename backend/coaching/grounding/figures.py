"""Figures: the numbers of a text with what they measure, so that "an hour and a half" is 90 minutes and no 90 people."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from backend.coaching.grounding.words import pattern, words
from backend.coaching.numbers import Number, find_numbers
from backend.coaching.stems import is_past
from backend.coaching.text import FUNCTION_WORDS

Measure = Literal["percent", "clock", "time", "money", "times", "count", "bare"]
"""`percent`: a share, "half" and "nine tenths" too; `time`: a length of time; `times`: how often, or how many times as
much, "doubled" too; `bare`: no noun says what."""

SECONDS = {
    "second": 1, "sec": 1, "minute": 60, "min": 60, "hour": 3600, "hr": 3600, "day": 86_400, "week": 604_800,
    "fortnight": 1_209_600, "month": 2_629_800, "year": 31_557_600, "decade": 315_576_000,
}  # fmt: skip
"""A month is a twelfth of a year of 365.25 days."""
_HOURS = {w: n for n, w in enumerate(
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1)}  # fmt: skip
_MINUTES = {"half": 30, "quarter": 15, "five": 5, "ten": 10, "twenty": 20, "twenty five": 25}
_PAST = {"fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty five": 45, "fifty": 50}
_CLOCK = re.compile(
    r"\b(?P<part>half|(?:a )?quarter|five|ten|twenty(?:[ -]five)?|\d{1,2})(?: minutes)? (?P<side>past|to) (?P<of>[a-z]+|\d{1,2})\b"
    r"|(?:\b(?:at|by|about|around|until|till|since|before|after) )half (?!past\b)(?P<half>[a-z]+)\b"
    r"|\b(?P<hours>[a-z]+)[ -](?P<minutes>fifteen|twenty|thirty|forty|forty[ -]five|fifty)(?= (?:a\.?m|p\.?m|at night|in the)\b)"
    r"|\b(?P<hour>[a-z]+|\d{1,2}) o['’]?clock\b"
    r"|\b(?P<h>\d{1,2})[:.](?P<m>[0-5]\d)(?!\d|\s?%)(?:\s?(?:am|pm|a\.m|p\.m|h)\b)?"
    r"|\b(?P<am>\d{1,2})\s?(?:am|pm|a\.m\.?|p\.m\.?)(?!\w)",
    re.IGNORECASE,
)
_TIME_OF_DAY = re.compile(r"\s+in the (?:morning|afternoon|evening)\b|\s+at night\b", re.IGNORECASE)
_MONEY, _COMPARES, _NO_NOUNS = words("money"), words("compares"), words("no_nouns")
_LABEL, _IDIOMS = pattern(r"\b<labels>\s+$"), pattern(r"\b<idioms>\b|\b[a-z]+\d\w*")
_TIMED = re.compile(
    r"\b(?:at|by|until|till|before|after|since|from|to|about|around|just|is|was|it's)\s+$", re.IGNORECASE
)
_BEFORE_CLOCK = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+$|\b(?:morning|night|evening),?\s+$", re.IGNORECASE
)
_LENGTHS = re.compile(
    r"\b(?P<half>half an? (?P<of>minute|hour|day|week|month|year))\b|\b(?P<more>an? (?P<unit>hour|day|week|month|year) and a half)\b"
    r"|\b(?P<quarter>(?:a )?quarter of an hour)\b|\b(?P<one>an? (?P<single>minute|hour|day|week|month|year|decade|fortnight))\b",
    re.IGNORECASE,
)
_NOUN = re.compile(r"[\s-]*(?:(?:working|business|full|whole|calendar|more|extra|other)[\s-]+)?([^\W\d_]+)")
_JOINS = re.compile(
    r"\s*(?:to|or|and|until|till|-|–|against|then|versus|vs|from)\s+(?:about |only |just )?", re.IGNORECASE
)
_ANOTHER = re.compile(r"^[^.!?]*\banother\s+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. `value` is in seconds for `time`, in minutes after midnight or noon for `clock`, else as it is said."""

    value: float
    measure: Measure
    start: int
    end: int
    noun: str = ""
    face: float = 0.0
    """The number as it is said, whatever it measures."""
    ordinal: bool = False
    label: bool = False
    """Says which one: day six, the sixteenth."""
    trivial: bool = False
    """Said without counting anything: one, an hour, a couple."""


def find_figures(text: str) -> list[Figure]:
    """All figures of a text in order. A bare one takes the measure of its neighbour in "nine to twenty seven percent"."""
    masked = _IDIOMS.sub(lambda m: "_" * len(m.group()), text)
    found = _clocks(masked)
    masked = _mask(masked, found)
    lengths = [_length(match) for match in _LENGTHS.finditer(masked)]
    found += lengths
    masked = _mask(masked, lengths)
    found += [_measured(masked, number) for number in find_numbers(masked)]
    found.sort(key=lambda f: f.start)
    for i in range(len(found) - 1, 0, -1):
        first, second = found[i - 1], found[i]
        between = text[first.end : second.start]
        if _JOINS.fullmatch(between) or _ANOTHER.search(between):
            found[i - 1], found[i] = _as(first, second), _as(second, first)
    return found


def _mask(text: str, found: list[Figure]) -> str:
    for f in found:
        text = f"{text[: f.start]}{'_' * (f.end - f.start)}{text[f.end :]}"
    return text


def _as(bare: Figure, other: Figure) -> Figure:
    """A bare figure with the measure of the other."""
    if bare.measure != "bare" or bare.ordinal or other.trivial or other.measure in {"bare", "times", "count"}:
        return bare
    if other.measure == "clock":
        hour = bare.face in range(1, 13) and not bare.ordinal
        return replace(bare, value=bare.face * 60 % 720, measure="clock", trivial=False) if hour else bare
    if bare.start > other.start and other.measure == "percent":
        return bare
    factor = SECONDS.get(other.noun, 1) if other.measure == "time" else 1
    return replace(bare, value=bare.value * factor, measure=other.measure, noun=other.noun)


def _measured(text: str, n: Number) -> Figure:
    if isinstance(n.value, str):
        return _of_class(n, text[n.start : n.end].lower(), text[n.end : n.end + 6].lower())
    label = n.ordinal or bool(_LABEL.search(text[: n.start]))
    made = Figure(n.value, "bare", n.start, n.end, "", n.value, n.ordinal, label, n.trivial)
    if n.percent:
        return replace(made, measure="percent")
    if text[n.start] in "£$€¥":
        return replace(made, measure="money")
    match = _NOUN.match(text, n.end)
    noun = _singular(match.group(1).lower()) if match else ""
    if n.ordinal or not noun or noun in FUNCTION_WORDS | _COMPARES | _NO_NOUNS or find_numbers(noun) or is_past(noun):
        return replace(made, noun=noun if n.ordinal or noun in _COMPARES else "")
    if noun in SECONDS:
        return replace(made, value=n.value * SECONDS[noun], measure="time", noun=noun)
    measure: Measure = "money" if noun in _MONEY else "times" if noun == "time" else "count"
    return replace(made, measure=measure, noun=noun)


def _of_class(n: Number, word: str, after: str) -> Figure:
    """ "Doubled" is two times as much, "twice" too, "halved" is half; "dozens" and "hundreds" count in their own size."""
    value = str(n.value)
    size = float(re.sub(r"[^\d.e]", "", value) or 1)
    if value.startswith("/") or value == ">1/2":
        return Figure(100 / size, "percent", n.start, n.end, noun=word, face=size, trivial=n.trivial)
    if value.startswith("x"):
        often = word in {"twice", "thrice"} and not re.match(r"\s+(?:as|the|that)\b", after)
        noun = "time" if often else word
        return Figure(size, "times", n.start, n.end, noun=noun, face=size, trivial=n.trivial)
    return Figure(size, "count", n.start, n.end, noun=word, face=size, trivial=n.trivial)


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and len(word) > 3 else word


def _length(match: re.Match[str]) -> Figure:
    unit = (match.group("of") or match.group("unit") or match.group("single") or "hour").lower()
    times = 0.5 if match.group("half") else 1.5 if match.group("more") else 0.25 if match.group("quarter") else 1.0
    whole = unit == "minute" or (match.group("one") is not None and unit != "fortnight")
    return Figure(times * SECONDS[unit], "time", match.start(), match.end(), unit, times, trivial=whole)


def _clocks(text: str) -> list[Figure]:
    found = []
    for match in _CLOCK.finditer(text):
        minutes = _minutes(match, text)
        if minutes is not None:
            found.append(Figure(float(minutes % 720), "clock", match.start(), match.end(), face=float(minutes)))
    return found


def _minutes(match: re.Match[str], text: str) -> int | None:
    """Minutes after midnight or noon; None where it is no time of day."""
    timed = _TIMED.search(text[: match.start()]) or _TIME_OF_DAY.match(text, match.end())
    if match.group("part"):
        if match.group("side").lower() == "to" and not (timed or _BEFORE_CLOCK.search(text[: match.start()])):
            return None
        said = match.group("part").lower().removeprefix("a ").replace("-", " ")
        part = int(said) if said.isdigit() else _MINUTES[said]
        hour = _hour(match.group("of"))
        return None if hour is None else hour * 60 + (part if match.group("side").lower() == "past" else -part)
    if match.group("half") or match.group("hours"):
        hour = _hour(match.group("half") or match.group("hours"))
        past = _PAST[(match.group("minutes") or "thirty").lower().replace("-", " ")]
        return None if hour is None else hour * 60 + past
    if match.group("h"):
        hour = _hour(match.group("h")) if timed or "." not in match.group() else None
        return None if hour is None else hour * 60 + int(match.group("m"))
    hour = _hour(match.group("hour") or match.group("am"))
    return None if hour is None else hour * 60


def _hour(word: str) -> int | None:
    hour = int(word) if word.isdigit() else _HOURS.get(word.lower())
    return hour if hour is not None and hour <= 24 else None
