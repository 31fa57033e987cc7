# ruff: noqa: SIM905 - word lists
"""Claimed: what of a sentence has to be found in the answer, clause by clause, as word keys in their order."""

from __future__ import annotations

import re
from dataclasses import replace

from backend.coaching.claim_words import (
    ADVICE,
    COACHING,
    GENERIC_STEPS,
    PARTS_OF_ANSWERS,
    REPORTING,
    REPORTING_SOMETIMES,
)
from backend.coaching.source_text import NEGATIONS
from backend.coaching.spoken import WORDS
from backend.coaching.stems import is_past, stem
from backend.coaching.text import FUNCTION_WORDS, lower_words
from backend.coaching.told import BLOCKS, SUBJECTS, Token, key

CLAUSES = re.compile(
    r"[,;:–—]|\b(?:and|but|so|because|when|while|which|who|that|where|until|instead of|rather than|if|as|since|then)\b"
)
SAY_NOTHING = frozenset(
    """also already just really clearly actually indeed now well even both yourself personally quite very still yet
    then first finally later together again up down out off in on at of for with to from by about the a an this these those
    his her their its my our your have has had been be is are was were do did does got get there here some into as than
    more own so roughly around maybe""".split()
)
PLACES = frozenset("before after without until under over above below against".split())
ORDINALS = frozenset("first second third fourth fifth sixth seventh eighth ninth tenth last".split())
PARTICLE = re.compile(r"^([a-z]{3,})-?(?:over|out|up|down|off|back)$")
"""A handover is where somebody handed over."""
_ALONE = frozenset("alone single-handedly".split())
FREE = frozenset("in on at for during within inside outside throughout near".split())
"""They open what may stand anywhere near: "in March", "on a surgical ward"."""
WHEN = "when"
"""What opens "one Thursday", "last year"."""
_LOOSE = frozenset("one 1 last every each next this that".split())
WHEN_WORDS = frozenset(
    stem(w)
    for w in """monday tuesday wednesday thursday friday saturday sunday january february march april
    june july august september october november december morning evening night day week month year summer winter spring
    autumn christmas easter""".split()
)
_DETERMINERS = frozenset("the a an my your his her their our this that".split())
_AUXILIARIES = frozenset("was were is are been being got get".split())
_JUDGING = frozenset(WORDS["judging"])
_IS = frozenset("is are makes make comes".split())


def claim_of(clause: str, known: set[str]) -> list[Token]:
    """The tokens of a clause that must be found, in their order; what may stand elsewhere carries a group."""
    found: list[Token] = []
    clause = re.sub(r"\b(?:at (?:first|last|least|once)|in the end|so far|instead)\b(?! of)", " ", clause)
    low = lower_words(re.sub(r"\byour (?:own )?team\b", "we", clause))
    groups = _groups(low)
    for i, word in enumerate(low):
        before, after = low[i - 1] if i else "", low[i + 1] if i + 1 < len(low) else ""
        root = key(word)
        if root not in known and PARTICLE.match(word) and key(PARTICLE.sub(r"\1", word)) in known:
            root = key(PARTICLE.sub(r"\1", word))
        if _keeps(word, root, before, after) or not (
            word in SAY_NOTHING or word in FUNCTION_WORDS or (root in COACHING and root not in known)
        ):
            head = before in {"the", "a", "an"} and i >= 2 and low[i - 2] in {"are", "were", "you're"}
            found.append(Token(root, word, head, *groups[i]))
    heart = [t for t in found if not t.group]
    return found if len(heart) >= 2 else [replace(t, group=0) for t in found]


def _groups(low: list[str]) -> list[tuple[int, str]]:
    """For every word 0 or the number of the "in March" that it belongs to, and what opens that."""
    groups: list[tuple[int, str]] = []
    current, opened, fronted, determined = 0, "", False, False
    for i, word in enumerate(low):
        if word in _LOOSE and i + 1 < len(low) and stem(low[i + 1]) in WHEN_WORDS:
            fronted, determined, opened = i == 0, True, WHEN
            current = max((g for g, _ in groups), default=0) + 1
        elif word in FREE:
            fronted, determined, opened = i == 0, False, word
            current = max((g for g, _ in groups), default=0) + 1
        elif (
            word in SUBJECTS | {"you"} or is_past(word) or word in _AUXILIARIES or word in {"to", "from", "into", "by"}
        ):
            current = 0
        elif fronted and word in _DETERMINERS:
            current, determined = (0 if determined else current), True
        groups.append((current, opened if current else ""))
    return groups


