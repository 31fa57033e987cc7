# ruff: noqa: SIM905 - word lists
"""Source texts: what a sentence may rest on, indexed for quick and strict look-up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from backend.coaching.numbers import Number, find_numbers
from backend.coaching.spoken import canonical, meant
from backend.coaching.stems import stem
from backend.coaching.text import FUNCTION_WORDS, lower_words, sentences, written_sentences

NEGATIONS = frozenset(
    """not no never without nobody none neither nor cannot can't couldn't didn't don't doesn't wasn't
    weren't won't wouldn't shouldn't isn't aren't haven't hasn't hadn't nothing failed unable""".split()
)
_SIZE_OF_CHANGE = re.compile(
    r"(?:[\s-]*(?:%|percent|per cent|[a-z]+))?[\s-]+"
    r"(?:reduction|drop|fall|cut|saving|increase|improvement|decrease|gain|growth|rise|raise|boost|faster|slower|fewer|more|less|better|higher|lower)s?\b",
    re.IGNORECASE,
)
"""After a number: "a 40-minute reduction" states the size of a change, not a value."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A number as a text states it: value, unit or counted thing, and whether it is the size of a change."""

    value: float | str
    percent: bool
    around: frozenset[str]
    """Stems of the words near it."""
    unit: str
    change: bool
    ordinal: bool = False
    inherits: str = ""
    """The unit of the figure before, where this one stands bare: "fourteen minutes ... in eleven"."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of a text as lower-case words, commas kept as words of their own, and their stems."""

    words: tuple[str, ...]
    stems: tuple[str, ...]

    @classmethod
    def of(cls, sentence: str) -> Clause:
        low: list[str] = []
        for part in re.split(r"(,)(?=\s)", sentence):
            low += [","] if part == "," else lower_words(part)
        return cls(tuple(low), tuple(stem(w) for w in low))


@dataclass(frozen=True, slots=True)
class Text:
    """One source, indexed."""

    plain: str
    """Lower case, single spaces, straight quotes: for verbatim look-up."""
    told: str
    """The text without fillers and slips, in one form (`spoken`), case kept: for everything but quotes."""
    searched: str
    """`plain` and `told` in lower case: where a name may stand."""
    words: frozenset[str]
    stems: frozenset[str]
    clauses: tuple[Clause, ...]
    numbers: tuple[Stated, ...]

    @classmethod
    def of(cls, *texts: str, spoken: bool = False) -> Text:
        cut = sentences if spoken else written_sentences
        forms = [meant(t) if spoken else canonical(t) for t in texts]
        pieces = [p.text for t in forms for p in cut(t)]
        clauses = tuple(Clause.of(p) for p in pieces)
        plain, told = flat(" \n ".join(texts)), " \n ".join(forms)
        return cls(
            plain=plain,
            told=told,
            searched=f"{plain} {flat(told)}",
            words=frozenset(w for c in clauses for w in c.words) | _parts(clauses),
            stems=frozenset(s for c in clauses for s in c.stems) | {stem(w) for w in _parts(clauses)},
            clauses=clauses,
            numbers=tuple(s for t in forms for s in stated_numbers(t)),
        )


def _parts(clauses: Iterable[Clause]) -> frozenset[str]:
    return frozenset(p for c in clauses for w in c.words if "-" in w or "/" in w for p in re.split(r"[-/]", w) if p)


def flat(text: str) -> str:
    """For verbatim comparison: lower case, straight quotes, single spaces."""
    plain = text.lower().replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    return re.sub(r"\s+", " ", plain).strip()


_UNIT = re.compile(r"^[\s-]*([a-z]+)", re.IGNORECASE)


def stated_numbers(text: str) -> list[Stated]:
    """Every number of a text with what it counts and whether it is the size of a change ("cut by 40")."""
    found: list[Stated] = []
    last = ""
    for n in find_numbers(text):
        number = stated(text, n)
        bare = not number.unit or number.unit in FUNCTION_WORDS
        found.append(replace(number, inherits=last) if bare and last else number)
        last = "%" if number.percent else last if bare else number.unit
    return found


def stated(text: str, n: Number) -> Stated:
    after, before = text[n.end : n.end + 48], text[max(0, n.start - 40) : n.start]
    unit = _UNIT.match(after)
    near = lower_words(" ".join([*re.split(r"\s+", before)[-4:], *re.split(r"\s+", after)[:5]]))
    by = bool(
        re.search(r"\bby(?: about| around| nearly| almost| over| roughly| some)?\s*[£$€]?$", before, re.IGNORECASE)
    )
    sized = bool(_SIZE_OF_CHANGE.match(after))
    return Stated(
        n.value,
        n.percent,
        frozenset(stem(w) for w in near),
        stem(unit.group(1)) if unit else "",
        by or sized,
        n.ordinal,
    )
