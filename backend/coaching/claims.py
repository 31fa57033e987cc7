"""Claims: what an interview's answers give otherwise than the resume, as questions to be ready for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from pydantic import BaseModel

from backend.coaching.analysis import Source
from backend.coaching.answer import Span
from backend.coaching.differences import Difference, DifferenceKind, find_differences
from backend.coaching.text import snippet
from backend.rag.documents import Citation

_QUOTE_WORDS = 34


class Claim(BaseModel):
    """One thing that was claimed. `text` is verbatim in the answer at `char_start`..`char_end`."""

    claim_id: str
    turn_id: str
    kind: DifferenceKind
    text: str
    char_start: int
    char_end: int
    status: Literal["conflict"] = "conflict"
    citations: list[Citation]
    """The sentence of the answer, then the line of the resume."""
    ask: str


class Checked(BaseModel):
    """A document that answers were held against."""

    document_id: str
    title: str


class Ledger(BaseModel):
    claims: list[Claim] = []
    checked_against: list[Checked] = []


def build_ledger(answers: Iterable[tuple[str, str]], sources: Sequence[Source], today: date | None = None) -> Ledger:
    """The differences of several answers, given as (turn id, text); the same one is kept once."""
    rows: dict[tuple[str, str], tuple[str, str, Difference]] = {}
    for turn_id, text in answers:
        for found in find_differences(text, sources, today):
            rows.setdefault((found.kind, found.said.text.lower()), (turn_id, text, found))
    checked = [Checked(document_id=s.document_id, title=s.title) for s in sources if s.kind == "resume"]
    return Ledger(claims=[_claim(n, *row) for n, row in enumerate(rows.values(), 1)], checked_against=checked)


def _claim(number: int, turn_id: str, text: str, found: Difference) -> Claim:
    quoted = snippet(text, found.sentence, _QUOTE_WORDS)
    if not quoted.start <= found.said.start < quoted.end:
        quoted = found.said
    citations = [_citation(f"A{number}", None, "Your answer", quoted)]
    citations.append(_citation(f"R{number}", found.source.document_id, found.source.title, found.line))
    return Claim(
        claim_id=f"K{number}", turn_id=turn_id, kind=found.kind, text=found.said.text, char_start=found.said.start,
        char_end=found.said.end, citations=citations, ask=found.ask,
    )  # fmt: skip


def _citation(citation_id: str, document_id: str | None, title: str, span: Span) -> Citation:
    return Citation(
        citation_id=citation_id, source="answer" if document_id is None else "document", document_id=document_id,
        title=title, quote=span.text, char_start=span.start, char_end=span.end,
    )  # fmt: skip
