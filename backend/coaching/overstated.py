# ruff: noqa: SIM905 - word lists
"""Overstated: claims made of the answer's own words that say more than it does, or the contrary.

What somebody was, what somebody does, how often, between which bounds, the opposite of a word, the other direction, what
there was none of, and what somebody was told to do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend.coaching.claim_words import COACHING, PARTS_OF_ANSWERS
from backend.coaching.claimed import CLAUSES, FREE, SAY_NOTHING, claim_of, is_event
from backend.coaching.facts import is_name
from backend.coaching.source_text import NEGATIONS, flat
from backend.coaching.spoken import WORDS
from backend.coaching.stems import is_past, stem
from backend.coaching.text import FUNCTION_WORDS, lower_words, words
from backend.coaching.told import END, PEOPLE, TIME_UNITS, Token, did, digits, key, stream

if TYPE_CHECKING:
    from backend.coaching.evidence import Evidence

_OPPOSITES = [tuple(pair) for pair in WORDS["opposites"]]
_WERE = frozenset("were was are is became".split())
_AM = {"were": frozenset("was were been became".split()), "are": frozenset("am are be been is".split())}
_LIGHT = frozenset("be have do get make go come see say take give let".split())
_RATE = re.compile(r"(\d[\w.]*%?)((?: [a-z]+){1,3}?) (?:a|an|per) ([a-z]+)")
_ELSEWHERE = frozenset("but so because while when who which".split())
_OWNERS = frozenset("my our his her their".split())
_PER = frozenset("a an per each every".split())
_BOUND = re.compile(
    rf"\b({'|'.join(sorted([*WORDS['over'], *WORDS['under']], key=len, reverse=True))}) (?:a |the )?(\d[\w.]*%?)", re.IGNORECASE
)  # fmt: skip
_CAUSES = re.compile(rf"\b(?:{'|'.join(WORDS['causes'])})\b")
_REASONS = frozenset(WORDS["reasons"])
_TOLD_TO = re.compile(r"\b(?:told|asked|wanted|advised|ordered|allowed|expected|forced|got) (?:\w+ ){1,3}?to (\w+)")


def overstated(sentence: str, evidence: Evidence, *, advice: bool) -> list[str]:
    """What a claim says beyond the answer; advice and questions claim nothing here."""
    if advice:
        return []
    told = stream(evidence.answer.told)
    low = flat(sentence)
    wrong = _does(sentence, evidence, told) + _none_of(lower_words(low), evidence) + _caused(low, told)
    known = {t.key for t in told}
    for clause in CLAUSES.split(digits(low)):
        claim = claim_of(clause, known)
        if claim and is_event(clause, claim):
            wrong += _was(clause, claim, told)
            wrong += _opposite(clause, evidence.answer.searched)
            wrong += _towards(lower_words(clause), told)
            wrong += _rate(clause, told) + _bound(clause, told)
            wrong += [
                f"told to: {v}"
                for v in _TOLD_TO.findall(clause)
                if stem(v) not in evidence.answer.stems and v not in _LIGHT
            ]
    return wrong


def _was(clause: str, claim: list[Token], told: tuple[Token, ...]) -> list[str]:
    """ "You were the lead": what the answer says "I was", "as" or "my job" of, and not only somebody else's name."""
    match = re.match(r"\s*you(?:'re| (were|are|became))\s+(?!to\b)(\w+)", clause)
    if match is None or is_past(match.group(2)) or match.group(2) in NEGATIONS:
        return []
    wanted = [t for t in claim[1:] if not t.group and t.word not in _WERE]
    if not wanted:
        return []
    forms = _AM["are" if match.group(1) in {None, "are"} else "were"]
    for k, t in enumerate(told):
        if t.key in {"i", "we"} and _is_said_of(told, k, wanted, forms):
            return []
        if t.word == "as" and k and _follows(told, k, wanted):
            return []
        if (
            t.word in {"role", "title", "job", "position"}
            and told[k - 1].word in {"my", "our"}
            and _follows(told, k + 1, wanted)
        ):
            return []
    return [f"was: {' '.join(t.word for t in wanted)}"]


def _is_said_of(told: tuple[Token, ...], k: int, wanted: list[Token], forms: frozenset[str]) -> bool:
    if told[k].word.endswith(("'m", "'re")):
        return "am" in forms and _follows(told, k, wanted)
    said = next((j for j in range(k + 1, min(k + 4, len(told))) if told[j].word in forms), None)
    return said is not None and _follows(told, said, wanted)


def _follows(told: tuple[Token, ...], at: int, wanted: list[Token]) -> bool:
    """Whether the words come within a few, no verb and no other clause between."""
    left = list(wanted)
    for k in range(at + 1, min(at + 10, len(told))):
        there = told[k]
        if there is END or there.word in _ELSEWHERE or (told[k - 1].word == "and" and there.word in _OWNERS):
            break
        if there.person and there.word not in PEOPLE and not there.word.endswith("'s"):
            break  # a name: "I was sous chef, Bruno the head chef"
        if there.key == left[0].key:
            left.pop(0)
            if not left:
                return True
        elif is_past(there.word) or there.word in _WERE:
            break
    return False


