# ruff: noqa: SIM905 - word lists
"""Free talk without a model: a short reply is a reply, and a question to the coach is answered with what the candidate has
told before, in the candidate's own words, or honestly declined."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from backend.coaching.answer import Answer
from backend.coaching.gate import FEWEST_WORDS
from backend.coaching.sayings import this_time
from backend.coaching.stems import stem
from backend.coaching.text import FUNCTION_WORDS, lower_words, sentences, word_count, words
from backend.rag.cosines import cosines
from backend.rag.ports import Embedder

ASKED = "You asked me something, so there is nothing to score."
_LONGEST = 30
"""Words. What is longer is told, whatever it ends with."""
_MARKS = ("?", "？", "؟")
_WHICH = frozenset("what what's who who's whom whose when where where's why which how how's".split())
_WISHES = frozenset("can could will would should may shall".split())
_OPENERS = _WHICH | _WISHES | frozenset("do does did is are was were have has had am".split())
"""How a question begins in English."""
_OWNER = frozenset({"my", "our"})
_LEAVE = frozenset("can could should may shall".split())
_YOU = frozenset("you you're your yours".split())
_SUBJECTS = frozenset("i you he she it we they".split())
_LEADS = frozenset("and but so well okay ok then now um uh hey sorry please".split())
_MINE = frozenset("i i'm i've i'd me my mine myself we us our ours".split())
_SHARED, _MEANT = 0.45, 0.55
"""From which a sentence answers a question: where they share a word, and where they do not. Chosen on 37 questions over
eleven sentences written for it; the tests hold others."""
_A_WORD = 0.3
"""What sharing all of its words adds to the cosine."""
_OFF_TOPIC = 0.5
"""How much shared words count in a sentence without what "my" stands before."""
_LONG_WORD, _KEY = 4, 5
"""Letters from which a word counts beyond English, and by how many of its first letters it is known."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the coach. `alone`: nothing else was said."""

    text: str
    alone: bool


def asked_of_coach(answer: Answer) -> Asked | None:
    """The question with which a reply in a free talk ends, where it is one to the coach; None for all other modes."""
    if answer.mode != "free_chat" or word_count(answer.text) > _LONGEST:
        return None
    pieces = [s.text for s in sentences(answer.text)]
    asking = [_asks(p, answer.language) for p in pieces]
    if not pieces or not asking[-1]:
        return None
    return Asked(pieces[-1], all(asking))


def _asks(sentence: str, language: str) -> bool:
    marked = sentence.rstrip("\"'”’)]» ").endswith(_MARKS)
    if not language.startswith("en"):
        return marked
    low = lower_words(sentence)
    while low and low[0] in _LEADS:
        low = low[1:]
    if len(low) < 2 or low[0] not in _OPENERS:
        return False
    turned = (low[1] in _SUBJECTS) != (
        low[0] in _WHICH
    )  # "did I ...", "how old ..."; not "when I was ...", "do my best"
    return marked or (turned and sentence[-1].isalnum())


def reply_to(asked: Asked, answer: Answer, earlier: Sequence[str], embedder: Embedder | None, turn: int) -> str:
    """What is said to a question. `earlier`: what the candidate said before in this talk, in order. `turn` counts turns."""
    lines = _written().get(answer.language[:2], _written()["en"])
    before = answer.text[: answer.text.rindex(asked.text)]
    english = answer.language.startswith("en")
    theirs = english and _about_them(asked.text)
    may_be_known = theirs or not english or not _YOU & set(lower_words(asked.text))
    if may_be_known and (quote := _told_before(asked.text, [*earlier, before], embedder if english else None, english)):
        return this_time(lines["found"], turn).format(quote=quote)
    looked = theirs and bool(_WHICH & set(lower_words(asked.text)))
    return this_time(lines["not_found" if looked else "cannot"], turn)


def _about_them(question: str) -> bool:
    """Whether an English question is about the speaker, and asks for no advice or leave ("Should I ...?")."""
    low = lower_words(question)
    wishes = any(one in _LEAVE and two in {"i", "we"} for one, two in itertools.pairwise(low))
    return bool(_MINE & set(low)) and not wishes


def short_reply(answer: Answer, turn: int) -> str | None:
    """What is said of a reply of a few words in an English free talk; None for others."""
    if answer.mode != "free_chat" or not answer.language.startswith("en") or word_count(answer.text) >= FEWEST_WORDS:
        return None
    return this_time(_written()["en"]["short"], turn)


def _told_before(question: str, earlier: Sequence[str], embedder: Embedder | None, english: bool) -> str | None:
    """The sentence that answers best, verbatim, of equals the latest; None where none is near enough.

    Beyond English a sentence has to hold all longer words of the question. Blocks for one batch of embeddings.
    """
    told = [s.text for text in earlier for s in sentences(text) if not s.text.endswith(_MARKS)][::-1]
    if not told:
        return None
    if not english:
        wanted = _long_words(question)
        return next((t for t in told if len(wanted) > 1 and wanted <= _long_words(t)), None)
    wanted, topic = _keys(question), _topic(question)
    shares = [len(wanted & k) / max(1, len(wanted)) * (1 if topic <= k else _OFF_TOPIC) for k in map(_keys, told)]
    near = cosines([question], told, embedder)[0]
    scores = [float(cos) + _A_WORD * share for cos, share in zip(near, shares, strict=True)]
    enough = [
        (score, -place)
        for place, (score, share, cos) in enumerate(zip(scores, shares, near, strict=True))
        if (share and score >= _SHARED) or cos >= _MEANT or (embedder is None and share > 0.5)
    ]
    return told[-max(enough)[1]] if enough else None


def _topic(question: str) -> set[str]:
    """What "my" or "our" stands before: who asks for a brother's name is not told a boss's."""
    low = lower_words(question)
    return next((_keys(two) for one, two in itertools.pairwise(low) if one in _OWNER), set())


def _keys(text: str) -> set[str]:
    """What words mean apart: "my daughter's name" is about a daughter and a daughter's name, and about no other name."""
    found: set[str] = set()
    owner = ""
    for word in lower_words(text):
        own = word.endswith("'s") and word.removesuffix("'s") not in FUNCTION_WORDS
        if word in FUNCTION_WORDS or word.removesuffix("'s") in FUNCTION_WORDS or len(word) < 3:
            owner = ""
            continue
        found.add(f"{owner}{stem(word)}")
        owner = f"{stem(word)}'s " if own else ""
    return found


def _long_words(text: str) -> set[str]:
    return {w.text.casefold()[:_KEY] for w in words(text) if len(w.text) >= _LONG_WORD}


@cache
def _written() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(
        Path(__file__).with_name("free_talk.yaml").read_text(encoding="utf-8")
    )
    return found
