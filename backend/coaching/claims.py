"""Claim ledger: numbers, titles, tools and employers said aloud, held against the resume. Computed, never written by a
language model; it accuses nobody: where two figures differ it asks how they go together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel

from backend.coaching.analysis import Source
from backend.coaching.answer import Span
from backend.coaching.claim_dates import Stretch, of_employer, stretches, year_differs, years_differ
from backend.coaching.claim_figures import Figure, figures, written_lines
from backend.coaching.claim_match import held_against
from backend.coaching.claim_names import employers, is_own, is_stated, titles, tools
from backend.coaching.stems import stem
from backend.coaching.text import lower_words, sentences, snippet, words
from backend.rag.documents import Citation

ClaimKind = Literal["number", "title", "tool", "employer", "date"]
ClaimStatus = Literal["supported", "new", "conflict"]
_QUOTE_WORDS = 34


class Claim(BaseModel):
    """One thing that was claimed. `text` is verbatim in the answer at `char_start`..`char_end`."""

    claim_id: str
    turn_id: str
    kind: ClaimKind
    text: str
    char_start: int
    char_end: int
    status: ClaimStatus
    citations: list[Citation]
    """The sentence of the answer, then the place in the resume (or, of a new tool, in the job) that it was held against."""
    ask: str | None = None
    """A question to be ready for; None where there is nothing to ask."""


class Checked(BaseModel):
    """A document that claims were held against."""

    document_id: str
    title: str


class Ledger(BaseModel):
    """Conflicts first, then what is new, then what the resume bears out. Without a resume everything is new."""

    claims: list[Claim] = []
    checked_against: list[Checked] = []


@dataclass(frozen=True, slots=True)
class Found:
    """A claim with the places it rests on, before it has a number. `weight`: how much it is worth asking about."""

    kind: ClaimKind
    span: Span
    sentence: Span
    status: ClaimStatus
    place: tuple[Source, Span] | None
    ask: str | None
    weight: int


def find_claims(
    text: str, sources: Sequence[Source], *, company: str | None = None, today: date | None = None
) -> list[Found]:
    """The claims of one English answer, in the order said. Deterministic; milliseconds."""
    resumes = [s for s in sources if s.kind == "resume"]
    others = [s for s in sources if s.kind in {"job_description", "company", "role_pack"}]
    pieces = sentences(text)
    found = [*_names(text, pieces, resumes, others, company), *_numbers(text, resumes, today or date.today())]
    return sorted(found, key=lambda f: f.span.start)


def build_ledger(
    answers: Iterable[tuple[str, str]],
    sources: Sequence[Source],
    *,
    company: str | None = None,
    today: date | None = None,
) -> Ledger:
    """The claims of several answers, given as (turn id, text); the same claim is kept once."""
    rows: list[tuple[str, str, Found]] = []
    seen: set[tuple[str, str]] = set()
    for turn_id, text in answers:
        for found in find_claims(text, sources, company=company, today=today):
            key = (found.kind, found.span.text.lower())
            if key not in seen:
                seen.add(key)
                rows.append((turn_id, text, found))
    rows.sort(key=lambda row: (_ORDER[row[2].status], -row[2].weight))
    checked = [Checked(document_id=s.document_id, title=s.title) for s in sources if s.kind == "resume"]
    return Ledger(claims=[_claim(n, *row) for n, row in enumerate(rows, 1)], checked_against=checked)


def worth_asking(text: str, sources: Sequence[Source], *, company: str | None = None) -> Found | None:
    """The claim of an answer that an interviewer would ask about; None without a resume to hold it against."""
    if not any(s.kind == "resume" for s in sources):
        return None
    open_ones = [f for f in find_claims(text, sources, company=company) if f.ask and f.weight >= _ASKED_FROM]
    return max(open_ones, key=lambda f: f.weight, default=None)


_ORDER: dict[ClaimStatus, int] = {"conflict": 0, "new": 1, "supported": 2}
_ASKED_FROM = 3


def _claim(number: int, turn_id: str, text: str, found: Found) -> Claim:
    said = snippet(text, found.sentence, _QUOTE_WORDS)
    if not said.start <= found.span.start < said.end:
        said = found.span
    citations = [_citation(f"A{number}", "answer", None, "Your answer", said)]
    if found.place is not None:
        source, place = found.place
        letter = "R" if source.kind == "resume" else "P" if source.kind == "role_pack" else "J"
        kind = "role_pack" if source.kind == "role_pack" else "document"
        short = snippet(source.text, place, _QUOTE_WORDS)
        citations.append(_citation(f"{letter}{number}", kind, source.document_id, source.title, short))
    return Claim(
        claim_id=f"K{number}", turn_id=turn_id, kind=found.kind, text=found.span.text, char_start=found.span.start,
        char_end=found.span.end, status=found.status, citations=citations, ask=found.ask,
    )  # fmt: skip


def _citation(citation_id: str, source: str, document_id: str | None, title: str, span: Span) -> Citation:
    return Citation.model_validate(
        {
            "citation_id": citation_id, "source": source, "document_id": document_id, "title": title,
            "quote": span.text, "char_start": span.start, "char_end": span.end,
        }
    )  # fmt: skip


# --- numbers and dates -----------------------------------------------------------------------------------------------


def _numbers(text: str, resumes: Sequence[Source], today: date) -> Iterable[Found]:
    known = [(s, f) for s in resumes for f in figures(s.text, spoken=False)]
    spent = [(s, one) for s in resumes for one in stretches(s.text, today)]
    firms = employers(text, sentences(text))
    for said in figures(text, spoken=True):
        at = said.span.end - 1 if said.form == "change" else said.span.start
        if not is_stated(text, said.piece, at) or (_personal(said) and not is_own(text, said.piece, at)):
            continue
        firm = next((f for f in firms if said.piece.start <= f.start < said.piece.end), None)
        dated = _dated(said, firm, spent) if firm is not None else None
        if dated is None and said.form == "year":
            dated = _in_resume(int(said.low), resumes, spent)
        status, place = dated if dated is not None else held_against(said, known)
        yield Found(
            "date" if said.form == "year" else "number", said.span, said.piece, status, place,
            _ask_number(said, status), _weight(said, status),
        )  # fmt: skip


def _personal(said: Figure) -> bool:
    return said.form in {"group", "tenure", "year", "duration"}


_Result = tuple[ClaimStatus, tuple[Source, Span] | None]


def _dated(said: Figure, firm: Span, spent: Sequence[tuple[Source, Stretch]]) -> _Result | None:
    """A time at an employer held against the resume's years there; None where the resume does not tell."""
    stretch = of_employer(firm.text, [s for _, s in spent])
    if stretch is None:
        return None
    source = next(s for s, one in spent if one is stretch)
    place = (source, stretch.span)
    if said.form == "year":
        if year_differs(said.piece.text, int(said.low), stretch):
            return "conflict", place
        return ("supported", place) if stretch.start <= said.low <= stretch.end else None
    if said.form in {"duration", "tenure"} and (said.form == "tenure" or stem("year") in said.thing):
        spanned = re.search(rf"\bfor {re.escape(said.span.text)}|{re.escape(said.span.text)} at\b", said.piece.text)
        if spanned:
            return ("conflict" if years_differ((said.low, said.high), stretch) else "supported"), place
    return None


