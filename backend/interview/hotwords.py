"""Words that help recognition: names and terms of the job and the resume that a general ear does not expect."""

from __future__ import annotations

import re
from calendar import month_name
from collections import Counter
from collections.abc import Iterable

from backend.coaching.coach import Source
from backend.coaching.text import FUNCTION_WORDS
from backend.interview.session import SessionPlan

MOST = 20
"""Each costs time: what sounds like it is judged. The first ones matter most."""
_TERM = re.compile(r"[A-Za-z][A-Za-z0-9+#./-]*[A-Za-z0-9+#]|[A-Z]")
_IN_CAPITALS = re.compile(
    r"^[^a-z\n]*[A-Z]{3}[^a-z\n]*$|\b(?:[A-Z]+ )*(?:[A-Z]{6,} [A-Z]{2,}|[A-Z]{2,} [A-Z]{6,})(?: [A-Z]+)*\b",
    re.MULTILINE,
)
"""A whole line without a small letter, or words in capitals of which one is too long for an abbreviation."""
_NO_NAME = re.compile("|".join([*month_name[1:], r"[ivx]+", r".*[a-z](?:19|20)\d\d"]), re.IGNORECASE)
"""Months, Roman numbers, and a word that a year is stuck to."""
_MID_SENTENCE = re.compile(r"[a-z,] $")


def hotwords(plan: SessionPlan, sources: Iterable[Source]) -> tuple[str, ...]:
    """At most `MOST` terms: the company, then what stands in most documents and most often.

    Terms are told by their spelling: capitals or digits inside (PostgreSQL, C++, K8s), or a capital in the middle of a
    sentence (Grafana). Addresses, numbers and lines in capitals are none.
    """
    found: Counter[str] = Counter()
    spread: Counter[str] = Counter()
    for source in sources:
        if source.kind == "role_pack":
            continue
        # Where all is in capitals they say nothing: a heading, or shouting.
        text = _IN_CAPITALS.sub("\n", source.text)
        here: Counter[str] = Counter()
        for match in _TERM.finditer(text):
            term = match[0]
            if _is_term(term, text[: match.start()][-3:]):
                here[term] += 1
        # A capital letter alone is weak: what is also written small in the same text is an ordinary word.
        small = {word for word in re.findall(r"\b[a-z]{2,}\b", text)}
        for term, count in here.items():
            if term.lower() not in small:
                found[term] += count
                spread[term] += 1
    best = sorted(found, key=lambda term: (-spread[term], -_oddness(term), -found[term], term))
    first = [plan.company] if plan.company else []
    return tuple(dict.fromkeys([*first, *best]))[:MOST]


def _is_term(term: str, before: str) -> bool:
    if len(term) < 2 or len(term) > 24 or "//" in term or term.lower() in FUNCTION_WORDS or _NO_NAME.fullmatch(term):
        return False
    if term.count(".") + term.count("/") > 1 or before.endswith(("@", "/")):
        return False
    if _oddness(term):
        return True
    return term[0].isupper() and term[1:].islower() and _MID_SENTENCE.search(before) is not None


def _oddness(term: str) -> int:
    """1 for a spelling that no ordinary word has."""
    return int(bool(re.search(r"[a-z0-9][A-Z]|\d|[+#]", term)) or (term.isupper() and 2 <= len(term) <= 5))
