"""Question search: which questions of the bank fit a line of a posting, and which conditions hold of an answer."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.jobs.role_packs import GENERAL, BankQuestion, Category, RolePack
from backend.rag.hybrid import Words
from backend.rag.ports import Embedder

Numbers = NDArray[np.float64]
_ASKED, _TOPICS, _CALLS, _WORDS, _OWN = 0.3, 0.3, 0.4, 0.3, 0.1
"""Weights: of the cosines with the question, with its topics and with the nearest of what calls for it, of the share of words
in common, and what a question of the role's own file gains on the general ones. Chosen on requirements_dev.jsonl."""
_NEAREST = 3
"""So many of what calls for a question are looked at."""
_SHOWN, _SHOWN_WORDS = 0.5, 0.6
"""Cosine (MiniLM) of a sentence and a line, and share of the line's terms in it, from which the sentence speaks to the line."""


@dataclass(frozen=True, slots=True)
class Found:
    """A question that fits a text. `score`: from 0, nothing in common, to about 1.4."""

    pack: RolePack
    question: BankQuestion
    score: float


class QuestionSearch:
    """Searches packs by meaning, as indexed, and by words; by words alone where there is no embedder. Blocking."""

    def __init__(self, embedder: Embedder | None = None) -> None:
        self.embedder = embedder
        self._known: dict[str, NDArray[np.float32]] = {}
        self._words: dict[str, frozenset[str]] = {}
        self._stems, self._lock = Words(), threading.Lock()

    @property
    def reads_meaning(self) -> bool:
        """Whether texts are compared by meaning, not by words alone."""
        return self.embedder is not None

    def remember(self, vectors: Mapping[str, Sequence[float]]) -> None:
        """Vectors of texts that are compared again and again, as the index keeps them."""
        self._known = {text: np.asarray(vector, dtype=np.float32) for text, vector in vectors.items()}

    def vectors(self, texts: Sequence[str]) -> Numbers | None:
        """One vector a text; None where there is no embedder."""
        if self.embedder is None or not texts:
            return None
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        new = dict(zip(missing, self.embedder.embed(missing), strict=True)) if missing else {}
        return np.array([self._known[text] if text in self._known else new[text] for text in texts], dtype=np.float64)

    def find(
        self, texts: Sequence[str], packs: Sequence[RolePack], kinds: Collection[Category], most: int = 6
    ) -> list[list[Found]]:
        """The questions of these kinds that fit each text best, best first."""
        places = [(pack, q) for pack in packs for q in pack.questions if q.category in kinds]
        if not places or not texts:
            return [[] for _ in texts]
        scores = self._scores(texts, places)
        return [
            [Found(places[at][0], places[at][1], float(row[at])) for at in np.argsort(-row, kind="stable")[:most]]
            for row in scores
        ]

    def _scores(self, texts: Sequence[str], places: Sequence[tuple[RolePack, BankQuestion]]) -> Numbers:
        asked, topics = [q.text for _, q in places], [q.topic or q.text for _, q in places]
        by_words = self._shared(texts, places)
        own = np.array([0.0 if pack.name == GENERAL else _OWN for pack, _ in places])
        told = self.vectors(texts)
        if told is None:
            return by_words
        by_question, by_topic = told @ self._matrix(asked).T, told @ self._matrix(topics).T
        called = np.array([self._called(told, q) for _, q in places]).T
        return np.asarray(_ASKED * by_question + _TOPICS * by_topic + _CALLS * called + _WORDS * by_words + own)

    def _called(self, told: Numbers, question: BankQuestion) -> Numbers:
        """How near each text is to what calls for a question: the mean of the nearest few."""
        cosines = told @ self._matrix(question.calls or (question.topic or question.text,)).T
        return np.asarray(np.sort(cosines, axis=1)[:, -_NEAREST:].mean(axis=1))

    def _matrix(self, texts: Sequence[str]) -> Numbers:
        found = self.vectors(texts)
        assert found is not None
        return found

    def _shared(self, texts: Sequence[str], places: Sequence[tuple[RolePack, BankQuestion]]) -> Numbers:
        """The share of each text's terms that each question or its topics hold, rare terms counting for more; 0..1."""
        terms = [self._terms(f"{q.text} {q.topic}") for _, q in places]
        seen = Counter(term for one in terms for term in one)
        found = np.zeros((len(texts), len(places)))
        for row, text in enumerate(texts):
            weights = {term: math.log(1 + len(places) / (1 + seen[term])) for term in self._stemmed(text)}
            whole = sum(weights.values())
            for at, one in enumerate(terms):
                found[row, at] = sum(weights[t] for t in one & weights.keys()) / whole if whole else 0.0
        return found

    def _terms(self, text: str) -> frozenset[str]:
        """Of a text of the bank, once."""
        if text not in self._words:
            self._words[text] = self._stemmed(text)
        return self._words[text]

    def _stemmed(self, text: str) -> frozenset[str]:
        with self._lock:  # a stemmer is not thread-safe
            return frozenset(self._stems.of(text))

    def spoken_to(self, line: str, pieces: Sequence[str]) -> bool:
        """Whether one of these sentences says something about a posting's line."""
        said, terms = [self._stemmed(piece) for piece in pieces], self._stemmed(line)
        if terms and any(len(terms & one) / len(terms) >= _SHOWN_WORDS for one in said):
            return True
        vectors = self.vectors([line, *pieces]) if pieces else None
        return vectors is not None and float((vectors[1:] @ vectors[0]).max()) >= _SHOWN

    def holds(self, conditions: Sequence[str], sentences: Numbers | None) -> Numbers:
        """How far each condition holds of an answer, given its sentences' vectors: the cosine of the nearest, -1..1; 0
        where nothing is known of meaning."""
        if sentences is None or not len(sentences) or not conditions:
            return np.zeros(len(conditions))
        vectors = self.vectors(conditions)
        return np.zeros(len(conditions)) if vectors is None else np.asarray((vectors @ sentences.T).max(axis=1))
