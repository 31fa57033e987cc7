# ruff: noqa: SIM905 - word lists
"""Matching: where the tokens of a claim stand in the answer, in their order, with nothing stepped over that matters."""

from __future__ import annotations

import re

from backend.coaching.claimed import FREE, ORDINALS, PLACES, SAY_NOTHING, WHEN
from backend.coaching.spoken import WORDS
from backend.coaching.stems import is_past, stem
from backend.coaching.text import FUNCTION_WORDS
from backend.coaching.told import BLOCKS, END, SUBJECTS, TIME_UNITS, Token, acts, same

_POINTERS = frozenset("it them him her one 1 each these those that".split())
"""What stands for a thing named before: "I filmed one" tells of the changeover in the sentence before."""
_REACHED = frozenset(WORDS["reached"]) | {"in"}
_OPENERS = FREE | {"to", "from", "of", "with"}
_IN_AT = frozenset("in on at during within inside".split())
_WHEN = frozenset(
    stem(w)
    for w in """every each monday tuesday wednesday thursday friday saturday sunday january february march april
    june july august september october november december morning evening night day week month year""".split()
)
"""What may as well stand before the clause: "every Friday I met them"."""


def found(claim: list[Token], told: tuple[Token, ...]) -> bool:
    return any(
        matches(claim, told, k) for k in range(len(told)) if same(claim[0], told[k]) or _stands_for(claim[0], told, k)
    )


def elided(claim: list[Token], told: tuple[Token, ...]) -> bool:
    """ "The auditors looked and found nothing": the pronoun of the claim is not said again before the verb."""
    starts = [k for k, t in enumerate(told) if t.word == claim[0].word]
    return any(
        matches(claim, told, k) and not {t.key for t in told[max(0, k - 3) : k]} & {"i", "we", "he", "she", "they"}
        for k in starts
    )


def _stands_for(wanted: Token, told: tuple[Token, ...], k: int) -> bool:
    """ "Ines, and she": a pronoun right after a name is that name."""
    return told[k].key in {"he", "she", "they"} and wanted.key in {t.key for t in told[max(0, k - 2) : k]}


def matches(claim: list[Token], told: tuple[Token, ...], start: int) -> bool:
    """Whether the rest of the claim follows from `start`: all in its order, or its heart, with the rest nearby."""
    if ends_at(claim, claim, told, start) is not None:
        return True
    heart = [t for t in claim if not t.group]
    if len(heart) == len(claim) or not same(heart[0], told[start]):
        return False
    end = ends_at(heart, claim, told, start)
    if end is None:
        return False
    near = told[_opens(told, start) : start], _after(claim, told, end)
    loose = [[t for t in claim if t.group == g] for g in sorted({t.group for t in claim} - {0})]
    return all(any(_within(tokens, piece) for piece in near) for tokens in loose)


def ends_at(wanted: list[Token], claim: list[Token], told: tuple[Token, ...], start: int) -> int | None:
    """Where the tokens, found one after the other near enough and with nothing stepped over that matters, end."""
    keys = {t.key for t in claim}
    limit = min(start + 3 * len(claim) + 9, len(told))
    at = start
    verb = next((n for n, t in enumerate(wanted) if n and is_past(t.word)), 1)
    for number, token in enumerate(wanted[1:], start=1):
        k = at + 1
        while k < limit and not (same(token, told[k]) and not (token.head and _narrowed(told, k))):
            ended = told[k] is END and number <= verb
            if (
                _blocks(told[k], keys)
                or ended
                or _other_number(token, wanted[number - 1], told, k, keys)
                or _takes_over(wanted[0], told, k, first=number <= verb)
            ):
                k = limit
            k += 1
        if k < limit and number == verb and _asked_to(told, start, k, keys):
            return None
        if k < limit:
            at = k
        elif not (
            (number > 1 and _named_before(token, wanted[number - 1], told, at))
            or _said_first(token, wanted[number - 1], told, start)
            or _unit_left_out(token, wanted[number - 1], told, at)
            or _counted_before(token, wanted[:number], told, at)
        ):
            return None
    return at


