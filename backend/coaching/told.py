# ruff: noqa: SIM905 - word lists
"""Told: an answer as a stream of word keys that knows its sentences, its people and whom a pronoun stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from backend.coaching.claim_words import TECHNOLOGIES
from backend.coaching.facts import is_name
from backend.coaching.numbers import find_numbers
from backend.coaching.source_text import NEGATIONS, flat
from backend.coaching.spoken import WORDS
from backend.coaching.stems import is_past, stem
from backend.coaching.text import FUNCTION_WORDS, words

SUBJECTS = frozenset("i we he she they it nobody somebody someone everyone who".split())
BLOCKS = NEGATIONS | frozenset("would could should instead rather nearly almost if hardly never might".split())
"""Words that change what is said: they may not be stepped over."""
TIME_UNITS = {stem(w) for w in "second minute hour day week month quarter year".split()}
PEOPLE: dict[str, str] = {w: kind for kind, listed in WORDS["people"].items() for w in listed}
_BEFORE_PLACES = frozenset("the in at near".split())
"""What stands before a capital that is a place or a firm: "at the Crown", "in Leeds"."""
_NOBODY = frozenset(WORDS["not_people"])
_PRONOUNS = {"he": "he", "him": "he", "she": "she", "her": "she", "they": "they", "them": "they"}
_ASIDES = frozenset(f"{w}'s" for w in "it that he she".split())
"""They open an aside: "Lindqvist, it's our biggest, wanted"."""
_LOOK_BACK = 60


@dataclass(frozen=True, slots=True)
class Token:
    key: str
    word: str
    head: bool = False
    """Right after "you are the ...": nothing may stand before it that narrows it, such as "deputy"."""
    group: int = 0
    """0 for the heart of a claim; its "in February", "on a ward" have numbers and may stand anywhere near."""
    opened: str = ""
    """The "in" or "for" of its group."""
    person: str = ""
    """he, she or any for somebody; empty for the rest."""
    stands_for: frozenset[str] = frozenset()
    """Keys of the one a pronoun stands for."""


END = Token(".", ".")


def key(word: str) -> str:
    """What forms of a word share; "you" and "me" are "i", short forms lose their ending."""
    first = word.split("'")[0]
    low = first if first in SUBJECTS | {"you"} else word
    if low in {"you", "me", "myself", "yourself"}:
        return "i"
    if low == "us":
        return "we"
    if low in NEGATIONS and (low == "not" or low.endswith("n't")):
        return "not"
    if low in SUBJECTS | BLOCKS or low[0].isdigit():
        return low
    return f"{stem(low)}'s" if low.endswith("'s") else stem(low)


def same(wanted: Token, there: Token) -> bool:
    """ "You" is "I" or, as far as this goes, "we": who did it alone is `agency`'s business. A pronoun is whom it stands for."""
    return wanted.key == there.key or (wanted.key == "i" and there.key == "we") or wanted.key in there.stands_for


def digits(text: str) -> str:
    """Numbers in one form: "twenty two" and "22" are one token; ordinals keep their words."""
    for n in reversed(list(find_numbers(text))):
        if isinstance(n.value, float) and not n.ordinal:
            value = int(n.value) if n.value == int(n.value) else n.value
            text = f"{text[: n.start]}{value}{'%' if n.percent else ''}{text[n.end :]}"
    return re.sub(r"(?<=\w)-(?=\w)", " ", re.sub(r"(?<=%) per ?cent\b", "", text))


@lru_cache(maxsize=64)
def stream(text: str) -> tuple[Token, ...]:
    """A text (case kept) as tokens, an `END` after every sentence; the last few texts are kept."""
    ours = re.sub(r"\b(?:my|our) (?:own )?team\b", "we", digits(text), flags=re.IGNORECASE)
    ours = re.sub(r"\binstead(?! of)", "", ours, flags=re.IGNORECASE)
    found: list[Token] = []
    for piece in re.split(r"[.!?;]\s", ours):
        for number, token in enumerate(words(piece)):
            low = flat(token.text)
            nobody = number > 0 and found[-1].word in _BEFORE_PLACES
            person = "" if nobody and low not in PEOPLE else _person(token.text, low, number)
            found.append(_stood_for(Token(key(low), low, person=person), found))
        found.append(END)
    return tuple(found)


def _person(said: str, low: str, number: int) -> str:
    bare = low.removesuffix("'s")
    if bare in PEOPLE:
        return PEOPLE[bare]
    if bare.endswith("s") and bare[:-1] in PEOPLE:
        return "they"
    named = number > 0 and is_name(said) and bare not in TECHNOLOGIES | FUNCTION_WORDS | _NOBODY
    return "any" if named and re.fullmatch(r"[^\W\d_]+(?:['.-][^\W\d_]+)*", low) else ""


