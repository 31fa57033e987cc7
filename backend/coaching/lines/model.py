"""What each line of a document is: multinomial logistic regressions on what it means and how it stands.

Trained by `make train` from labelled postings and resumes (backend/evaluation/data/postings, written for this project)
into weights.npz; one set of weights for each embedder. What it finds on documents it has never seen: docs/evaluation.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from backend.coaching.intake.features import features, tokens
from backend.coaching.lines.split import Line
from backend.rag.embedders import HashEmbedder
from backend.rag.ports import Embedder

Array = NDArray[np.float64]
WEIGHTS = Path(__file__).with_name("weights.npz")
PostingKind = Literal[
    "duty", "skill", "knowledge", "eligibility", "protected", "boilerplate", "heading", "other"
]  # fmt: skip
"""`protected`: age, health, origin, family, criminal record; nobody may ask about it."""
ResumeKind = Literal[
    "position", "project", "achievement", "education", "skill", "volunteer", "summary", "heading", "other"
]  # fmt: skip
DocumentLooks = Literal["posting", "resume", "other"]
Task = Literal["heading", "posting", "resume", "document"]
LABELS: dict[Task, tuple[str, ...]] = {
    "heading": ("text", "heading"), "posting": get_args(PostingKind), "resume": get_args(ResumeKind),
    "document": get_args(DocumentLooks),
}  # fmt: skip
NEIGHBOUR, HEADING = 0.4, 0.8
LANGUAGE_SLOTS = 4096
_PLACE, _LATE = -7, 0.1
"""Where among the features the place in the document stands, and how much it counts in a posting: most end with their terms,
and some do not."""
_SEEN = 200
"""Characters of a line whose meaning is read."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_HASHED = HashEmbedder()


def embedder_for(*embedders: Embedder | None) -> Embedder:
    """The first for whose vectors there are weights, else hashed words."""
    return next((e for e in embedders if e is not None and f"{e.name}/posting" in weights()), _HASHED)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The lines of a document as numbers."""

    vectors: Array
    """(n, dimensions) what each means."""
    shapes: Array
    """(n, features) how each stands."""

    @classmethod
    def of(cls, lines: Sequence[Line], embedder: Embedder) -> Numbers:
        """Blocks for the embeddings."""
        vectors = np.array(embedder.embed([" ".join(line.text[:_SEEN].split()) for line in lines]))
        return cls(vectors, np.array([_shape(line, place / len(lines)) for place, line in enumerate(lines)]))

    @property
    def alone(self) -> Array:
        """(n, features) by which a heading is known."""
        return np.hstack([self.vectors, self.shapes])

    def by_themselves(self) -> Array:
        """The features of `in_place` of lines that stand alone."""
        return np.hstack([self.vectors, np.zeros((len(self.vectors), 2 * self.vectors.shape[1])), self.shapes])

    def in_place(self, headings: Sequence[bool]) -> Array:
        """(n, features): meaning of each line, of its neighbours and of the heading it stands under, and its shape."""
        none = np.zeros_like(self.vectors[:1])
        before, after = np.vstack([none, self.vectors[:-1]]), np.vstack([self.vectors[1:], none])
        under, last = [], none[0]
        for vector, heading in zip(self.vectors, headings, strict=True):
            under.append(none[0] if heading else last)
            last = vector if heading else last
        return np.hstack([self.vectors, NEIGHBOUR * (before + after), HEADING * np.array(under), self.shapes])


def _shape(line: Line, place: float) -> list[float]:
    text = line.text
    length, letters = len(text), sum(c.isalpha() for c in text)
    return [
        min(length / 150, 2.0), float(length < 25), float(line.bullet), float(line.heading), place,
        float(place < 0.08), sum(c.isdigit() for c in text) / length, min(len(_YEAR.findall(text)), 2) / 2,
        sum(c.isupper() for c in text) / max(letters, 1), float(any(c in text for c in "@|·")), float("," in text),
    ]  # fmt: skip


def of_posting(rows: Array) -> Array:
    """Features of lines as the kinds of a posting's lines are told from them."""
    weighed = rows.copy()
    weighed[:, _PLACE] *= _LATE
    return weighed


def probabilities(task: Task, rows: Array, embedder: Embedder) -> Array:
    """(n, labels of the task) of the features of lines, or for a document of their mean."""
    return scored(weights()[f"{embedder.name}/{task}"], rows)


def scored(made: Array, rows: Array) -> Array:
    """(n, labels): the shares that weights give."""
    scores = rows @ made[:-1] + made[-1]
    return np.asarray(np.exp(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)))


def language_of(text: str) -> tuple[str, float]:
    """(the likeliest of the languages trained on, its probability), by words and pieces of words."""
    (share,) = scored(weights()["language"], language_features(text)[None, :])
    return languages()[int(share.argmax())], float(share.max())


def language_features(text: str) -> Array:
    row = np.zeros(LANGUAGE_SLOTS)
    slots, values = features(tokens(text[:2_000]))
    np.add.at(row, slots % LANGUAGE_SLOTS, values)
    return row


def languages() -> tuple[str, ...]:
    found: list[str] = about()["languages"]
    return tuple(found)


@cache
def weights() -> dict[str, Array]:
    with np.load(WEIGHTS) as found:
        return {name: found[name].astype(np.float64) for name in found.files if name != "about"}


@cache
def about() -> dict[str, Any]:
    """What the weights were made from."""
    with np.load(WEIGHTS) as found:
        about: dict[str, Any] = json.loads(str(found["about"]))
        return about
