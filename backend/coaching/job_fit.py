# ruff: noqa: SIM905 - word lists
"""Job fit: each requirement of the job against what was said and what the resume claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from backend.coaching.answer import Span
from backend.coaching.feedback import Requirement
from backend.coaching.star_cues import own_actions
from backend.coaching.stems import stem
from backend.coaching.text import content_words, sentences, snippet, word_count, written_sentences
from backend.rag.cosines import cosines
from backend.rag.documents import Citation
from backend.rag.ports import Embedder

FitStatus = Literal["evidenced", "mentioned", "missing"]
_NEAR = 0.56
_NEAR_WITH_WORDS = 0.42
_PLAIN = {
    stem(w)
    for w in """experience ability knowledge skill work team time good strong year role job include use help support
    provide understand develop build manage make ensure deliver new well high quality level different
    similar ideal current modern best practice day way people maintain responsible""".split()
}


class RequirementFit(BaseModel):
    """One requirement and how far it has been shown. `evidenced`: told as done; `mentioned`: named; else missing."""

    text: str
    status: FitStatus
    citations: list[Citation]


class JobFit(BaseModel):
    requirements: list[RequirementFit]


class FitText(BaseModel):
    """A text that may bear a requirement out: an answer (`source` answer) or the resume (`source` document)."""

    source: Literal["answer", "document"]
    document_id: str | None
    title: str
    text: str


def match_strength(wanted: str, text: str) -> float:
    """0..1: how many of the rare words of `wanted` (as stems) stand in `text`."""
    keys = {stem(w) for w in content_words(wanted)} - _PLAIN
    return len(keys & {stem(w) for w in content_words(text)}) / len(keys) if keys else 0.0


@dataclass(frozen=True, slots=True)
class _Piece:
    quote: str
    start: int
    end: int
    text_of: FitText
    number: int
    """1, 2, ... among the texts."""
    shown: bool
    """Something was done in it, told in the first person."""


def find_job_fit(
    requirements: Sequence[Requirement], texts: Sequence[FitText], embedder: Embedder | None = None
) -> JobFit:
    """Conservative: a requirement counts only where its own rare words, or clearly its meaning, are found.

    Evidence is told in an answer as done; what is only named, or stands in the resume alone, is `mentioned`. Blocks for
    one embedding batch.
    """
    pieces = [piece for number, text in enumerate(texts, start=1) for piece in _pieces(text, number)][:400]
    near = cosines([r.text for r in requirements], [p.quote for p in pieces], embedder)
    fits: list[RequirementFit] = []
    for i, requirement in enumerate(requirements):
        wanted = {stem(w) for w in content_words(requirement.text)} - _PLAIN
        rated = [(_match(wanted, p, near[i, k]), -k, p) for k, p in enumerate(pieces)]
        hits = [p for score, _, p in sorted(rated, key=lambda r: r[:2], reverse=True) if score >= 1.0]
        told = [p for p in hits if p.text_of.source == "answer"]
        status: FitStatus = "missing"
        if any(p.shown for p in told):
            status = "evidenced"
            told.sort(key=lambda p: not p.shown)
        elif hits:
            status = "mentioned"
        cited = [_requirement_citation(requirement, i), *(_cite(p) for p in (told or hits)[:2])]
        fits.append(RequirementFit(text=requirement.text, status=status, citations=cited))
    return JobFit(requirements=fits)


def _match(wanted: set[str], piece: _Piece, near: float) -> float:
    """1 and more for a match: enough rare words shared, or very near in meaning, or some of both."""
    said = {stem(w) for w in content_words(piece.quote)}
    shared = wanted & said
    share = len(shared) / len(wanted) if wanted else 0.0
    by_words = share / 0.5 if len(shared) >= 2 or (len(wanted) == 1 and shared) else 0.0
    several = len(shared) / 3
    both = 1.0 + near if shared and near >= _NEAR_WITH_WORDS else 0.0
    return max(by_words, several if len(shared) >= 3 else 0.0, near / _NEAR, both)


def _pieces(text: FitText, number: int) -> list[_Piece]:
    answer = text.source == "answer"
    cut = sentences(text.text) if answer else written_sentences(text.text)
    return [
        _Piece(s.text, s.start, s.end, text, number, shown=answer and bool(own_actions(s.text)))
        for s in cut
        if 3 <= word_count(s.text) <= 90
    ]


def _requirement_citation(requirement: Requirement, index: int) -> Citation:
    return Citation(
        citation_id=f"{'P' if requirement.source == 'role_pack' else 'J'}{index + 1}",
        source=requirement.source,
        document_id=requirement.document_id,
        title=requirement.title,
        quote=requirement.text,
        char_start=requirement.char_start,
        char_end=requirement.char_end,
    )


def _cite(piece: _Piece) -> Citation:
    short = snippet(piece.quote, Span(piece.quote, 0, len(piece.quote)), 30)
    answer = piece.text_of.source == "answer"
    return Citation(
        citation_id=f"{'A' if answer else 'R'}{piece.number}",
        source=piece.text_of.source,
        document_id=piece.text_of.document_id,
        title=piece.text_of.title,
        quote=short.text,
        char_start=piece.start,
        char_end=piece.start + len(short.text),
    )
