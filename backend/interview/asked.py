"""Never twice: whether a question was asked before, in the same or in other words."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from backend.rag.ports import Embedder

TOO_ALIKE = 0.85
"""Cosine of two questions from which they count as the same."""
_ALIKE_WORDS = 0.75
_KEPT = 2_000


class Vectors:
    """Embeddings by text, kept for a while; the same question is compared with many others in an interview."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: OrderedDict[str, list[float]] = OrderedDict()

    def of(self, texts: Sequence[str]) -> list[list[float]]:
        """One unit vector per text. Blocking."""
        new = [t for t in dict.fromkeys(texts) if t not in self._known]
        if new:
            self._known.update(zip(new, self._embedder.embed(new), strict=True))
        found = [self._known[t] for t in texts]
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return found

    def closest(self, text: str, others: Sequence[str]) -> float:
        """The highest cosine between a text and others; -1 if there are none."""
        if not others:
            return -1.0
        first, *rest = self.of([text, *others])
        return max(sum(a * b for a, b in zip(first, other, strict=True)) for other in rest)


def normalised(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def already_asked(text: str, asked: Iterable[str], vectors: Vectors | None) -> bool:
    """Whether a question repeats one of `asked`: the same words, nearly the same words, or the same meaning."""
    before = list(asked)
    mine = normalised(text)
    words = set(mine.split())
    for other in map(normalised, before):
        if other == mine:
            return True
        theirs = set(other.split())
        if words and len(words & theirs) / len(words | theirs) >= _ALIKE_WORDS:
            return True
    return vectors is not None and vectors.closest(text, before) >= TOO_ALIKE
