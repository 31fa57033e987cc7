"""The report of an interview in an author's words: what was proved of it; scores and figures stay those of the turns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from backend.coaching.analysis import Context, Source
from backend.coaching.answer import Answer, Span
from backend.coaching.author.ask import ask_json
from backend.coaching.author.briefing import both_ends, fenced
from backend.coaching.author.model import ModelAuthor
from backend.coaching.author.reply import items_of, quotes_of, schema_list, schema_object, text_of
from backend.coaching.citing import Citer
from backend.coaching.feedback import Drill
from backend.coaching.grounding import Look, Material, SourceText, Verdict, place, prove_point, prove_said
from backend.coaching.report import Report, ReportPoint, Take, overall, with_disclaimer
from backend.coaching.text import written_sentences
from backend.errors import AppError
from backend.llm.ports import JsonSchema, Message, Usage
from backend.llm.prompts import PromptSet
from backend.rag.documents import Citation, PassageKind

REPORT = "session_report"
_WHOLE_S = 90.0
"""Nobody waits for it: until it is there the rules' report is shown."""
_JOB, _RESUME, _ANSWERS = 2_400, 2_000, 12_000
_JOB_SHORT, _RESUME_SHORT, _ANSWERS_SHORT = 700, 600, 4_000
_FEWEST = 300
"""Characters of an answer that are always shown."""
_MOST_POINTS, _MOST_STEPS = 5, 3
_LONGEST_POINT, _LONGEST_SUMMARY = 60, 150
"""Words."""


class WrittenReport(BaseModel):
    """What was proved. Empty where nothing was: then the rules' words stay."""

    summary: str = ""
    strengths: list[ReportPoint] = []
    gaps: list[ReportPoint] = []
    next_steps: list[Drill] = []
    best_turn_id: str | None = None
    best_answer_why: str = ""


@dataclass(frozen=True, slots=True)
class ReportBrief:
    """A finished interview. `takes`: what was scored, at least one, in order."""

    takes: Sequence[Take]
    sources: Sequence[Source]
    prompts: PromptSet
    slot: str
    language: str = "English"
    language_code: str = "en"
    on_usage: Callable[[Usage], None] | None = None

    @property
    def best(self) -> Take:
        """The answer with the highest mean score, the first of equals."""
        return max(self.takes, key=lambda t: overall(t.feedback) or 0.0)


async def write_report(author: ModelAuthor, brief: ReportBrief) -> WrittenReport | None:
    """The report as far as it could be proved; None where nothing usable came. Takes up to two minutes."""
    found = await ask_json(
        author.chat,
        _messages(brief, short=author.short, private=author.private),
        _schema(),
        timeout_s=_WHOLE_S,
        max_tokens=500 if author.short else 1_600,
        slot=brief.slot,
        on_usage=brief.on_usage,
    )
    return await _Proof(author, brief).report(found) if found is not None else None


def with_written(report: Report, written: WrittenReport | None) -> Report:
    """The report with an author's words where there are any."""
    if written is None:
        return report
    best = report.best_answer
    if best is not None and written.best_answer_why and best.turn_id == written.best_turn_id:
        best = best.model_copy(update={"why": written.best_answer_why})
    words = {
        "summary": with_disclaimer(written.summary) if written.summary else report.summary,
        "strengths": written.strengths or report.strengths,
        "gaps": written.gaps or report.gaps,
        "next_steps": written.next_steps,
        "best_answer": best,
        "author": "model",
    }
    return report.model_copy(update=words)


