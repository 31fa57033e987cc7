"""Evidence: the texts a sentence may rest on, indexed for quick and strict look-up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from backend.coaching.analysis import Analysis
from backend.coaching.numbers import Number, find_numbers
from backend.coaching.rubric import figures_in, rubric_text
from backend.coaching.stems import stem
from backend.coaching.text import lower_words, sentences, written_sentences

NEGATIONS = frozenset(
    """not no never without nobody none neither nor cannot can't couldn't didn't don't doesn't wasn't weren't won't
    wouldn't shouldn't isn't aren't haven't hasn't hadn't nothing failed unable""".split()
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


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of a text as lower-case words and stems."""

    words: tuple[str, ...]
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """One source, indexed."""

    plain: str
    """Lower case, single spaces, straight quotes: for verbatim look-up."""
    words: frozenset[str]
    stems: frozenset[str]
    clauses: tuple[Clause, ...]
    numbers: tuple[Stated, ...]

    @classmethod
    def of(cls, *texts: str, spoken: bool = False) -> Text:
        cut = sentences if spoken else written_sentences
        pieces = [p.text for t in texts for p in cut(t)]
        clauses = tuple(Clause(tuple(low := lower_words(p)), tuple(stem(w) for w in low)) for p in pieces)
        return cls(
            plain=flat(" \n ".join(texts)),
            words=frozenset(w for c in clauses for w in c.words) | _parts(clauses),
            stems=frozenset(s for c in clauses for s in c.stems) | {stem(w) for w in _parts(clauses)},
            clauses=clauses,
            numbers=tuple(s for t in texts for s in stated_numbers(t)),
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
    return [stated(text, n) for n in find_numbers(text)]


def stated(text: str, n: Number) -> Stated:
    after, before = text[n.end : n.end + 48], text[max(0, n.start - 40) : n.start]
    unit = _UNIT.match(after)
    near = lower_words(" ".join([*re.split(r"\s+", before)[-4:], *re.split(r"\s+", after)[:5]]))
    by = bool(re.search(r"\bby(?: about| around| nearly| almost| over| roughly| some)?\s*[£$€]?$", before, re.IGNORECASE))
    sized = bool(_SIZE_OF_CHANGE.match(after))
    return Stated(n.value, n.percent, frozenset(stem(w) for w in near), stem(unit.group(1)) if unit else "", by or sized)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything a sentence may rest on, by how it may be used."""

    answer: Text
    question: Text
    documents: Text
    """Job description, company, notes and role pack."""
    resume: Text
    figures: frozenset[float | str] = frozenset()
    """Measured figures, allowed exactly."""
    absent: frozenset[str] = frozenset()
    """Stems of what the analysis found missing ("number", "result"): what a sentence may say is not there."""
    extra: Text = field(default_factory=lambda: Text.of(""))
    """Rubric and the analysis' own sentences."""

    @classmethod
    def from_texts(
        cls,
        answer: str,
        *,
        question: str = "",
        documents: Iterable[str] = (),
        resume: Iterable[str] = (),
        figures: Iterable[float | str] = (),
        absent: Iterable[str] = (),
        extra: Iterable[str] = (),
    ) -> Evidence:
        return cls(
            answer=Text.of(answer, spoken=True),
            question=Text.of(question),
            documents=Text.of(*documents),
            resume=Text.of(*resume),
            figures=frozenset(figures),
            absent=frozenset(stem(w) for a in absent for w in a.split()),
            extra=Text.of(*extra),
        )

    @classmethod
    def from_analysis(cls, analysis: Analysis) -> Evidence:
        """From one analysed answer: its words, the question, the session's texts and the measured figures."""
        context, delivery = analysis.context, analysis.measured.delivery
        figures: set[float | str] = set(figures_in(analysis.scores))
        measured = (delivery.words_per_minute, delivery.filler_count, delivery.talk_time_s, delivery.word_count)
        figures |= {float(v) for v in measured if v is not None} | {round(float(v)) for v in measured if v is not None}
        absent: list[str] = list(analysis.measured.star.missing) if analysis.measured.star else []
        impact = analysis.scores.get("impact")
        if impact is not None and ("no figure" in impact.why or impact.score == 1):
            absent += ["number", "figure"]
        resume = [s.text for s in context.sources if s.kind == "resume"]
        other = [s.text for s in context.sources if s.kind != "resume"]
        return cls.from_texts(
            analysis.answer.text,
            question=analysis.answer.question,
            documents=[*other, *(p.text for p in context.passages if p.kind != "resume"), *(r.text for r in context.requirements), *context.key_points],
            resume=[*resume, *(p.text for p in context.passages if p.kind == "resume")],
            figures=figures,
            absent=absent,
            extra=[rubric_text()],
        )
