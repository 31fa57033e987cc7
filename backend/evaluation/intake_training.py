"""Training of the intake: two linear classifiers, what they count for together, and the levels; the same every time."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from backend.coaching.intake.classifier import (
    GROUPS,
    Group,
    Half,
    Numbers,
    Views,
    Weights,
    evidence,
    joined,
    log_softmax,
    odds,
)
from backend.coaching.intake.features import SLOTS, features, tokens
from backend.coaching.intake.kinds import HEAVY, KINDS, Kind
from backend.coaching.intake.passages import around, pieces
from backend.evaluation.intake_texts import Text, fingerprint, ordinary, read_by_file
from backend.rag.ports import Embedder

STRENGTH_WORDS, STRENGTH_MEANING = 10.0, 3e-3
"""Inverse of the L2 penalties, chosen on the texts of the first test, which are trained on since."""
_ROUNDS_WORDS, _ROUNDS_MEANING = 20, 30
"""Steps of the solver: stopping early is a penalty too, and saves minutes."""
_FOLDS = 3
_ALARMS: dict[Group, float] = {"urgent": 0.003, "serious": 0.004, "doubt": 0.045, "told": 0.015, "coach": 0.01}
"""Share of ordinary answers that may pass each level, in cross-validation."""
_MIXED: dict[Kind, float] = {"answer": 0.86, "work_hard": 0.1, "idiom": 0.02, "insult_quoted": 0.02}
"""Of what kinds ordinary answers are taken to be, whatever the training texts hold more of: the hard ones are many there."""
ORDINARY = frozenset(_MIXED)
_NEVER = 50.0
_NO_WORD = 12
"""Characters. Names and single words are trained on, but would make the levels look better than they are."""
_SURE = 1.0
"""Log-odds from which a piece of a long weighty text is taken for weighty itself."""
Matrix = Any
"""Dense numbers, or a sparse matrix of SciPy (which has no types)."""
Score = Callable[[Matrix], Numbers]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Pieces of the texts: each alone, each with its neighbours, and of each text the whole."""

    texts: list[Text]
    owner: np.ndarray
    """The text of each piece."""
    alone: Matrix
    near: Matrix
    whole: Matrix

    @property
    def of_several(self) -> np.ndarray:
        return np.bincount(self.owner, minlength=len(self.texts)) > 1

    @property
    def labels(self) -> np.ndarray:
        return np.array([KINDS.index(t.kind) for t in self.texts])


def train(embedder: Embedder | None, say: Callable[[str], object] = print) -> Weights:
    """Weights of both classifiers. Without an embedder the meaning stays unused. Minutes on two cores."""
    files = [*read_by_file("train"), ordinary()]
    texts = [text for file in files for text in file]
    fold = _folds(files)
    by_words = _word_rows(texts)
    out, words = _held_out(by_words, fold), _fit(by_words, _all(by_words))
    weights, scale = _eight_bits(words[:-1])
    views = [[view] for view in out]
    meaning = np.zeros((2, len(KINDS)))
    if embedder is not None:
        rows = _meaning_rows(texts, embedder)
        of_meaning = _held_out(rows, fold)
        meaning = _fit(rows, _all(rows))
        views = [[one, other] for one, other in zip(of_meaning, out, strict=True)]
    mix: dict[Half, dict[Group, list[float]]] = {"words": {}, "both": {}}
    levels: dict[Half, dict[Group, float]] = {"words": {}, "both": {}}
    for group in GROUPS:
        found = np.array([evidence(view, group) for view in views])
        for half, numbers in (("words", found[:, -3:]), ("both", found)):
            mix[half][group], levels[half][group] = _together(texts, numbers, group, half, say)  # type: ignore[index]
    return Weights(weights, scale, words[-1], meaning[:-1], meaning[-1], mix, levels, fingerprint(texts))


def _folds(files: Sequence[Sequence[Text]]) -> np.ndarray:
    """The part of the cross-validation that holds each text: English files whole, since a file has one writer's turns of
    phrase; ordinary answers alone, and the few texts of another language, text by text."""
    found: list[int] = []
    for n, file in enumerate(files):
        whole = all(t.language == "en" for t in file) and any(t.kind not in ORDINARY for t in file)
        found += [n % _FOLDS if whole else at % _FOLDS for at in range(len(file))]
    return np.array(found)


def _word_rows(texts: list[Text]) -> _Rows:
    owner, alone, near, whole = [], [], [], []
    for at, text in enumerate(texts):
        parts = pieces(text.text)
        owner += [at] * len(parts)
        alone += parts
        near += [" ".join(parts[i] for i in around(parts, n)) for n in range(len(parts))]
        whole.append(" ".join(parts))
    return _Rows(texts, np.array(owner), word_rows(alone), word_rows(near), word_rows(whole))


def _meaning_rows(texts: list[Text], embedder: Embedder) -> _Rows:
    owner, alone, near, whole = [], [], [], []
    for at, text in enumerate(texts):
        parts = pieces(text.text)
        vectors = np.array(embedder.embed(parts))
        around_each, together = joined(parts, vectors)
        owner += [at] * len(parts)
        alone.append(vectors)
        near.append(around_each)
        whole.append(together)
    stacked = [np.concatenate(some).astype(np.float32) for some in (alone, near, whole)]
    return _Rows(texts, np.array(owner), *stacked)


