"""Arithmetic: whether a figure stands in the sources, or follows from figures that do by one plain step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from backend.coaching.grounding.figures import SECONDS, Figure
from backend.coaching.grounding.words import pattern, sentence_around, words

_ABOUT, _ABOVE, _BELOW = (pattern(rf"\b<{name}>\s+(?:an? )?[£$€]?$") for name in ("about", "above", "below"))
_EACH, _FOR_EACH = pattern(r"^[^.!?;]{0,24}\b(?:<each>|a <spans>)\b"), pattern(r"\b<each>\b")
_AS_MUCH = pattern(r"\s*(?:times?\s+)?<as_much>\b")
_MAKES = pattern(r"(?:\b<makes>|=)\s+(?:[a-z]+\s+){0,6}$")
_ONE_IN, THE_REST = re.compile(r"\bone (?:in|of|out of) (?:every )?$", re.IGNORECASE), pattern(r"\b<rest>\b")
_ANY = words("anything")
_YEARS = range(1950, 2100)


def stated(claim: Figure, text: str, sources: Iterable[Figure]) -> bool:
    """Whether the sources state this figure, and of the same measure: no forty people for forty minutes. Where they
    count the very thing, their counts of it decide, or figures without a noun."""
    there = [s for s in sources if _comparable(claim, s)]
    counted = claim.measure == "count" and any(s.noun == claim.noun and not s.trivial for s in there)
    if counted and claim.noun not in _ANY:
        there = [s for s in there if s.noun in {claim.noun, ""}]
    return any(_equal(claim, text, s) for s in there)


def follows(claim: Figure, text: str, own: Sequence[Figure], near: Sequence[Figure]) -> bool:
    """Whether it is the sum, difference, ratio or share of two figures, or the time between two. `own`: the other figures of the text, which may do without their noun ("eleven days to six"); `near`: those it quotes."""
    if claim.ordinal:
        return False
    usable = [*(replace(f, label=True) for f in own if not f.ordinal), *(f for f in near if not f.ordinal)]
    for f in usable:
        whole = claim.measure == "percent" or (
            claim.measure == "bare" and THE_REST.search(text[: claim.start]) is not None
        )
        if whole and f.measure == "percent" and _near(claim, text, 100 - f.value):
            return True
    return any(_near(claim, text, value) for a, b in combinations(usable, 2) for value in _results(claim, text, a, b))


def added_up(claim: Figure, text: str, found: Sequence[Figure]) -> list[Figure]:
    """The figures of a sum that the text itself writes out ("ten less two is ..."), two at least; else nothing."""
    start = claim.start - len(sentence_around(text, claim.start)[1])
    before = [f for f in found if start <= f.start < claim.start and f.measure in {claim.measure, "bare"}]
    return before if len(before) > 1 and _MAKES.search(text[: claim.start]) else []


def _comparable(claim: Figure, source: Figure) -> bool:
    measures = {claim.measure, source.measure}
    if claim.ordinal or source.ordinal:
        one_of_them = claim.noun == source.noun != "" and claim.face <= source.face + 1
        return (claim.label and source.label) or (claim.ordinal and one_of_them)
    if source.label and source.measure == "bare":
        return claim.measure == "bare"
    if "times" in measures:
        return measures == {"times"}
    return len(measures) == 1 or "bare" in measures


def _equal(claim: Figure, text: str, source: Figure) -> bool:
    if claim.ordinal and not source.label:
        return True
    if claim.measure == source.measure:
        return _near(claim, text, source.value)
    return claim.face == source.face


def _near(claim: Figure, text: str, value: float) -> bool:
    """Equal as far as figures are rounded, and as loose as the words before say: "about", "more than", "under"."""
    if claim.measure == "clock":
        return claim.value == value % 720
    before = text[max(0, claim.start - 24) : claim.start]
    if _ABOUT.search(before):
        return abs(claim.value - value) <= 0.1 * value
    if _ABOVE.search(before):
        return claim.value <= value <= claim.value * 1.15
    if _BELOW.search(before):
        return claim.value * 0.85 <= value <= claim.value
    exact = {"percent": 0.6, "time": 0.01 * value, "times": 0.06 * value}
    return abs(claim.value - value) <= exact.get(claim.measure, 1e-6)


def _results(claim: Figure, text: str, a: Figure, b: Figure) -> Iterator[float]:
    """What one step makes of two figures, in the measure of the claim."""
    if is_year(a) and is_year(b):
        if claim.measure in {"time", "bare", "count"}:
            yield abs(a.face - b.face) * (SECONDS["year"] if claim.measure == "time" else 1)
        return
    if a.measure == b.measure == "clock":
        if claim.measure in {"time", "bare"}:
            apart = abs(a.value - b.value) * 60
            yield from (apart, 43_200 - apart)
        return
    if _FOR_EACH.search(text) and {a.measure, b.measure} & {"count", "bare"}:
        yield from (f.value * g.face for f, g in ((a, b), (b, a)) if f.measure == claim.measure)
    each = claim.measure in {"bare", "count"} and _EACH.match(text[claim.end :]) is not None
    if claim.noun == "point" and "percent" in {a.measure, b.measure}:
        yield abs(a.face - b.face)
    if claim.measure == "bare" and a.measure == b.measure == "time":
        yield from (n / SECONDS[f.noun] for f in (a, b) for n in (a.value + b.value, abs(a.value - b.value)))
    more = claim.measure == "percent" or (claim.measure == "bare" and claim.noun != "")
    if a.trivial or b.trivial or not _alike(a, b, differ=each or more):
        return
    one, other = (a.value, b.value) if a.measure == b.measure else (a.face, b.face)
    low, high = sorted((one, other))
    if low > 0 and low != high:
        if claim.measure == "percent":
            yield from (100 * low / high, 100 * high / low, 100 * (high / low - 1), 100 * (1 - low / high))
        if (
            each
            or _ONE_IN.search(text[: claim.start])
            or (claim.measure == "times" and (claim.noun != "time" or _AS_MUCH.match(text, claim.end)))
        ):
            yield high / low
    unit = a if a.measure != "bare" else b
    if claim.measure == unit.measure or "bare" in {claim.measure, unit.measure}:
        size = SECONDS.get(unit.noun, 1) if a.measure != b.measure and claim.measure == "time" else 1
        yield from (size * (one + other), size * abs(one - other))


def _alike(a: Figure, b: Figure, *, differ: bool) -> bool:
    """Two figures that may be put together: of one measure and of one thing, as far as nouns say; where they may
    `differ`, of whatever two things: "seventeen more", "nine to each"."""
    if "clock" in {a.measure, b.measure} or is_year(a) or is_year(b):
        return False
    if a.measure == b.measure == "count":
        return differ or a.noun == b.noun
    measures = {a.measure, b.measure}
    labelled = any(f.measure == "bare" and f.label for f in (a, b)) and "percent" not in measures
    return len(measures) == 1 or ((labelled or bool(measures & {"money", "count"})) and "bare" in measures)


def is_year(f: Figure) -> bool:
    """Whether a figure is a year that may stand in a resume."""
    return f.measure in {"bare", "count"} and f.face in _YEARS