def _does(sentence: str, evidence: Evidence, told: tuple[Token, ...]) -> list[str]:
    """ "Deepak runs the late shift": somebody's present doing needs the name before the verb, as a past one does."""
    tokens = words(sentence)
    wrong: list[str] = []
    for before, token in zip(tokens, tokens[1:], strict=False):
        low, name = token.text.lower(), before.text
        if (
            not low.endswith("s")
            or low.endswith(("ss", "'s"))
            or not is_name(name)
            or low in FUNCTION_WORDS | {"does", "is"}
        ):
            continue
        root = stem(low)
        if not any(t.person and t.key == stem(name) for t in told) or "'" in name:
            continue
        if name.lower() in evidence.answer.words and not did(told, stem(name), root):
            wrong.append(f"does: {name} {low}")
    return wrong


def _none_of(low: list[str], evidence: Evidence) -> list[str]:
    """ "A complaint came in" where the answer only knows "no complaint"."""
    if set(low) & (NEGATIONS | {"missing", "lacks", "absence"}):
        return []
    wrong: list[str] = []
    for word in low:
        root = stem(word)
        if word in FUNCTION_WORDS or root in PARTS_OF_ANSWERS or root not in evidence.answer.stems:
            continue
        before = [
            c.words[k - 1] if k else "" for c in evidence.answer.clauses for k, s in enumerate(c.stems) if s == root
        ]
        if before and all(b in {"no", "without", "never"} for b in before) and root not in COACHING:
            wrong.append(f"none: {word}")
    return wrong


def _caused(low: str, told: tuple[Token, ...]) -> list[str]:
    """ "They renewed because of it" needs a "because" or the like between the two in the answer."""
    cause = _CAUSES.search(low)
    if cause is None:
        return []
    sides = [
        {key(w) for w in lower_words(part) if w not in FUNCTION_WORDS and key(w) not in COACHING}
        for part in (low[: cause.start()], low[cause.end() :])
    ]
    if not all(sides):
        return []  # "a good choice because it shows judgement"
    for k, t in enumerate(told):
        if t.word not in _REASONS:
            continue
        before, after = ({w.key for w in piece} for piece in (told[max(0, k - 25) : k], told[k + 1 : k + 25]))
        if any(sides[a] & before and sides[b] & after for a, b in ((0, 1), (1, 0))):
            return []
    return [f"cause: {cause.group()}"]


def _opposite(clause: str, said: str) -> list[str]:
    wrong: list[str] = []
    for one, other in _OPPOSITES:
        for claimed, instead in ((one, other), (other, one)):
            last = claimed in {"before", "after"} and clause.rstrip(" .!").endswith(claimed)
            if _has(claimed, clause) and not last and _has(instead, said) and not _has(claimed, said):
                wrong.append(f"opposite: {claimed}")
    return wrong


def _has(phrase: str, text: str) -> bool:
    return phrase in text and re.search(rf"(?<!\w){phrase}(?!\w)", text) is not None


def _towards(low: list[str], told: tuple[Token, ...]) -> list[str]:
    """ "Switched to a competitor" where the answer says "from a competitor"."""
    wrong: list[str] = []
    for i, word in enumerate(low):
        if word not in {"to", "from"}:
            continue
        noun = next((w for w in low[i + 1 : i + 4] if w not in FUNCTION_WORDS and w not in SAY_NOTHING), "")
        if not noun or noun[0].isdigit():
            continue
        root, contrary = key(noun), "from" if word == "to" else "to"
        before = [_leads(told, k) for k, t in enumerate(told) if t.key == root]
        if contrary in before and word not in before:
            wrong.append(f"direction: {word} {noun}")
    return wrong


def _leads(told: tuple[Token, ...], k: int) -> str:
    """The preposition right before a noun."""
    near = reversed(told[max(0, k - 3) : k])
    return next((t.word for t in near if t.word in FREE | {"to", "from", "of", "with", "by", "into"}), "")


def _rate(clause: str, told: tuple[Token, ...]) -> list[str]:
    """ "Ten minutes a week" where the answer says "ten minutes a day"."""
    wrong: list[str] = []
    for number, _, period in _RATE.findall(clause):
        if stem(period) not in TIME_UNITS:
            continue
        given = [
            told[k + j + 1].key
            for k, t in enumerate(told)
            if t.key == number
            for j in range(1, 6)
            if k + j + 1 < len(told) and told[k + j].word in _PER and told[k + j + 1].key in TIME_UNITS
        ]
        rates = [b.key for a, b in zip(told, told[1:], strict=False) if a.word in _PER and b.key in TIME_UNITS]
        bare = any(
            t.key == number and (k + 1 >= len(told) or told[k + 1] is END) and stem(period) in rates
            for k, t in enumerate(told)
        )
        if stem(period) not in given and not bare:
            wrong.append(f"rate: {number} a {period}")
    return wrong


def _bound(clause: str, told: tuple[Token, ...]) -> list[str]:
    """ "Over forty" needs an "over" before the forty of the answer."""
    wrong: list[str] = []
    for said, number in _BOUND.findall(clause):
        side = WORDS["over"] if said in WORDS["over"] else WORDS["under"]
        near = [" ".join(w.word for w in told[max(0, k - 4) : k]) for k, t in enumerate(told) if t.key == number]
        if not any(re.search(rf"\b(?:{'|'.join(side)})\b", n) for n in near):
            wrong.append(f"bound: {said} {number}")
    return wrong
