"""ProvedReply: what of a model's reply may be said, with every quote in its place; the rest is dropped and counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from backend.coaching.answer import Span
from backend.coaching.author.briefing import scored_dimensions, shown_to_model
from backend.coaching.author.ports import Brief, Proposal
from backend.coaching.author.reply import (
    MOST_POINTS,
    Asked,
    CoachReply,
    Mistake,
    Quoted,
    RaisedConcern,
    is_question,
)
from backend.coaching.author.whole_text import WholeText
from backend.coaching.citing import Citer
from backend.coaching.contact_lines import without_contact_lines
from backend.coaching.feedback import (
    Concern,
    Dimension,
    Drill,
    ErrorPoint,
    Feedback,
    Point,
    Rewrite,
    Score,
    Slot,
    StarPart,
)
from backend.coaching.grounding import (
    Look,
    Material,
    SourceText,
    Verdict,
    place,
    prove_error,
    prove_point,
    prove_question,
    prove_rewrite,
    prove_said,
)
from backend.coaching.instructions import without_instructions
from backend.coaching.intake import authored_line, line
from backend.coaching.rubric import anchor
from backend.rag.documents import Citation

_FIRST: tuple[Literal["strengths", "errors", "gaps"], ...] = ("strengths", "errors", "gaps")
_LONGEST_POINT = 60
"""Words. A point that goes on is no point."""
_LONGEST_QUESTION = 45
_SLOT = re.compile(r"\[add:\s*([^\]]+)\]")
TO_THE_MACHINE = "Part of this speaks to the machine and not to the interviewer, so it was not scored."


@dataclass(slots=True)
class _Kept:
    """A point that code has proved. `n`: its number in the second look."""

    n: int
    where: Literal["strengths", "gaps", "errors"]
    text: str
    citations: list[Citation]
    quote: str = ""
    place: tuple[int, int] | None = None
    """Of an error's quote, where it stands in the answer."""


