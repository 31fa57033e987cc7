"""What the model is given about one answer: stable text first, everything foreign fenced as data, within a budget."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from backend.coaching.author.ports import Brief
from backend.coaching.author.reply import CHAT, form_of
from backend.coaching.contact_lines import without_contact_lines
from backend.coaching.differences import find_differences
from backend.coaching.feedback import STAR_PARTS, Dimension, Tone
from backend.coaching.rubric import anchors, dimensions
from backend.llm.ports import Message
from backend.rag.documents import Passage

_LETTER = {"job_description": "J", "resume": "R", "company": "C", "notes": "N", "role_pack": "P"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MARKERS = re.compile(r"<\|[^|>]*\|?>|\[/?INST\]", re.IGNORECASE)
_FENCES = re.compile(r"<(?=/?\s*(?:job|resume|question|passages|earlier|answer|measured)\b)", re.IGNORECASE)
_TONES: dict[Tone, str] = {
    "plain": "",
    "gentle": " They are nervous: begin with what worked where something did, and put each gap as the next small step.",
    "blunt": " They asked for bluntness: say it straight and short, without softening. Stay civil.",
}


@dataclass(frozen=True, slots=True)
class Room:
    """How much of each thing fits, in tokens as `tokens` counts them. The answer gets what the rest leaves."""

    whole: int
    job: int
    resume: int
    earlier: int
    passages: int
    passage: int
    talk: int
    """For earlier turns of a talk without a script, which are remembered in full."""
    reply: int
    """Most tokens of the reply."""
    short: bool


REMOTE = Room(6_000, 480, 400, 240, 1_250, 210, 1_900, 1_400, short=False)
LOCAL = Room(2_200, 170, 150, 110, 220, 75, 500, 320, short=True)
"""A model on this machine reads some hundred tokens a second."""
_QUESTION = 160
_USUAL_ANSWER = 450
"""Tokens, some 350 words. A longer answer takes the room that passages leave it, down to half of theirs."""


def tokens(text: str) -> int:
    """About how many tokens a text has, rather too many: four letters of Latin script each, one of any other."""
    plain = sum(ch.isascii() for ch in text)
    return (plain + 3) // 4 + len(text) - plain


def cut(text: str, most: int) -> str:
    """The beginning of a text, at most `most` tokens of it."""
    if len(text) <= 4 * most and tokens(text) <= most:
        return text
    low, high = 0, min(len(text), 4 * most)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if tokens(text[:middle]) < most else (low, middle - 1)
    return text[:low].rstrip() + "…"


def prompt(brief: Brief, room: Room, *, private: bool) -> list[Message]:
    """The messages of one reply. `private`: it goes to another host, so contact lines are left out."""
    texts, mode = brief.prompts, brief.analysis.answer.mode
    chat = form_of(mode, short=room.short) is CHAT
    if chat and mode == "language":
        system = texts.get("language_system").render(persona=brief.persona, language=brief.language)
    elif chat:
        system = texts.get("chat_system").render(persona=brief.persona)
    elif room.short:
        example = texts.get("coach_example_short").render()
        system = texts.get("coach_system_short").render(persona=brief.persona, example=example)
    else:
        system = texts.get("coach_system").render(
            persona=brief.persona,
            anchors=_anchors(mode),
            examples=texts.get("coach_examples").render(),
        )
    given = {
        "job": fenced(_job(brief), room.job, private=private),
        "resume": fenced(_resume(brief), room.resume, private=private),
        "earlier": _talk(brief, room, private=private) if chat else _earlier(brief, room, private=private),
        "question": fenced(brief.analysis.answer.question, _QUESTION),
        "passages": _passages(brief, room, private=private),
        "measured": _measured(brief),
        "task": _task(brief, room),
    }
    facts = texts.get("coach_facts")
    left = room.whole - tokens(system) - tokens(facts.render(**given, answer=""))
    answer = both_ends(fenced(brief.analysis.answer.text, room.whole, private=private), left)
    return [Message("system", system), Message("user", facts.render(**given, answer=answer))]


def read_ahead(brief: Brief, room: Room, *, private: bool) -> list[Message]:
    """The beginning of the same prompt, up to where the answer stands so far: what a cache can have read before."""
    system, user = prompt(brief, room, private=private)
    return [system, Message("user", user.content[: user.content.rindex("</answer>")])]


def scored_dimensions(mode: str) -> tuple[Dimension, ...]:
    """What the model is asked to score: everything but delivery, which is measured."""
    return tuple(d for d in dimensions(mode) if d != "delivery")


def fenced(text: str, most: int, *, private: bool = False) -> str:
    """A foreign text that can neither close its fence nor end a message, at most `most` tokens of it."""
    beginning = text[: 40 * most + 400]  # white space may be most of it, and what comes after is cut off anyway
    plain = _FENCES.sub("‹", _MARKERS.sub(" ", _CONTROL.sub(" ", beginning)))
    if private:
        plain = without_contact_lines(plain)
    plain = re.sub(r"[ \t]+", " ", plain).strip()
    return cut(re.sub(r"\s*\n\s*", "\n", plain), most)


def both_ends(answer: str, most: int) -> str:
    """The answer; of a very long one the beginning and the end, where the result usually is."""
    if tokens(answer) <= most:
        return answer
    return f"{cut(answer, most * 2 // 3)} {cut(answer[::-1], max(most // 3 - 2, 0))[::-1].lstrip('…')}"


def _job(brief: Brief) -> str:
    lines = [
        f"Role: {brief.role[:120]}" if brief.role else "",
        f"Company: {brief.company[:120]}" if brief.company else "",
    ]
    for wanted in brief.analysis.context.requirements:
        verbatim = " ".join(wanted.text.split())
        lines.append(f"- {wanted.says}: “{verbatim}”" if wanted.says else f"- {verbatim}")
    return "\n".join(line for line in lines if line) or "No job description was given."


def _earlier(brief: Brief, room: Room, *, private: bool) -> str:
    """Earlier answers in short, from the first on."""
    return fenced("\n".join(brief.earlier) or "none", room.earlier, private=private)


def _talk(brief: Brief, room: Room, *, private: bool) -> str:
    """What was said before, in full: the latest turns, as many as fit."""
    kept: list[str] = []
    left = room.talk
    for line in reversed(brief.earlier):
        said = fenced(line, room.talk, private=private)
        if tokens(said) > left:
            break
        kept.append(said)
        left -= tokens(said) + 1
    return "\n".join(reversed(kept)) or "none"


def _resume(brief: Brief) -> str:
    resume = next((s.text for s in brief.analysis.context.sources if s.kind == "resume"), "")
    return resume or "No resume was given."


def _anchors(mode: str) -> str:
    found = anchors()
    lines = []
    for name in scored_dimensions(mode):
        levels = " ".join(f"{level}: {words}" for level, words in found[name]["levels"].items())
        lines.append(f"{name} - {levels}")
    return "\n".join(lines)


def _passages(brief: Brief, room: Room, *, private: bool) -> str:
    """What was found for this question and answer, marked as what it is (J job, R resume, C company, N notes, P pack)."""
    lines: list[str] = []
    left = room.passages - max(tokens(brief.analysis.answer.text) - _USUAL_ANSWER, 0)
    left = max(left, room.passages // 2)
    context = brief.analysis.context
    if context.key_points:
        lines.append(cut("What a full answer to this question covers: " + "; ".join(context.key_points), room.passage))
    if context.follow_ups and not room.short:
        lines.append(cut("Follow-ups written for this question: " + " ".join(context.follow_ups), room.passage))
    left -= sum(map(tokens, lines))
    own_first = sorted(context.passages, key=lambda passage: passage.kind == "role_pack")
    for label, passage in labelled(own_first):
        line = f"[{label}] {fenced(passage.text, room.passage, private=private)}".replace("\n", " / ")
        if tokens(line) > left:
            continue
        lines.append(line)
        left -= tokens(line) + 1
    return "\n".join(lines) or "none"


def shown_to_model(brief: Brief, *, job: bool) -> list[str]:
    """What the prompt holds beside question and answer, a text each, as a second look gets it to rest a sentence on.
    `job`: the posting, and what is known of the company, too."""
    passages = [p for p in brief.analysis.context.passages if job or p.kind in ("resume", "notes")]
    texts = [f"Resume: {cut(_resume(brief), REMOTE.resume)}", *(f"From the {p.kind}: {p.text}" for p in passages)]
    if job:
        texts.insert(0, f"Job: {cut(_job(brief), REMOTE.job)}")
    return [*texts, *(["Said before: " + "\n".join(brief.earlier)] if brief.earlier else [])]


def labelled(passages: Iterable[Passage]) -> list[tuple[str, Passage]]:
    """J1, J2, R1, ... in the order found."""
    found: list[tuple[str, Passage]] = []
    counts: dict[str, int] = {}
    for passage in passages:
        letter = _LETTER[passage.kind]
        counts[letter] = counts.get(letter, 0) + 1
        found.append((f"{letter}{counts[letter]}", passage))
    return found


def _measured(brief: Brief) -> str:
    measured, answer = brief.analysis.measured, brief.analysis.answer
    delivery = measured.delivery
    lines = [f"{delivery.word_count} words" + (", spoken" if answer.spoken else ", typed")]
    if delivery.words_per_minute is not None:
        lines.append(f"{delivery.words_per_minute:.0f} words a minute")
    if delivery.filler_count:
        lines.append(f"{delivery.filler_count} fillers")
    if delivery.said_i or delivery.said_we:
        lines.append(f"said I {delivery.said_i} times, we {delivery.said_we} times")
    if measured.star is not None and measured.star.reply_kind == "story":
        there = [part for part in STAR_PARTS if getattr(measured.star, part).present]
        lines.append("a pattern matcher saw these parts of a story, and may be wrong: " + (", ".join(there) or "none"))
    return "\n".join([*lines, *_differences(brief)])


def _differences(brief: Brief) -> list[str]:
    """Where a figure, title or date of the answer is not the resume's."""
    answer = brief.analysis.answer
    if not answer.language.startswith("en"):
        return []
    found = find_differences(answer.text, brief.analysis.context.sources)
    return [f"said “{d.said.text}”, the resume has “{d.line.text}”" for d in found]


