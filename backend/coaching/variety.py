"""Variety: how many different words an answer uses, measured so that a longer answer is not worse off."""

from __future__ import annotations

from collections.abc import Sequence

WINDOW = 25
"""Words of a window. Fifty and more is usual for texts; a spoken answer of two sentences has about this many."""


def moving_average_ttr(words: Sequence[str], window: int = WINDOW) -> float | None:
    """The mean share of different words over every run of `window` words, 0..1; None for fewer words than one window.

    Moving-average type-token ratio (Covington & McFall 2010, J. Quant. Linguist. 17, 94-100). The plain share of different
    words falls with length, so that answers of different length could not be compared (McCarthy & Jarvis 2010). Forms of
    a word count as different words.
    """
    if len(words) < window:
        return None
    shares = [len(set(words[at : at + window])) / window for at in range(len(words) - window + 1)]
    return sum(shares) / len(shares)
