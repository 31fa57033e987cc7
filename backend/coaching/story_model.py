"""Story model: how likely each sentence tells a situation, a task, an action, a result or none of them, and the kind of reply.

Two multinomial logistic regressions on what a sentence means (its vector and those of its neighbours) and how it stands
(`star_shape`), trained by `make train` from labelled spoken answers (backend/evaluation/data/answers, written for this
project) into story_weights.json. There is one set of weights for each embedder; for another embedder, and for none, the
hashed words of `HashEmbedder` take its place. What it finds on answers that it has never seen: docs/evaluation.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from backend.coaching.answer import Span
from backend.coaching.feedback import STAR_PARTS, ReplyKind
from backend.coaching.star_shape import shape
from backend.rag.embedders import HashEmbedder
from backend.rag.ports import Embedder

Array = NDArray[np.float64]

WEIGHTS = Path(__file__).parent / "story_weights.json"
LABELS = (*STAR_PARTS, "other")
KINDS: tuple[ReplyKind, ...] = get_args(ReplyKind)
NEIGHBOUR = 0.5
ORDER = 0.7
"""How much the usual order of the parts counts beside the sentence itself; 0 would be not at all, 1 as observed."""
_HASHED = HashEmbedder()


@dataclass(frozen=True, slots=True)
class Weights:
    """One set, for one embedder."""

    sentence: Array
    """(5, features + 1), the constant last."""
    kind: Array
    """(9, features + 1)."""
    order: Array
    """(5, 5) log-odds of a label after another, beyond how common it is."""
    first: Array
    """(5,) the same of the first sentence."""
    enough: tuple[float, float, float, float]
    """Probability of its likeliest sentence from which a part counts as told."""


def embedder_for(embedder: Embedder | None) -> Embedder:
    """This embedder where there are weights for its vectors, else hashed words."""
    return embedder if embedder is not None and embedder.name in _all_weights() else _HASHED


def weights_for(embedder: Embedder) -> Weights:
    return _all_weights()[embedder.name]


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of an answer as numbers, made once for all that is asked about them."""

    vectors: Array
    """(n, dimensions) what each means."""
    shapes: Array
    """(n, features) how each stands in the answer."""

    @classmethod
    def of(cls, pieces: Sequence[Span], embedder: Embedder) -> Sentences:
        """Blocks for one batch of embeddings."""
        return cls(np.array(embedder.embed([piece.text for piece in pieces])), np.array(shape(pieces)))


def sentence_features(told: Sentences) -> Array:
    """(n, features): meaning of the sentence and its neighbours, and its shape."""
    none = np.zeros_like(told.vectors[:1])
    before, after = np.vstack([none, told.vectors[:-1]]), np.vstack([told.vectors[1:], none])
    return np.hstack([told.vectors, NEIGHBOUR * before, NEIGHBOUR * after, told.shapes])


def answer_features(question: Sequence[float], told: Sentences) -> Array:
    """(features,): meaning of the question, of the answer, of its first and last sentence, and its shape."""
    vectors, shapes = told.vectors, told.shapes
    length = np.array([min(len(vectors), 12) / 12])
    return np.concatenate(
        [question, vectors.mean(axis=0), vectors[0], vectors[-1], shapes.mean(axis=0), shapes.max(axis=0), length]
    )


def label_probabilities(told: Sentences, embedder: Embedder) -> Array:
    """(n, 5): probability of each of `LABELS` for each sentence, in an order in which people tell them."""
    return chain(weights_for(embedder), sentence_features(told))


def chain(weights: Weights, features: Array) -> Array:
    """(n, 5) label probabilities from the features of n sentences: forward-backward over a chain (Rabiner 1989)."""
    likely = _log_softmax(_scores(weights.sentence, features))
    forward, backward = np.zeros_like(likely), np.zeros_like(likely)
    forward[0] = likely[0] + ORDER * weights.first
    order = ORDER * weights.order
    for i in range(1, len(likely)):
        forward[i] = likely[i] + np.logaddexp.reduce(forward[i - 1][:, None] + order, axis=0)
    for i in range(len(likely) - 2, -1, -1):
        backward[i] = np.logaddexp.reduce(order + (likely[i + 1] + backward[i + 1])[None, :], axis=1)
    return np.asarray(np.exp(_log_softmax(forward + backward)))


def kind_of(question: str, told: Sentences, embedder: Embedder) -> ReplyKind:
    """The likeliest kind of reply. Blocks for the embedding of the question."""
    (asked,) = embedder.embed([question])
    scores = _scores(weights_for(embedder).kind, answer_features(asked, told)[None, :])
    return KINDS[int(scores[0].argmax())]


def _scores(weights: Array, features: Array) -> Array:
    return np.asarray(features @ weights[:, :-1].T + weights[:, -1])


def _log_softmax(scores: Array) -> Array:
    return np.asarray(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))


@lru_cache(maxsize=1)
def _all_weights() -> dict[str, Weights]:
    made: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return {name: _read(found) for name, found in made["embedders"].items()}


def _read(found: dict[str, Any]) -> Weights:
    return Weights(
        sentence=np.array(found["sentence"]),
        kind=np.array(found["kind"]),
        order=np.array(found["order"]),
        first=np.array(found["first"]),
        enough=tuple(found["enough"]),
    )
