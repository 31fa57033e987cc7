"""Training of the reader of lines: its weights from labelled postings and resumes, the same every time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from backend.coaching.lines.model import LABELS, Array, Numbers, Task, language_features, of_posting, scored
from backend.evaluation.intake_texts import read as read_texts
from backend.evaluation.labelled_documents import LabelledDocument, fingerprint, read_documents
from backend.rag.embedders import HashEmbedder
from backend.rag.ports import Embedder

STRENGTH: dict[Task, float] = {"heading": 30.0, "posting": 30.0, "resume": 30.0, "document": 100.0}
"""Inverses of the L2 penalties, by five-fold cross-validation over whole documents (1, 10, 30 and 100 were tried)."""
_LANGUAGE_STRENGTH = 30.0
_NEVER = -50.0
"""Constant of a label that no line has."""


def train(embedders: Sequence[Embedder], path: Path) -> dict[str, Any]:
    """Write the weights for these embedders and for hashed words; what they were made from. Minutes with real ones."""
    documents = read_documents("train")
    made: dict[str, Array] = {}
    for embedder in (HashEmbedder(), *embedders):
        for task, found in fit(documents, [numbers(d, embedder) for d in documents]).items():
            made[f"{embedder.name}/{task}"] = found
    made["language"], languages = _language(documents)
    about = {"languages": languages, "data": fingerprint(), "documents": len(documents)}
    arrays: dict[str, Any] = {name: found.astype(np.float16) for name, found in made.items()}
    np.savez_compressed(path, about=np.array(json.dumps(about)), **arrays)
    return about


def numbers(document: LabelledDocument, embedder: Embedder) -> Numbers:
    return Numbers.of([line for line, _ in document.lines()], embedder)


def fit(documents: Sequence[LabelledDocument], read: Sequence[Numbers]) -> dict[Task, Array]:
    """The weights of every task. Headings come first: what stands under one is known by it."""
    alone = [n.alone for n in read]
    headings = regression(*_examples("heading", documents, alone), 2, STRENGTH["heading"])
    rows = [n.in_place(scored(headings, n.alone).argmax(axis=1).astype(bool).tolist()) for n in read]
    rest: list[Task] = ["posting", "resume", "document"]
    found: dict[Task, Array] = {"heading": headings}
    for task in rest:
        x, labels = _examples(task, documents, rows)
        if task == "posting":  # each line once more without what is around it, since postings are not all alike
            bare, _ = _examples(task, documents, [n.by_themselves() for n in read])
            x, labels = of_posting(np.vstack([x, bare])), np.concatenate([labels, labels])
        found[task] = regression(x, labels, len(LABELS[task]), STRENGTH[task])
    return found


def _examples(
    task: Task, documents: Sequence[LabelledDocument], rows: Sequence[Array]
) -> tuple[Array, NDArray[np.int_]]:
    """(rows, labels) of a task. Of a whole document also its first and second half."""
    x, labels = [], []
    for document, row in zip(documents, rows, strict=True):
        said = [label for _, label in document.lines()]
        if task == "document":
            middle = len(row) // 2
            parts = [row, row[:middle], row[middle:]] if middle >= 3 else [row]
            said, row = [document.document] * len(parts), np.array([part.mean(axis=0) for part in parts])
        elif task == "heading":
            said = ["heading" if label == "heading" else "text" for label in said]
        elif document.document != task:
            continue
        x.append(row)
        labels += [LABELS[task].index(label) for label in said]
    return np.vstack(x), np.array(labels)


def regression(x: Array, labels: NDArray[np.int_], classes: int, strength: float) -> Array:
    """Multinomial logistic regression (scikit-learn, L-BFGS): (features + 1, classes), the constants last."""
    fitted = LogisticRegression(C=strength, max_iter=300).fit(x, labels)
    found = np.zeros((x.shape[1] + 1, classes))
    found[-1] = _NEVER
    there = fitted.classes_[-len(fitted.coef_) :]  # of two classes only the second has weights
    found[-1, fitted.classes_] = 0.0
    found[:-1, there], found[-1, there] = fitted.coef_.T, fitted.intercept_
    return found


def _language(documents: Sequence[LabelledDocument]) -> tuple[Array, list[str]]:
    """By the documents and, so that there is enough of each language, the texts of the intake."""
    texts = [(d.language, d.text) for d in documents]
    texts += [(t.language, t.text) for t in read_texts("train")[::4]]
    languages = sorted({language for language, _ in texts})
    x = np.array([language_features(text) for _, text in texts])
    return regression(
        x, np.array([languages.index(language) for language, _ in texts]), len(languages), _LANGUAGE_STRENGTH
    ), languages
