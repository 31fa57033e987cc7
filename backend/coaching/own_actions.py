# ruff: noqa: SIM905 - word lists
"""Own actions: the past steps that a speaker tells in the first person."""

from __future__ import annotations

from backend.coaching.stems import is_past
from backend.coaching.text import lower_words

_STATIVE = frozenset(
    """was were had felt knew thought wanted needed learned learnt realised realized got liked loved hoped
    believed worked received managed been used ended won passed achieved faced""".split()
)
_ADVERBS = frozenset(
    """also then first just quickly immediately finally always really never only even actually still""".split()
)


def own_actions(text: str, *, any_verb: bool = False) -> list[tuple[str, str]]:
    """(subject, verb) of every past action the speaker tells in the first person: ("i", "called"), ("we", "split").

    `any_verb` also takes verbs of state ("I was", "we had").
    """
    low = lower_words(text)
    found: list[tuple[str, str]] = []
    subject = ""
    since = 9
    for i, word in enumerate(low):
        if word in {"i", "we"}:
            subject, since = word, 0
            continue
        since += 1
        if word in {"he", "she", "they", "it", "who", "which", "that", "you"}:
            subject = ""
        if not subject or not is_past(word) or (word in _STATIVE and not any_verb):
            continue
        before = low[i - 1]
        near = since == 1 or (since <= 3 and (before.endswith("ly") or before in _ADVERBS))
        chained = before in {"and", "then", "or"} and since <= 14
        if near or chained:
            found.append((subject, word))
    return found