class ProvedReply:
    """Proves the parts of one reply as they come. `on_dropped` is told the kind of each that may not be said."""

    def __init__(self, brief: Brief, on_dropped: Callable[[str], None], *, private: bool = True) -> None:
        """`private`: the second look is taken on another host, which gets no contact details.

        Takes the material apart: milliseconds, more with long documents; call it in a thread."""
        self._brief = brief
        self._analysis = brief.analysis
        self._on_dropped = on_dropped
        self._private = private
        answer, context = brief.analysis.answer, brief.analysis.context
        self._material = Material.of(
            answer.text,
            answer.question,
            [SourceText(_kind(s.kind), s.text, s.document_id, s.title) for s in context.sources],
            context.earlier_answers,
            answer.language,
        )
        self._citer = Citer(answer, context, [c for c in brief.analysis.citations if c.source != "answer"])
        self._kept: list[_Kept] | None = None
        self._rewrite = WholeText("", 1)
        self._withheld = 0

    def drop(self, kind: str) -> None:
        self._withheld += 1
        self._on_dropped(kind)

    # --- what is said at once ------------------------------------------------------------------------------------------

    def may_say(self, sentence: str) -> bool:
        """Whether a sentence of the reaction may be said, by code alone."""
        return self._passes(prove_said(sentence, self._material))

    def concern(self, raised: RaisedConcern) -> Concern:
        """What is said instead of coaching: of a concern only the kind is the model's."""
        answer = self._analysis.answer
        return Concern(
            kind=raised.kind, say=authored_line(raised.kind, answer.language, self._brief.tone, self._brief.help_line)
        )

    def ask(self, asked: Asked) -> Proposal | None:
        """The question as it may be asked; None where it rests on something that is not there."""
        if len(asked.text.split()) > _LONGEST_QUESTION or not is_question(asked.text):
            self.drop("question_shape")
            return None
        if not self._passes(prove_question(asked.text, asked.quotes, self._material)):
            return None
        return Proposal(asked.text, asked.follow_up, tuple(self._cite(asked.quotes)))

    # --- the points ----------------------------------------------------------------------------------------------------

    def points(self, reply: CoachReply) -> bool:
        """Prove strengths, gaps, errors and the rewrite by code, once; whether any point stands."""
        if self._kept is None:
            self._kept = []
            for where, found in (("strengths", reply.strengths), ("gaps", reply.gaps)):
                for point in found:
                    self._take(where, point)  # type: ignore[arg-type]
            for mistake in reply.errors:
                self._take_error(mistake)
            stands = reply.rewrite and self._passes(prove_rewrite(reply.rewrite, self._material))
            self._rewrite = WholeText(reply.rewrite if stands else "", len(self._kept) + 1)
        return bool(self._kept)

    def _take(self, where: Literal["strengths", "gaps"], point: Quoted) -> None:
        assert self._kept is not None
        if len(point.text.split()) > _LONGEST_POINT:
            self.drop("too_long")
        elif self._passes(prove_point(point.text, point.quotes, self._material)):
            self._kept.append(_Kept(len(self._kept) + 1, where, point.text, self._cite(point.quotes)))

    def _take_error(self, mistake: Mistake) -> None:
        assert self._kept is not None
        if not self._passes(prove_error(mistake.quote, mistake.correction, self._material)):
            return
        stands = place(mistake.quote, self._material)
        there = stands[1:] if stands is not None and stands[0].kind == "answer" else None
        cited = self._cite([mistake.quote])
        self._kept.append(_Kept(len(self._kept) + 1, "errors", mistake.correction, cited, mistake.quote, there))

    def looks(self) -> list[Look]:
        """What the second look is asked about, in order: the points, then the rewrite and its sentences."""
        points = [Look(k.n, k.text, (*self.sources_of(k.citations), *_held_wrong(k))) for k in self._kept or []]
        return [*points, *self._rewrite.looks(self.all_sources(job=False))]

    def look_of(self, proposal: Proposal) -> Look:
        """What it is asked about the next question, as number 1."""
        return Look(1, proposal.text, self.sources_of(proposal.citations))

    def sources_of(self, cited: Sequence[Citation]) -> tuple[str, ...]:
        """What a statement with these citations has to rest on: the answer and its question, and the places cited."""
        others = [f"{_NAMES[c.citation_id[0]]}: {c.quote}" for c in cited if c.source != "answer"]
        return self._as_sent(others)

    def all_sources(self, *, job: bool = True) -> tuple[str, ...]:
        """What a text without quotes may rest on: all that the model was shown; `job`: the posting too."""
        return self._as_sent(shown_to_model(self._brief, job=job))

    def _as_sent(self, others: Sequence[str]) -> tuple[str, ...]:
        answer = self._analysis.answer
        texts = (f"Question: {answer.question}", f"Answer: {answer.text}", *others)
        return tuple(without_contact_lines(text) if self._private else text for text in texts)

    def keep(self, verdicts: Mapping[int, bool]) -> None:
        """Drop what the second look does not support. What it says nothing of stays as code proved it."""
        for kept in list(self._kept or []):
            if verdicts.get(kept.n) is False:
                self.drop(f"{kept.where}_unsupported")
                self._kept.remove(kept)  # type: ignore[union-attr]
        left = self._rewrite.left(verdicts, of_one_piece=True)
        if left != self._rewrite.sentences:
            self.drop("rewrite_unsupported")
            self._rewrite = WholeText(" ".join(left), self._rewrite.first)

    def first_points(self) -> list[str]:
        """What of the points is said first, while the rest is still being written."""
        kept = self._kept or []
        return [
            next(k.text for k in kept if k.where == where) for where in _FIRST if any(k.where == where for k in kept)
        ]

    # --- the whole -----------------------------------------------------------------------------------------------------

    def feedback(self, reply: CoachReply, reaction: str) -> Feedback:
        """Everything that stands, on the wire's terms. `reaction`: what was said of it."""
        kept = self._kept or []
        because = self._analysis.measured.not_scored_because
        if because is None and without_instructions(self._analysis.answer.text) != self._analysis.answer.text:
            because = TO_THE_MACHINE
        drill = self._drill(reply.drill)
        scores = self._scores(reply) if because is None else {}
        return Feedback(
            scored=because is None,
            author="model",
            not_scored_because=because,
            intent=self._analysis.measured.intent,
            summary=reaction or next((k.text for k in kept), ""),
            strengths=[_point(k) for k in kept if k.where == "strengths"][:MOST_POINTS],
            gaps=[_point(k) for k in kept if k.where == "gaps"][:MOST_POINTS],
            errors=[_error(k) for k in kept if k.where == "errors"],
            rewrite=self._rewritten(),
            drill=drill,
            scores=scores,
            citations=list(self._citer.citations),
            withheld=self._withheld,
            corrections=self._analysis.corrections,
            reference=self._analysis.context.reference if because is None else None,
        )

    def with_concern(self, concern: Concern) -> Feedback:
        """Nothing but what matters more."""
        because = line("unscored", self._analysis.answer.language)
        return Feedback(scored=False, author="model", not_scored_because=because, summary=concern.say, concern=concern)

    def _rewritten(self) -> Rewrite:
        text = self._rewrite.text
        star = self._analysis.measured.star
        missing: list[StarPart] = list(star.missing) if star is not None else []
        hints = [hint.strip() for hint in _SLOT.findall(text)]
        parts: list[StarPart] = [*missing, *(["result"] * len(hints))]  # type: ignore[list-item]
        return Rewrite(text=text, slots=[Slot(part=p, hint=h) for p, h in zip(parts, hints, strict=False)])

    def _drill(self, drill: tuple[str, str] | None) -> Drill | None:
        if drill is None or not all(self._passes(prove_said(text, self._material, drill=True)) for text in drill):
            return None
        return Drill(title=drill[0], instruction=drill[1])

    def _scores(self, reply: CoachReply) -> dict[Dimension, Score]:
        """The model's scores against the anchors, and the measured one of how it was said. A language is scored by what
        is measured."""
        if self._analysis.answer.mode == "language":
            return dict(self._analysis.scores)
        found: dict[Dimension, Score] = {}
        for name in scored_dimensions(self._analysis.answer.mode):
            rated = reply.scores.get(name)
            if rated is not None:
                words = anchor(name, rated.score)
                why = rated.why if rated.why and self._passes(prove_said(rated.why, self._material)) else words
                found[name] = Score(score=rated.score, why=why, anchor=words)
        if found and (measured := self._analysis.scores.get("delivery")) is not None:
            found["delivery"] = measured
        return found

    # --- small things --------------------------------------------------------------------------------------------------

    def _passes(self, verdict: Verdict) -> bool:
        if not verdict.ok:
            self.drop(verdict.kind)
        return verdict.ok

    def _cite(self, quotes: Sequence[str]) -> list[Citation]:
        found: list[Citation] = []
        for quote in quotes:
            if (stands := place(quote, self._material)) is not None:
                source, start, end = stands
                cited = self._citer.at(
                    source.kind, source.document_id, source.title, Span(source.text[start:end], start, end)
                )
                if cited is not None and cited not in found:
                    found.append(cited)
        return found


_NAMES = {"J": "Job", "R": "Resume", "C": "Company", "N": "Notes", "P": "Role guide", "A": "Answer"}


def _kind(kind: str) -> Literal["job_description", "resume", "company", "notes", "role_pack"]:
    return kind  # type: ignore[return-value]


def _held_wrong(kept: _Kept) -> tuple[str, ...]:
    """What a correction is about."""
    return (f"Said to be wrong: {kept.quote}",) if kept.where == "errors" else ()


def _point(kept: _Kept) -> Point:
    return Point(text=kept.text, citations=[c.citation_id for c in kept.citations])


def _error(kept: _Kept) -> ErrorPoint:
    start, end = kept.place or (None, None)
    citation = kept.citations[0].citation_id if kept.citations else ""
    return ErrorPoint(quote=kept.quote, correction=kept.text, citation=citation, char_start=start, char_end=end)
