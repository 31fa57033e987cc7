"""Training: the weights of the story model from labelled answers, the same every time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.coaching.feedback import STAR_PARTS
from backend.coaching.story_model import (
    KINDS,
    LABELS,
    Array,
    Sentences,
    Weights,
    answer_features,
    chain,
    sentence_features,
)
from backend.evaluation import answers
from backend.evaluation.answers import LabelledAnswer, read_answers
from backend.evaluation.stories import DATA, own_stories
from backend.rag.embedders import HashEmbedder
from backend.rag.ports import Embedder

Labels = NDArray[np.int_]

STORIES = ("stories_development", "stories_development_2", "stories_development_3", "stories_development_4")
"""Never the held-out ones, and not the published ones either."""
STRENGTH, KIND_STRENGTH = 10.0, 3.0
"""Inverses of the L2 penalties, by five-fold cross-validation over whole answers (1, 3 and 10 were tried)."""
_FOLDS = 4


@dataclass(frozen=True, slots=True)
class Trained:
    """Weights by the embedder's name, and what they were made from."""

    embedders: dict[str, dict[str, Any]]
    answers: int
    sentences: int
    data: str
    """Short hash of the answers."""

    def write(self, path: Path) -> None:
        """As JSON, some hundred kilobytes."""
        made = {"about": "Made by `make train`; do not edit.", "data": self.data, "embedders": self.embedders}
        path.write_text(json.dumps(made, separators=(",", ":")) + "\n", "utf-8")


def train(embedder: Embedder | None = None) -> Trained:
    """For hashed words and, where given, the embedder. A minute or two with a real one."""
    told = labelled()
    embedders = [HashEmbedder(), *([embedder] if embedder is not None else [])]
    made = {by.name: _fit(told, by) for by in embedders}
    return Trained(made, len(told), sum(len(a.pieces()) for a in told), fingerprint())


def labelled() -> list[LabelledAnswer]:
    """What is trained on: the answers of `TRAINED_ON`, and the development stories."""
    stories = [
        LabelledAnswer("", 0, "story", "", "", s.question, s.parts) for name in STORIES for s in own_stories(name)
    ]
    return [*(a for name in answers.TRAINED_ON for a in read_answers(name)), *stories]


def _fit(told: Sequence[LabelledAnswer], embedder: Embedder) -> dict[str, Any]:
    cut = [a.pieces() for a in told]
    read = [Sentences.of([p for p, _ in pieces], embedder) for pieces in cut]
    rows = [sentence_features(one) for one in read]
    labels = [np.array([LABELS.index(label) for _, label in pieces]) for pieces in cut]
    kinds = [a for a in told if a.trade]
    asked = embedder.embed([a.question for a in kinds])
    of_kinds = [one for a, one in zip(told, read, strict=True) if a.trade]
    about = np.array([answer_features(q, one) for q, one in zip(asked, of_kinds, strict=True)])
    sentence = _regression(np.vstack(rows), np.concatenate(labels), len(LABELS), STRENGTH)
    kind = _regression(about, np.array([KINDS.index(a.kind) for a in kinds]), len(KINDS), KIND_STRENGTH)
    order, first = _order(labels)
    return {
        "sentence": _rounded(sentence),
        "kind": _rounded(kind),
        "order": _rounded(order),
        "first": _rounded(first),
        "enough": _thresholds(told, rows, labels),
    }


def _regression(features: Array, labels: Labels, classes: int, strength: float) -> Array:
    """Multinomial logistic regression (scikit-learn, L-BFGS): (classes, features + 1), the constant last."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=strength, max_iter=300).fit(features, labels)
    weights = np.zeros((classes, features.shape[1] + 1))
    weights[:, -1] = -1e3  # of a class that no answer is of
    for n, label in enumerate(fitted.classes_):
        weights[label] = [*fitted.coef_[n], fitted.intercept_[n]]
    return weights


def _order(labels: Sequence[Labels]) -> tuple[Array, Array]:
    """Log-odds of a label after another and at the beginning, beyond how common it is; each counted once more."""
    n = len(LABELS)
    after, first, common = np.ones((n, n)), np.ones(n), np.ones(n)
    for told in labels:
        first[told[0]] += 1
        np.add.at(common, told, 1)
        np.add.at(after, (told[:-1], told[1:]), 1)
    usual = np.log(common / common.sum())
    return np.log(after / after.sum(axis=1, keepdims=True)) - usual, np.log(first / first.sum()) - usual


def _thresholds(told: Sequence[LabelledAnswer], rows: Sequence[Array], labels: Sequence[Labels]) -> list[float]:
    """For each part the probability with the best F1 of "told", on answers that the weights were not made from."""
    highest = np.zeros((len(told), len(STAR_PARTS)))
    folds = np.arange(len(told)) % _FOLDS
    for fold in range(_FOLDS):
        seen = [i for i in range(len(told)) if folds[i] != fold]
        sentence = _regression(
            np.vstack([rows[i] for i in seen]), np.concatenate([labels[i] for i in seen]), len(LABELS), STRENGTH
        )
        order, first = _order([labels[i] for i in seen])
        weights = Weights(sentence, np.zeros((0, 0)), order, first, (0, 0, 0, 0))
        for i in np.flatnonzero(folds == fold).tolist():
            highest[i] = chain(weights, rows[i])[:, : len(STAR_PARTS)].max(axis=0)
    asked = [i for i, a in enumerate(told) if a.kind in ("story", "example") and a.trade]
    steps = np.arange(0.1, 0.9, 0.05)
    best = []
    for n, part in enumerate(STAR_PARTS):
        there = np.array([part in told[i].tells for i in asked])
        best.append(round(float(max(steps, key=lambda t, n=n, there=there: _f1(there, highest[asked, n] >= t))), 2))  # type: ignore[misc]
    return best


def _f1(there: NDArray[np.bool_], found: NDArray[np.bool_]) -> float:
    return float(2 * (there & found).sum() / max(1, there.sum() + found.sum()))


def _rounded(numbers: Array) -> Any:
    return np.round(numbers, 3).tolist()


def fingerprint() -> str:
    """Short hash of what the weights are made from."""
    together = hashlib.sha256()
    for name in STORIES:
        together.update((DATA / f"{name}.yaml").read_bytes())
    for name in answers.TRAINED_ON:
        together.update((answers.DATA / f"{name}.txt").read_bytes())
    return together.hexdigest()[:12]
