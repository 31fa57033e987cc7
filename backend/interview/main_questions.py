"""Main questions without a model: the opening and the bank of the role pack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backend.coaching.coach import Source
from backend.coaching.report import judged
from backend.interview.modes import PanelMember, StageSpec
from backend.interview.session import Difficulty, SessionPlan
from backend.interview.suitable import clean_name, protected_requirement, unsuitable
from backend.interview.takes import takes_of
from backend.interview.turn_record import TurnRecord
from backend.jobs.role_packs import GENERAL, BankQuestion, Category, RolePack, RolePacks
from backend.rag.documents import Citation

STEPS: tuple[Difficulty, ...] = ("easy", "medium", "hard")
_CATEGORIES: tuple[Category, ...] = ("behavioral", "situational", "technical", "cultural_fit", "intro")


def pack_for(packs: RolePacks, plan: SessionPlan, sources: Sequence[Source] = ()) -> RolePack:
    """The chosen pack; else the one that fits the role or the job's title; else the general one."""
    if plan.role_pack in packs.names():
        return packs.get(plan.role_pack)
    titles = [plan.role or "", *(s.title for s in sources if s.kind == "job_description")]
    return next((pack for t in titles if (pack := packs.match(t)) is not None), packs.get(GENERAL))


def bank(
    packs: RolePacks, pack: RolePack, stage: StageSpec, difficulty: Difficulty, by: PanelMember | None = None
) -> Iterator[tuple[RolePack, BankQuestion]]:
    """Questions for a stage, best first; never empty.

    The stage's categories in the pack, then in the general pack, then everything else, so that even the longest
    interview finds a new one. Within a category: preferred competencies, then the difficulty nearest to the one asked
    for, then the order of the file. `by`: a panel member, whose categories come first, and in them, unless they are much
    too hard or too easy, the competencies that this person cares about.
    """
    own: list[Category] = list(stage.categories) or ["behavioral"]
    wanted = sorted(own, key=lambda c: by is not None and c not in by.categories)
    general = packs.get(GENERAL)
    home = [pack] if pack.name == GENERAL else [pack, general]
    rest: list[Category] = [c for c in _CATEGORIES if c not in wanted]
    groups: list[list[Category]] = [wanted, rest]
    for group in groups:
        for one in home:
            for category in group:
                for question in sorted(one.questions_for(category), key=lambda q: _rank(q, stage, difficulty, by)):
                    yield one, question


def _rank(
    question: BankQuestion, stage: StageSpec, difficulty: Difficulty, by: PanelMember | None
) -> tuple[bool, bool, bool, int]:
    distance = apart(question.difficulty, difficulty)
    elsewhere = bool(stage.competencies) and question.competency not in stage.competencies
    unconcerned = by is not None and question.competency not in by.competencies
    return elsewhere, distance > 1, unconcerned, distance


def apart(one: Difficulty, other: Difficulty) -> int:
    """Steps between two difficulties, 0 to 2."""
    return abs(STEPS.index(one) - STEPS.index(other))


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


def opening_text(plan: SessionPlan, stage: StageSpec) -> str | None:
    """The first question where it can name the job; None: the bank opens."""
    place = place_of(plan)
    return _about_place(plan, place) if place is not None and "intro" in stage.categories else None


def _about_place(plan: SessionPlan, place: str) -> str:
    if plan.mode == "intro_call":
        return f"To begin with, what made you interested in {place}?"
    if plan.mode == "cultural_fit":
        return f"To begin with, what would matter most to you in {place}?"
    if plan.mode == "technical":
        return f"To begin with, which piece of your work has prepared you best for {place}?"
    return f"To begin with, which part of your experience has prepared you best for {place}?"


def wanted_difficulty(plan: SessionPlan, number: int, total: int, turns: Sequence[TurnRecord]) -> Difficulty:
    """How hard question `number` of `total` is to be: from one step easier than the interview to one step harder."""
    step = min(3 * max(number - 1, 0) // max(total, 1), 2) - 1
    return STEPS[min(max(STEPS.index(adapted(plan.difficulty, turns)) + step, 0), 2)]


def adapted(difficulty: Difficulty, turns: Sequence[TurnRecord]) -> Difficulty:
    """One step harder after two strong answers in a row, one step easier after two weak ones, by an author's scores or what
    the candidate ticked."""
    last = [value for take in takes_of(turns) if (value := judged(take)) is not None][-2:]
    at = STEPS.index(difficulty)
    if len(last) == 2 and min(last) >= 4.0:
        return STEPS[min(at + 1, 2)]
    if len(last) == 2 and max(last) <= 2.0:
        return STEPS[max(at - 1, 0)]
    return difficulty
