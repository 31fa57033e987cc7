"""Suggestion: the question a listener would still have, worded by the language model and checked before it is said.

The small model invents when it is asked for advice ("say that ..."): tried on 13 real answers, 4 of 5 sentences had to be
held back, and what passed told the speaker things that had not happened. A question claims next to nothing and is specific.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from backend.coaching.analysis import Analysis, Notice
from backend.coaching.evidence import Evidence
from backend.coaching.points import Found, PointKind
from backend.coaching.stems import stem
from backend.coaching.text import content_words, word_count, written_sentences
from backend.errors import LlmError
from backend.llm.ports import ChatModel, Usage
from backend.llm.prompts import Briefing, PromptBook

MOST_TOKENS = 40
MOST_SENTENCES = 1
TIMEOUT_S = 5.0
"""A turn ends without the question rather than keep the candidate waiting: what is said aloud takes about as long."""
_LONGEST, _SHORTEST = 24, 4
_UNFIT = re.compile(
    r"\b(?:coach|candidate|speaker|answer|response|interviewer|as an ai|great|excellent|impressive|nervous|confident|"
    r"confidence|accent|anxious|shy|feel|felt|feeling|religion|religious|married|age|how old|born|nationality|pregnan\w+|children of your|names?|"
    r"bank details|account number|password|passcode|credit card|card number|social security|national insurance number|passport)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:what|how|who|when|where|why|which|did|was|were|had|in what|at what|for whom|with whom|by how)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[*#`_>]+|^\s*(?:\d+[.)]|-)\s+|^\s*(?:question|follow-up question|answer)\s*:\s*", re.IGNORECASE)


_AIMS: dict[PointKind, str] = {
    "general": "what happened one particular time",
    "result": "what came of it",
    "figure": "how much, how many or how long",
    "ours": "which part you did yourself",
    "action": "what you did first",
    "task": "what you had to achieve",
    "scene": "what you did about it",
    "vague": "one exact thing in it",
    "short": "what else you did",
    "trade_off": "which other way there was, and why not that",
    "reason": "why",
    "example": "one case where you did it",
    "proof": "which work of yours shows it",
    "motive": "what draws you to this work",
    "details": "how exactly you did it",
}
"""What is still to be found out. Nothing where form is at fault, or the answer only has its next level ahead."""


def aim_of(gaps: Sequence[Found]) -> str:
    """What a listener would ask about the first gap; empty for nothing."""
    return _AIMS.get(gaps[0].kind, "") if gaps else ""


@dataclass(frozen=True, slots=True)
class Suggested:
    """What may be said, in order, and how many sentences were held back."""

    sentences: tuple[str, ...] = ()
    withheld: int = 0


async def suggest(
    chat: ChatModel,
    prompts: PromptBook,
    analysis: Analysis,
    *,
    briefing: Briefing,
    notice: Notice,
    on_usage: Callable[[Usage], None] | None = None,
) -> Suggested:
    """Ask for one question on the first gap. A failing model is noticed once and gives nothing."""
    gap = analysis.gaps[0].text
    instruction = prompts.get("coach_tip").render(aim=analysis.aim)
    evidence = Evidence.from_analysis(analysis)
    kept: list[str] = []
    withheld = 0
    text = ""
    try:
        stream = chat.stream(
            briefing.ask(instruction),
            max_tokens=MOST_TOKENS,
            temperature=0.0,
            slot=briefing.slot,
            timeout_s=TIMEOUT_S,
            on_usage=on_usage,
        )
        async with aclosing(stream) as pieces:
            async for piece in pieces:
                text += piece
                if len(whole_sentences(text, ended=False)) >= MOST_SENTENCES:
                    break
    except LlmError as error:
        await notice(error)
        return Suggested()
    for sentence in whole_sentences(text, ended=True)[:MOST_SENTENCES]:
        if _says_nothing_new(sentence, [gap, *kept]):
            continue
        if not usable(sentence) or not evidence.check(sentence).ok:
            withheld += 1
            continue
        kept.append(f"A listener might still ask: “{sentence}”")
    return Suggested(tuple(kept[:1]), withheld)


def whole_sentences(text: str, *, ended: bool) -> list[str]:
    """Complete sentences without markup; the last one counts only when it has come to its end."""
    lines = [_MARKUP.sub("", line).strip(" \"'“”") for line in text.splitlines()]
    plain = " ".join(" ".join(lines).split())
    found = [s.text for s in written_sentences(plain)]
    if found and (not ended or not found[-1].endswith((".", "!", "?"))):
        last = found.pop()
        if not ended and last.endswith((".", "!", "?")) and len(text) > len(text.rstrip()):
            found.append(last)
    return found


def usable(sentence: str) -> bool:
    """One plain question of fair length about what happened: nothing about feelings, the person or the coaching."""
    fair = _SHORTEST <= word_count(sentence) <= _LONGEST
    return fair and sentence.endswith("?") and bool(_ASKS.match(sentence)) and not _UNFIT.search(sentence)


def _says_nothing_new(sentence: str, said: list[str]) -> bool:
    now = {stem(w) for w in content_words(sentence)}
    return bool(now) and any(len(now & {stem(w) for w in content_words(s)}) / len(now) >= 0.75 for s in said)
