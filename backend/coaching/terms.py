"""Terms: heaps of keywords in an answer ("agile Docker KPI ownership"), which say nothing and buy nothing."""

from __future__ import annotations

from collections.abc import Sequence

from backend.coaching.answer import Span
from backend.coaching.stems import is_past
from backend.coaching.text import FUNCTION_WORDS, lower_words, words

_FEWEST = 8
"""Words in a row without a function word. Speech and prose have one about every second word."""
_FUNCTION_SHARE = 0.2
_PAST_SHARE = 0.1
"""Told in figures, a sentence may do without: "Sales rose 40 percent, complaints dropped 30 percent"."""
_LINKS = frozenset({"and", "of", "with", "in", "on", "for"})
"""A single one does not end a heap."""


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
    for start, end in _heaps(words(text)):
        told = f"{told[:start]}{' ' * (end - start)}{told[end:]}"
    return told if len(lower_words(told)) >= fewest else text


def _heaps(tokens: Sequence[Span]) -> list[tuple[int, int]]:
    """(start, end) of runs of terms, joined over single links and with the link that leads up to them."""
    low = [token.text.lower().replace("’", "'") for token in tokens]
    runs: list[list[int]] = [[]]
    for i, word in enumerate(low):
        link = word in _LINKS and runs[-1] and i + 1 < len(low) and low[i + 1] not in FUNCTION_WORDS
        if word not in FUNCTION_WORDS or link:
            runs[-1].append(i)
        elif runs[-1]:
            runs.append([])
    heaps = [run for run in runs if len(run) >= _FEWEST and not says_something(" ".join(low[i] for i in run))]
    firsts = [run[0] - (run[0] > 0 and low[run[0] - 1] in _LINKS) for run in heaps]
    return [(tokens[first].start, tokens[run[-1]].end) for first, run in zip(firsts, heaps, strict=True)]
