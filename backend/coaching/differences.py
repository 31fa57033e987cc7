"""Differences: a title, the years at an employer or the size of a team that the answer gives otherwise than the resume.

It accuses nobody: each is a question. Few are found, since each has to be beyond doubt: the same employer, the same kind of
title, the only team. What the resume merely does not have is no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from backend.coaching.analysis import Source
from backend.coaching.answer import Answer, Span
from backend.coaching.citing import Citer
from backend.coaching.claim_dates import of_employer, stretches, year_differs, years_differ
from backend.coaching.claim_names import employers, is_own, is_stated, titles
from backend.coaching.feedback import ErrorPoint
from backend.coaching.numbers import Number, find_numbers
from backend.coaching.stems import stem
from backend.coaching.text import FUNCTION_WORDS, lower_words, sentences, words

DifferenceKind = Literal["title", "date", "number"]
_MOST = 2
_HELD_SHORT = re.compile(r"\b(?:[Ii](?:['’]m| am|['’]ve been| have been| was)|as)\s+an?\s+([A-Z]{2,5})(?![\w-])")
_SEGMENT = re.compile(r"[^\r\n,;|•·–—()/:]+")
_FOR_YEARS = re.compile(r"(?i)\bfor (?:about |around |nearly |almost |over |more than |some )?$")
_TEAM = re.compile(
    r"(?i)\b(?:led|lead|leading|managed|manage|managing|supervised|supervise|supervising|ran) (?:an? |the )?teams? of (?:about |around )?$"
)
_TITLE_WORDS = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """`said` in its `sentence` of the answer, and the `line` of the resume that says otherwise, all verbatim."""

    kind: DifferenceKind
    said: Span
    sentence: Span
    source: Source
    line: Span

    @property
    def ask(self) -> str:
        return f"Your resume says “{self.line.text.rstrip('.')}”; you said “{self.said.text}”. Which is it?"


def find_differences(text: str, sources: Sequence[Source], today: date | None = None) -> list[Difference]:
    """What to ask about, in the order said; of an English answer. Deterministic; milliseconds."""
    resumes = [s for s in sources if s.kind == "resume"]
    jobs = [s for s in sources if s.kind in {"job_description", "role_pack"}]
    pieces = sentences(text)
    found: list[Difference] = []
    for resume in resumes:
        found.extend(_titles(text, pieces, resume, resumes, jobs))
        found.extend(_years(text, pieces, resume, today or date.today()))
        found.extend(_teams(text, pieces, resume))
    mine = [d for d in found if is_own(text, d.sentence, d.said.start) and is_stated(text, d.sentence, d.said.start)]
    return sorted({d.said.start: d for d in mine}.values(), key=lambda d: d.said.start)


def as_errors(answer: Answer, sources: Sequence[Source], citer: Citer) -> list[ErrorPoint]:
    """The differences of an answer as the page shows them, at most two."""
    found = find_differences(answer.text, sources)[:_MOST]
    return [
        ErrorPoint(
            quote=d.said.text, correction=d.ask, char_start=d.said.start, char_end=d.said.end,
            citation=cited.citation_id if (cited := citer.at("resume", d.source.document_id, d.source.title, d.line)) else "",
        )
        for d in found
    ]  # fmt: skip


# --- titles ----------------------------------------------------------------------------------------------------------


def _titles(
    text: str, pieces: Sequence[Span], resume: Source, resumes: Sequence[Source], jobs: Sequence[Source]
) -> Iterable[Difference]:
    """A title of the posting that is claimed and stands in no resume, where a resume has another of the same trade."""
    held = [*titles(text, pieces), *(Span(m[1], m.start(1), m.end(1)) for m in _HELD_SHORT.finditer(text))]
    for said in held:
        whole = said.text if len(said.text.split()) > 1 else _spelled_out(said.text, jobs)
        if whole is None or not any(_has(s.text, whole) or _has(s.text, said.text) for s in jobs):
            continue
        if any(_has(r.text, whole) or _has(r.text, said.text) or _has(r.text, _initials(whole)) for r in resumes):
            continue
        if (line := _other_title(whole, resume.text)) is not None:
            yield Difference("title", said, _piece(pieces, said.start), resume, line)


def _spelled_out(short: str, jobs: Sequence[Source]) -> str | None:
    """What an abbreviation stands for in the posting: "RN" -> "Registered Nurse"."""
    if not short.isupper():
        return None
    for job in jobs:
        said = words(job.text)
        for i in range(len(said) - len(short) + 1):
            run = [w.text for w in said[i : i + len(short)]]
            if [w[0].upper() for w in run] == list(short):
                return " ".join(run)
    return None


def _other_title(whole: str, resume: str) -> Span | None:
    """A title of the resume with the same last word and none of the others."""
    *first, last = [stem(w) for w in lower_words(whole)]
    for match in _SEGMENT.finditer(resume):
        plain = match.group().strip(" \t-*")
        low = [stem(w) for w in lower_words(plain)]
        if not 2 <= len(low) <= _TITLE_WORDS or low[-1] != last or set(low) & {*first, *FUNCTION_WORDS}:
            continue
        at = match.start() + match.group().index(plain)
        return Span(plain, at, at + len(plain))
    return None


def _initials(title: str) -> str:
    return "".join(w[0].upper() for w in title.split())


def _has(text: str, phrase: str) -> bool:
    return re.search(rf"(?i)(?<!\w){re.escape(phrase)}s?(?!\w)", text) is not None


# --- years and teams -------------------------------------------------------------------------------------------------


def _years(text: str, pieces: Sequence[Span], resume: Source, today: date) -> Iterable[Difference]:
    """A year or a number of years at an employer whose only stretch in the resume is another."""
    known = stretches(resume.text, today)
    firms = employers(text, pieces)
    for number in find_numbers(text):
        if not isinstance(number.value, float) or number.percent or number.ordinal:
            continue
        piece = _piece(pieces, number.start)
        here = [f for f in firms if piece.start <= f.start < piece.end]
        stretch = of_employer(here[0].text, known) if len(here) == 1 else None
        if stretch is None:
            continue
        said = _with_years(text, piece, number)
        if said is not None:
            differs = years_differ((number.value, number.value), stretch)
        else:
            said = Span(text[number.start : number.end], number.start, number.end)
            differs = 1950 <= number.value <= today.year and year_differs(piece.text, int(number.value), stretch)
        if differs:
            yield Difference("date", said, piece, resume, stretch.span)


def _with_years(text: str, piece: Span, number: Number) -> Span | None:
    """ "five years" where it is said how long: "for five years"."""
    unit = re.match(r" years?\b", text[number.end :])
    if unit is None or not _FOR_YEARS.search(text[piece.start : number.start]):
        return None
    return Span(text[number.start : number.end + unit.end()], number.start, number.end + unit.end())


def _teams(text: str, pieces: Sequence[Span], resume: Source) -> Iterable[Difference]:
    """The size of a team that was led, where the resume names one team that was led, of another size."""
    written = list(_led(resume.text))
    said = list(_led(text))
    if len(written) != 1 or len(said) != 1 or written[0].value == said[0].value:
        return
    start = text.lower().rindex("team", 0, said[0].start)
    line = next(m for m in re.finditer(r"[^\r\n]+", resume.text) if m.start() <= written[0].start < m.end())
    plain = line.group().strip(" \t-*•")
    at = line.start() + line.group().index(plain)
    span = Span(text[start : said[0].end], start, said[0].end)
    yield Difference("number", span, _piece(pieces, start), resume, Span(plain, at, at + len(plain)))


def _led(text: str) -> Iterable[Number]:
    for number in find_numbers(text):
        if isinstance(number.value, float) and not number.percent and _TEAM.search(text[: number.start]):
            yield number


def _piece(pieces: Sequence[Span], position: int) -> Span:
    return next((p for p in pieces if p.start <= position < p.end), pieces[-1])
