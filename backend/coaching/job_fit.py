"""Job fit: each requirement of the job against what was said and what the resume claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from backend.coaching.analysis import Source
from backend.coaching.answer import Span
from backend.coaching.feedback import Requirement
from backend.coaching.star_cues import own_actions
from backend.coaching.stems import stem
from backend.coaching.text import content_words, sentences, snippet, word_count, written_sentences
from backend.rag.documents import Citation
from backend.rag.ports import Embedder

FitStatus = Literal["evidenced", "mentioned", "missing"]
_NEAR = 0.56
_NEAR_WITH_WORDS = 0.42
_PLAIN = {
    stem(w)
    for w in """experience ability knowledge skill work team time good strong year role job include use help support
    provide understand develop build manage make ensure deliver new well high quality level different similar ideal
    current modern best practice day way people maintain responsible""".split()
}


class RequirementFit(BaseModel):
    """One requirement and how far it has been shown. `evidenced`: told as done; `mentioned`: named; else missing."""

    text: str
    status: FitStatus
    citations: list[Citation]


class JobFit(BaseModel):
    requirements: list[RequirementFit]


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    start: int
    end: int
    origin: int
    """Index of the answer, or -1 - index of the resume."""
    shown: bool
    """Something was done in it, told in the first person."""


def find_job_fit(
    requirements: Sequence[Requirement],
    answers: Sequence[str],
    resumes: Sequence[Source] = (),
    embedder: Embedder | None = None,
) -> JobFit:
    """Conservative: a requirement counts only where its own rare words, or clearly its meaning, are found.

    Evidence is told in an answer; what only the resume says is `mentioned`. Blocks for one embedding batch.
    """
    pieces = [*_of_answers(answers), *_of_resumes(resumes)]
    near = _similarities(requirements, pieces, embedder)
    fits: list[RequirementFit] = []
    for i, requirement in enumerate(requirements):
        wanted = {stem(w) for w in content_words(requirement.text)} - _PLAIN
        rated = sorted(
            ((_match(wanted, p, near[i][k] if near else 0.0), -k) for k, p in enumerate(pieces)), reverse=True
        )
        hits = [(score, pieces[-k]) for score, k in rated if score >= 1.0]
        told = [(s, p) for s, p in hits if p.origin >= 0]
        status: FitStatus = "missing"
        if told and told[0][1].shown:
            status = "evidenced"
        elif hits:
            status = "mentioned"
        chosen = (told or hits)[:2]
        fits.append(
            RequirementFit(
                text=requirement.text,
                status=status,
                citations=[
                    _requirement_citation(requirement, i),
                    *(_cite(p, resumes, n) for n, (_, p) in enumerate(chosen, 1)),
                ],
            )
        )
    return JobFit(requirements=fits)


def _match(wanted: set[str], piece: _Piece, near: float) -> float:
    """1 and more for a match: enough rare words shared, or very near in meaning, or some of both."""
    said = {stem(w) for w in content_words(piece.text)}
    shared = wanted & said
    share = len(shared) / len(wanted) if wanted else 0.0
    by_words = share / 0.5 if len(shared) >= 2 or (len(wanted) == 1 and shared) else 0.0
    several = len(shared) / 3
    both = 1.0 + near if shared and near >= _NEAR_WITH_WORDS else 0.0
    return max(by_words, several if len(shared) >= 3 else 0.0, near / _NEAR, both)


def _of_answers(answers: Sequence[str]) -> list[_Piece]:
    return [
        _Piece(s.text, s.start, s.end, i, any(subject == "i" or subject == "we" for subject, _ in own_actions(s.text)))
        for i, text in enumerate(answers)
        for s in sentences(text)
        if word_count(s.text) >= 4
    ]


def _of_resumes(resumes: Sequence[Source]) -> list[_Piece]:
    found: list[_Piece] = []
    for i, resume in enumerate(resumes):
        for s in written_sentences(resume.text):
            if 3 <= word_count(s.text) <= 80:
                found.append(_Piece(s.text, s.start, s.end, -1 - i, shown=False))
    return found[:200]


def _similarities(
    requirements: Sequence[Requirement], pieces: Sequence[_Piece], embedder: Embedder | None
) -> list[list[float]]:
    if embedder is None or not requirements or not pieces:
        return []
    vectors = embedder.embed([*(r.text for r in requirements), *(p.text for p in pieces)])
    wanted, said = vectors[: len(requirements)], vectors[len(requirements) :]
    return [[sum(a * b for a, b in zip(w, s, strict=True)) for s in said] for w in wanted]


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


def _cite(piece: _Piece, resumes: Sequence[Source], number: int) -> Citation:
    short = snippet(piece.text, Span(piece.text, 0, len(piece.text)), 30)
    resume = resumes[-1 - piece.origin] if piece.origin < 0 else None
    return Citation(
        citation_id=f"R{number}" if resume else f"A{piece.origin + 1}",
        source="document" if resume else "answer",
        document_id=resume.document_id if resume else None,
        title=resume.title if resume else f"Answer {piece.origin + 1}",
        quote=short.text,
        char_start=piece.start,
        char_end=piece.start + len(short.text),
    )
