# ruff: noqa: SIM905 - word lists
"""Retelling: a claim about what happened must follow the answer's own order, subject by subject.

"They liked six of them" is made of the answer's own words and still false where the answer says "six screens ... they liked
four of them". So every clause that tells an event has to be found in the answer as a sequence: the same subject, then the
verb, then the rest, close together, with no "not", "would", "instead of" or other subject stepped over. Only what stands
loose, such as "in March", may come before or after.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend.coaching.claim_words import COACHING
from backend.coaching.claimed import CLAUSES, claim_of, is_event, passive
from backend.coaching.matching import elided, found
from backend.coaching.source_text import flat
from backend.coaching.stems import stem
from backend.coaching.text import lower_words
from backend.coaching.told import Token, digits, stream
from backend.coaching.turned import called, found_by, found_turned

if TYPE_CHECKING:
    from backend.coaching.evidence import Evidence


def retold(sentence: str, evidence: Evidence, *, advice: bool) -> list[str]:
    """What a claim tells in another order, of another subject or with another number than the answer does."""
    if advice:
        return []
    texts = (stream(evidence.answer.told), stream(evidence.question.told))
    known = {t.key for t in texts[0]}
    wrong: list[str] = []
    for clause in CLAUSES.split(digits(flat(sentence))):
        claim = claim_of(clause, known)
        if len(claim) < 2:
            wrong += ["order: nothing known"] * _says_what_you_were(clause)
        elif is_event(clause, claim) and not _told(claim, clause, texts, known):
            wrong.append(f"order: {' '.join(t.word for t in claim)}")
    return wrong


def _told(claim: list[Token], clause: str, texts: tuple[tuple[Token, ...], ...], known: set[str]) -> bool:
    if any(found(claim, text) for text in texts):
        return True
    if found_by(claim, texts[0]):
        return True
    if called(claim, clause, texts[0]):
        return True
    turned = passive(clause, known)
    if len(turned) > 1 and found_turned(turned, texts[0]):
        return True
    left_out = claim[0].key in {"he", "she", "it", "they"} and len(claim) > 2
    return left_out and any(elided(claim[1:], text) for text in texts)


def _says_what_you_were(clause: str) -> bool:
    """ "You were on time": made of small words alone, and still a claim."""
    return bool(re.match(r"\s*you (?:were|are|had|did|got)(?: not)? \w+", clause))


def possession(sentence: str, evidence: Evidence, *, advice: bool) -> list[str]:
    """ "Your idea" needs an idea that the answer does not only call "her idea", and the other way round."""
    if advice:
        return []
    said = lower_words(evidence.answer.told)
    wrong: list[str] = []
    low = lower_words(sentence)
    for owner, thing in zip(low, low[1:], strict=False):
        if owner not in {"your", "his", "her", "their"} or stem(thing) in COACHING - {stem("idea")}:
            continue
        owners = {said[i - 1] for i, w in enumerate(said) if i and stem(w) == stem(thing)} & _OWNERS
        if owner in {"his", "her"} and owners and owner not in owners:
            wrong.append(f"whose: {owner} {thing}")
            continue
        mine = bool(owners & {"my", "our"})
        if owners and ((owner == "your") != mine) and not (owner != "your" and owners - {"my", "our"}):
            wrong.append(f"whose: {owner} {thing}")
    return wrong


_OWNERS = frozenset("my our his her their".split())
