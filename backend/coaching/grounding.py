"""Grounding: whether a sentence may be said.

Strict on purpose: a true sentence held back costs little, a false one trust. Checked are numbers in every form, names and
technologies, direct quotes, who did what, what was not done, and whether anything claimed stands in the answer at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.coaching.agency import agency, bound, open_question, others
from backend.coaching.answer import Span
from backend.coaching.changed import CHANGE, changed
from backend.coaching.claim_words import (
    ADVICE,
    COACHING,
    GENERIC_STEPS,
    STARTERS,
    TECHNOLOGIES,
)  # fmt: skip
from backend.coaching.claimed import PARTICLE, judged
from backend.coaching.claimed_numbers import unplaced_numbers, unstated_numbers
from backend.coaching.facts import is_name
from backend.coaching.numbers import find_numbers
from backend.coaching.overstated import overstated
from backend.coaching.polarity import polarity, quantity
from backend.coaching.retelling import possession, retold
from backend.coaching.source_text import NEGATIONS, Text, flat
from backend.coaching.spoken import WORDS, canonical
from backend.coaching.stems import is_past, stem
from backend.coaching.text import FUNCTION_WORDS, lower_words, words

if TYPE_CHECKING:
    from backend.coaching.evidence import Evidence

_QUOTE = re.compile(r"[“\"]([^“”\"]{2,})[”\"]|(?<!\w)['‘]([^'’]{8,}?)['’](?!\w)")
_ABOUT_JOB = re.compile(
    r"\b(?:job|role|position|posting|advert|ad|employer|description|requirements?|requires?|asks? for|question)\b",
    re.IGNORECASE,
)
_ABOUT_RESUME = re.compile(r"\b(?:resume|résumé|cv)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be said, and what in it nothing supports."""

    ok: bool
    unsupported: tuple[str, ...] = ()


def check(sentence: str, evidence: Evidence) -> Verdict:
    """Check one sentence. Deterministic, under a millisecond; an empty sentence is fine."""
    quotes, rest = _take_quotes(sentence)
    wrong = [f"quote: {q}" for q in quotes if not _verbatim(q, evidence)]
    rest = canonical(rest)
    allowed = _allowed(rest, evidence)
    rest = _in_its_words(rest, evidence.answer)
    advice = _is_advice(rest)
    moved = changed(rest, evidence)
    wrong += [] if moved else unstated_numbers(rest, evidence, allowed, advice=advice)
    if not moved and not _ABOUT_JOB.search(rest) and not _ABOUT_RESUME.search(rest):
        wrong += unplaced_numbers(rest, evidence)
    wrong += _names(rest, allowed)
    wrong += agency(rest, evidence)
    wrong += [] if moved else others(rest, evidence)
    wrong += bound(rest, evidence)
    wrong += quantity(rest, evidence, advice=advice)
    wrong += polarity(rest, evidence, advice=advice)
    wrong += [] if moved else retold(rest, evidence, advice=advice)
    wrong += overstated(rest, evidence, advice=advice)
    wrong += possession(rest, evidence, advice=advice)
    wrong += _content(CHANGE.sub("went", rest) if moved else rest, evidence, allowed, advice=advice)
    return Verdict(not wrong, tuple(dict.fromkeys(wrong)))


def _take_quotes(sentence: str) -> tuple[list[str], str]:
    quotes = [m.group(1) or m.group(2) for m in _QUOTE.finditer(sentence)]
    return [q.strip(" .,;:!?") for q in quotes], _QUOTE.sub(" ", sentence)


def _in_its_words(sentence: str, answer: Text) -> str:
    """ "You called him" with the answer's own "rang", where it never says "called": listed words alone, form by form."""

    def put(match: re.Match[str]) -> str:
        low = match.group().lower()
        if low in answer.words or stem(low) in answer.stems:
            return match.group()
        return next((w for w in _SAME_WORD.get(low, ()) if w in answer.words), match.group())

    return re.sub(r"[A-Za-z][a-z-]+", put, sentence)


_SAME_WORD = {word: [w for w in group if w != word] for group in WORDS["same_word"] for word in group}