def _other_number(token: Token, before: Token, told: tuple[Token, ...], k: int, keys: set[str]) -> bool:
    """Neither a number nor what it counts is reached over another number: "sixty children, with seven volunteers"."""
    there = told[k]
    if not there.key[0].isdigit() or there.key == "1" or there.key in keys or re.fullmatch(r"(?:19|20)\d\d", there.key):
        return False
    if "from" in {t.word for t in told[max(0, k - 2) : k]}:
        return False  # "from twenty two down to nine"
    return token.key[0].isdigit() or before.key[0].isdigit()


def _asked_to(told: tuple[Token, ...], start: int, k: int, keys: set[str]) -> bool:
    """ "I asked Aino to read" is not what I read, unless the claim asks too."""
    if told[k - 1].word != "to":
        return False
    others = [j for j in range(start + 1, k - 1) if told[j].person or told[j].word in {"him", "her", "them"}]
    asked = [t for t in told[start + 1 : others[0]] if is_past(t.word)] if others else []
    return bool(asked) and not any(t.key in keys for t in asked)


def _blocks(there: Token, keys: set[str]) -> bool:
    return there.word in BLOCKS and there.key not in keys


def _opens(told: tuple[Token, ...], start: int) -> int:
    """Where "in February", said before the subject at `start`, may begin; `start` where another clause comes before."""
    for k in range(start - 1, max(-1, start - 14), -1):
        if told[k] is END or told[k].word in JOINTS or told[k].word in {"was", "is", "it's"}:
            return k + 1
        if is_past(told[k].word) or told[k].key in SUBJECTS or told[k].person:
            return start
    return start if start > 14 else 0


def _after(claim: list[Token], told: tuple[Token, ...], end: int) -> tuple[Token, ...]:
    """What still belongs to the clause that ends at `end` or goes on."""
    keys = {t.key for t in claim}
    for k in range(end + 1, min(end + 14, len(told))):
        if (
            told[k] is END
            or told[k].word in JOINTS
            or _blocks(told[k], keys)
            or _takes_over(claim[0], told, k, first=False)
        ):
            return told[end + 1 : k]
    return told[end + 1 : end + 14]


def _within(tokens: list[Token], piece: tuple[Token, ...]) -> bool:
    """Whether "on a surgical ward" stands in a piece as it is: in order, no figure and hardly a word between."""
    return any(
        _runs(tokens, piece, k) and _opened(tokens[0].opened, piece, k)
        for k in range(len(piece))
        if same(tokens[0], piece[k])
    )


def _opened(by: str, piece: tuple[Token, ...], at: int) -> bool:
    """Whether "on the Thursday" is opened by such a word in the answer too, and not by "for" or "to"."""
    before = next(
        (t.word for t in reversed(piece[max(0, at - 4) : at]) if t.word in _OPENERS or t.key[0].isdigit()), ""
    )
    if by == WHEN:
        return True
    if not before and (piece[at].key in _WHEN or re.fullmatch(r"(?:19|20)\d\d", piece[at].key)):
        return by in _IN_AT
    return before == by or (by in _IN_AT and before in _IN_AT)


def _runs(tokens: list[Token], piece: tuple[Token, ...], at: int) -> bool:
    for before, token in zip(tokens, tokens[1:], strict=False):
        k = at + 1
        while k < len(piece) and k <= at + 3 and not same(token, piece[k]) and not piece[k].key[0].isdigit():
            k += 1
        if k < len(piece) and same(token, piece[k]):
            at = k
        elif not _unit_left_out(token, before, piece, at):
            return False
    return True


def _unit_left_out(token: Token, before: Token, told: tuple[Token, ...], at: int) -> bool:
    """ "in eleven" after "fourteen minutes": the unit of the figure said before."""
    if not before.key[0].isdigit() or not same(before, told[at]):
        return False
    after = told[at + 1] if at + 1 < len(told) else END
    bare = after is END or after.word in FUNCTION_WORDS
    if token.key in TIME_UNITS:
        return bare and told[at - 1].word in _REACHED
    said = any(a.key[0].isdigit() and b.key == token.key for a, b in zip(told[:at], told[1:at], strict=False))
    return bare and said and told[at - 1].word in _REACHED


