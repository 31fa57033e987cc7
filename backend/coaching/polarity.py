# ruff: noqa: SIM905 - word lists
"""Polarity: what was and what was not done, how many did it, and what is said to be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backend.coaching.agency import negated
from backend.coaching.claim_words import COACHING, PARTS_OF_ANSWERS
from backend.coaching.source_text import NEGATIONS
from backend.coaching.stems import is_past, stem
from backend.coaching.text import FUNCTION_WORDS, lower_words

if TYPE_CHECKING:
    from backend.coaching.evidence import Evidence


def polarity(sentence: str, evidence: Evidence, *, advice: bool) -> list[str]:
    """A claim that the answer only makes with a "not", or the other way round."""
    wrong: list[str] = []
    low = lower_words(sentence)
    if advice and "would" in low and "if" in low:
        return []  # "what would you have done if it had been an attack" supposes and claims nothing
    for i, word in enumerate(low):
        root = stem(word)
        able = i > 0 and low[i - 1] in _MODALS and not advice
        if (
            word in FUNCTION_WORDS
            or word in NEGATIONS
            or (
                root in COACHING
                and not able
                and word not in _STATES
                and not (i and low[i - 1] in NEGATIONS and not advice)
            )
        ):
            continue
        said = [(c.words, k) for c in evidence.answer.clauses for k, s in enumerate(c.stems) if s == root]
        if not said:
            continue
        denied = any(w in NEGATIONS for w in low[max(0, i - 5) : i])
        in_answer = [negated(w, k) for w, k in said]
        first = denied and (low[i - 1] in NEGATIONS or all(w in FUNCTION_WORDS for w in _since_negation(low, i)))
        if first and not any(in_answer) and not advice:
            wrong.append(f"negation: {word}")
        if not denied and all(in_answer) and (able or is_past_or_state(word, low, i)):
            wrong.append(f"negation: {word}")
    return wrong + _false_absence(low, evidence, advice=advice)


def _since_negation(low: list[str], i: int) -> list[str]:
    """Words between the nearest "not" before a word and the word: only what follows at once is what is denied."""
    at = max(k for k in range(max(0, i - 5), i) if low[k] in NEGATIONS)
    return low[at + 1 : i]


_MODALS = frozenset("could can would will".split())
_STATES = frozenset(
    """late early ready able happy good better best clear complete real right wrong open short long alone""".split()
)


def is_past_or_state(word: str, low: list[str], i: int) -> bool:
    """Whether a word is claimed to be so: a past form, or what a form of "be", "have" or "did" leads to."""
    return is_past(word) or any(
        w in {"was", "were", "did", "had", "got", "is", "are", "it"} for w in low[max(0, i - 4) : i]
    )


_CATEGORIES = {
    stem(w)
    for w in """result number figure situation task action example outcome name detail metric measure evidence
    reason weak weakness gap flaw improve improvement""".split()
}


_QUANTIFIERS = frozenset(
    """all everyone everybody everything every always entire entirely completely totally fully nobody none most both same once again""".split()
)


def quantity(sentence: str, evidence: Evidence, *, advice: bool) -> list[str]:
    """ "All of them came" needs an "all" in the answer."""
    if advice:
        return []
    low = lower_words(sentence)
    return [
        f"quantity: {w}"
        for i, w in enumerate(low)
        if w in _QUANTIFIERS
        and w not in evidence.answer.words
        and not (w == "most" and stem(w) in evidence.answer.stems)
        and not any(stem(n) in PARTS_OF_ANSWERS for n in low[i + 1 : i + 3])
    ]


def _false_absence(low: list[str], evidence: Evidence, *, advice: bool) -> list[str]:
    """ "There is no number" is only said when the analysis found none."""
    if advice:
        return []
    denied = [i for i, w in enumerate(low) if w in NEGATIONS or w in {"missing", "lacks", "lacking", "lack", "omits"}]
    named = {
        stem(w) for i in denied for w in [*low[i + 1 : i + 7], *low[max(0, i - 4) : i]]
    } & _CATEGORIES - evidence.answer.stems
    return [f"absence: {n}" for n in sorted(named - evidence.absent)]
