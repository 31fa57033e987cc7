# ruff: noqa: SIM905 - word lists
"""Job fit: which requirements of the job were spoken of. Whether one is met, only an author or the candidate can say."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from backend.coaching.answer import Span
from backend.coaching.citing import cite_requirement
from backend.coaching.feedback import Requirement
from backend.coaching.stems import stem
from backend.coaching.text import content_words, sentences, snippet, word_count, words, written_sentences
from backend.rag.documents import Citation

FitStatus = Literal["evidenced", "mentioned", "missing", "ticked", "not_judged"]
_PLAIN = {
    stem(w)
    for w in """experience ability knowledge skill work team time good strong year role job include use help support
    provide understand develop build manage make ensure deliver new well high quality level different
    similar ideal current modern best practice day way people maintain responsible""".split()
}
_MOST_OF_IT = 0.6
"""Share of a requirement's rare words that has to be said in one sentence."""
_OPEN = re.compile(
    r"(?i)\b(?:not|no|never|nor|neither|none|nobody|nothing|without|hardly|barely|lack\w*|cannot|if|would|could|might|wish|hope\w*|want\w*|"
    r"like to|learn\w*|yet|instead of|rather than)\b|n['’]t\b|\?"
)
"""Signs that a sentence may deny, suppose or wish what it names; then it counts for nothing."""


class RequirementFit(BaseModel):
    """One requirement. `mentioned`: named in the candidate's own words; `ticked`: the candidate says that an answer showed
    it; else `not_judged`. `evidenced` and `missing` come from an author alone."""

    text: str
    status: FitStatus
    citations: list[Citation]
    says: str = ""
    """The same in plain words, where an author has put it so."""


class JobFit(BaseModel):
    requirements: list[RequirementFit]


class FitText(BaseModel):
    """A text that may speak of a requirement: an answer (`source` answer) or the resume (`source` document)."""

    source: Literal["answer", "document"]
    document_id: str | None
    title: str
    text: str


def match_strength(wanted: str, text: str) -> float:
    """0..1: how many of the rare words of `wanted` (as stems) stand in `text`."""
    keys = _rare(wanted)
    return len(keys & {stem(w) for w in content_words(text)}) / len(keys) if keys else 0.0


@dataclass(frozen=True, slots=True)
class _Piece:
    quote: str
    start: int
    text_of: FitText
    number: int
    """1, 2, ... among the texts."""


def find_job_fit(requirements: Sequence[Requirement], texts: Sequence[FitText], ticked: Collection[str] = ()) -> JobFit:
    """A requirement is `mentioned` where one sentence of an answer holds most of its rare words, a name or two words in a
    row among them, and nothing that may deny it. `ticked`: texts of the requirements that the candidate ticked.

    A line of the resume that says the same is cited, and changes no status.
    """
    pieces = [piece for number, text in enumerate(texts, start=1) for piece in _pieces(text, number)][:400]
    fits: list[RequirementFit] = []
    for i, requirement in enumerate(requirements):
        hits = [p for p in pieces if _names(requirement.text, p.quote)]
        said = [p for p in hits if p.text_of.source == "answer"]
        status: FitStatus = "mentioned" if said else "not_judged"
        status = "ticked" if requirement.text in ticked else status
        cited = [cite_requirement(i, requirement), *(_cite(p) for p in (said or hits)[:2])]
        fits.append(RequirementFit(text=requirement.text, status=status, citations=cited, says=requirement.says))
    return JobFit(requirements=fits)


def _rare(text: str) -> set[str]:
    return {stem(w) for w in content_words(text)} - _PLAIN


def _names(wanted: str, said: str) -> bool:
    """Whether a sentence surely speaks of a requirement."""
    if match_strength(wanted, said) < _MOST_OF_IT or _OPEN.search(said):
        return False
    return bool(_proper(wanted) & _proper(said) or _pairs(wanted) & _pairs(said))


def _proper(text: str) -> set[str]:
    """Names, tools and abbreviations."""
    return {
        w.text
        for i, w in enumerate(words(text))
        if _is_name(w.text) and (i or w.text[1:] != w.text[1:].lower()) and stem(w.text.lower()) not in _PLAIN
    }


def _is_name(token: str) -> bool:
    """Whether a word with capitals is a name, a tool or an abbreviation."""
    if len(token) == 1 or token == "OK" or token.startswith(("I'", "I’")) or any(c.isdigit() for c in token):
        return False
    return any(c.isupper() for c in token)


def _pairs(text: str) -> set[tuple[str, str]]:
    """Rare words in a row."""
    said = [stem(w) for w in content_words(text)]
    return {(a, b) for a, b in zip(said, said[1:], strict=False) if not {a, b} & _PLAIN}


def _pieces(text: FitText, number: int) -> list[_Piece]:
    cut = sentences(text.text) if text.source == "answer" else written_sentences(text.text)
    return [_Piece(s.text, s.start, text, number) for s in cut if 3 <= word_count(s.text) <= 90]


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