def _messages(brief: ReportBrief, *, short: bool, private: bool) -> list[Message]:
    job_room, resume_room, room = (_JOB_SHORT, _RESUME_SHORT, _ANSWERS_SHORT) if short else (_JOB, _RESUME, _ANSWERS)
    each = max(room // len(brief.takes), _FEWEST)
    answers = [
        f"<question>{n}. {fenced(take.question, 400)}</question>\n"
        f"<answer>{n}. {fenced(both_ends(take.answer, each), each + 9, private=private)}</answer>"
        for n, take in enumerate(brief.takes, 1)
    ]
    facts = brief.prompts.get("report_facts").render(
        job=fenced(_text(brief, "job_description"), job_room, private=private) or "No posting was given.",
        resume=fenced(_text(brief, "resume"), resume_room, private=private) or "No resume was given.",
        answers="\n".join(answers),
        best=str(list(brief.takes).index(brief.best) + 1),
    )
    return [
        Message("system", brief.prompts.get("report_system").render(language=brief.language)),
        Message("user", facts),
    ]


def _text(brief: ReportBrief, kind: str) -> str:
    return next((s.text for s in brief.sources if s.kind == kind), "")


def _schema() -> JsonSchema:
    text = {"type": "string"}
    point = schema_object(text=text, answer={"type": "integer"}, quotes=schema_list(text))
    step = schema_object(title=text, instruction=text)
    whole = schema_object(
        summary=text,
        strengths=schema_list(point, 4),
        gaps=schema_list(point, 4),
        next_steps=schema_list(step, _MOST_STEPS),
        best_answer_why=text,
    )
    return JsonSchema(REPORT, whole)


class _Proof:
    """Holds a report to the answers."""

    def __init__(self, author: ModelAuthor, brief: ReportBrief) -> None:
        self._author, self._brief = author, brief
        self._texts = [SourceText(_kind(s.kind), s.text, s.document_id, s.title) for s in brief.sources]
        self._materials: dict[str, Material] = {}
        said, asked = "\n".join(t.answer for t in brief.takes), "\n".join(t.question for t in brief.takes)
        self._all = Material.of(said, asked, self._texts, (), brief.language_code)

    async def report(self, found: Mapping[str, Any]) -> WrittenReport | None:
        summary = [s.text for s in written_sentences(text_of(found.get("summary")))]
        summary = [s for s in summary if self._passes(prove_said(s, self._all))]
        strengths, gaps = self._points(found.get("strengths")), self._points(found.get("gaps"))
        best = self._brief.best
        why = text_of(found.get("best_answer_why"))
        if why and not self._passes(prove_said(why, self._material(best))):
            why = ""
        claims = [*((s, self._everything()) for s in summary), *((p.text, self._rest(p)) for p in (*strengths, *gaps))]
        claims += [(why, self._answered(best))] if why else []
        refused = await self._refused(claims)
        words = " ".join(s for s in summary if s not in refused).split()
        written = WrittenReport(
            summary=" ".join(words) if 0 < len(words) <= _LONGEST_SUMMARY else "",
            strengths=[p for p in strengths if p.text not in refused],
            gaps=[p for p in gaps if p.text not in refused],
            next_steps=self._steps(found.get("next_steps")),
            best_turn_id=best.turn_id if why and why not in refused else None,
            best_answer_why=why if why not in refused else "",
        )
        return written if written != WrittenReport() else None

    def _points(self, value: Any) -> list[ReportPoint]:
        found: list[ReportPoint] = []
        for item in items_of(value)[: _MOST_POINTS * 2]:
            text, quotes = text_of(item.get("text")), quotes_of(item.get("quotes"))
            take = self._take(item.get("answer"), quotes)
            if not text or take is None or len(text.split()) > _LONGEST_POINT:
                self._author.on_dropped("too_long" if text and take is not None else "point_shape")
                continue
            if self._passes(prove_point(text, quotes, self._material(take))):
                evidence = self._cite(take, quotes)
                ids = [c.citation_id for c in evidence]
                found.append(ReportPoint(text=text, citations=ids, turn_id=take.turn_id, evidence=evidence))
        return found[:_MOST_POINTS]

    def _take(self, number: Any, quotes: Sequence[str]) -> Take | None:
        """The answer that is meant: the one that holds the first quote, else the one of this number."""
        takes = self._brief.takes
        for quote in quotes:
            for take in takes:
                stands = place(quote, self._material(take))
                if stands is not None and stands[0].kind == "answer":
                    return take
        known = isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= len(takes)
        return takes[number - 1] if known else None

    def _steps(self, value: Any) -> list[Drill]:
        found = []
        for item in items_of(value):
            title, instruction = text_of(item.get("title")), text_of(item.get("instruction"))
            whole = title and instruction and len(instruction.split()) <= _LONGEST_POINT
            if whole and all(self._passes(prove_said(t, self._all, drill=True)) for t in (title, instruction)):
                found.append(Drill(title=title, instruction=instruction))
        return found[:_MOST_STEPS]

    def _material(self, take: Take) -> Material:
        if take.turn_id not in self._materials:
            others = [t.answer for t in self._brief.takes if t is not take]
            made = Material.of(take.answer, take.question, self._texts, others, self._brief.language_code)
            self._materials[take.turn_id] = made
        return self._materials[take.turn_id]

    def _cite(self, take: Take, quotes: Sequence[str]) -> list[Citation]:
        citer = Citer(Answer(question=take.question, text=take.answer), Context())
        for quote in quotes:
            if (stands := place(quote, self._material(take))) is not None:
                source, start, end = stands
                citer.at(source.kind, source.document_id, source.title, Span(source.text[start:end], start, end))
        return list(citer.citations)

    async def _refused(self, claims: Sequence[tuple[str, tuple[str, ...]]]) -> set[str]:
        """What a second look finds unsupported."""
        if self._author.patient is None or not claims:
            return set()
        looks = [Look(n, text, sources) for n, (text, sources) in enumerate(claims, 1)]
        try:
            verdicts = await self._author.patient.look(looks, slot=self._brief.slot)
        except AppError:
            return set()
        refused = {claims[n - 1][0] for n, supported in verdicts.items() if not supported}
        for _ in refused:
            self._author.on_dropped("report_unsupported")
        return refused

    def _answered(self, take: Take) -> tuple[str, ...]:
        return (f"Question: {take.question}", f"Answer: {self._shown(take.answer)}")

    def _everything(self) -> tuple[str, ...]:
        return tuple(text for take in self._brief.takes for text in self._answered(take))

    def _rest(self, point: ReportPoint) -> tuple[str, ...]:
        take = next(t for t in self._brief.takes if t.turn_id == point.turn_id)
        cited = [f"{c.title}: {self._shown(c.quote)}" for c in point.evidence if c.source != "answer"]
        return (*self._answered(take), *cited)

    def _shown(self, text: str) -> str:
        return fenced(text, len(text) + 9, private=self._author.private)

    def _passes(self, verdict: Verdict) -> bool:
        if not verdict.ok:
            self._author.on_dropped(verdict.kind)
        return verdict.ok


def _kind(kind: str) -> PassageKind:
    return kind  # type: ignore[return-value]
