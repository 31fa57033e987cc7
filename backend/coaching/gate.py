"""The gate before any score: requests, silence, too little, gibberish and answers to another question."""

from __future__ import annotations

import re

from backend.coaching.answer import Answer
from backend.coaching.feedback import Intent
from backend.coaching.text import FUNCTION_WORDS, lower_words

FEWEST_WORDS = 15
OFF_TOPIC = 0.05
"""Similarity of answer and question below which nothing of the question can be heard in a longer answer."""

_INTENTS: dict[Intent, str] = {
    "repeat": "You asked to hear the question again, so there is nothing to score.",
    "clarify": "You asked what the question means, so there is nothing to score.",
    "skip": "You skipped this question, so there is nothing to score.",
    "wait": "Take the time you need; nothing is scored until you answer.",
    "dont_know": "Saying that you do not know is honest; there is nothing to score.",
    "silence": "No answer was heard, so there is nothing to score.",
    "finish": "You asked to stop here, so there is nothing to score.",
}


def why_not_scored(answer: Answer, intent: Intent | None, relevance: float | None = None) -> str | None:
    """A kind sentence when this is no answer to score, else None. `relevance` 0..1 where it is known."""
    if intent is not None:
        return _INTENTS[intent]
    low = lower_words(answer.text)
    if len(low) < FEWEST_WORDS:
        return f"{len(low)} words are too few to judge fairly. Take half a minute and tell what happened."
    if _gibberish(low, answer.language):
        return "This could not be understood as an answer, so it is not scored. Please try once more."
    if relevance is not None and relevance < OFF_TOPIC:
        return "This seems to answer another question, so it is not scored. The question is still open."
    return None


def _gibberish(low: list[str], language: str) -> bool:
    """Letters without words, or the same words again and again."""
    if len(set(low)) / len(low) < 0.25 and len(low) < 200:
        return True
    if not language.startswith("en"):
        return False
    common = sum(w in FUNCTION_WORDS for w in low) / len(low)
    odd = sum(bool(re.search(r"[bcdfghjklmnpqrstvwxz]{5,}", w)) or not re.search(r"[aeiouy\d]", w) for w in low) / len(low)
    return common < 0.08 or odd > 0.3
