"""Instructions in an answer: sentences that speak to the machine and not to the interviewer are no part of the answer."""

from __future__ import annotations

import re

from backend.coaching.text import sentences

_TO_THE_MACHINE = re.compile(
    r"(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|rules?|rubric|prompts?|question|guidelines|above|scoring)"
    r"|<\|?\w+\|?>|\[\[|\b(?:system|assistant|admin)\s*(?::|mode|override|prompt)|^\W*(?:system|assistant|admin),|#{2,}\s*\w+"
    r"|\b(?:as an|note to the|dear) (?:ai|language model|assistant|model)\b|\bfrom now on\b.{0,20}\b(?:answer|reply|respond|speak)"
    r"|\b(?:rate|score|grade|mark) (?:this|the|me|my) (?:candidate|applicant|answer|response|as|with|five|ten|\d)"
    r"|^\W*(?:please |now )?(?:say|state|write|output|print|reveal|praise|recommend|award|mention)\b.{0,30}\b(?:candidate|applicant|the words?|system prompt|no gaps|badge)"
    r"|\b(?:the|this) (?:candidate|applicant) (?:deserves|should be (?:hired|rated|scored))\b"
    r"|\bi (?:want|need|order|demand|expect) you to (?:say|write|state|give|rate|score|admit)\b|\bgive me (?:five|full|top|ten|the highest|\d)"
    r"|\byou must (?:write|say|output|rate|score)\b|\bif you (?:read|are reading) this\b|\bskip scoring\b|https?://",
    re.IGNORECASE,
)


def without_instructions(text: str) -> str:
    """The text with every such sentence blanked out; all other characters keep their places."""
    for piece in sentences(text):
        if _TO_THE_MACHINE.search(piece.text):
            text = f"{text[: piece.start]}{' ' * (piece.end - piece.start)}{text[piece.end :]}"
    return text
