"""Gate: what is no answer at all is said so, kindly, and gets no score."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from backend.coaching.answer import Answer
from backend.coaching.feedback import Intent
from backend.coaching.star_cues import own_actions
from backend.coaching.text import FUNCTION_WORDS, content_words, lower_words, sentences
from backend.rag.ports import Embedder

FEWEST_WORDS = 15
_OFF_TOPIC_WHOLE = 0.05
_OFF_TOPIC_SENTENCE = 0.16
_MOST_SENTENCES = 60

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
}
_MASH = re.compile(r"(?i)[bcdfghjklmnpqrstvwxz]{5,}|(.)\1{3,}|^[^aeiouy\d]{4,}$")


REFUSED = "You chose not to answer this one, which is your right; nothing is scored."
_REFUSES = re.compile(
    r"\b(?:i am|i'm|i will|i'll|i would|i'd) (?:really )?(?:not|rather not|never) (?:answer|tell|say|talk|going to (?:answer|tell|say))\w*"
    r"|\bi (?:won't|refuse to) (?:answer|tell|say)\b|\bnone of your business\b|\bwhy (?:would|should) i (?:tell|answer)\b",
    re.IGNORECASE,
)
_LONGEST_REFUSAL = 45
"""Words. In a longer reply somebody may well tell of another's refusal."""


def because_of_intent(intent: Intent) -> str:
    return _INTENTS[intent]


_ASKS_US = re.compile(
    r"\?|\b(?:how|what|who|whom|whose|when|where|why|which|do you|is there|are there|would i)\b", re.IGNORECASE
)
ASKED_US = "Your questions to us are not scored. Keep those whose answers could change your mind about the job."
ASKED_NOTHING = "Nothing is scored here. Bring two questions to the real interview: one on the work, one on the people."


def why_not_scored(answer: Answer) -> str | None:
    """A kind sentence when there is too little or nothing meaningful to score, else None. Pure."""
    if answer.question_kind == "closing":
        return ASKED_US if _ASKS_US.search(answer.text) else ASKED_NOTHING
    low = lower_words(answer.text)
    unspaced = any(ord(c) > 0x2E80 for c in answer.text)
    length = len(low) if not unspaced else len(answer.text) // 2
    if length < FEWEST_WORDS:
        said = "That was one word" if length == 1 else f"That was {length} words"
        return f"{said}, too short to score fairly. Try two or three sentences: what happened, what you did, what came of it."
    if unspaced:
        return None
    if length <= _LONGEST_REFUSAL and _REFUSES.search(answer.text) and not own_actions(answer.text):
        return REFUSED
    if len(set(low)) / len(low) < 0.25:
        return "The same words came again and again, so there was no answer to score. Please try once more."
    if sum(w.isascii() and bool(_MASH.search(w)) for w in low) / len(low) > 0.2:
        return "No words could be made out in this, so nothing is scored. Please try once more, or type your answer."
    if answer.language.startswith("en") and _no_sentences(low):
        return "This reads as a list of words and not as sentences, so there was no answer to score. Please tell it in full sentences."
    return None


def _no_sentences(low: Sequence[str]) -> bool:
    """Spoken and written English is about half function words; text with next to none is not English sentences."""
    return sum(w in FUNCTION_WORDS for w in low) / len(low) < 0.12


def off_topic(answer: Answer, embedder: Embedder | None, also: Sequence[str] = ()) -> tuple[str | None, float | None]:
    """(why it is not scored, similarity of question and answer). Conservative: any shared content word is enough.

    `also`: other texts the answer may be about (the competency, key points). Blocks for one embedding batch.
    """
    if embedder is None or not answer.question.strip():
        return None, None
    pieces = [s.text for s in sentences(answer.text)][:_MOST_SENTENCES]
    about = [answer.question, *also][:8]
    vectors = np.array(embedder.embed([*about, *pieces]))
    asked, said = vectors[: len(about)], vectors[len(about) :]
    whole = asked @ _whole(said, pieces)
    best = (asked @ said.T).max(axis=1)
    closeness = float(0.5 * whole[0] + 0.5 * max(whole[0], best[0]))
    shared = set(content_words(" ".join(about))) & set(content_words(answer.text))
    if (
        len(own_actions(answer.text)) >= 2
    ):  # somebody tells what they did: at worst it fits badly, and relevance says so
        return None, closeness
    if whole.max() < _OFF_TOPIC_WHOLE and best.max() < _OFF_TOPIC_SENTENCE and not shared:
        return (
            "This does not seem to be about the question, so it is not scored. Please have another look at what was asked.",
            closeness,
        )
    return None, closeness


def _whole(vectors: NDArray[np.float64], pieces: Sequence[str]) -> NDArray[np.float64]:
    """Unit vector of an answer from those of its sentences, by their length: they are known while it is still spoken.

    Beside the vector of the whole text, which ends at 256 tokens, over 182 answers: the cosine with the question differs by
    -0.01 in the mean, 0.05 standard deviation, correlation 0.94.
    """
    summed = np.array([len(piece) for piece in pieces]) @ vectors
    return np.asarray(summed / (np.linalg.norm(summed) or 1.0))
