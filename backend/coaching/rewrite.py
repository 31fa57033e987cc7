"""Rewrite: the candidate's own words in an order that works, with open places for what is missing. It adds no fact."""

from __future__ import annotations

import re

from backend.coaching.answer import Answer, Span
from backend.coaching.delivery import find_fillers
from backend.coaching.facts import Facts
from backend.coaching.feedback import STAR_PARTS, Requirement, Rewrite, Slot, StarPart
from backend.coaching.star import label_sentences
from backend.coaching.star_cues import cue_score
from backend.coaching.stems import stem
from backend.coaching.text import content_words, words
from backend.coaching.wording import capitalised

_JOINS = re.compile(
    r"^(?:(?:and|so|but|um|uh|er|well|okay|ok|yeah|like|basically|then|anyway)[\s,]+)+(?=\w)", re.IGNORECASE
)
_STUTTER = re.compile(r"(?<!\w)((?:[\w'’]+[ ,]+){0,2}[\w'’]+)(?:,? \1)+(?!\w)", re.IGNORECASE)
_FALSE_START = re.compile(r"(?<!\w)[\w'’]+ ?[-–—]{1,2} (?=\w)|(?<!\w)\w{1,3}- (?=\w)")
_MEANT = frozenset({"had", "that", "very", "really", "many", "never", "no", "so", "far", "again"})
_LONGEST = 260
"""Words. From a long answer only the sentences that carry a part are taken."""


def rewrite(answer: Answer, facts: Facts, requirement: Requirement | None = None) -> Rewrite:
    """The answer's sentences in STAR order (stories) or as they stand, cleaned; `[add: ...]` where a part is missing.

    Every word outside the slots comes from the same sentence of the answer.
    """
    pieces = _worth_keeping(answer, facts)
    if facts.star is not None and facts.kind == "story":
        return _story(answer, facts, pieces)
    return _other(answer, facts, pieces, requirement)


def _story(answer: Answer, facts: Facts, pieces: list[Span]) -> Rewrite:
    assert facts.star is not None
    labels = label_sentences(list(facts.pieces))
    by_start = {p.start: label for p, label in zip(facts.pieces, labels, strict=True)}
    slots: list[Slot] = []
    text: list[str] = []
    for part in STAR_PARTS:
        mine = [p for p in pieces if by_start[p.start] == part]
        text.extend(clean_sentence(p.text) for p in mine)
        if part in facts.star.missing or (part == "result" and facts.result is None):
            slots.append(Slot(part=part, hint=_hint(part, answer)))
            text.append(f"[add: {slots[-1].hint}]")
        elif part == "result" and not facts.result_numbers:
            slots.append(
                Slot(part="result", hint="a figure you are sure of - how many, how much, how long, before and after")
            )
            text.append(f"[add: {slots[-1].hint}]")
    return Rewrite(text=" ".join(t for t in text if t), slots=slots)


def _other(answer: Answer, facts: Facts, pieces: list[Span], requirement: Requirement | None) -> Rewrite:
    text = [clean_sentence(p.text) for p in pieces]
    slots: list[Slot] = []
    if facts.asks_for_a_time:
        about = _subject(answer.question)
        slots.append(Slot(part="situation", hint=f"one particular time{about}: where, when and who was there"))
        slots.append(Slot(part="action", hint="what you yourself did that time, step by step"))
        slots.append(Slot(part="result", hint="what came of it, with a figure or somebody's reaction"))
        return Rewrite(text=" ".join([*text, *(f"[add: {s.hint}]" for s in slots)]), slots=slots)
    if facts.kind == "technical_explanation":
        if not facts.trade_offs:
            slots.append(Slot(part="action", hint="the alternative you would not choose here, and why"))
        if not facts.examples and not facts.own:
            slots.append(Slot(part="result", hint="one case where you used this and what it gave"))
    elif facts.kind in {"introduction", "motivation"}:
        if not facts.numbers and not facts.own:
            slots.append(Slot(part="result", hint="one thing you have done that you are proud of, with a figure"))
        wanted = f" - the job asks for “{requirement.text}”" if requirement else ""
        slots.append(Slot(part="task", hint=f"why this job{wanted}"))
    else:
        if not facts.reasons:
            slots.append(Slot(part="task", hint="because ... - the reason you see it this way"))
        if not facts.examples and not facts.own:
            slots.append(Slot(part="action", hint="one time you did this, in two sentences"))
    return Rewrite(text=" ".join([*text, *(f"[add: {s.hint}]" for s in slots)]), slots=slots)


