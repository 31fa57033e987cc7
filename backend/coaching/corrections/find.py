"""Find: the slips of one answer, each quoting its words; none where the recogniser was not sure of them."""

from __future__ import annotations

from collections.abc import Iterator

from backend.coaching.answer import Answer
from backend.coaching.corrections.rules import rules_of
from backend.coaching.feedback import Correction, Corrections

MOST = 3
"""Corrections of one answer: what somebody can take in between two questions."""
_SURE = 0.5
"""A word that was recognised with less than this may have been another one."""
_NOTE = (
    "Only well-known slips are looked for: {count} rules for this language. What is not listed has not been checked."
)


def find_corrections(answer: Answer) -> Corrections | None:
    """At most three slips, in the order of the answer; None for a language without rules. Deterministic."""
    looked = rules_of(answer.language)
    if looked is None:
        return None
    unsure = _unsure_places(answer)
    found: list[tuple[int, int, str, int]] = []
    for number, compiled in enumerate(looked.rules):
        for start, end, better in compiled.finds(answer.text):
            if not any(start < b and a < end for a, b in unsure):
                found.append((start, end, better, number))
    items: list[Correction] = []
    said: set[tuple[int, str]] = set()
    taken = 0
    for start, end, better, number in sorted(found, key=lambda f: (f[0], -f[1])):
        quote = answer.text[start:end]
        if start < taken or (number, quote.casefold()) in said or quote.casefold() == better.casefold():
            continue
        taken = end
        said.add((number, quote.casefold()))
        rule = looked.rules[number].rule
        items.append(
            Correction(
                rule=f"{answer.language}/{rule.rule}",
                quote=quote,
                char_start=start,
                char_end=end,
                better=better,
                why=rule.why,
                why_here=rule.here or rule.why,
            )
        )
    return Corrections(
        language=answer.language,
        items=items[:MOST],
        looked_for=len(looked.rules),
        note=_NOTE.format(count=len(looked.rules)),
    )


def _unsure_places(answer: Answer) -> list[tuple[int, int]]:
    return [place for place, probability in _placed(answer) if probability < _SURE]


def _placed(answer: Answer) -> Iterator[tuple[tuple[int, int], float]]:
    """Each recognised word with its place in the text."""
    at = 0
    for word in answer.words:
        text = word.text.strip()
        start = answer.text.find(text, at)
        if text and start >= 0:
            at = start + len(text)
            yield (start, at), word.probability