def _verbatim(quote: str, evidence: Evidence) -> bool:
    wanted = flat(quote)
    texts = (evidence.answer, evidence.documents, evidence.resume, evidence.question)
    return any(re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", t.plain) for t in texts)


def _allowed(sentence: str, evidence: Evidence) -> tuple[Text, ...]:
    """What the candidate is said to have done must be in the answer; the job and the resume count when named."""
    texts = [evidence.answer, evidence.question]
    if _ABOUT_JOB.search(sentence):
        texts.append(evidence.documents)
    if _ABOUT_RESUME.search(sentence):
        texts.append(evidence.resume)
    return tuple(texts)


def _is_advice(sentence: str) -> bool:
    """An instruction, suggestion or question, which claims nothing but what it takes for granted."""
    low = lower_words(sentence)
    if not low or sentence.rstrip().endswith("?"):
        return True
    start = 1 if low[0] in {"now", "then", "next", "so", "also", "instead", "please"} and len(low) > 1 else 0
    return low[start] in ADVICE or bool(
        re.search(
            r"\b(?:you (?:could|can|should|might|may|need to)|next time|try to|would (?:help|make)|could (?:help|make)|(?:would|could) be|(?:is|are) enough)\b"
            r"|^the (?:listener|interviewer|reader)s? (?:will|does|needs?|wants?|may|might|can|cannot|can't)\b",
            sentence,
            re.IGNORECASE,
        )
    )


# --- names and technologies ------------------------------------------------------------------------------------------


def _names(sentence: str, allowed: tuple[Text, ...]) -> list[str]:
    wrong: list[str] = []
    known = frozenset().union(*(t.words for t in allowed))
    stems = frozenset().union(*(t.stems for t in allowed))
    plain = " ".join(t.searched for t in allowed)
    for i, token in enumerate(words(sentence)):
        low = token.text.lower().replace("’", "'").removesuffix("'s")
        named = is_name(token.text) if i else _odd_start(token, low)
        after_stop = i > 0 and sentence[: token.start].rstrip()[-1:] in '.!?:“"('
        if after_stop and named:
            named = _odd_start(token, low)
        if not named and low not in TECHNOLOGIES:
            continue
        if (i == 0 or after_stop) and token.text[1:].islower() and (stem(low) in stems or find_numbers(low)):
            continue  # "Swapping the board", "Nine of them"
        if "-" in low and all(p in known or stem(p) in stems or find_numbers(p) for p in low.split("-")):
            continue
        if (
            low in known
            or low in COACHING
            or stem(low) in COACHING
            or re.search(rf"(?<!\w){re.escape(low)}(?!\w)", plain)
        ):
            continue
        wrong.append(f"name: {token.text}")
    return wrong


def _odd_start(token: Span, low: str) -> bool:
    """The first word of a sentence is capital anyway: it is a name unless it is an ordinary opening word."""
    if any(c.isupper() for c in token.text[1:]):
        return True
    return token.text[0].isupper() and not (
        low in STARTERS or low in FUNCTION_WORDS or low in ADVICE or low in COACHING or stem(low) in COACHING
    )


# --- is it in there at all -------------------------------------------------------------------------------------------


def _content(sentence: str, evidence: Evidence, allowed: tuple[Text, ...], *, advice: bool) -> list[str]:
    """Every word that carries meaning and is no coaching word must stand in the answer (in advice: what it takes for granted)."""
    known = frozenset().union(*(t.stems for t in allowed))
    if "we" in evidence.answer.words:
        known |= {stem("team")}
    unknown: list[str] = []
    talk = judged(sentence)
    for token in words(sentence):
        low = token.text.lower().replace("’", "'").removesuffix("'s")
        root = stem(low)
        if (
            low in talk
            or low in FUNCTION_WORDS
            or low in COACHING
            or root in COACHING
            or root in known
            or low in STARTERS
        ):
            continue
        if low in NEGATIONS or len(low) < 3 or any(c.isdigit() for c in low) or find_numbers(low):
            continue
        if PARTICLE.match(low) and stem(PARTICLE.sub(r"\1", low)) in known:
            continue
        if any(part in known or stem(part) in known for part in re.split(r"[-/]", low) if len(part) > 2):
            continue
        unknown.append(low)
    if advice:
        low_all = lower_words(sentence)
        opening = low_all[0] if low_all and low_all[0] in ADVICE else ""
        claimed = [
            w
            for w in unknown
            if w != opening and is_past(w) and stem(w) not in GENERIC_STEPS and not open_question(low_all, w)
        ]
        limit = 2
        return [f"word: {w}" for w in (claimed or (unknown if len(unknown) > limit else []))]
    return [f"word: {w}" for w in unknown]
