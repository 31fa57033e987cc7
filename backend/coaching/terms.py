"""Terms: heaps of keywords in an answer ("agile Docker KPI ownership"), which say nothing and buy nothing."""

from __future__ import annotations

from backend.coaching.stems import is_past
from backend.coaching.text import FUNCTION_WORDS, lower_words, sentences

_FEWEST = 8
"""Words. A shorter piece without a verb ("No brochure, just the diary.") is how people talk."""
_FUNCTION_SHARE = 0.2
"""Speech and prose are about half function words; a fifth is far below any sentence."""
_PAST_SHARE = 0.1
"""Told in figures, a sentence may do without: "Sales rose 40 percent, complaints dropped by ten"."""


def says_something(text: str) -> bool:
    """Whether these words are a sentence and not a list of terms."""
    low = lower_words(text)
    if not low:
        return False
    function = sum(w in FUNCTION_WORDS for w in low) / len(low)
    return function >= _FUNCTION_SHARE or sum(is_past(w) for w in low) / len(low) >= _PAST_SHARE


def without_terms(text: str, *, fewest: int) -> str:
    """The text with every heap of terms blanked out, all other characters in their places.

    Unchanged where fewer than `fewest` words would be left: then the whole answer is a heap, which is said as such.
    """
    told = text
    for piece in sentences(text):
        if len(lower_words(piece.text)) >= _FEWEST and not says_something(piece.text):
            told = f"{told[: piece.start]}{' ' * (piece.end - piece.start)}{told[piece.end :]}"
    return told if len(lower_words(told)) >= fewest else text
