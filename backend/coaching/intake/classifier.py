"""Two linear classifiers of passages, by words and by meaning, and what they say together of a whole text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from backend.coaching.intake.features import features, tokens
from backend.coaching.intake.kinds import HEAVY, KINDS, SERIOUS, TO_THE_COACH, TOLD, URGENT, Kind
from backend.coaching.intake.passages import around

WEIGHTS = Path(__file__).with_name("weights.npz")
"""Made by `make train`."""
Numbers = NDArray[np.float64]
Group = Literal["urgent", "doubt", "serious", "told", "coach"]
GROUPS: dict[Group, frozenset[Kind]] = {
    "urgent": URGENT,
    "doubt": HEAVY,
    "serious": frozenset(SERIOUS),
    "told": TOLD,
    "coach": frozenset(TO_THE_COACH),
}
"""What is asked of a text. `doubt`: whether anything in it matters more than the practice."""
Half = Literal["words", "both"]
"""What is there to read with: words alone, or meaning and words."""
_SUREST = 12.0
"""Log-odds beyond this say no more."""


class Views(NamedTuple):
    """Log-probabilities of every kind: passages x kinds, passages with their neighbours x kinds, and the whole, 1 x kinds."""

    alone: Numbers
    near: Numbers
    whole: Numbers


@dataclass(frozen=True, slots=True)
class Weights:
    """Of both classifiers, kinds in the order of `KINDS`. Eight bits a weight of the words: `words * words_scale`."""

    words: NDArray[Any]
    """SLOTS x kinds."""
    words_scale: Numbers
    words_bias: Numbers
    meaning: Numbers
    """Dimensions of the embedder x kinds."""
    meaning_bias: Numbers
    mix: dict[Half, dict[Group, list[float]]]
    """What each number of `evidence` counts for, and last the constant."""
    levels: dict[Half, dict[Group, float]]
    """Log-odds from which something counts, chosen on the training texts by cross-validation."""
    data: str
    """Short hash of the texts they were made from."""

    def write(self, path: Path = WEIGHTS) -> None:
        about = {"kinds": list(KINDS), "data": self.data, "mix": self.mix, "levels": self.levels}
        np.savez_compressed(
            path,
            words=self.words,
            words_scale=self.words_scale.astype(np.float32),
            words_bias=self.words_bias.astype(np.float32),
            meaning=self.meaning.astype(np.float16),
            meaning_bias=self.meaning_bias.astype(np.float32),
            about=np.array(json.dumps(about)),
        )


@cache
def load(path: Path = WEIGHTS) -> Weights:
    """The committed weights. Errors: `ValueError` where they were made for other kinds."""
    with np.load(path) as found:
        about = json.loads(str(found["about"]))
        if tuple(about["kinds"]) != KINDS or set(about["mix"]["both"]) != set(get_args(Group)):
            raise ValueError("The weights of the intake are of other kinds; run `make train`.")
        return Weights(
            words=found["words"],
            words_scale=found["words_scale"].astype(np.float64),
            words_bias=found["words_bias"].astype(np.float64),
            meaning=found["meaning"].astype(np.float64),
            meaning_bias=found["meaning_bias"].astype(np.float64),
            mix=about["mix"],
            levels=about["levels"],
            data=about["data"],
        )


def by_words(weights: Weights, parts: Sequence[str]) -> Views:
    """What the words of a text's pieces say."""
    near = [" ".join(parts[i] for i in around(parts, at)) for at in range(len(parts))]
    return Views(_from_words(weights, parts), _from_words(weights, near), _from_words(weights, [" ".join(parts)]))


def by_meaning(weights: Weights, parts: Sequence[str], vectors: Numbers) -> Views:
    """What the meaning of a text's pieces says; `vectors`: one a piece, of length 1."""
    near, whole = joined(parts, vectors)
    return Views(*(log_softmax(v @ weights.meaning + weights.meaning_bias) for v in (vectors, near, whole)))


def joined(parts: Sequence[str], vectors: Numbers) -> tuple[Numbers, Numbers]:
    """(of each piece with its neighbours, of the whole): means by the pieces' lengths, of length 1 again."""
    weighed = vectors * np.array([len(part) for part in parts])[:, None]
    near = np.array([weighed[list(around(parts, at))].sum(axis=0) for at in range(len(parts))])
    return _of_length_1(near), _of_length_1(weighed.sum(axis=0, keepdims=True))


def evidence(views: Sequence[Views], group: Group) -> Numbers:
    """Three numbers of each classifier: the log-odds of a group in the piece, in the piece with its neighbours, in the whole."""
    kinds = GROUPS[group]
    found = [odds(scores, kinds).max() for view in views for scores in view]
    return np.array(found).clip(-_SUREST, _SUREST)


def odds(scores: Numbers, kinds: Iterable[Kind]) -> Numbers:
    """Log-odds of these kinds together, by passage."""
    share = np.exp(scores[:, [KINDS.index(k) for k in sorted(kinds)]]).sum(axis=1).clip(1e-9, 1 - 1e-9)
    return np.asarray(np.log(share / (1 - share)))


def log_softmax(found: Numbers) -> Numbers:
    shifted = found - found.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def _from_words(weights: Weights, passages: Sequence[str]) -> Numbers:
    found = np.zeros((len(passages), len(KINDS)))
    for row, passage in enumerate(passages):
        slots, values = features(tokens(passage))
        found[row] = (values @ weights.words[slots]) * weights.words_scale + weights.words_bias
    return log_softmax(found)


def _of_length_1(vectors: Numbers) -> Numbers:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-9))