def _hint(part: StarPart, answer: Answer) -> str:
    about = _subject(answer.question)
    return {
        "situation": f"where and when this was{about}, in one sentence",
        "task": "what was yours to do, and by when",
        "action": "what you yourself did, step by step",
        "result": "what came of it - a figure, or what somebody said or did",
    }[part]


def _subject(question: str) -> str:
    """ "Tell me about a time you dealt with a difficult patient." -> " you dealt with a difficult patient"."""
    match = re.search(
        r"\b(?:a|an|the last|any) (?:\w+ )?(?:time|occasion|situation|instance|moment)(?: at work)?(?: (?:when|where|that|in which))? (you [^.?!,]{6,70})", question, re.IGNORECASE
    )  # fmt: skip
    return f" {match.group(1).rstrip()}" if match else ""


def subject_of(question: str) -> str:
    """The question's subject as it stands in it, or nothing."""
    return _subject(question).strip()


def _worth_keeping(answer: Answer, facts: Facts) -> list[Span]:
    """Sentences that say something new; from a ramble only those that carry a part."""
    kept: list[Span] = []
    said: list[set[str]] = []
    for piece in facts.pieces:
        now = {stem(w) for w in content_words(piece.text)}
        if not now or any(len(now & before) / len(now) >= 0.8 for before in said if len(now) > 2):
            continue
        said.append(now)
        kept.append(piece)
    if sum(len(words(p.text)) for p in kept) <= _LONGEST:
        return kept
    rated = {p.start: max(cue_score(part, p.text) for part in STAR_PARTS) for p in kept}
    strong = sorted(kept, key=lambda p: -rated[p.start])
    chosen: set[int] = set()
    total = 0
    for piece in strong:
        total += len(words(piece.text))
        if total > _LONGEST:
            break
        chosen.add(piece.start)
    return [p for p in kept if p.start in chosen]


def clean_sentence(text: str) -> str:
    """Without fillers, stutters and loose joining words; capital first, full stop last. No word is added."""
    plain = _without_fillers(text)
    plain = _FALSE_START.sub("", plain)
    plain = _STUTTER.sub(lambda m: m.group() if m.group(1).lower() in _MEANT else m.group(1), plain)
    plain = re.sub(r"\s+", " ", plain).strip(" ,;:-–—")
    plain = _JOINS.sub("", plain) if len(plain.split()) > 3 else plain
    plain = re.sub(r"(?<![\w'’])i(?=$|[\s,.;!?]|['’](?:m|ve|d|ll)\b)", "I", plain)
    plain = re.sub(r"\s+([,.;!?])", r"\1", plain)
    plain = re.sub(r"(,\s*){2,}", ", ", plain).strip(" ,;")
    if not plain:
        return ""
    return capitalised(plain) if plain[-1] in ".!?…。！？" else f"{capitalised(plain)}."


def _without_fillers(text: str) -> str:
    kept: list[str] = []
    at = 0
    for filler in find_fillers(text):
        if filler.word in {"actually", "literally"} or filler.char_start < at:
            continue
        end = filler.char_start + len(filler.word)
        kept.append(text[at : filler.char_start])
        at = end + (1 if text[end : end + 1] == "," else 0)
    return "".join([*kept, text[at:]])