def _counted_before(token: Token, before: list[Token], told: tuple[Token, ...], at: int) -> bool:
    """ "40 of 120 samples" where the answer says "my samples, forty of a hundred and twenty"."""
    number = next((t for t in reversed(before[-3:]) if t.key[0].isdigit()), None)
    if number is None or not same(number, told[at]) or (told[at - 1].word == "of" and len(before) < 3):
        return False
    of = before[-1] is number and (number.key.endswith("%") or (len(before) > 1 and before[-2].key[0].isdigit()))
    if of:
        return any(t.key == token.key for t in told[max(0, at - 8) : at])
    after = told[at + 1] if at + 1 < len(told) else END
    bare = (after is END or after.word in FUNCTION_WORDS) and told[at - 1].word != "of"
    named = [k for k in range(max(1, at - 4), at) if told[k].key == token.key]
    return bare and any(not any(t.key[0].isdigit() for t in told[max(0, k - 2) : k]) for k in named)


def _narrowed(told: tuple[Token, ...], k: int) -> bool:
    return told[k - 1].word not in FUNCTION_WORDS


_CALLS = frozenset("a an the my our his her their".split())
JOINTS = frozenset("but because so when while although until and".split())


def _takes_over(subject: Token, told: tuple[Token, ...], k: int, *, first: bool) -> bool:
    """Whether another subject begins at `k`, so that what follows is no longer the first one's."""
    after = told[k + 1].word if k + 1 < len(told) else ""
    if (
        first
        and told[k].word in JOINTS
        and after not in {"i", "we"}
        and not is_past(after)
        and after not in SAY_NOTHING - {"the", "a", "an", "my", "our", "his", "her", "their"}
    ):
        return any(is_past(t.word) for t in told[k + 2 : k + 6]) and subject.key not in {"i", "we"}
    goes_on = acts(told, k)
    if subject.key in told[k].stands_for:
        return False  # "the owner, she said"
    called = [j for j in range(max(1, k - 3), k) if told[j].word in _CALLS and same(subject, told[j - 1])]
    if told[k].person and called and not any(is_past(t.word) for t in told[called[0] : k]):
        return False  # "the baby, a boy, was", "Bruno the head chef was"
    if told[k].person and is_past(after) and not same(subject, told[k]) and not same(subject, told[k - 1]):
        return told[k - 1].word != "and" or first
    if subject.key == "i" and told[k - 1].word in {"before", "after", "until"} and told[k].key in {"he", "she", "they"}:
        return False  # "I rang him before he had heard, and told him"
    if told[k].key in {"i", "we"} and told[k - 1].word == "and" and k >= 2 and not goes_on:
        return False
    if told[k].key in {"i", "we"} and told[k - 1].word == "and" and told[k - 2].key == subject.key:
        return False  # "my foreman and I costed"
    if told[k].key == "who" and subject.key not in SUBJECTS:
        return False  # "Mr Harris, who kept refusing"
    if told[k].key in {"i", "we", "he", "she", "they", "who", "nobody", "somebody", "someone", "everyone"}:
        return goes_on or (first and subject.key in SUBJECTS)
    return first and subject.key in SUBJECTS and told[k].key == "it" and goes_on


def _named_before(token: Token, previous: Token, told: tuple[Token, ...], at: int) -> bool:
    """Whether "it" or "one" after the verb stands for this word, named not long before."""
    if token.word in {"nay", "yes"}:
        return False
    if token.key in SUBJECTS or token.word in BLOCKS | PLACES | ORDINALS:
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


def _said_first(token: Token, before: Token, told: tuple[Token, ...], start: int) -> bool:
    near = told[max(0, start - 4) : start]
    return (
        token.key in _WHEN and not before.key[0].isdigit() and END not in near and any(t.key == token.key for t in near)
    )
