"""Counts: how often a word falls in the answer, and counts that belong to coaching and claim nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from backend.coaching.grounding.figures import Figure
from backend.coaching.grounding.words import pattern, sentence_around, words
from backend.coaching.text import content_words, lower_words, sentences

_SAYS = pattern(
    r"(?:[\"“'‘](?P<quoted>[^\"”’']{1,30}?)[,.]?[\"”'’](?:\s+<falls>(?: up| back)?)?"
    r"|\b<says>\s+(?:the (?:word|phrase) )?(?P<spoken>[a-z]+(?: [a-z]+)?)"
    r"|\b(?P<subject>[a-z]+)\s+<falls>(?: up| back)?)"
    r"(?:\s+(?:some|about|at least|more than|over|around|a total of))?\s*$"
)
_IN_WORDS, _BEGINS = re.compile(r"\bin (?:just |only )?$", re.IGNORECASE), pattern(r"\b<begins>\s+$")
_WITH = re.compile(r"[^.!?]{0,24}?\bwith [\"“'‘]([^\"”’]{1,40})[\"”’']", re.IGNORECASE)
_AT_LEAST = re.compile(r"(?:at least|more than|over)\s*$", re.IGNORECASE)
_TALK, _PARTS, _STYLE = words("talk"), words("parts"), words("style")
_MOST, _FEW = 10, 3
"""Counts that coaches advise, and those they make of what they see, go no further."""
_HALF_OF = pattern(r"^\s+(?:of )?(?:an?|the|your|this|that) <halved>\b")
_BY_HALVES = re.compile(r"\b(?:first|second|other)\s+$", re.IGNORECASE)
_CLAIMS = pattern(
    r"\b(?:you|they|he|she|we|i|answer)(?:['’]ve|['’]d| have| had| also| then| even| already| only| just)*\s+<claims>(?:s|ed|d)?\b"
)
_ORDERS = pattern(r"[\"“(]*(?:now |then |and |so |please |again |once more |next time )*<orders>\b")
_WITHIN = re.compile(r"(?:^|\b(?:in|within|under|to|for|at|take|about|only|exactly))\s*$", re.IGNORECASE)
_ENOUGH = re.compile(r"[\s-]*[a-z]+\s*(?:$|[.:,!]|(?:is|are|will be) (?:enough|plenty|all|fine))", re.IGNORECASE)
_ASKS = pattern(
    r"(?:^|\b(?:and|then|or|to|,)\s+)\s*[\"“(]*<asks>(?: me| us| them)?(?: at least| just| only)?\s+(?:(?:one|two) or )?$"
)
_NEVER = re.compile(r"\b(?:never|not|cannot|can't|no)\b", re.IGNORECASE)


def recounted(claim: Figure, text: str, answer: str, quotes: Sequence[str] = ()) -> Literal["right", "wrong", "none"]:
    """ "You say um eight times": counted again in the answer; `none` where the figure is no such count."""
    if (same := _sentences_or_words(claim, text, answer, quotes)) is not None:
        return "right" if same else "wrong"
    before = text[: claim.start]
    match = _SAYS.search(before) if claim.measure == "times" and claim.noun == "time" else None
    if match is None:
        return "none"
    named = (match.group("quoted") or match.group("spoken") or match.group("subject")).lower()
    wanted = content_words(before) if named in {"it", "that", "this", "which"} else [named]
    counts = {c for w in wanted for c in _counts(lower_words(w), answer)} - {0}
    if not counts and not match.group("quoted"):
        return "none"
    more = _AT_LEAST.search(before) is not None
    return "right" if any(c == claim.face or (more and c > claim.face) for c in counts) else "wrong"


def _sentences_or_words(claim: Figure, text: str, answer: str, quotes: Sequence[str]) -> bool | None:
    """ "You begin four sentences with well", "in three words": counted again in the answer, in what is quoted; None where
    the figure is no such count."""
    if claim.noun == "word" and _IN_WORDS.search(text[: claim.start]) and quotes:
        pieces = (*quotes, *re.split(r"[:;.,]", text[claim.end :])[1:])
        return any(len(lower_words(piece)) == claim.face for piece in pieces)
    match = _WITH.match(text, claim.end) if claim.noun == "sentence" else None
    if match is None or (verb := _BEGINS.search(text[: claim.start])) is None:
        return None
    wanted = lower_words(match.group(1))
    said = [lower_words(s.text) for s in sentences(answer)]
    ends = verb.group().lower()[0] in "ecf"
    found = [s[-len(wanted) :] if ends else s[: len(wanted)] for s in said]
    return found.count(wanted) == claim.face


def _counts(wanted: Sequence[str], answer: str) -> set[int]:
    """How often these words follow each other; of one word also with its plurals."""
    said = lower_words(answer)
    exact = sum(said[i : i + len(wanted)] == list(wanted) for i in range(len(said)))
    forms = {f"{w}{end}" for w in wanted[:1] for end in ("", "s", "es")}
    return {exact, sum(w in forms for w in said)} if len(wanted) == 1 else {exact}


def is_coaching(claim: Figure, text: str) -> bool:
    """A count that is asked for or advised ("say two numbers", "in twenty seconds"), or of parts of STAR or the question."""
    clause = re.split(r"[;:]", sentence_around(text, claim.start)[1])[-1]
    after, begins = text[claim.end :], clause.strip()
    if claim.measure == "percent":
        by_halves = bool(_HALF_OF.match(after) or _BY_HALVES.search(clause))
        return claim.noun == "halves" or (claim.noun == "half" and by_halves)
    if claim.ordinal:
        return claim.noun in _TALK or after.startswith(",")
    if claim.noun in _PARTS and claim.face in {2, 3, 4}:
        return True
    if claim.measure in {"bare", "count"} and _ASKS.search(clause):
        return True
    if claim.noun not in _TALK or _CLAIMS.search(clause):
        return False
    if claim.measure == "count":
        return claim.face <= (_MOST if claim.noun in _STYLE or _ORDERS.match(begins) else _FEW)
    if claim.measure == "time":
        enough = not begins and _ENOUGH.match(after)
        return bool(enough or (_ORDERS.match(begins) and _WITHIN.search(clause)))
    return bool(_ORDERS.match(begins) or _NEVER.search(clause))


def enumerated(claim: Figure, text: str, quotes: Sequence[str]) -> bool:
    """A small count of things that the point itself or its quotes list: as many quotes, or as many items in a row."""
    if claim.measure not in {"bare", "count", "times"} or not 2 <= claim.face <= 9:
        return False
    sentence, before = sentence_around(text, claim.start)
    after = re.split(";", sentence[len(before) + claim.end - claim.start :])[0]
    listed = (before.rpartition(":")[0], after.partition(":")[2] or after.partition(",")[2])
    return claim.face in {len(quotes), *(_items(piece) for piece in (*quotes, *listed))}


def _items(text: str) -> int:
    pieces = re.split(r",\s*(?:and |or |so )?|\s+and\s+(?:then )?|;", text)
    return sum(bool(p.strip()) for p in pieces)
