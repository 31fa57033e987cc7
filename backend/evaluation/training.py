"""Training: the weights of the STAR shape from the development stories, the same every time."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backend.coaching.feedback import STAR_PARTS
from backend.coaching.star_shape import shape
from backend.coaching.text import sentences
from backend.evaluation.stories import DATA, Story, own_stories

STORIES = ("stories_development", "stories_development_2", "stories_development_3", "stories_development_4")
"""Never the held-out ones, and not the published ones either."""
STRENGTH = 0.1
"""Inverse of the L2 penalty, by five-fold cross-validation over whole stories (0.1, 0.2 and 1.0 were tried)."""


@dataclass(frozen=True, slots=True)
class Trained:
    """Weights by part, the constant last, and what they were made from."""

    weights: dict[str, list[float]]
    stories: int
    sentences: int
    data: str
    """Short hash of the stories."""

    def write(self, path: Path) -> None:
        """As JSON, a few kilobytes."""
        made = {"about": "Made by `make train` from the development stories; do not edit.", "data": self.data}
        path.write_text(json.dumps({**made, **self.weights}, indent=None, separators=(", ", ": ")) + "\n", "utf-8")


def train() -> Trained:
    """Multinomial logistic regression (scikit-learn, L-BFGS) on every sentence, with and without punctuation."""
    from sklearn.linear_model import LogisticRegression

    stories = [story for name in STORIES for story in own_stories(name)]
    rows: list[list[float]] = []
    labels: list[int] = []
    for story in (version for s in stories for version in (s, s.plain())):
        x, y = examples(story)
        rows += x
        labels += y
    fitted = LogisticRegression(C=STRENGTH, max_iter=1000).fit(np.array(rows), np.array(labels))
    together = np.hstack([fitted.coef_, fitted.intercept_[:, None]])
    weights: dict[str, list[float]] = {
        part: [round(float(w), 3) for w in together[n]] for n, part in enumerate(STAR_PARTS)
    }
    return Trained(weights, len(stories), len(labels), fingerprint())


def examples(story: Story) -> tuple[list[list[float]], list[int]]:
    """Features and parts of each sentence; a sentence belongs where its middle lies."""
    pieces = sentences(story.text)
    wanted = [story.label_at((piece.start + piece.end) / 2) for piece in pieces]
    known = [i for i, part in enumerate(wanted) if part in STAR_PARTS]
    features = shape(pieces)
    return [features[i] for i in known], [[*STAR_PARTS].index(wanted[i]) for i in known]  # type: ignore[arg-type]


def fingerprint() -> str:
    """Short hash of what the weights are made from."""
    together = hashlib.sha256()
    for name in STORIES:
        together.update((DATA / f"{name}.yaml").read_bytes())
    return together.hexdigest()[:12]
