"""Turned: claims that tell the answer the other way round: in the passive, by somebody, or as what somebody is."""

from __future__ import annotations

import re

from backend.coaching.matching import JOINTS, ends_at, matches
from backend.coaching.stems import is_past
from backend.coaching.told import BLOCKS, END, SUBJECTS, Token, same


def found_turned(claim: list[Token], told: tuple[Token, ...]) -> bool:
    """A passive claim by its verb, where no "not" leads up to it."""
    starts = [k for k, t in enumerate(told) if t.key == claim[0].key and is_past(t.word)]
    return any(not _denied(told, k) and matches(claim, told, k) for k in starts)


def found_by(claim: list[Token], told: tuple[Token, ...]) -> bool:
    """ "Your supervisor did the statistics" where the answer says "the statistics were done by my supervisor"."""
    if len(claim) < 3 or claim[0].key in SUBJECTS:
        return False
    who, verb, *rest = [t for t in claim if not t.group]
    ends = [k for k, t in enumerate(told) if t.key == who.key and "by" in {b.word for b in told[max(0, k - 3) : k]}]
    turned = [*rest, verb, who]
    return any(
        ends_at(turned, turned, told, k) in ends
        for k, t in enumerate(told)
        if same(turned[0], t) and not _denied(told, k)
    )


def called(claim: list[Token], clause: str, told: tuple[Token, ...]) -> bool:
    """ "Farah is your CTO" where the answer says "our CTO, Farah": a name and a calling side by side."""
    if not re.match(
        r"\s*(?:the |your |his |her )?[\w' ]+? (?:is|was) (?:a|an|the|your|his|her|their) [\w' ]+[.!]?$", clause
    ):
        return False
    if claim[0].key in SUBJECTS or len(claim) > 5:
        return False
    wanted = {t.key for t in claim}
    for k, t in enumerate(told):
        piece = told[k : k + len(claim) + 2]
        last = next((n for n in range(len(piece)) if wanted <= {p.key for p in piece[: n + 1]}), None)
        if t.key not in wanted or last is None:
            continue
        between = [p for p in piece[1:last] if p.key not in wanted]
        if not any(p is END or p.word in _APART or is_past(p.word) for p in between):
            return True
    return False


_APART = frozenset(["and", "or", "to", "with", "from", "for", "by"])


def _denied(told: tuple[Token, ...], k: int) -> bool:
    for t in reversed(told[max(0, k - 5) : k]):
        if t is END or t.word in JOINTS:
            return False
        if t.word in BLOCKS:
            return True
    return False
