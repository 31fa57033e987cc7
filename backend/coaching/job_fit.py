"""Job fit: which requirement of the job has evidence in the answers or the resume, with quotes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from pydantic import BaseModel

from backend.coaching.answer import Span
from backend.coaching.feedback import Requirement
from backend.coaching.star_cues import own_actions
from backend.coaching.stems import stem
from backend.coaching.text import content_words, sentences
from backend.rag.documents import Citation
from backend.rag.ports import Embedder

_GENERAL = frozenset(
    stem(w)
    for w in """experience knowledge ability able skill skills strong good excellent understanding work working job role
    team level related required requirement preferred must years year using use used including well new high within
    provide ensure support develop developing appropriate effective effectively various relevant equivalent""".split()
)
_EVIDENCED, _MENTIONED = 0.52, 0.36


class FitRequirement(BaseModel):
    """One requirement and where it is borne out."""

    text: str
    status: Literal["evidenced", "mentioned", "missing"]
    citations: list[Citation]


class JobFit(BaseModel):
    requirements: list[FitRequirement]


class FitText(BaseModel):
    """A text that may bear a requirement out: an answer (`source` answer) or the resume (`source` document)."""

    source: Literal["answer", "document"]
    document_id: str | None
    title: str
    text: str


def match_strength(wanted: str, text: str) -> float:
    """0..1: how many of the meaningful words of `wanted` (stemmed) stand in `text`."""
    keys = {stem(w) for w in content_words(wanted)} - _GENERAL
    if not keys:
        return 0.0
    there = {stem(w) for w in content_words(text)}
    return len(keys & there) / len(keys)


def job_fit(requirements: Sequence[Requirement], texts: Sequence[FitText], embedder: Embedder | None) -> JobFit:
    """Each requirement against every sentence of the answers and the resume; conservative."""
    units = [(t, s) for t in texts for s in sentences(t.text)]
    near = None
    if embedder is not None and units and requirements:
        vectors = np.asarray(embedder.embed([*(r.text for r in requirements), *(s.text for _, s in units)]))
        near = vectors[: len(requirements)] @ vectors[len(requirements) :].T
    fits = []
    for row, requirement in enumerate(requirements):
        scored = []
        for column, (source, sentence) in enumerate(units):
            lexical = match_strength(requirement.text, sentence.text)
            dense = float(near[row][column]) if near is not None else 0.0
            strength = max(lexical, dense) if near is None else 0.6 * dense + 0.5 * lexical
            deed = source.source == "answer" and bool(own_actions(sentence.text))
            scored.append((strength + 0.05 * deed, column, deed))
        scored.sort(key=lambda s: (-s[0], s[1]))
        best = scored[0] if scored else (0.0, 0, False)
        status: Literal["evidenced", "mentioned", "missing"] = "missing"
        if best[0] >= _EVIDENCED and (best[2] or units[best[1]][0].source == "document"):
            status = "evidenced"
        elif best[0] >= _MENTIONED:
            status = "mentioned"
        cited = [] if status == "missing" else [_cite(n, *units[c]) for n, (s, c, _) in enumerate(scored[:2], 1) if s >= _MENTIONED]
        fits.append(FitRequirement(text=requirement.text, status=status, citations=cited))
    return JobFit(requirements=fits)


def _cite(number: int, source: FitText, sentence: Span) -> Citation:
    return Citation(
        citation_id=f"{'A' if source.source == 'answer' else 'R'}{number}",
        source=source.source,
        document_id=source.document_id,
        title=source.title,
        quote=sentence.text,
        char_start=sentence.start,
        char_end=sentence.end,
    )
