# ruff: noqa: SIM905 - word lists
"""Retelling: a claim about what happened must follow the answer's own order, subject by subject.

"They liked six of them" is made of the answer's own words and still false where the answer says "six screens ... they liked
four of them". So every clause that tells an event has to be found in the answer as a sequence: the same subject, then the
verb, then the rest, close together, with no "not", "would", "instead of" or other subject stepped over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.coaching.claim_words import ADVICE, COACHING, PARTS_OF_ANSWERS, REPORTING, REPORTING_SOMETIMES
from backend.coaching.numbers import find_numbers
from backend.coaching.source_text import NEGATIONS, flat
from backend.coaching.stems import is_past, stem
from backend.coaching.text import FUNCTION_WORDS, lower_words

if TYPE_CHECKING:
    from backend.coaching.evidence import Evidence

_SUBJECTS = frozenset("i we he she they it nobody somebody someone everyone who".split())
_BLOCKS = NEGATIONS | frozenset("would could should instead rather nearly almost if hardly never might".split())
"""Words that change what is said: they may not be stepped over."""
_SPLIT = re.compile(
    r"[,;:–—]|\b(?:and|but|so|because|when|while|which|who|that|where|until|instead of|rather than|if|as|since|then)\b"
)
_SAY_NOTHING = frozenset(
    """also already just really clearly actually indeed now well even both yourself personally quite very still yet
    then first finally later together again up down out off in on at of for with to from by about the a an this these those
    his her their its my our your have has had been be is are was were do did does got get there here some into as than
    more own so""".split()
)
_PLACES = frozenset("before after without until under over above below against".split())
_ALONE = frozenset("alone single-handedly".split())
_ORDINALS = frozenset("first second third fourth fifth sixth seventh eighth ninth tenth last".split())
_POINTERS = frozenset("it them him her one 1 each these those".split())
_WHEN = frozenset(
    stem(w)
    for w in """every each monday tuesday wednesday thursday friday saturday sunday january february march april
    june july august september october november december morning evening night day week month year""".split()
)
"""What may as well stand before the clause: "every Friday I met them"."""
"""What stands for a thing named before: "I filmed one" tells of the changeover in the sentence before."""


@dataclass(frozen=True, slots=True)
class _Token:
    key: str
    word: str
    head: bool = False
    """Right after "you are the ...": nothing may stand before it that narrows it, such as "deputy"."""


_END = _Token(".", ".")


def retold(sentence: str, evidence: Evidence, *, advice: bool) -> list[str]:
    """What a claim tells in another order, of another subject or with another number than the answer does."""
    if advice:
        return []
    told = _stream(flat(evidence.answer.told))
    asked = _stream(flat(evidence.question.told))
    known = {t.key for t in told}
    wrong: list[str] = []
    for clause in _SPLIT.split(_digits(flat(sentence))):
        claim = _claim(clause, known)
        if len(claim) < 2:
            wrong += ["order: nothing known"] * _says_what_you_were(clause)
            continue
        if not _is_event(clause, claim):
            continue
        texts = (told, asked)
        if any(_found(claim, text) for text in texts):
            continue
        elided = claim[0].key in {"he", "she", "it", "they"} and len(claim) > 2
        if not elided or not any(_elided(claim[1:], text) for text in texts):
            wrong.append(f"order: {' '.join(t.word for t in claim)}")
    return wrong


def _says_what_you_were(clause: str) -> bool:
    """ "You were on time": made of small words alone, and still a claim."""
    return bool(re.match(r"\s*you (?:were|are|had|did|got)(?: not)? \w+", clause))


def _digits(text: str) -> str:
    """Numbers in one form: "twenty two" and "22" are one token; ordinals keep their words."""
    for n in reversed(list(find_numbers(text))):
        if isinstance(n.value, float) and not n.ordinal:
            value = int(n.value) if n.value == int(n.value) else n.value
            text = f"{text[: n.start]}{value}{'%' if n.percent else ''}{text[n.end :]}"
    return text


def _key(word: str) -> str:
    low = word.split("'")[0] if word.split("'")[0] in _SUBJECTS | {"you"} else word
    if low in {"you", "me", "myself", "yourself"}:
        return "i"
    if low == "us":
        return "we"
    if low in NEGATIONS and (low == "not" or low.endswith("n't")):
        return "not"
    if low in _SUBJECTS | _BLOCKS or low[0].isdigit():
        return low
    return f"{stem(low)}'s" if low.endswith("'s") else stem(low)


def _stream(text: str) -> list[_Token]:
    ours = re.sub(r"\b(?:my|our) (?:own )?team\b", "we", _digits(text))
    ours = re.sub(r"\binstead(?! of)", "", ours)
    found: list[_Token] = []
    for piece in re.split(r"[.!?;]\s", ours):
        found += [_Token(_key(w), w) for w in lower_words(piece)]
        found.append(_END)
    return found


def _claim(clause: str, known: set[str]) -> list[_Token]:
    """The tokens of a clause that must be found, in their order."""
    found: list[_Token] = []
    low = lower_words(re.sub(r"\byour (?:own )?team\b", "we", clause))
    for i, word in enumerate(low):
        before, after = low[i - 1] if i else "", low[i + 1] if i + 1 < len(low) else ""
        key = _key(word)
        if _keeps(word, key, before, after) or not (
            word in _SAY_NOTHING or word in FUNCTION_WORDS or (key in COACHING and key not in known)
        ):
            head = before in {"the", "a", "an"} and i >= 2 and low[i - 2] in {"are", "were", "you're"}
            found.append(_Token(key, word, head))
    return found


def _keeps(word: str, key: str, before: str, after: str) -> bool:
    """Small words that decide what is said: subjects, numbers, negations, "before 1970", "the second go", "alone"."""
    if word in _PLACES and after:
        return after[0].isdigit() or after not in FUNCTION_WORDS
    if word == "did" and after not in NEGATIONS and after not in _SUBJECTS | {"you", ""}:
        return True
    if word in _ORDINALS:
        adverb = before in _SUBJECTS | {"you", ""} and (is_past(after) or after in {"you", "i", ""})
        return not adverb and not is_past(after) and (stem(after) not in PARTS_OF_ANSWERS or after == "place")
    if before in {"the", "an"} and key in COACHING and key not in PARTS_OF_ANSWERS and word not in FUNCTION_WORDS:
        return word not in _ORDINALS and word not in _SAY_NOTHING
    return key in _SUBJECTS or key[0].isdigit() or word in _ALONE or word in _BLOCKS or word == "yes"


def _is_event(clause: str, claim: list[_Token]) -> bool:
    """Whether the clause tells what happened; "you named two figures" reports the answer and tells nothing."""
    low = lower_words(clause)
    if not low or low[0] in ADVICE or _reports(low, claim):
        return False
    verbs = {"is", "are", "takes", "have", "has"}
    return any(is_past(w) or w in verbs for w in low) or any(t.key in _SUBJECTS for t in claim)


def _reports(low: list[str], claim: list[_Token]) -> bool:
    """ "You named two figures", "the answer says why": about the answer. "You said sorry" and "he said no" are events."""
    verb = next((w for w in low[1:] if w not in _SAY_NOTHING), low[0]) if low[0] == "you" else claim[0].word
    root = stem(verb)
    if root in REPORTING:
        return len(claim) > 3 or bool({stem(w) for w in low} & PARTS_OF_ANSWERS)
    parts = {stem(w) for w in low} & PARTS_OF_ANSWERS
    return claim[0].key == "i" and root in REPORTING_SOMETIMES and bool(parts)


def _found(claim: list[_Token], told: list[_Token]) -> bool:
    return any(
        _matches(claim, told, k) for k in range(len(told)) if _same(claim[0], told[k]) or _stands_for(claim[0], told, k)
    )


def _elided(claim: list[_Token], told: list[_Token]) -> bool:
    """ "The auditors looked and found nothing": the pronoun of the claim is not said again before the verb."""
    starts = [k for k, t in enumerate(told) if t.word == claim[0].word]
    return any(
        _matches(claim, told, k) and not {t.key for t in told[max(0, k - 3) : k]} & {"i", "we", "he", "she", "they"}
        for k in starts
    )


def _stands_for(wanted: _Token, told: list[_Token], k: int) -> bool:
    """ "Ines, and she": a pronoun right after a name is that name."""
    return told[k].key in {"he", "she", "they"} and wanted.key in {t.key for t in told[max(0, k - 2) : k]}


def _same(wanted: _Token, there: _Token) -> bool:
    """ "You" is "I" or, as far as this goes, "we": who did it alone is `agency`'s business."""
    return wanted.key == there.key or (wanted.key == "i" and there.key == "we")