def _task(brief: Brief, room: Room) -> str:
    move = brief.move
    planned = fenced(move.planned, _QUESTION)
    if not planned:
        then = "This was the last answer: next_question is a short closing question, follow_up false."
    elif move.fixed:
        then = f"The next question is fixed: “{planned}” with follow_up false."
    elif move.may_follow_up:
        then = (
            "For next_question choose: a follow-up on this answer (follow_up true) if there is something worth "
            f"asking, else the planned question in good words (follow_up false): “{planned}”"
        )
    else:
        then = f"next_question is the planned question in good words, follow_up false: “{planned}”"
    form = form_of(brief.analysis.answer.mode, short=room.short)
    return (
        f"Task: {form.name}. Write in {brief.language}.{_TONES[brief.tone]}{_panel(brief)} {then}\n"
        f"Write the JSON object with the keys {', '.join(form.parts)}."
    )


def _panel(brief: Brief) -> str:
    """Whose voices these are. Each person on a panel cares about something else."""
    now, then = brief.speaks_as, brief.move.asked_by
    if not now and not then:
        return ""
    if now and then in ("", now):
        return f" You sit on a panel and speak as {now}: react and ask as that person would."
    react = f" You sit on a panel. React as {now}." if now else " You sit on a panel."
    return f"{react} The next question is asked by another of you, {then}: put it in that person's own words."
