# ruff: noqa: SIM905 - word list
"""Shape: where a sentence stands in an answer and how it is built, as numbers that name no trade."""

from __future__ import annotations

from collections.abc import Sequence

from backend.coaching.answer import Span
from backend.coaching.own_actions import own_actions
from backend.coaching.stems import is_past
from backend.coaching.text import lower_words

_SMALL = """i we my our me us they he she it you who had was were is are would could to for of by until if but so because
    when then and now since after before not no nobody there that which one""".split()
_SUBJECTS = {"i": 0, "we": 0, "he": 1, "she": 1, "they": 1, "it": 2, "you": 3}
_SMALL_WEIGHT = 0.5


def shape(pieces: Sequence[Span]) -> list[list[float]]:
    """Features of each sentence: place, steps before and after it, small words, subject."""
    acts = [len(own_actions(piece.text)) for piece in pieces]
    steps = [i for i, n in enumerate(acts) if n]
    first, last = (steps[0], steps[-1]) if steps else (len(pieces), -1)
    return [_features(piece, i, len(pieces), acts[i], first, last) for i, piece in enumerate(pieces)]


def _features(piece: Span, i: int, total: int, acts: int, first: int, last: int) -> list[float]:
    low = lower_words(piece.text)
    heads = [word.split("'")[0] for word in low]
    length = max(1, len(low))
    past = sum(is_past(word) for word in low)
    place = [
        i / (total - 1) if total > 1 else 0.5, float(i == 0), float(i == total - 1), float(i < first),
        float(i == first - 1), float(i == first), min(acts, 2) / 2, float(first < i < last), float(i > last),
        float(i == last + 1), float("i" in low or "we" in low), past / length, min(len(low), 30) / 30,
    ]  # fmt: skip
    subject = next((_SUBJECTS[word] for word in heads if word in _SUBJECTS), 3)
    small = [float(word in set(heads)) for word in _SMALL]
    small += [float(subject == n) for n in range(4)]
    small += [float(any(c.isdigit() for c in piece.text)), float(past == 0)]
    return [*place, *(_SMALL_WEIGHT * value for value in small)]
