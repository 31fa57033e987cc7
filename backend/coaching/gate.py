"""Gate: what is no answer at all is said so, kindly, and gets no score."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backend.coaching.answer import Answer
from backend.coaching.feedback import Intent
from backend.coaching.intake import line
from backend.coaching.own_actions import own_actions
from backend.coaching.reply_kind import asks_for_a_time, says_no
from backend.coaching.text import FUNCTION_WORDS, lower_words

FEWEST_WORDS = 15

_INTENTS: dict[Intent, str] = {
    "repeat": "You asked to hear the question again, so there is nothing to score.",
    "clarify": "You asked what the question means, so there is nothing to score.",
    "skip": "You skipped this question; nothing is scored and nothing is lost.",
    "slower": "You asked me to speak more slowly, so there is nothing to score.",
    "faster": "You asked me to speak faster, so there is nothing to score.",
    "wait": "You asked for a moment to think. Take it; nothing is scored.",
    "dont_know": "There was no answer to score. A related example, even a small one, is worth trying next time.",
    "silence": "No answer was heard, so nothing is scored. You can record again or type.",
    "finish": "You asked to stop here, so nothing more is scored.",
    "talk": "You spoke to the coach, so there is nothing to score.",
    "hint": "You asked for help, so there is nothing to score.",
    "start_over": "You begin again; nothing is scored.",
    "hear_me": "You asked whether you are heard. You are; nothing is scored.",
    "refusal": "You chose not to answer this one, which is your right; nothing is scored.",
    "joke": "That was no answer to score.",
    "insult": "That was no answer to score.",
}
_MASH = re.compile(r"(?i)[bcdfghjklmnpqrstvwxz]{5,}|(.)\1{3,}|^[^aeiouy\d]{4,}$")


SAID_NO = "A plain no is an answer too, and there is nothing in it to score."
NEAREST = "What comes nearest to it counts as well, from work or anywhere else."
REFUSED = "You chose not to answer this one, which is your right; nothing is scored."
_REFUSES = re.compile(
    r"\b(?:i am|i'm|i will|i'll|i would|i'd) (?:really )?(?:not|rather not|never) (?:answer|tell|say|talk|going to (?:answer|tell|say))\w*"
    r"|\bi (?:won't|refuse to) (?:answer|tell|say)\b|\bnone of your business\b|\bwhy (?:would|should) i (?:tell|answer)\b",
    re.IGNORECASE,
)
_LONGEST_REFUSAL = 45
"""Words. In a longer reply somebody may well tell of another's refusal."""


def because_of_intent(intent: Intent, language: str) -> str:
    return _INTENTS[intent] if language.startswith("en") else line("unscored", language)


_ASKS_US = re.compile(
    r"\?|\b(?:how|what|who|whom|whose|when|where|why|which|do you|is there|are there|would i)\b", re.IGNORECASE
)


def why_not_scored(answer: Answer) -> str | None:
    """A kind sentence, in the answer's language, when there is too little or nothing meaningful to score, else None. In a
    free talk nothing is too short. Pure."""
    if answer.question_kind == "closing":
        return line("asked_us" if _ASKS_US.search(answer.text) else "asked_nothing", answer.language)
    length = _length(answer.text)
    if length < FEWEST_WORDS and answer.mode == "free_chat":
        return None
    english = answer.language.startswith("en")
    if length < FEWEST_WORDS:
        return _too_short(answer, length) if english else line("too_short", answer.language)
    because = None if _unspaced(answer.text) else _no_answer(answer)
    return because if english or because is None else line("unscored", answer.language)


def is_too_short(answer: Answer) -> bool:
    """Whether `why_not_scored` says of an answer that it was too short: a plain no is not, nor a word at the end."""
    return answer.question_kind != "closing" and _length(answer.text) < FEWEST_WORDS and not says_no(answer.text)


def _length(text: str) -> int:
    """Words; in a script that sets none apart, half of the signs."""
    return len(text) // 2 if _unspaced(text) else len(lower_words(text))


def _unspaced(text: str) -> bool:
    return any(ord(c) > 0x2E80 for c in text)


def _too_short(answer: Answer, length: int) -> str:
    if says_no(answer.text):
        return f"{SAID_NO} {NEAREST}" if asks_for_a_time(answer.question) else SAID_NO
    said = "That was one word" if length == 1 else f"That was {length} words"
    return f"{said}, too short to score fairly. With two or three sentences there is something to go by."


def _no_answer(answer: Answer) -> str | None:
    low = lower_words(answer.text)
    if len(low) <= _LONGEST_REFUSAL and _REFUSES.search(answer.text) and not own_actions(answer.text):
        return REFUSED
    if len(set(low)) / len(low) < 0.25:
        return "The same words came again and again, so there was no answer to score. Please try once more."
    if sum(w.isascii() and bool(_MASH.search(w)) for w in low) / len(low) > 0.2:
        return "No words could be made out in this, so nothing is scored. Please try once more, or type your answer."
    if answer.language.startswith("en") and _no_sentences(low):
        return "This reads as a list of words and not as sentences, so there was no answer to score. Please tell it in full sentences."
    return None


def _no_sentences(low: Sequence[str]) -> bool:
    """Spoken and written English is about half function words; a list of terms has few."""
    return sum(w in FUNCTION_WORDS for w in low) / len(low) < 0.22
