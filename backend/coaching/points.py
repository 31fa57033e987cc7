# ruff: noqa: SIM905 - word lists and patterns, one wording a line
"""Points: what strengths and gaps are made from, and how a place of the answer is quoted in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backend.coaching.analysis import Context
from backend.coaching.answer import Answer, Span
from backend.coaching.citing import Citer
from backend.coaching.facts import Facts
from backend.coaching.feedback import Delivery, Dimension, Point, Score
from backend.coaching.key_points import Coverage
from backend.coaching.stems import stem
from backend.coaching.text import content_words, snippet

PointKind = Literal[
    "general", "result", "figure", "ours", "action", "task", "scene", "vague", "long", "repeated", "hedged",
    "fillers", "pace", "key_point", "trade_off", "reason", "example", "proof", "job", "short", "motive", "details",
    "next_level", "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One point with what it is about, so that the reaction and the drill can take it up."""

    kind: PointKind
    point: Point
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """What points are made from."""

    answer: Answer
    context: Context
    facts: Facts
    delivery: Delivery
    scores: dict[Dimension, Score]
    coverage: Coverage | None
    citer: Citer


_PLAIN = {
    stem(w)
    for w in """work working team teams time experience good people year years help make need use using new role job
    well skill ability able with user day way month week include provide support""".split()
}


def rare_stems(text: str) -> set[str]:
    """Stems of the words that few texts share."""
    return {stem(w) for w in content_words(text)} - _PLAIN


def shared(said: str, wanted: str) -> set[str]:
    return rare_stems(said) & rare_stems(wanted)


def mentions(said: str, wanted: str) -> bool:
    return len(shared(said, wanted)) >= 2


def say(m: Material, kind: PointKind, text: str, span: Span) -> Found:
    return Found(kind, Point(text=text, citations=[m.citer.answer(span)]), span)


def short(m: Material, span: Span, limit: int = 14) -> str:
    text = m.answer.text
    return snippet(text, Span(text[span.start : span.end], span.start, span.end), limit).text


def clip(text: str, limit: int = 16) -> str:
    return snippet(text, Span(text, 0, len(text)), limit).text


def lower(point: str) -> str:
    plain = point.rstrip(".")
    return plain if len(plain) > 1 and plain[1].isupper() else plain[:1].lower() + plain[1:]


def piece_at(f: Facts, position: int) -> Span:
    return next((p for p in f.pieces if p.start <= position < p.end), f.pieces[0])


def piece_of(f: Facts, span: Span) -> Span:
    return piece_at(f, span.start)


def piece_with(f: Facts, phrases: tuple[str, ...]) -> Span | None:
    return next((p for p in f.pieces if any(ph in f"{p.text.lower()} " for ph in phrases)), None)