def _matches(claim: list[_Token], told: list[_Token], start: int) -> bool:
    """Whether the rest of the claim follows from `start`, near enough and with nothing stepped over that matters."""
    keys = {t.key for t in claim}
    limit = min(start + 3 * len(claim) + 9, len(told))
    at = start
    verb = next((n for n, t in enumerate(claim) if n and is_past(t.word)), 1)
    for number, token in enumerate(claim[1:], start=1):
        k = at + 1
        while k < limit and not (_same(token, told[k]) and not (token.head and _narrowed(told, k))):
            there = told[k]
            blocked = there.word in _BLOCKS and there.key not in keys
            ended = there is _END and number <= verb
            if blocked or ended or _takes_over(claim[0], told, k, first=number <= verb):
                k = limit
            k += 1
        if k < limit:
            at = k
        elif not (number > 1 and _named_before(token, claim[number - 1], told, at)) and not _said_first(
            token, told, start
        ):
            return False
    return True


def _narrowed(told: list[_Token], k: int) -> bool:
    return told[k - 1].word not in FUNCTION_WORDS


_JOINTS = frozenset("but because so when while although until and".split())


def _takes_over(subject: _Token, told: list[_Token], k: int, *, first: bool) -> bool:
    """Whether another subject begins at `k`, so that what follows is no longer the first one's."""
    after = told[k + 1].word if k + 1 < len(told) else ""
    if (
        first
        and told[k].word in _JOINTS
        and after not in {"i", "we"}
        and not is_past(after)
        and after not in _SAY_NOTHING - {"the", "a", "an", "my", "our", "his", "her", "their"}
    ):
        return any(is_past(t.word) for t in told[k + 2 : k + 6]) and subject.key not in {"i", "we"}
    acts = is_past(after) or after in {"is", "was", "were", "had", "now"}
    if told[k].key in {"i", "we"} and told[k - 1].word == "and" and k >= 2 and not acts:
        return False
    if told[k].key in {"i", "we"} and told[k - 1].word == "and" and told[k - 2].key == subject.key:
        return False  # "my foreman and I costed"
    if told[k].key == "who" and subject.key not in _SUBJECTS:
        return False  # "Mr Harris, who kept refusing"
    if told[k].key in {"i", "we", "he", "she", "they", "who", "nobody", "somebody", "someone", "everyone"}:
        return acts or (first and subject.key in _SUBJECTS)
    return first and subject.key in _SUBJECTS and told[k].key == "it" and acts


def _named_before(token: _Token, previous: _Token, told: list[_Token], at: int) -> bool:
    """Whether "it" or "one" after the verb stands for this word, named not long before."""
    if token.key in _SUBJECTS or token.word in _BLOCKS | _PLACES | _ORDINALS:
        return False
    pointed = any(t.word in _POINTERS for t in told[at + 1 : at + 4])
    before = told[max(0, at - 40) : at]
    if token.key[0].isdigit():
        return (
            pointed
            and not is_past(previous.word)
            and any((a.key, b.key) == (previous.key, token.key) for a, b in zip(before, before[1:], strict=False))
        )
    return pointed and any(t.key == token.key for t in before)


def _said_first(token: _Token, told: list[_Token], start: int) -> bool:
    return token.key in _WHEN and any(t.key == token.key for t in told[max(0, start - 4) : start])


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
        mine = bool(owners & {"my", "our"})
        if owners and ((owner == "your") != mine) and not (owner != "your" and owners - {"my", "our"}):
            wrong.append(f"whose: {owner} {thing}")
    return wrong


_OWNERS = frozenset("my our his her their".split())
