"""Suggestion: one sentence by the language model on what to say instead, checked before it is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from backend.coaching.analysis import Analysis, Notice, Say
from backend.coaching.facts import Facts
from backend.llm.ports import ChatModel, Usage
from backend.llm.prompts import Briefing, PromptBook


@dataclass(frozen=True, slots=True)
class Suggested:
    """What was said (checked), and how many sentences were held back."""

    text: str = ""
    withheld: int = 0


async def suggest(
    chat: ChatModel,
    prompts: PromptBook,
    analysis: Analysis,
    facts: Facts,
    *,
    briefing: Briefing,
    say: Say,
    notice: Notice,
    on_usage: Callable[[Usage], None] | None,
) -> Suggested:
    return Suggested()
