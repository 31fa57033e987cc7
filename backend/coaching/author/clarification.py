"""Help with one question: put once more for who did not understand it, and hints and an example for who studies it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from backend.coaching.analysis import Source
from backend.coaching.author.ask import ask_json
from backend.coaching.author.briefing import fenced
from backend.coaching.author.model import ModelAuthor
from backend.coaching.author.reply import is_question, schema_list, schema_object, text_of
from backend.coaching.grounding import Look, Material, SourceText, Verdict, prove_question, prove_rewrite, prove_said
from backend.coaching.text import content_words, written_sentences
from backend.llm.ports import JsonSchema, Message, Usage
from backend.llm.prompts import PromptSet
from backend.rag.documents import PassageKind

CLARIFICATION = "clarification"
_SAID_AGAIN_S, _STUDY_S = 2.0, 20.0
_JOB, _RESUME, _EARLIER = 1_200, 2_000, 1_500
_JOB_SHORT, _RESUME_SHORT, _EARLIER_SHORT = 400, 800, 400
_LONGEST_AGAIN, _LONGEST_HINT, _LONGEST_EXAMPLE, _MOST_HINTS = 60, 30, 180, 4
"""Words, and hints."""
_LONGEST_FRAME = 5
"""Words that say something, around a gap."""
_SLOT = re.compile(r"\[add:[^\]]*\]")
_TEXT = {"type": "string"}


@dataclass(frozen=True, slots=True)
class HelpBrief:
    """One question, and what may be said about it. `said`: how the candidate asked for help."""

    question: str
    said: str
    sources: Sequence[Source]
    persona: str
    prompts: PromptSet
    slot: str
    key_points: Sequence[str] = ()
    """What a full answer to a question of knowledge covers."""
    earlier: Sequence[str] = ()
    language: str = "English"
    language_code: str = "en"
    on_usage: Callable[[Usage], None] | None = None


@dataclass(frozen=True, slots=True)
class StudyHelp:
    """What an author writes for who studies a question. `example` has `[add: ...]` where nobody told the fact."""

    hints: tuple[str, ...] = ()
    example: str = ""


async def say_again(author: ModelAuthor, brief: HelpBrief) -> str | None:
    """The question in other words; None where none came in two seconds that may be said."""
    system = brief.prompts.get("clarify_system").render(persona=brief.persona, language=brief.language)
    found = await _ask(author, brief, system, {"text": _TEXT}, _SAID_AGAIN_S, 160)
    text = text_of(found.get("text"))
    if not text or not is_question(text) or len(text.split()) > _LONGEST_AGAIN:
        return None
    return text if _passes(author, prove_question(text, (), _material(brief))) else None


async def study_help(author: ModelAuthor, brief: HelpBrief) -> StudyHelp | None:
    """Hints and an example; None where nothing came that may be shown."""
    system = brief.prompts.get("study_system").render(language=brief.language)
    keys = {"hints": schema_list(_TEXT, _MOST_HINTS), "example": _TEXT}
    found = await _ask(author, brief, system, keys, _STUDY_S, 500)
    material = _material(brief)
    listed = found.get("hints")
    hints = [text_of(hint) for hint in listed] if isinstance(listed, list) else []
    hints = [h for h in hints if h and len(h.split()) <= _LONGEST_HINT and _passes(author, prove_said(h, material))]
    made = StudyHelp(tuple(hints[:_MOST_HINTS]), await _example(author, brief, material, text_of(found.get("example"))))
    return made if made != StudyHelp() else None


async def _example(author: ModelAuthor, brief: HelpBrief, material: Material, text: str) -> str:
    """The example without what it makes up; "" where that is half of it or more.

    About the person it is held to what the person has told; a question of knowledge, to what is known of the trade.
    """
    sentences = [s.text for s in written_sentences(text)]
    prove = prove_said if brief.key_points else _prove_own
    kept = [s for s in sentences if _passes(author, prove(s, material))]
    if not brief.key_points and author.patient is not None:
        told = tuple(f"The candidate: {line}" for line in (_of_kind(brief, "resume"), *brief.earlier) if line)
        shown = tuple(fenced(line, len(line), private=author.private) for line in told)
        looks = [Look(n, f"The candidate can truly say: {s}", shown) for n, s in enumerate(kept, 1)]
        verdicts = await author.patient.look(looks, slot=brief.slot)
        kept = [s for n, s in enumerate(kept, 1) if verdicts.get(n, True)]
    whole = " ".join(kept)
    if len(kept) * 2 <= len(sentences) or len(whole.split()) > _LONGEST_EXAMPLE:
        return ""
    return whole if brief.key_points or _SLOT.search(whole) else ""


def _prove_own(sentence: str, material: Material) -> Verdict:
    """A sentence of an example: the person's own facts, or little more than the frame of a gap that they fill."""
    frame = _SLOT.sub(" ", sentence)
    if frame != sentence and len(content_words(frame)) <= _LONGEST_FRAME:
        return prove_said(frame, material)
    return prove_rewrite(sentence, material)


async def _ask(
    author: ModelAuthor, brief: HelpBrief, system: str, keys: dict[str, Any], timeout_s: float, max_tokens: int
) -> dict[str, Any]:
    job, resume, earlier = (_JOB_SHORT, _RESUME_SHORT, _EARLIER_SHORT) if author.short else (_JOB, _RESUME, _EARLIER)
    facts = brief.prompts.get("clarify_facts").render(
        job=fenced(_of_kind(brief, "job_description"), job, private=author.private) or "none",
        resume=fenced(_of_kind(brief, "resume"), resume, private=author.private) or "none",
        earlier=fenced("\n".join(brief.earlier), earlier, private=author.private) or "none",
        question=fenced(brief.question, 600),
        points=fenced("; ".join(brief.key_points), 1_200) or "none",
        said=fenced(brief.said, 400, private=author.private),
        task=f"Task: {CLARIFICATION}. Write the JSON object with {', '.join(keys)}.",
    )
    messages = [Message("system", system), Message("user", facts)]
    schema = JsonSchema(CLARIFICATION, schema_object(**keys))
    found = await ask_json(
        author.chat,
        messages,
        schema,
        timeout_s=timeout_s,
        max_tokens=max_tokens,
        slot=brief.slot,
        on_usage=brief.on_usage,
    )
    return found or {}


def _material(brief: HelpBrief) -> Material:
    texts = [SourceText(_kind(s.kind), s.text, s.document_id, s.title) for s in brief.sources]
    texts += [SourceText("role_pack", "; ".join(brief.key_points))] if brief.key_points else []
    return Material.of(brief.said, brief.question, texts, brief.earlier, brief.language_code)


def _of_kind(brief: HelpBrief, kind: str) -> str:
    return next((s.text for s in brief.sources if s.kind == kind), "")


def _passes(author: ModelAuthor, verdict: Verdict) -> bool:
    if not verdict.ok:
        author.on_dropped(verdict.kind)
    return verdict.ok


def _kind(kind: str) -> PassageKind:
    return kind  # type: ignore[return-value]