def _in_resume(year: int, resumes: Sequence[Source], spent: Sequence[tuple[Source, Stretch]]) -> _Result:
    for source in resumes:
        for line in written_lines(source.text):
            if re.search(rf"\b{year}\b", line.text):
                return "supported", (source, line)
    for source, stretch in spent:
        if stretch.start <= year <= stretch.end:
            return "supported", (source, stretch.span)
    return "new", None


def _ask_number(said: Figure, status: ClaimStatus) -> str | None:
    quoted = f"You said \u201c{said.span.text}\u201d"
    if status == "conflict":
        what = "another date" if said.form == "year" else "another figure"
        return f"{quoted}, and your resume gives {what} for that: how do the two go together?"
    if status == "supported" or said.form in {"year", "duration"} or _weight(said, status) < 2:
        return None
    if said.form in {"change", "move", "share"}:
        return f"{quoted}: how was that measured, and what was your own part in it?"
    return f"{quoted}: where does that figure come from?"


def _weight(said: Figure, status: ClaimStatus) -> int:
    if status == "conflict":
        return 9
    weights = {"change": 6, "move": 6, "share": 5, "group": 3, "tenure": 3, "count": 2 if said.low >= 10 else 1}
    return weights.get(said.form, 0)


# --- names -----------------------------------------------------------------------------------------------------------


def _names(
    text: str, pieces: list[Span], resumes: Sequence[Source], others: Sequence[Source], company: str | None
) -> Iterable[Found]:
    for kind, spans in (
        ("title", titles(text, pieces)), ("tool", tools(text, pieces)), ("employer", employers(text, pieces)),
    ):  # fmt: skip
        for span in spans:
            piece = next((p for p in pieces if p.start <= span.start < p.end), span)
            if not is_stated(text, piece, span.start) or not is_own(text, piece, span.start):
                continue
            place = _place(kind, span.text, resumes)
            if place is not None:
                yield Found(_KINDS[kind], span, piece, "supported", place, None, 0)
                continue
            elsewhere = _place(kind, span.text, others)
            if kind == "employer" and (elsewhere is not None or _is_target(span.text, company)):
                continue  # where they want to work, not where they did
            asked_for = elsewhere if kind == "tool" else None
            ask, weight = _ASKS[kind]
            yield Found(_KINDS[kind], span, piece, "new", asked_for, ask.format(x=span.text), weight)


_KINDS: dict[str, ClaimKind] = {"title": "title", "tool": "tool", "employer": "employer"}
_ASKS = {
    "title": ("You spoke of your time as \u201c{x}\u201d: what were you responsible for there?", 4),
    "tool": ("You mentioned {x}: what have you done with it yourself?", 4),
    "employer": ("You mentioned {x}: what was your work there, and when?", 3),
}
_ALIASES = {
    "postgres": "postgresql", "js": "javascript", "k8s": "kubernetes", "golang": "go", "powerbi": "bi", "node": "nodejs",
    "sklearn": "scikit-learn", "ms": "", "microsoft": "", "google": "", "adobe": "", "the": "",
}  # fmt: skip


def _place(kind: str, name: str, sources: Sequence[Source]) -> tuple[Source, Span] | None:
    """The first line that has every word of a name (of a title: in any form); None where no line has."""
    wanted = _key(name, stems=kind == "title")
    for source in sources:
        for line in written_lines(source.text):
            if wanted and wanted <= _key(line.text, stems=kind == "title"):
                return source, line
    return None


def _key(text: str, *, stems: bool) -> frozenset[str]:
    low = [part for w in words(text) for part in (w.text.lower(), *re.split(r"[-/&.]", w.text.lower()))]
    named = {_ALIASES.get(w.removesuffix("'s"), w.removesuffix("'s")) for w in low}
    if stems:
        return frozenset(stem(w) for w in named if len(w) > 2)
    return frozenset(named - {"", "of", "and", "for"})


def _is_target(name: str, company: str | None) -> bool:
    return bool(company) and set(lower_words(name)) <= set(lower_words(company or ""))
