"""Claim figures: what the numbers of a text count, so that two statements of the same thing can be held together."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from backend.coaching.answer import Span
from backend.coaching.claim_nouns import (
    ABOUT,
    EMPTY,
    OVER,
    TIMES,
    UNDER,
    context_of,
    cut,
    direction_of,
    end_of,
    group_of,
    noun_after,
    nouns_before,
    object_start,
    part_in,
    phrase_start,
    stems,
    tenure_of,
    what_changed,
    with_object,
)  # fmt: skip
from backend.coaching.numbers import Number, find_numbers
from backend.coaching.stems import stem
from backend.coaching.text import FUNCTION_WORDS, sentences, written_sentences

Form = Literal["group", "tenure", "change", "move", "share", "count", "duration", "year"]
"""`group`: how many are in a team, class, budget. `change`: by what factor something grew. `move`: from what to what."""


_NUMBERED = stems("year grade band level stage room ward phase step part type tier version day week chapter page")
_HEDGE = re.compile(
    rf"\b(?:(?P<about>{ABOUT})|(?P<over>{OVER})|(?P<under>{UNDER}))\s+(?:an?\s+|the\s+)?$", re.IGNORECASE
)
_PLUS = re.compile(r"^\s?(?:\+|plus\b|or more\b)", re.IGNORECASE)
_OR_SO = re.compile(r"^\s+(?:or so|ish)\b", re.IGNORECASE)
_RATE = re.compile(r"\b(?:per|a|an|each|every)\s+(day|week|month|year|shift|night|quarter|hour|term)\b", re.IGNORECASE)
_FACTORS = {"x2": 2.0, "x3": 3.0, "x4": 4.0, "x10": 10.0, "/2": 0.5}
_CHANGING = re.compile(r"(?:doubl|tripl|quadrupl|halv)(?:ed|ing|es|e)\b|\w+fold\b", re.IGNORECASE)
_SCALE = re.compile(r"\b(thousand|million|billion)$", re.IGNORECASE)
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
_SPOKEN_YEAR = re.compile(r"^twenty (?:ten|eleven|twelve|\w+teen|twenty)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """One stated number. `low`..`high` is what it admits: "about 40" more than "40"; of a change it is after/before."""

    span: Span
    piece: Span
    form: Form
    low: float
    high: float
    percent: bool = False
    thing: frozenset[str] = frozenset()
    """Stems of what is counted or changed."""
    context: frozenset[str] = frozenset()
    """The other content stems of its clause."""
    kin: frozenset[str] = frozenset()
    """What kind of group: "sales" of a sales team, "nurses" of a team of five nurses."""
    part: str = ""
    """In a group: `lead` or `member`; empty where that is not said."""
    rate: str = ""
    ends: tuple[float, float] = field(default=(0.0, 0.0))
    """Of a `move`: from, to."""

    @property
    def up(self) -> bool:
        return self.low > 1.0

    def meets(self, other: Figure) -> bool:
        """Whether both can be the same value."""
        return self.low <= other.high + 1e-9 and other.low <= self.high + 1e-9


def figures(text: str, *, spoken: bool) -> list[Figure]:
    """Every number of a text that states something, in order. Pure; microseconds a sentence."""
    pieces = sentences(text) if spoken else written_lines(text)
    return [f for piece in pieces for f in _of_piece(text, piece)]


def written_lines(text: str) -> list[Span]:
    """Sentences of written text that never run over the end of a line."""
    found: list[Span] = []
    for line in re.finditer(r"[^\r\n]+", text):
        found.extend(
            Span(s.text, line.start() + s.start, line.start() + s.end) for s in written_sentences(line.group())
        )
    return found


def _of_piece(text: str, piece: Span) -> Iterable[Figure]:
    numbers = [replace(n, start=n.start + piece.start, end=n.end + piece.start) for n in find_numbers(piece.text)]
    taken = -1
    for i, number in enumerate(numbers):
        if number.start < taken:
            continue
        made = None
        if i + 1 < len(numbers):
            made = _pair(text, piece, number, numbers[i + 1])
        if made is not None:
            taken = numbers[i + 1].end
        else:
            made = _single(text, piece, number)
        if made is not None:
            yield made


# --- two numbers that belong together --------------------------------------------------------------------------------


def _pair(text: str, piece: Span, a: Number, b: Number) -> Figure | None:
    """ "From 20 to 35 percent" and "five to eight people"; None where two numbers only follow each other."""
    if isinstance(a.value, str) or isinstance(b.value, str) or _is_year(text, a) or _is_year(text, b):
        return None
    first, second = a.value, b.value
    before, between = text[piece.start : a.start], text[a.end : b.start]
    if first < 1000 <= second and (scale := _SCALE.search(text[b.start : b.end])):
        first *= _SCALES[scale[1].lower()]  # "from 1.2 to 2.4 million"
    joint = rf"(?:(?:{ABOUT}|{OVER}|{UNDER})\s+)?"
    if re.search(rf"\bfrom\s+(?:an? )?{joint}$", before, re.IGNORECASE) and re.match(
        rf"^\s*(?:%|(?:\w+\s+){{0,3}})\s*(?:down |up )?to\s+{joint}$", between, re.IGNORECASE
    ):
        whole = with_object(text, piece, a, end_of(text, b))
        thing = what_changed(text, piece, a, b.end)
        percent = a.percent or b.percent
        return Figure(
            whole,
            piece,
            "move",
            second,
            second,
            percent,
            thing,
            context_of(text, piece, b, thing),
            ends=(first, second),
        )
    ranged = re.fullmatch(r"\s*(?:-|–|to|or)\s*", between) or (
        re.search(r"\bbetween\s+$", before, re.IGNORECASE) and between.strip().lower() == "and"
    )
    if not ranged or first >= second:
        return None
    made = _single(text, piece, replace(b, start=a.start, percent=a.percent or b.percent))
    if made is None:
        return None
    if made.form == "change":
        low, high = sorted(1 + (v if made.up else -v) / 100 for v in (first, second))
        return replace(made, low=low, high=high)
    return replace(made, low=first, high=second)


# --- one number ------------------------------------------------------------------------------------------------------


def _single(text: str, piece: Span, n: Number) -> Figure | None:
    if isinstance(n.value, str):
        return _factor(text, piece, n)
    if _is_year(text, n):
        start = phrase_start(text, n.start, piece)
        return Figure(cut(text, start, n.end), piece, "year", n.value, n.value)
    if n.trivial or n.ordinal or _is_label(text, piece, n):
        return None
    low, high = _bounds(text, n)
    direction = direction_of(text, piece, n)
    end = end_of(text, n)
    if n.percent and direction:
        bounds = sorted(1 + direction * v / 100 for v in (low, high))
        thing = what_changed(text, piece, n, end)
        span = with_object(text, piece, n, end)
        return Figure(span, piece, "change", bounds[0], bounds[1], True, thing, context_of(text, piece, n, thing))
    after, end_of_noun = noun_after(text, end)
    rate = _RATE.search(text[end : min(piece.end, end + 40)])
    if n.percent:
        thing = frozenset(after) or nouns_before(text, piece, n.start)
        span = cut(text, n.start, end_of_noun)
        return Figure(span, piece, "share", low, high, True, thing, context_of(text, piece, n, thing))
    if (group := group_of(text, piece, n, after)) is not None:
        name, kin, start, stop = group
        span = cut(text, start, max(stop, end_of_noun))
        part = part_in(text, piece, n)
        return Figure(span, piece, "group", low, high, thing=frozenset({name}), kin=kin, part=part)
    span = cut(text, n.start, end_of_noun)
    unit = after[0] if after else ""
    if unit == stem("year") and (tenure := tenure_of(text, end)) is not None:
        return Figure(cut(text, n.start, tenure[1]), piece, "tenure", low, high, thing=tenure[0])
    thing = frozenset(after) - EMPTY
    if unit in TIMES:
        return Figure(
            span, piece, "duration", low, high, thing=frozenset({unit}), context=context_of(text, piece, n, thing)
        )
    money = text[n.start] in "£$€¥"
    if n.value < 3 or (not thing and not money) or unit in EMPTY:
        return None
    return Figure(
        span, piece, "count", low, high, thing=thing, context=context_of(text, piece, n, thing),
        rate=rate.group(1).lower() if rate else "",
    )  # fmt: skip


def _factor(text: str, piece: Span, n: Number) -> Figure | None:
    """ "Doubled", "cut in half", "three times as many" as after/before; None for "half an hour" and "twice a week"."""
    factor = _FACTORS.get(str(n.value))
    said, before, after = text[n.start : n.end], text[piece.start : n.start], text[n.end : n.end + 6]
    changes = bool(
        _CHANGING.match(said)
        or re.search(r"\b(?:by|in)\s+$", before, re.IGNORECASE)
        or re.match(r"\s+as\b", after, re.IGNORECASE)
    )
    if factor is None or not changes:
        return None
    if said.lower() == "half" and re.search(r"\bin $", before, re.IGNORECASE) and not direction_of(text, piece, n):
        return None
    thing = what_changed(text, piece, n, n.end)
    span = with_object(text, piece, n, n.end)
    if _CHANGING.match(said):
        nouns, end = noun_after(text, n.end, articles=True)
        span = cut(text, n.start, end) if nouns else cut(text, object_start(text, piece, n.start), n.end)
        thing = frozenset(nouns) - EMPTY or thing
    return Figure(span, piece, "change", factor * 0.97, factor * 1.03, True, thing, context_of(text, piece, n, thing))


def _bounds(text: str, n: Number) -> tuple[float, float]:
    value = float(n.value)
    hedge = _HEDGE.search(text[max(0, n.start - 24) : n.start])
    if (hedge and hedge["about"]) or _OR_SO.match(text[end_of(text, n) :]):
        return value * 0.88, value * 1.12
    if (hedge and hedge["over"]) or _PLUS.match(text[n.end :]):
        return value, value * 1.6
    if hedge and hedge["under"]:
        return value * 0.8, value
    if value >= 10 and math.isclose(value % 5, 0):
        slack = 0.06 * value if value > 100 else min(0.06 * value, 2.4)
        return value - slack, value + slack  # round numbers are rounded
    return value, value


def _is_year(text: str, n: Number) -> bool:
    said = text[n.start : n.end]
    return bool(
        not n.percent
        and re.fullmatch(r"(?:19[5-9]\d|20\d\d)", said)
        and not re.match(r"[.,]\d|\s+(?:people|patients|customers|units|students|orders|users)\b", text[n.end :])
    )


def _is_label(text: str, piece: Span, n: Number) -> bool:
    """Numbers that name instead of count: "Year 9", "band six", "Python 3", "at 7 pm", "24/7", "twenty nineteen"."""
    before, after = text[piece.start : n.start], text[n.end :]
    last = re.search(r"([\w'’]+)[ -]$", before)
    named = last is not None and (
        stem(last[1]) in _NUMBERED
        or (last[1][0].isupper() and bool(re.search(r"\w", before[: last.start()])) and last[1].lower() not in FUNCTION_WORDS)
    )  # fmt: skip
    clock = re.match(r"\s?(?:am|pm|a\.m\.|p\.m\.|o['’]clock)\b|[/:]\d", after, re.IGNORECASE)
    return named or bool(clock) or ":" in text[n.start : n.end] or bool(_SPOKEN_YEAR.match(text[n.start : n.end])) or (
        before.endswith("/")
    )  # fmt: skip