def word_rows(passages: Sequence[str]) -> sparse.csr_matrix:
    """The words and pieces of words of each passage, a row each."""
    rows, slots, values = [], [], []
    for row, passage in enumerate(passages):
        where, weights = features(tokens(passage))
        rows.append(np.full(len(where), row))
        slots.append(where)
        values.append(weights)
    shape = (len(passages), SLOTS)
    return sparse.csr_matrix(
        (np.concatenate(values).astype(np.float32), (np.concatenate(rows), np.concatenate(slots))), shape=shape
    )


def _all(rows: _Rows) -> np.ndarray:
    return np.ones(len(rows.texts), dtype=bool)


def _held_out(rows: _Rows, fold: np.ndarray) -> list[Views]:
    """What is said of each text by weights that were made without its part."""
    found: list[Views] = [Views(*(np.zeros((0, len(KINDS))),) * 3)] * len(rows.texts)
    for held in range(_FOLDS):
        score = _scoring(_fit(rows, fold != held))
        alone, near, whole = score(rows.alone), score(rows.near), score(rows.whole)
        for at in np.flatnonzero(fold == held):
            mine = rows.owner == at
            found[at] = Views(alone[mine], near[mine], whole[at : at + 1])
    return found


def _fit(rows: _Rows, kept: np.ndarray) -> Numbers:
    """Weights and, last, the constant. Of a long text that holds something weighty, most pieces are ordinary: first it is
    learned without them, then, by meaning, with those that show it (Andrews et al. 2002, multiple-instance learning)."""
    weighty = np.isin(rows.labels, [KINDS.index(k) for k in HEAVY]) & rows.of_several
    doubtful = weighty[rows.owner] & kept[rows.owner]
    use = kept[rows.owner] & ~doubtful
    solved = _solved(*_stacked(rows, use, kept))
    if sparse.issparse(rows.alone) or not doubtful.any():
        return solved
    score, places = _scoring(solved), np.flatnonzero(doubtful)
    shown = odds((score(rows.alone[places]) + score(rows.near[places])) / 2, HEAVY)
    best: dict[int, int] = {}
    for n, owner in enumerate(rows.owner[places]):
        if owner not in best or shown[n] > shown[best[owner]]:
            best[owner] = n
    use[places[sorted({*best.values(), *np.flatnonzero(shown > _SURE)})]] = True
    return _solved(*_stacked(rows, use, kept))


def _stacked(rows: _Rows, use: np.ndarray, kept: np.ndarray) -> tuple[Matrix, np.ndarray]:
    """(passages, their kinds): pieces, the same with neighbours, and whole texts; none of them twice."""
    near, whole = use & rows.of_several[rows.owner], kept & rows.of_several
    parts = [rows.alone[use], rows.near[near], rows.whole[whole]]
    labels = np.concatenate([rows.labels[rows.owner[use]], rows.labels[rows.owner[near]], rows.labels[whole]])
    return sparse.vstack(parts).tocsr() if sparse.issparse(rows.alone) else np.concatenate(parts), labels


def _solved(x: Matrix, labels: np.ndarray) -> Numbers:
    """Multinomial logistic regression (scikit-learn, L-BFGS, stopped early) of numbers on one scale."""
    dense = not sparse.issparse(x)
    strength, rounds = (STRENGTH_MEANING, _ROUNDS_MEANING) if dense else (STRENGTH_WORDS, _ROUNDS_WORDS)
    mean, spread = (x.mean(axis=0), x.std(axis=0) + 1e-6) if dense else (np.zeros(x.shape[1]), np.ones(x.shape[1]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = LogisticRegression(C=strength, max_iter=rounds).fit((x - mean) / spread if dense else x, labels)
    whole = np.zeros((x.shape[1] + 1, len(KINDS)))
    whole[-1] = -_NEVER
    whole[:-1, fitted.classes_] = (fitted.coef_ / spread).T
    whole[-1, fitted.classes_] = fitted.intercept_ - (fitted.coef_ / spread) @ mean
    return whole


def _scoring(solved: Numbers) -> Score:
    return lambda x: log_softmax(np.asarray(x @ solved[:-1] + solved[-1]))


def _eight_bits(weights: Numbers) -> tuple[np.ndarray, Numbers]:
    scale = np.abs(weights).max(axis=0).clip(1e-9) / 127
    return np.round(weights / scale).astype(np.int8), scale


def _together(
    texts: list[Text], found: Numbers, group: Group, half: str, say: Callable[[str], object]
) -> tuple[list[float], float]:
    """(what each number of the evidence counts for, the level) of a group."""
    right = np.array([t.kind in GROUPS[group] for t in texts])
    fitted = LogisticRegression(C=1.0, max_iter=500).fit(found, right)
    mix = [round(float(n), 4) for n in (*fitted.coef_[0], fitted.intercept_[0])]
    scores = found @ np.array(mix[:-1]) + mix[-1]
    level = _level(texts, scores, _ALARMS[group])
    english = np.array([t.language == "en" for t in texts])
    say(
        f"{half}, {group}: held out {np.mean(scores[right & english] >= level):.3f} of the English texts, "
        f"{np.mean(scores[right & ~english] >= level):.3f} of the others"
    )
    return mix, level


def _level(texts: list[Text], scores: Numbers, alarms: float) -> float:
    """The lowest at which no greater share of ordinary answers passes, of each kind as many as `_MIXED` says."""
    apart = np.array([t.kind in ORDINARY and len(t.text) > _NO_WORD for t in texts])
    kinds, of = np.array([t.kind for t in texts])[apart], scores[apart]
    shares = np.array([_MIXED[kind] / np.sum(kinds == kind) for kind in kinds])
    order = np.argsort(of)[::-1]
    passing = np.cumsum(shares[order]) > alarms
    return round(float(of[order][passing.argmax()]) + 1e-3, 3)
