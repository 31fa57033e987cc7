"""Evidence: everything a sentence about one answer may rest on, by how it may be used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from backend.coaching.analysis import Analysis
from backend.coaching.grounding import Verdict, check
from backend.coaching.instructions import document_without_instructions
from backend.coaching.rubric import figures_in, rubric_text
from backend.coaching.source_text import Text
from backend.coaching.stems import stem


@lru_cache(maxsize=64)
def _indexed(texts: tuple[str, ...], *, spoken: bool = False) -> Text:
    """Documents stay the same from turn to turn, so the last few texts are indexed once."""
    return Text.of(*texts, spoken=spoken)


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

    def check(self, sentence: str) -> Verdict:
        """Whether a sentence may be said, and what in it nothing supports."""
        return check(sentence, self)

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
            answer=_indexed((answer,), spoken=True),
            question=_indexed((question,)),
            documents=_indexed(tuple(map(document_without_instructions, documents))),
            resume=_indexed(tuple(map(document_without_instructions, resume))),
            figures=frozenset(figures),
            absent=frozenset(stem(w) for a in absent for w in a.split()),
            extra=_indexed(tuple(extra)),
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
            documents=[
                *other,
                *(p.text for p in context.passages if p.kind != "resume"),
                *(r.text for r in context.requirements),
                *context.key_points,
            ],
            resume=[*resume, *(p.text for p in context.passages if p.kind == "resume")],
            figures=figures,
            absent=absent,
            extra=[rubric_text()],
        )
