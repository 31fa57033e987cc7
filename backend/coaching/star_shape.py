# ruff: noqa: SIM905 - word list
"""Shape: a second voice on which part of a story a sentence carries, from where it stands and how it is built.

Cues know wordings; a task that is only implied ("I had the list that day") has none. What it does have is its place before
the first own step, and its small words. A logistic regression on those, and on nothing that names a trade, is trained by
`make train` from the development stories (written for this project, same licence as the code) into star_weights.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from backend.coaching.answer import Span
from backend.coaching.feedback import STAR_PARTS, StarPart
from backend.coaching.star_cues import own_actions
from backend.coaching.stems import is_past
from backend.coaching.text import lower_words

WEIGHTS = Path(__file__).parent / "star_weights.json"
_SMALL = """i we my our me us they he she it you who had was were is are would could to for of by until if but so because
    when then and now since after before not no nobody there that which one""".split()
_SUBJECTS = {"i": 0, "we": 0, "he": 1, "she": 1, "they": 1, "it": 2, "you": 3}
_SMALL_WEIGHT = 0.5
_LOUD = 0.5
"""How much of the log-probability is added to the cues, chosen by five-fold cross-validation on the development stories."""
_FURTHEST = 4.0


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


def _load() -> dict[StarPart, list[float]]:
    found: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8")) if WEIGHTS.exists() else {}
    return {part: [float(w) for w in found[part]] for part in STAR_PARTS if part in found}


_WEIGHTS = _load()


def shape_scores(
    pieces: Sequence[Span], weights: Mapping[StarPart, Sequence[float]] = _WEIGHTS
) -> list[dict[StarPart, float]]:
    """What the shape adds to each part of each sentence, in the units of cue strength; nothing without weights."""
    if not weights:
        return [{} for _ in pieces]
    scores: list[dict[StarPart, float]] = []
    for features in shape(pieces):
        logits = {p: sum(w * x for w, x in zip(weights[p], [*features, 1.0], strict=True)) for p in STAR_PARTS}
        middle = sum(logits.values()) / len(logits)
        scores.append({p: _LOUD * max(-_FURTHEST, min(_FURTHEST, v - middle)) for p, v in logits.items()})
    return scores
