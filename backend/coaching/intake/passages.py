"""Passages: an answer's sentences, and each together with its neighbours, since words mean what is around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backend.coaching.text import sentences

_LONGEST = 160
"""Characters of one piece; of unpunctuated speech about twenty seconds."""
_CUT = 130
"""Characters of a piece of something longer. It is cut from the front, so that what was heard before stays as it was."""
_SHORTEST = 25
"""Characters. A rest that is shorter goes with what is before it."""
_MOST = 120
"""Pieces of one answer that are read; the longest answers have about that many."""


def pieces(text: str) -> list[str]:
    """Sentences, or stretches of words where there is no punctuation."""
    found: list[str] = []
    for span in sentences(text):
        found += _cut(span.text) if len(span.text) > _LONGEST else [span.text]
    return found[:_MOST] or [text]


def around(parts: Sequence[str], at: int) -> range:
    """Places of a piece and its neighbours."""
    return range(max(at - 1, 0), min(at + 2, len(parts)))


def _cut(text: str) -> list[str]:
    words = text.split()
    found = list(_stretches(words, " ") if len(words) > 2 else _stretches(list(text), ""))
    if len(found) > 1 and len(found[-1]) < _SHORTEST:
        found[-2:] = [(" " if len(words) > 2 else "").join(found[-2:])]
    return found


def _stretches(words: Sequence[str], between: str) -> Iterator[str]:
    piece = ""
    for word in words:
        if piece and len(piece) + len(between) + len(word) > _CUT:
            yield piece
            piece = word
        else:
            piece = f"{piece}{between}{word}" if piece else word
    yield piece
