"""Rewrite: the candidate's own sentences, whole and in their order, without fillers and false starts. Nothing is added."""

from __future__ import annotations

import re

from backend.coaching.delivery import find_fillers
from backend.coaching.feedback import Rewrite
from backend.coaching.text import FUNCTION_WORDS
from backend.coaching.wording import capitalised

_STUTTER = re.compile(r"(?<![\w'’-])([a-z'’]+)(?:,? +\1)+(?![\w'’-])", re.IGNORECASE)
_FALSE_START = re.compile(r"(?<!\w)\w{1,3}- (?=\w)")
_MEANT = frozenset(
    {
        "it",
        "you",
        "he",
        "she",
        "we",
        "they",
        "this",
        "her",
        "him",
        "them",
        "had",
        "that",
        "very",
        "really",
        "many",
        "never",
        "no",
        "so",
        "far",
        "again",
        "on",
        "in",
        "over",
        "more",
    }
)
"""Function words that people say twice on purpose."""


def rewrite(answer: str) -> Rewrite:
    """Empty where there is nothing to take out."""
    text = without_slips(answer.strip())
    return Rewrite(text="" if text.casefold() == answer.strip().casefold() else text, slots=[])


def without_slips(text: str) -> str:
    """The text without filler words, broken-off words and doubled function words; every other word and sign stays."""
    plain = _FALSE_START.sub("", _without_fillers(text))
    plain = _STUTTER.sub(lambda m: m.group(1) if _is_slip(m.group(1)) else m.group(), plain)
    plain = re.sub(r"[ \t]+", " ", plain)
    plain = re.sub(r" +([,.;!?])", r"\1", plain)
    plain = re.sub(r"(?:, ?){2,}", ", ", plain)
    plain = re.sub(r"(^|[.!?…] )[,;] ?", r"\1", plain).strip(" ,;")
    return capitalised(plain)


def _is_slip(said: str) -> bool:
    return all(w in FUNCTION_WORDS and w not in _MEANT for w in re.findall(r"[\w'’]+", said.lower()))


def _without_fillers(text: str) -> str:
    """What follows a filler that began a sentence begins it now."""
    kept: list[str] = []
    at = 0
    for filler in find_fillers(text):
        if filler.word in {"actually", "literally"} or filler.char_start < at:
            continue
        before = text[at : filler.char_start]
        end = filler.char_start + len(filler.word)
        comma = re.match(r"\s*,\s*", text[end:])
        begins = not "".join([*kept, before]).strip() or "".join([*kept, before]).rstrip()[-1:] in ".!?…"
        kept.append(before)
        at = end + (comma.end() if comma else 0)
        if begins and (rest := text[at:].lstrip()):
            kept.append(capitalised(rest[:1]))
            at = len(text) - len(rest) + 1
    return "".join([*kept, text[at:]])