def _stood_for(token: Token, before: list[Token]) -> Token:
    """A pronoun with the nearest one before that it may stand for, by name and by calling ("my colleague Rashid")."""
    spoken = token.word.split("'")[0]
    if spoken == "it":
        return replace(token, stands_for=_thing(before))
    kind = _PRONOUNS.get(spoken)
    if kind is None:
        return token
    for k in range(len(before) - 1, max(-1, len(before) - _LOOK_BACK), -1):
        if kind == "they" and not before[k].person and _plural(before, k):
            named = {before[k].key, before[k - 1].key} - {w.key for w in before if w.word in _DETERMINERS}
            return replace(token, stands_for=frozenset(n for n in named if not n[0].isdigit()))
        if before[k].person not in ({kind} if kind == "they" else {kind, "any"}):
            continue
        back = 2 if before[k - 1].word in {"my", "our", "his", "her", "their", "the", "a"} else 1
        called = {t.key.removesuffix("'s") for t in before[max(0, k - back) : k + 1] if t.person}
        return replace(token, stands_for=frozenset(called))
    return token


def _plural(before: list[Token], k: int) -> bool:
    """ "The orders", "three lines": "they" may as well stand for these."""
    word, led = before[k].word, [t.word for t in before[max(0, k - 2) : k]]
    plural = word.endswith("s") and not word.endswith(("ss", "'s")) and len(word) > 3 and word not in FUNCTION_WORDS
    return plural and any(w in _DETERMINERS or w[:1].isdigit() for w in led)


def _thing(before: list[Token]) -> frozenset[str]:
    """What "it" stands for: the nearest "soldered a joint" or sentence that opens with "the joint"."""
    ends = 0
    for k in range(len(before) - 1, max(1, len(before) - 18), -1):
        ends += before[k] is END
        if ends > 1:
            break
        if before[k - 1].word not in _DETERMINERS or before[k].word in FUNCTION_WORDS or before[k] is END:
            continue
        opens = before[k - 2] is END or is_past(before[k - 2].word)
        if opens and not before[k].person and not is_past(before[k].word):
            return frozenset({before[k].key})
    return frozenset()


_DETERMINERS = frozenset("a an the my our this that these those".split())


_VERBS_TOO = frozenset("is was were had now does would will can could should do have has don't didn't".split())


def acts(told: tuple[Token, ...], k: int) -> bool:
    """Whether the word at `k` is followed by a verb of its own."""
    after = told[k + 1].word if k + 1 < len(told) else ""
    return is_past(after) or after in _VERBS_TOO


def led_by(told: tuple[Token, ...], k: int) -> str:
    """The word that leads to a number, "about" and the like left out."""
    return next((t.word for t in reversed(told[max(0, k - 5) : k]) if t.word not in _ABOUT), "")


_ABOUT = frozenset("the a about around roughly only just like maybe nearly almost over under bit".split())
STATES = frozenset(WORDS["reached"]) - _ABOUT
"""What leads to a figure that something has come to: "it was", "down to"."""


def did(told: tuple[Token, ...], who: str, verb: str) -> bool:
    """Whether somebody (a name, a calling or the pronoun that stands for it) is the subject of a verb."""
    starts = [k for k, t in enumerate(told) if who in t.stands_for or (t.key == who and t.person)]
    return any(_reaches(told, k, who, verb) or _by(told, k, verb) for k in starts)


def _by(told: tuple[Token, ...], k: int, verb: str) -> bool:
    """ "The statistics were done by my supervisor"."""
    near = [t.word for t in told[max(0, k - 3) : k]]
    return "by" in near and any(t.key == verb and is_past(t.word) for t in told[max(0, k - 7) : k])


def _reaches(told: tuple[Token, ...], start: int, who: str, verb: str) -> bool:
    acted = False
    reach = 12 if told[start + 1 : start + 2] and told[start + 1].word in _ASIDES else 8
    for j in range(start + 1, min(len(told), start + reach)):
        there, before = told[j], told[j - 1].word
        if there.word in _ASIDES:
            continue
        if there.key == verb:
            return acted == (before in {"and", "then"})  # "told Dr Klein and repeated" is not what Dr Klein did
        called_too = who in there.stands_for or (there.person and j == start + 1)
        if there is END or there.word in BLOCKS or ((there.key in SUBJECTS or there.person) and not called_too):
            return False
        acted = acted or is_past(there.word)
    return False
