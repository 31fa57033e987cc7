"""The plan of an interview: a posting becomes clean requirements, and questions over them and over the resume."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

from pydantic import BaseModel

from backend.coaching.analysis import Source
from backend.coaching.author.ask import ask_json
from backend.coaching.author.briefing import fenced
from backend.coaching.author.model import ModelAuthor
from backend.coaching.author.reply import is_question, items_of, schema_list, schema_object, text_of
from backend.coaching.feedback import Requirement
from backend.coaching.grounding import Look, Material, SourceText, Verdict, place, prove_question, prove_said
from backend.errors import AppError
from backend.jobs.role_packs import Category
from backend.llm.ports import JsonSchema, Message, Usage
from backend.llm.prompts import PromptSet
from backend.rag.documents import Citation

PLAN = "interview_plan"
MOST_REQUIREMENTS, MOST_QUESTIONS = 12, 20
Difficulty = Literal["easy", "medium", "hard"]
_WHOLE_S = 90.0
"""Nobody waits for a plan."""
_JOB, _RESUME = 12_000, 6_000
_JOB_SHORT, _RESUME_SHORT = 3_200, 1_600
_LONGEST_QUESTION, _LONGEST_SAYS, _LONGEST_QUOTE = 40, 25, 60
"""Words."""
_AROUND = 240
"""Characters of a document before and after a quote that the second look is shown."""
_A_RESUME_QUESTION = 4
"""One in so many questions is about the resume, as long as there are any."""


class PlannedQuestion(BaseModel):
    """A question for this posting and this resume. `citations`: the place it comes from, if any."""

    text: str
    kind: Category
    competency: str | None = None
    difficulty: Difficulty = "medium"
    citations: list[Citation] = []
    anywhere: bool = False
    """It fits every part of an interview, whatever its kind."""


class InterviewPlan(BaseModel):
    """What was proved of a plan, the most important first."""

    requirements: list[Requirement] = []
    questions: list[PlannedQuestion] = []


@dataclass(frozen=True, slots=True)
class PlanBrief:
    """What a plan is made of. At least one of the two documents is there."""

    job: Source | None
    resume: Source | None
    competencies: Sequence[str]
    """Names that a question may be filed under."""
    prompts: PromptSet
    slot: str
    language: str = "English"
    language_code: str = "en"
    on_usage: Callable[[Usage], None] | None = None


async def write_plan(author: ModelAuthor, brief: PlanBrief) -> InterviewPlan | None:
    """The plan as far as it could be proved; None where nothing usable came. Takes up to two minutes."""
    found = await ask_json(
        author.chat,
        _messages(brief, short=author.short, private=author.private),
        _schema(brief.competencies),
        timeout_s=_WHOLE_S,
        max_tokens=1_200 if author.short else 3_600,
        slot=brief.slot,
        on_usage=brief.on_usage,
    )
    if found is None:
        return None
    proof = _Proof(author, brief)
    requirements = proof.requirements(items_of(found.get("requirements")))
    questions = await proof.questions(items_of(found.get("questions")), requirements)
    return InterviewPlan(requirements=requirements, questions=mixed(questions)) if requirements or questions else None


def _messages(brief: PlanBrief, *, short: bool, private: bool) -> list[Message]:
    job_room, resume_room = (_JOB_SHORT, _RESUME_SHORT) if short else (_JOB, _RESUME)
    system = brief.prompts.get("plan_system").render(
        language=brief.language, competencies=", ".join(brief.competencies)
    )
    facts = brief.prompts.get("plan_facts").render(
        job=fenced(brief.job.text, job_room, private=private) if brief.job else "No posting was given.",
        resume=fenced(brief.resume.text, resume_room, private=private) if brief.resume else "No resume was given.",
        amount=" Six requirements and eight questions are enough." if short else "",
    )
    return [Message("system", system), Message("user", facts)]


def _schema(competencies: Sequence[str]) -> JsonSchema:
    text = {"type": "string"}
    requirement = schema_object(says=text, quote=text, eligibility={"type": "boolean"})
    question = schema_object(
        text=text,
        quote=text,
        competency={"enum": list(competencies)},
        kind={"enum": list(get_args(Category))},
        difficulty={"enum": list(get_args(Difficulty))},
    )
    return JsonSchema(PLAN, schema_object(requirements=schema_list(requirement), questions=schema_list(question)))


class _Proof:
    """Holds a plan to its documents."""

    def __init__(self, author: ModelAuthor, brief: PlanBrief) -> None:
        self._author, self._brief = author, brief
        kinds: list[tuple[Literal["job_description", "resume"], Source | None]] = [
            ("job_description", brief.job),
            ("resume", brief.resume),
        ]
        texts = [SourceText(kind, s.text, s.document_id, s.title) for kind, s in kinds if s is not None]
        self._material = Material.of("", "", texts, (), brief.language_code)

    def requirements(self, items: Sequence[Mapping[str, Any]]) -> list[Requirement]:
        """Those that stand in the posting, each place once."""
        found: list[Requirement] = []
        for item in items[: MOST_REQUIREMENTS * 2]:
            says, stands = text_of(item.get("says")), self._place(item, "job_description")
            if stands is None or not says or len(says.split()) > _LONGEST_SAYS:
                self._drop("requirement_place" if stands is None else "requirement_shape")
                continue
            source, start, end = stands
            if any(r.char_start < end and start < r.char_end for r in found):
                continue
            if self._passes(prove_said(says, self._material)):
                found.append(
                    Requirement(
                        requirement_id=f"Q{len(found) + 1}",
                        text=source.text[start:end],
                        source="document",
                        document_id=source.document_id,
                        title=source.title,
                        char_start=start,
                        char_end=end,
                        says=says.rstrip("."),
                        eligibility=item.get("eligibility") is True,
                    )
                )
        return found[:MOST_REQUIREMENTS]

    async def questions(
        self, items: Sequence[Mapping[str, Any]], requirements: Sequence[Requirement]
    ) -> list[PlannedQuestion]:
        """Those that rest on a place of a document, ask about no condition of eligibility, and presume nothing."""
        found: list[PlannedQuestion] = []
        for item in items[: MOST_QUESTIONS * 2]:
            question = self._question(item, requirements)
            if question is not None and all(question.text != other.text for other in found):
                found.append(question)
        found = found[:MOST_QUESTIONS]
        refused = await self._refused(found)
        return [q for n, q in enumerate(found, 1) if n not in refused]

    def _question(self, item: Mapping[str, Any], requirements: Sequence[Requirement]) -> PlannedQuestion | None:
        text, kind = text_of(item.get("text")), _one_of(item.get("kind"), get_args(Category), "behavioral")
        if not is_question(text) or len(text.split()) > _LONGEST_QUESTION:
            self._drop("question_shape")
            return None
        stands = self._place(item)
        if stands is None and (text_of(item.get("quote")) or kind != "intro"):
            self._drop("question_place")
            return None
        quotes = [text_of(item.get("quote"))] if stands is not None else []
        if not self._passes(prove_question(text, quotes, self._material)):
            return None
        citations = []
        if stands is not None:
            source, start, end = stands
            if any(r.eligibility and _is_at(r, source, start, end) for r in requirements):
                self._drop("question_eligibility")
                return None
            citations = [_cite(source, start, end)]
        competency = item.get("competency")
        return PlannedQuestion(
            text=text,
            kind=kind,
            competency=competency if competency in self._brief.competencies else None,
            difficulty=_one_of(item.get("difficulty"), get_args(Difficulty), "medium"),
            citations=citations,
        )

    async def _refused(self, questions: Sequence[PlannedQuestion]) -> set[int]:
        """Numbers, from 1, of the questions that a second look finds to presume something."""
        if self._author.patient is None or not questions:
            return set()
        looks = [Look(n, q.text, self._sources_of(q)) for n, q in enumerate(questions, 1)]
        try:
            verdicts = await self._author.patient.look(looks, slot=self._brief.slot)
        except AppError:
            return set()
        refused = {n for n, supported in verdicts.items() if not supported}
        for _ in refused:
            self._drop("question_unsupported")
        return refused

    def _sources_of(self, question: PlannedQuestion) -> tuple[str, ...]:
        """The place a question comes from, with what stands around it."""
        found = []
        for cited in question.citations:
            of_resume = self._brief.resume is not None and cited.document_id == self._brief.resume.document_id
            document = self._brief.resume if of_resume else self._brief.job
            if document is not None:
                around = document.text[max(cited.char_start - _AROUND, 0) : cited.char_end + _AROUND]
                name = "The candidate's resume" if of_resume else "The posting, which says what is wanted"
                found.append(f"{name}: {fenced(around, len(around), private=self._author.private)}")
        return (*found, "Nothing else is known of the candidate.")

    def _place(self, item: Mapping[str, Any], kind: str | None = None) -> tuple[SourceText, int, int] | None:
        quote = text_of(item.get("quote"))
        if not quote or len(quote.split()) > _LONGEST_QUOTE:
            return None
        stands = place(quote, self._material)
        return stands if stands is not None and kind in (None, stands[0].kind) and stands[0].document_id else None

    def _passes(self, verdict: Verdict) -> bool:
        if not verdict.ok:
            self._drop(verdict.kind)
        return verdict.ok

    def _drop(self, kind: str) -> None:
        self._author.on_dropped(kind)


def mixed(questions: Sequence[PlannedQuestion]) -> list[PlannedQuestion]:
    """In their order, but every fourth about the resume as long as there are such, the first of them early."""
    resume = [q for q in questions if of_resume(q)]
    others = [q for q in questions if not of_resume(q)]
    found: list[PlannedQuestion] = []
    while resume or others:
        due = len(found) % _A_RESUME_QUESTION == 1
        queue = resume if resume and (due or not others) else others
        found.append(queue.pop(0))
    return found


def of_resume(question: PlannedQuestion) -> bool:
    """Whether it is about a line of the resume."""
    return any(c.citation_id.startswith("R") for c in question.citations)


def _is_at(requirement: Requirement, source: SourceText, start: int, end: int) -> bool:
    same = requirement.document_id == source.document_id
    return same and requirement.char_start < end and start < requirement.char_end


def _cite(source: SourceText, start: int, end: int) -> Citation:
    return Citation(
        citation_id="R1" if source.kind == "resume" else "J1",
        source="document",
        document_id=source.document_id,
        title=source.title,
        quote=source.text[start:end],
        char_start=start,
        char_end=end,
    )


_T = TypeVar("_T", bound=str)


def _one_of(value: Any, known: tuple[_T, ...], otherwise: _T) -> _T:
    return value if value in known else otherwise
