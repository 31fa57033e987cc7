"""The rewrite: the candidate's own sentences in the order that fits, with open slots where facts are missing."""

from __future__ import annotations

import re

from backend.coaching.answer import Answer, Span
from backend.coaching.delivery import find_fillers
from backend.coaching.feedback import STAR_PARTS, Rewrite, Slot, Star, StarPart
from backend.coaching.star import label_sentences
from backend.coaching.text import sentences

_HINTS: dict[StarPart, str] = {
    "situation": "where and when this was, in one sentence",
    "task": "what you yourself had to achieve",
    "action": "what you did, step by step, beginning with I",
    "result": "what changed in the end, with a number if you have one",
}
_CONNECTIVES = re.compile(r"^(?:(?:and|so|but|then|well|okay|yeah|also|basically|anyway)[, ]+)+", re.IGNORECASE)
_REPEATED = re.compile(r"\b(\w+)(?:[, ]+\1\b)+", re.IGNORECASE)


def rewrite(answer: Answer, star: Star | None) -> Rewrite:
    """Only words of the answer, and `[add: ...]` where a part is missing. No star: the answer's own order, cleaned."""
    pieces = sentences(answer.text)
    if star is None:
        return Rewrite(text=" ".join(filter(None, (_cleaned(p, answer) for p in pieces))), slots=[])
    labels = label_sentences(pieces)
    told, slots = [], []
    for part in STAR_PARTS:
        mine = [_cleaned(p, answer) for p, label in zip(pieces, labels, strict=True) if label == part]
        told += [sentence for sentence in mine if sentence]
        if part in star.missing:
            told.append(f"[add: {_HINTS[part]}]")
            slots.append(Slot(part=part, hint=_HINTS[part]))
    return Rewrite(text=" ".join(told), slots=slots)


def _cleaned(piece: Span, answer: Answer) -> str:
    """One sentence without fillers and false starts, with a capital and a full stop."""
    text = piece.text
    for filler in sorted(find_fillers(text), key=lambda f: -f.char_start):
        end = filler.char_start + len(filler.word)
        text = text[: filler.char_start].rstrip(" ,") + " " + text[end:].lstrip(" ,")
    text = _REPEATED.sub(r"\1", text.strip())
    text = _CONNECTIVES.sub("", text)
    text = re.sub(r"\s+([,.;:!?])", r"\1", " ".join(text.split())).strip(" ,;:-")
    if not any(c.isalnum() for c in text):
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?\"”')" else f"{text}."
