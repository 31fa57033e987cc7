"""Main questions without a model: the opening, the bank of the role pack, the closing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backend.coaching.coach import Source
from backend.coaching.feedback import Requirement
from backend.interview.modes import StageSpec
from backend.interview.phrases import Focus, clean_name, first_half, lower_first, requirement_questions
from backend.interview.requirement_choice import askable, cite
from backend.interview.session import Difficulty, SessionPlan
from backend.interview.suitable import protected_requirement, unsuitable
from backend.interview.turn_record import TurnRecord
from backend.jobs.role_packs import GENERAL, BankQuestion, Category, RolePack, RolePacks
from backend.rag.documents import Citation

CLOSING = (
    "What would you like to ask us?",
    "What questions do you have for us?",
    "What would you like to know from us before we finish?",
)
MOST_WORDS = 30
"""What can be said in one breath or two."""
_STEPS: tuple[Difficulty, ...] = ("easy", "medium", "hard")
_CATEGORIES: tuple[Category, ...] = ("behavioral", "technical", "cultural_fit", "intro")


def pack_for(packs: RolePacks, plan: SessionPlan, sources: Sequence[Source] = ()) -> RolePack:
    """The chosen pack; else the one that fits the role or the job's title; else the general one."""
    if plan.role_pack in packs.names():
        return packs.get(plan.role_pack)
    titles = [plan.role or "", *(s.title for s in sources if s.kind == "job_description")]
    return next((pack for t in titles if (pack := packs.match(t)) is not None), packs.get(GENERAL))


def bank(
    packs: RolePacks, pack: RolePack, stage: StageSpec, difficulty: Difficulty, prefer: Sequence[Category] = ()
) -> Iterator[tuple[RolePack, BankQuestion]]:
    """Questions for a stage, best first; never empty.

    The stage's categories in the pack, then in the general pack, then everything else, so that even the longest
    interview finds a new one. Within a category: preferred competencies, then the difficulty nearest to the one asked
    for, then the order of the file. `prefer` moves a panel member's categories to the front.
    """
    own: list[Category] = list(stage.categories) or ["behavioral"]
    wanted = [c for c in own if c in prefer] + [c for c in own if c not in prefer]
    general = packs.get(GENERAL)
    home = [pack] if pack.name == GENERAL else [pack, general]
    rest: list[Category] = [c for c in _CATEGORIES if c not in wanted]
    groups: list[list[Category]] = [wanted, rest]
    for group in groups:
        for one in home:
            for category in group:
                for question in sorted(one.questions_for(category), key=lambda q: _rank(q, stage, difficulty)):
                    yield one, question


def _rank(question: BankQuestion, stage: StageSpec, difficulty: Difficulty) -> tuple[bool, int]:
    distance = abs(_STEPS.index(question.difficulty) - _STEPS.index(difficulty))
    return bool(stage.competencies) and question.competency not in stage.competencies, distance


def cite_bank(pack: RolePack, question: BankQuestion) -> Citation:
    return Citation(
        citation_id="P1",
        source="role_pack",
        document_id=pack.document_id,
        title=pack.title,
        quote=question.text,
        char_start=question.char_start,
        char_end=question.char_end,
    )


def place_of(plan: SessionPlan) -> str | None:
    """ "the data engineer role at Acme", as far as both are known and can be said."""
    role, company = clean_name(plan.role), clean_name(plan.company)
    role = None if role is None or protected_requirement(role) else role
    company = None if company is None or unsuitable(company) else company
    if role and role.casefold().endswith((" role", " position", " job")):
        role = role.rsplit(" ", 1)[0]
    if role and company:
        return f"the {role} role at {company}"
    if role:
        return f"the {role} role"
    return f"this role at {company}" if company else None


def opening_text(
    plan: SessionPlan, stage: StageSpec, requirements: Sequence[Requirement]
) -> tuple[str, Citation] | str | None:
    """The first question where it can be about this job: text, and the requirement it cites; None: take the bank."""
    place = place_of(plan)
    top = [one for one in askable(requirements) if one[2].kind != "thing"]  # a bare name is no way to begin
    if "intro" in stage.categories:
        if place:
            return _about_place(plan, place)
        if top and plan.mode in ("behavioral", "technical"):
            number, requirement, wanted = top[0]
            return _prepared_for(wanted), cite(number, requirement)
        return None
    if stage.requirements and top:
        number, requirement, wanted = top[0]
        text = requirement_questions(wanted)[0]
        return (for_place(place, text) if place else text), cite(number, requirement)
    return None


def for_place(place: str, text: str) -> str:
    """A question with the job named first; its second half goes where it would become too long to be spoken."""
    whole = f"For {place}: {lower_first(text)}"
    return whole if len(whole.split()) <= MOST_WORDS else f"For {place}: {lower_first(first_half(text))}"


def _about_place(plan: SessionPlan, place: str) -> str:
    if plan.mode == "intro_call":
        return f"To begin with, what made you interested in {place}?"
    if plan.mode == "cultural_fit":
        return f"To begin with, what would matter most to you in {place}?"
    if plan.mode == "technical":
        return f"To begin with, which piece of your work has prepared you best for {place}?"
    return f"To begin with, which part of your experience has prepared you best for {place}?"


def _prepared_for(wanted: Focus) -> str:
    if wanted.kind in ("ability", "duty"):
        return f"In this job you would {wanted.phrase}; which part of your experience has prepared you best for that?"
    return f"This job asks for {wanted.phrase}; which part of your experience has prepared you best for that?"


def adapted(difficulty: Difficulty, turns: Sequence[TurnRecord]) -> Difficulty:
    """One step harder after two strong answers in a row, one step easier after two weak ones."""
    means = []
    for turn in turns:
        if turn.feedback is not None and turn.feedback.scored and turn.feedback.scores:
            scores = [s.score for s in turn.feedback.scores.values()]
            means.append(sum(scores) / len(scores))
    last = means[-2:]
    at = _STEPS.index(difficulty)
    if len(last) == 2 and min(last) >= 4.0:
        return _STEPS[min(at + 1, 2)]
    if len(last) == 2 and max(last) <= 2.0:
        return _STEPS[max(at - 1, 0)]
    return difficulty
