"""Help on the same question: said more simply, a hint, or how somebody might begin. All of it authored, without a model."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from backend.coaching.feedback import Intent
from backend.coaching.text import lower_words, sentences
from backend.interview.practices import drill_subject
from backend.interview.question import Question
from backend.jobs.question_lines import QuestionLines
from backend.jobs.role_packs import RolePacks

Help = Literal["simpler", "hint", "example"]
_FIRST: dict[Help, int] = {"simpler": 0, "hint": 1, "example": -1}
_BEGINS = 2
"""Sentences of the model answer that are told as an example."""
_BEGUN = "Somebody might "
_LEAD = f"{_BEGUN}begin like this: "


def help_wanted(intent: Intent, said: str) -> Help:
    """Which help a request is for: an example where it names one, other words for a question that was not understood, else
    a hint."""
    if intent in ("clarify", "hint") and not {"example", "examples"}.isdisjoint(lower_words(said)):
        return "example"
    return "simpler" if intent == "clarify" else "hint"


def helped(
    original: Question,
    present: str,
    packs: RolePacks,
    lines: QuestionLines,
    wanted: Help,
    *,
    talk: bool = False,
    less: bool = False,
) -> str | None:
    """The question put once more with the help that is wanted, or with more, where `present` (how it was last put) has that
    help already. None where there is no more. `talk`: it was asked in a talk without a plan; `less`: nobody begins it for
    the candidate."""
    steps = _steps(original, "other" if talk else _section(original), packs, lines)
    if less:
        steps = [step for step in steps if not step.startswith(_BEGUN)]
    first = range(len(steps))[min(_FIRST[wanted], len(steps) - 1)]
    at = max(first, steps.index(present) + 1) if present in steps else first
    return steps[at] if at < len(steps) else None


def _steps(original: Question, section: str, packs: RolePacks, lines: QuestionLines) -> list[str]:
    """In plainer words, with a hint, and with how somebody might begin, as far as each is known. `section`: of what is
    said of questions that the bank does not know."""
    known = packs.question(drill_subject(original))
    if known is None or not known.simpler:
        return [*lines.about[f"Help: {section}"], *_examples()[section]]
    steps = [known.simpler]
    if known.hint:
        steps.append(f"{known.simpler} {known.hint}")
    if known.model_answer:
        begins = " ".join(s.text for s in sentences(known.model_answer)[:_BEGINS])
        steps.append(f"{_LEAD}“{begins}” And you? {known.simpler}")
    return steps


def _section(question: Question) -> str:
    if question.kind in ("follow_up", "closing"):
        return question.kind
    if question.citations:
        return "line"
    return "opening" if question.kind == "opening" else "other"


@cache
def _examples() -> dict[str, list[str]]:
    """How somebody might begin on a question that the bank does not know."""
    found: dict[str, list[str]] = yaml.safe_load(
        Path(__file__).with_name("help_examples.yaml").read_text(encoding="utf-8")
    )
    return found
