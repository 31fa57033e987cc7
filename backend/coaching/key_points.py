"""Key points: which points of a full technical answer are covered, by shared words and by similar meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.coaching.answer import Span
from backend.coaching.stems import stem
from backend.coaching.text import content_words, sentences
from backend.rag.cosines import cosines
from backend.rag.ports import Embedder

_WORDS_ENOUGH = 0.5
_WORDS_SOME = 0.34
_NEAR = 0.62
_NEAR_WITH_WORDS = 0.45


@dataclass(frozen=True, slots=True)
class Coverage:
    """Points in their order; `places` maps a covered point to the sentence that covers it."""

    points: tuple[str, ...]
    covered: tuple[str, ...]
    missed: tuple[str, ...]
    places: dict[str, Span]
    share: float
    """Covered part, 0..1, graded: a point touched upon counts less than a point told."""


def cover(points: Sequence[str], text: str, embedder: Embedder | None = None, question: str = "") -> Coverage:
    """Compare each point with the answer's sentences. Deterministic; blocks for one embedding batch.

    Words of the `question` show nothing: every answer about an index says "index".
    """
    asked = {stem(w) for w in content_words(question)}
    pieces = sentences(text)
    whole = {stem(w) for w in content_words(text)}
    near = cosines(points, [p.text for p in pieces], embedder)
    places: dict[str, Span] = {}
    graded = 0.0
    for i, point in enumerate(points):
        wanted = {stem(w) for w in content_words(point)}
        wanted = wanted - asked if len(wanted - asked) >= 2 else wanted
        if not wanted or not pieces:
            continue
        by_piece = [len(wanted & {stem(w) for w in content_words(p.text)}) / len(wanted) for p in pieces]
        words = len(wanted & whole) / len(wanted)
        best = max(range(len(pieces)), key=lambda k: (by_piece[k] + near[i, k], -k))
        closest = float(near[i].max())
        if words >= _WORDS_ENOUGH or closest >= _NEAR or (words >= _WORDS_SOME and closest >= _NEAR_WITH_WORDS):
            places[point] = pieces[best]
        graded += min(1.0, max(words / 0.7, (closest - 0.2) / 0.45, 0.0))
    covered = tuple(p for p in points if p in places)
    missed = tuple(p for p in points if p not in places)
    share = 0.5 * (len(covered) + graded) / len(points) if points else 0.0
    return Coverage(tuple(points), covered, missed, places, share)