def passive(clause: str, known: set[str]) -> list[Token]:
    """ "It was shipped in March" turned round: the verb, what it was done to, and the rest; empty where it is none."""
    low = lower_words(clause)
    if "by" in low or set(low) & NEGATIONS:
        return []
    at = next((i for i, w in enumerate(low) if w in _AUXILIARIES and any(map(is_past, low[i + 1 : i + 3]))), None)
    if at is None:
        return []
    verb = next(i for i in range(at + 1, at + 3) if is_past(low[i]))
    claim = claim_of(clause, known)
    acted = next((t for t in claim if t.word == low[verb]), Token(key(low[verb]), low[verb]))
    to = [t for t in claim if t.word in low[:at] and t.word not in {"it", "they"}]
    rest = [t for t in claim if t is not acted and t not in to and t.word in low[verb + 1 :]]
    return [replace(acted, group=0), *to, *rest]


def _keeps(word: str, key: str, before: str, after: str) -> bool:
    """Small words that decide what is said: subjects, numbers, negations, "before 1970", "the second go", "alone"."""
    if word in PLACES and after:
        return after[0].isdigit() or after not in FUNCTION_WORDS
    if word == "did" and after not in NEGATIONS and after not in SUBJECTS | {"you", ""}:
        return True
    if word in ORDINALS:
        adverb = before in SUBJECTS | {"you", ""} and (is_past(after) or after in {"you", "i", ""})
        return not adverb and not is_past(after) and (stem(after) not in PARTS_OF_ANSWERS or after == "place")
    if before in {"the", "an"} and key in COACHING and key not in PARTS_OF_ANSWERS and word not in FUNCTION_WORDS:
        return word not in ORDINALS and word not in SAY_NOTHING
    return (
        key in SUBJECTS
        or (word == "other" and after not in FUNCTION_WORDS)
        or key[0].isdigit()
        or word in _ALONE
        or word in BLOCKS
        or word == "yes"
    )


def is_event(clause: str, claim: list[Token]) -> bool:
    """Whether the clause tells what happened; "you named two figures" reports the answer and tells nothing."""
    low = lower_words(clause)
    if not low or low[0] in ADVICE or _reports(low, claim) or judges(low):
        return False
    if _only_talk(low, claim):
        return False
    verbs = _VERBS
    return any(is_past(w) or w in verbs for w in low) or any(t.key in SUBJECTS for t in claim)


def _reports(low: list[str], claim: list[Token]) -> bool:
    """ "You named two figures", "the answer says why": about the answer. "You said sorry" and "he said no" are events."""
    verb = next((w for w in low[1:] if w not in SAY_NOTHING), low[0]) if low[0] == "you" else claim[0].word
    root = stem(verb)
    if root in REPORTING:
        return len(claim) > 3 or bool({stem(w) for w in low} & PARTS_OF_ANSWERS) or _says_only(low)
    parts = {stem(w) for w in low} & PARTS_OF_ANSWERS
    return claim[0].key == "i" and root in REPORTING_SOMETIMES and bool(parts)


_VERBS = frozenset(
    "is are takes have has does do would will can could didn't doesn't don't won't couldn't can't wasn't isn't weren't aren't".split()
)


def _only_talk(low: list[str], claim: list[Token]) -> bool:
    """ "It is easy to follow", "you explain why you did it": words about answers alone, and nothing that somebody did or was."""
    if any(w in _TALKS for w in low[:2]) and low[0] in {"you", "it", "this", "that"}:
        done = [w for w in low if is_past(w) and stem(w) not in GENERIC_STEPS]
    else:
        done = [w for w in low if is_past(w)]
    what_is = any(
        a in {"you", "he", "she", "they", "we", "you're"} and b in {"are", "is"}
        for a, b in zip(low, low[1:], strict=False)
    )
    return (
        not done and not what_is and "you're" not in low and all(t.key in COACHING or t.key in SUBJECTS for t in claim)
    )


_TALKS = frozenset(
    "say tell speak explain show shows give name end start answer use describe mention makes gives tells keep".split()
)


def _says_only(low: list[str]) -> bool:
    """ "You say yourself", what comes before "that it was not the mirrors"."""
    return low[0] == "you" and all(w in SAY_NOTHING | FUNCTION_WORDS for w in low[2:])


def judges(low: list[str]) -> bool:
    """ "The promise to ring back is the strongest part of your answer": a judgement on a part of the answer, no event."""
    at = next((i for i, w in enumerate(low) if w in _IS), -1)
    said = low[at + 1 :]
    about = at > 0 and low[0] not in SUBJECTS | {"you"}
    return (about or low[:1] == ["makes"]) and len(said) > 1 and set(said) <= _JUDGING


def judged(sentence: str) -> frozenset[str]:
    """The judging words of a sentence that judges; none of any other."""
    clauses = [lower_words(c) for c in CLAUSES.split(sentence.lower())]
    return _JUDGING if any(judges(low) for low in clauses) else frozenset()
