"""Instructions in an answer: sentences that speak to the machine and not to the interviewer are no part of the answer."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from backend.coaching.text import sentences

_WORDS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "instruction_words.yaml").read_text(encoding="utf-8"))

_TO_THE_MACHINE = re.compile(
    r"(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|rules?|rubric|prompts?|question|guidelines|above|scoring)"
    r"|^\W*(?:system|assistant|admin)\s*[:,]|\b(?:system|assistant|admin)\s*(?:mode|override|prompt)"
    r"|\b(?:as an|note to the|dear) (?:ai|language model|assistant|model)\b|\bfrom now on\b.{0,20}\b(?:answer|reply|respond|speak)"
    r"|\b(?:rate|score|grade|mark) (?:this|the|me|my) (?:candidate|applicant|answer|response|as|with|five|ten|\d)"
    r"|^\W*(?:please |now )?(?:say|state|write|output|print|reveal|praise|recommend|award|mention)\b.{0,30}\b(?:candidate|applicant|the words?|system prompt|no gaps|badge)"
    r"|\b(?:the|this) (?:candidate|applicant) (?:deserves|should be (?:hired|rated|scored))\b"
    r"|\bi (?:want|need|order|demand|expect) you to (?:say|write|state|give|rate|score|admit)\b|\bgive me (?:five|full|top|ten|the highest|\d)"
    r"|\byou must (?:write|say|output|rate|score)\b|\bif you (?:read|are reading) this\b|\bskip scoring\b"
    r"|\bfor (?:automated|ai|machine) (?:reviewers?|graders?|screeners?|evaluators?|readers?)\b|\bai graders?\b"
    r"|\bnotes? for (?:large )?(?:language models?|ais?)\b|\b(?:evaluator|grader|reviewer)s? (?:is|are) (?:kindly )?(?:asked|required|told) to (?:treat|rate|score|give|mark|regard|award|grade)\b"
    r"|^\W*hey,? (?:model|ai|assistant|bot)\b|\bnew (?:persona|task|instructions?)\b.{0,3}(?::|\bis\b)|\b(?:pretend|act as if) the interview\b"
    r"|\bwhen you summari[sz]e (?:this|my|the (?:document|resume|cv|interview|answer|candidate))\b|\bare to be (?:read|treated) as\b|\bdo not reveal this\b|\bstay in that persona\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"<\|?\w+\|?>|\[\[|#{2,}\s*\w+|[\"']role[\"']\s*:\s*[\"']|<!--|^\[//\]|</?(?:instructions?|document|prompt|context)>"
    r"|\b(?:assistant|system|ai|llm)[_-](?:directive|instruction|prompt|message|note|command)s?\s*:|\b(?:system|assistant|admin)\s*:",
    re.IGNORECASE,
)
"""Ways of writing that mean something to a machine. In a document they hide an instruction; an answer may speak of them."""
_IN_OTHER_LANGUAGES = tuple(
    re.compile("|".join(rf"(?<![^\W_]){w}" if w[0].isascii() else w for w in _WORDS[part]), re.IGNORECASE)
    for part in ("ignore", "instructions")
)
_LOOK_ALIKES = str.maketrans(_WORDS["look_alikes"])
_SPACED = re.compile(r"(?<!\w)(?:\w ){3,}\w(?!\w)")
_ENCODED = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{24,}={0,2}(?![\w+/])")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def to_the_machine(sentence: str) -> bool:
    """Whether the words of a sentence speak to the machine, in look-alike letters, spaced out or encoded too."""
    return _speaks(sentence, marked_up=False)


def _speaks(sentence: str, *, marked_up: bool) -> bool:
    for form in _forms(sentence):
        if _TO_THE_MACHINE.search(form) or all(part.search(form) for part in _IN_OTHER_LANGUAGES):
            return True
        if marked_up and _MARKUP.search(form):
            return True
    return False


def _forms(sentence: str) -> list[str]:
    """The sentence as it stands, and as it is meant to be read by a machine where that differs."""
    if sentence.isascii() and not _SPACED.search(sentence) and not _ENCODED.search(sentence):
        return [sentence]
    shown = "".join(c for c in unicodedata.normalize("NFKC", sentence) if unicodedata.category(c) != "Cf")
    joined = _SPACED.sub(lambda m: m.group().replace(" ", ""), shown.translate(_LOOK_ALIKES))
    return [sentence, shown, joined, *filter(None, map(_decoded, _ENCODED.findall(shown)))]


def _decoded(piece: str) -> str:
    try:
        return base64.b64decode(piece, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""


@lru_cache(maxsize=64)
def document_without_instructions(text: str) -> str:
    """A document as grounding may use it: without comments and without what its markup says. The last few are kept."""
    return _blanked(_COMMENT.sub(lambda m: " " * len(m.group()), text), marked_up=True)


def without_instructions(text: str) -> str:
    """An answer with every such sentence blanked out; all other characters keep their places.

    Text is text: tags, brackets, headings and links are what somebody speaks of, and nothing is read into them.
    """
    return _blanked(text, marked_up=False)


def _blanked(text: str, *, marked_up: bool) -> str:
    for piece in sentences(text):
        if _speaks(piece.text, marked_up=marked_up):
            text = f"{text[: piece.start]}{' ' * (piece.end - piece.start)}{text[piece.end :]}"
    return text
