"""Never twice: whether a question was asked before, in the same or in other words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from backend.rag.cosines import cosines
from backend.rag.ports import Embedder

TOO_ALIKE = 0.85
"""Cosine of two questions from which they count as the same."""
_ALIKE_WORDS = 0.75


def closest(text: str, others: Sequence[str], embedder: Embedder) -> float:
    """The highest cosine between a text and others; -1 if there are none. Blocking."""
    if not others:
        return -1.0
    return float(cosines([text], others, embedder).max())


def normalised(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def already_asked(text: str, asked: Iterable[str], embedder: Embedder | None) -> bool:
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
    return embedder is not None and closest(text, before, embedder) >= TOO_ALIKE
