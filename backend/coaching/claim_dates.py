"""Claim dates: the stretches of time that a resume gives ("Northwind, 2019 - 2022"), and answers held against them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from backend.coaching.answer import Span
from backend.coaching.text import lower_words

_MONTH = r"(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+|\d{1,2}/)?"
_STRETCH = re.compile(
    rf"{_MONTH}(?P<start>(?:19|20)\d\d)\s*(?:-|–|—|to|until)\s*{_MONTH}(?P<end>(?:19|20)\d\d|present|now|current|today|date)",
    re.IGNORECASE,
)
_BEGAN = re.compile(r"\b(?:since|joined|started|began|hired|came to)\b", re.IGNORECASE)
_ENDED = re.compile(r"\b(?:until|left|till|up to|resigned)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of years, the words of its line and of the line before, and where it stands."""

    start: int
    end: int
    open_ended: bool
    words: frozenset[str]
    span: Span

    @property
    def years(self) -> int:
        return self.end - self.start


def stretches(text: str, today: date) -> list[Stretch]:
    """Every "2019 - 2022" of a resume with what it is about."""
    found: list[Stretch] = []
    before = ""
    for line in re.finditer(r"[^\r\n]+", text):
        for match in _STRETCH.finditer(line.group()):
            last = match["end"]
            said = lower_words(_STRETCH.sub(" ", line.group()))
            near = said if len(said) >= 2 else [*said, *lower_words(before)]
            body = line.group().strip()
            at = line.start() + line.group().index(body)
            found.append(
                Stretch(
                    int(match["start"]),
                    int(last) if last.isdigit() else today.year,
                    not last.isdigit(),
                    frozenset(near),
                    Span(body, at, at + len(body)),
                )
            )
        before = line.group()
    return [s for s in found if s.start <= s.end]


def of_employer(name: str, known: list[Stretch]) -> Stretch | None:
    """The stretch spent at an employer; None where the resume gives none or several."""
    wanted = {w for w in lower_words(name) if len(w) > 2}
    found = [s for s in known if wanted and wanted <= s.words]
    return found[0] if len(found) == 1 else None


def years_differ(years: tuple[float, float], stretch: Stretch) -> bool:
    """Whether "for five years" cannot be this stretch; a year more or less is rounding."""
    return years[0] > stretch.years + 1 or years[1] < stretch.years - 1


def year_differs(sentence: str, year: int, stretch: Stretch) -> bool:
    """Whether "I joined in 2019" or "until 2022" names another year than the stretch does."""
    if _BEGAN.search(sentence) and not _ENDED.search(sentence):
        return year != stretch.start
    if _ENDED.search(sentence) and not _BEGAN.search(sentence):
        return not stretch.open_ended and year != stretch.end
    return False
