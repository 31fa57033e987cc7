"""Briefing: the one prompt that all tasks of a turn share, stable text first, everything foreign quoted as data."""

from __future__ import annotations

from collections.abc import Sequence

from backend.coaching.coach import Source
from backend.coaching.feedback import Requirement
from backend.interview.memory import as_data, history
from backend.interview.phrases import clean_name, focus
from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord
from backend.llm.prompts import Briefing, PromptBook

MOST_CHARACTERS = 3_600
"""About 900 tokens: the local model reads 80 to 150 tokens a second."""
_REQUIREMENTS = 420
_RESUME = 420
_HISTORY = 900
_QUESTION = 230
_PLACE = "\x00"
"""Where the answer goes; quoted data can hold no control character."""


def make_briefing(
    prompts: PromptBook,
    persona: str,
    session: Session,
    turns: Sequence[TurnRecord],
    requirements: Sequence[Requirement],
    sources: Sequence[Source],
    answer_text: str,
) -> Briefing:
    """System text and job, the same bytes in every turn of a session; then history, question and answer.

    At most `MOST_CHARACTERS` in all. The answer gets what the rest leaves, its beginning and its end.
    """
    stable = _job(session, requirements) + _resume(sources)
    lines = history(turns, total=session.plan.question_count, budget=_HISTORY)
    question = session.question.text if session.question is not None else ""
    return _brief(prompts, persona, stable, lines, question, answer_text, session.session_id)


def brief_answer(prompts: PromptBook, persona: str, question: str, answer_text: str, slot: str) -> Briefing:
    """One answer to one question, outside any interview."""
    return _brief(prompts, persona, ["Job: not named"], [], question, answer_text, slot)


def _brief(
    prompts: PromptBook,
    persona: str,
    facts: Sequence[str],
    earlier: Sequence[str],
    question: str,
    answer_text: str,
    slot: str,
) -> Briefing:
    texts = prompts.current()
    system = texts.get("interviewer_system").render(persona=persona)
    head = texts.get("interviewer_facts").render(
        facts="\n".join(facts),
        earlier="\n".join(earlier) or "none",
        question=as_data(question, _QUESTION),
        answer=_PLACE,
    )
    room = MOST_CHARACTERS - len(system) - len(head) - 8
    return Briefing(system, head.replace(_PLACE, _both_ends(answer_text, room)), slot, texts)


def _job(session: Session, requirements: Sequence[Requirement]) -> list[str]:
    plan = session.plan
    lines = [f"Job: {as_data(clean_name(plan.role) or 'not named', 64)}"]
    if company := clean_name(plan.company):
        lines.append(f"Company: {as_data(company, 64)}")
    left = _REQUIREMENTS
    for requirement in requirements:
        wanted = focus(requirement.text)
        if wanted is None:
            continue
        line = f"- asks for {as_data(wanted.phrase, 90)}"
        if len(line) > left:
            break
        lines.append(line)
        left -= len(line) + 1
    return lines


def _resume(sources: Sequence[Source]) -> list[str]:
    resume = next((s for s in sources if s.kind == "resume"), None)
    return [f"Resume begins: {as_data(resume.text[:2_000], _RESUME)}"] if resume else []


def _both_ends(answer: str, room: int) -> str:
    """The answer as data; of a long one the beginning and the end, where the result usually is."""
    room = max(room, 120)
    whole = as_data(answer, len(answer) * 6 + 10)
    if len(whole) <= room:
        return whole
    third = (room - 12) // 3
    return f"{as_data(answer[: third * 2], third)} … {as_data(answer[-(third * 2 - 10) :], room - third - 5)}"
