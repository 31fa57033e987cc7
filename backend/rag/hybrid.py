"""Words and meaning together: BM25 over one owner's passages, and the fusion of two rankings."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

import bm25s
import numpy as np
import Stemmer

from backend.rag.documents import Passage

RRF_K = 60
"""Constant of reciprocal rank fusion (Cormack, Clarke and Buettcher 2009)."""
_SAME_TEXT = 0.9
_SAME_PLACE = 0.5

_LATIN = re.compile(r"[^\W_]+(?:[+#]+)?")
_STOP = frozenset(
    """
    a about an and are as at be been but by can could did do does for from had has have he her his how i if in
    into is it its me my no not of on or our she so such than that the their them then there these they this to
    was we were what when where which who will with would you your
    """.split()  # noqa: SIM905
)


class Words:
    """Text to search terms: any alphabet, English stems, "C++" and "C#" kept. Not thread-safe."""

    def __init__(self) -> None:
        self._stemmer = Stemmer.Stemmer("english")

    def of(self, text: str) -> list[str]:
        """Terms of a text, stop words left out."""
        words = [w for w in _LATIN.findall(text.lower()) if w not in _STOP]
        terms: list[str] = []
        for word in words:
            if word[-1] in "+#" or not word.isascii():
                terms.extend(_pairs(word))
            else:
                terms.append(self._stemmer.stemWord(word))
        return terms


def _pairs(word: str) -> list[str]:
    """Scripts without spaces are searched by pairs of characters; other words stay whole."""
    if any("\u2e80" <= c <= "\u9fff" or "\u3040" <= c <= "\u30ff" or "\uac00" <= c <= "\ud7af" for c in word):
        return [word[i : i + 2] for i in range(max(1, len(word) - 1))]
    return [word]


class Bm25:
    """BM25 (Lucene's variant, k1 1.5, b 0.75) over a fixed list of passages."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = list(passages)
        self._words = Words()
        self._index: Any = None
        corpus = [self._words.of(p.text) for p in self.passages]
        if any(corpus):
            vocabulary = {term: number for number, term in enumerate(sorted({t for terms in corpus for t in terms}))}
            ids = [[vocabulary[t] for t in terms] for terms in corpus]
            self._vocabulary = vocabulary
            self._index = bm25s.BM25(method="lucene")
            self._index.index((ids, vocabulary), show_progress=False)

    def scores(self, query: str) -> Any:
        """One score per passage, 0 where no term is shared."""
        if self._index is None:
            return np.zeros(len(self.passages))
        terms = [t for t in dict.fromkeys(self._words.of(query)) if t in self._vocabulary]
        return self._index.get_scores(terms) if terms else np.zeros(len(self.passages))


def fuse(rankings: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
    """Reciprocal rank fusion: ids of several rankings as one, best first.

    The score is the fused weight divided by the best possible one: 1 for what every ranking puts first, never 0.
    """
    used = [r for r in rankings if r]
    best = len(used) / (RRF_K + 1)
    weights: dict[str, float] = {}
    for ranking in used:
        for rank, item in enumerate(ranking, start=1):
            weights[item] = weights.get(item, 0.0) + 1 / (RRF_K + rank)
    return sorted(((item, weight / best) for item, weight in weights.items()), key=lambda pair: (-pair[1], pair[0]))


def without_repeats(passages: Sequence[Passage], limit: int) -> list[Passage]:
    """Drops passages that mostly overlap a better one or say the same words."""
    kept: list[Passage] = []
    words: list[Collection[str]] = []
    for passage in passages:
        mine = frozenset(re.findall(r"\w+", passage.text.lower()))
        if any(_overlap(passage, k) > _SAME_PLACE or _same(mine, w) for k, w in zip(kept, words, strict=True)):
            continue
        kept.append(passage)
        words.append(mine)
        if len(kept) == limit:
            break
    return kept


def _overlap(one: Passage, other: Passage) -> float:
    if one.document_id != other.document_id:
        return 0.0
    shared = min(one.char_end, other.char_end) - max(one.char_start, other.char_start)
    return shared / max(1, min(len(one.text), len(other.text)))


def _same(one: Collection[str], other: Collection[str]) -> bool:
    union = len(set(one) | set(other))
    return union > 0 and len(set(one) & set(other)) / union >= _SAME_TEXT
