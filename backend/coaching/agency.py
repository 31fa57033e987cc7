# ruff: noqa: SIM905 - word lists
"""Agency: who did what, by the answer's own words. "You led" is not "we led", "Martin led" or "I did not lead"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from backend.coaching.claim_words import (
    COACHING,
    GENERIC_STEPS,
    PARTS_OF_ANSWERS,
    REPORTING,
    REPORTING_SOMETIMES,
    SUBJECTS,
)
from backend.coaching.facts import is_name
from backend.coaching.source_text import NEGATIONS, Clause, Text
from backend.coaching.stems import is_past, stem
from backend.coaching.text import FUNCTION_WORDS, lower_words, words
from backend.coaching.told import did, stream

if TYPE_CHECKING:
    from backend.coaching.evidence import Evidence


def agency(sentence: str, evidence: Evidence) -> list[str]:
    """ "You led" needs "I led" in the answer: not "Martin led", not "we led", not "I did not lead"."""
    wrong: list[str] = []
    low = lower_words(sentence)
    for i, verb in _claimed_verbs(low):
        root = stem(verb)
        if root in REPORTING or (root in REPORTING_SOMETIMES and _reports(low, i)):
            continue
        if asked_only(low, i) and (root in GENERIC_STEPS or {"many", "much"} & set(low[max(0, i - 5) : i])):
            continue
        if not _said_by_self(root, evidence.answer):
            wrong.append(f"agency: you {verb}")
    passive = re.findall(r"\b(\w+) by you\b", sentence, re.IGNORECASE)
    return wrong + [f"agency: {verb} by you" for verb in passive if not _said_by_self(stem(verb), evidence.answer)]


def _claimed_verbs(low: list[str]) -> list[tuple[int, str]]:
    """Verbs that the sentence says the candidate did: "you (also) led and then trained"."""
    found: list[tuple[int, str]] = []
    for i, word in enumerate(low):
        if word not in {"you", "you've", "you'd"} or (i and low[i - 1] in {"would", "could", "should"}):
            continue
        j = i + 1
        while j < len(low) and (
            low[j].endswith("ly")
            or low[j] in {"also", "then", "first", "have", "had", "even", "both", "yourself", "personally", "alone"}
        ):
            j += 1
        if j >= len(low) or low[j] in NEGATIONS - {"failed", "unable"}:
            continue
        if low[j] in {"were", "was", "are"} and j + 1 < len(low) and is_past(low[j + 1]):
            found.append((j + 1, low[j + 1]))
            continue
        if low[j] in {"did", "were", "was", "are"} and low[j + 1 : j + 2] and low[j + 1] in NEGATIONS:
            continue
        if not is_past(low[j]) and low[j] not in _PRESENT_CLAIMS:
            continue
        about_words = low[j] == "speak" and all(
            stem(w) in COACHING or w in FUNCTION_WORDS or w.endswith("ly") for w in low[j + 1 :]
        )
        if about_words:
            continue  # "you speak mostly of yourself"
        found.append((j, low[j]))
        for k in range(j + 1, min(len(low), j + 12)):
            if low[k] in SUBJECTS:
                break
            if low[k - 1] in {"and", "then"} and is_past(low[k]):
                found.append((k, low[k]))
    return found


_PRESENT_CLAIMS = frozenset("""lead manage own run have know speak hold work bring""".split())


def _reports(low: list[str], i: int) -> bool:
    """Whether a verb's object is a part of an answer ("you gave a reason"), so that nothing but the answer is reported."""
    return any(stem(w) in PARTS_OF_ANSWERS or w in {"what", "why", "how"} for w in low[i + 1 : i + 5])


def asked_only(low: list[str], i: int) -> bool:
    """ "say what you did", "how you decided": asks for it and does not claim it."""
    before = low[max(0, i - 5) : i]
    return any(
        w in {"what", "which", "whether", "if", "how", "why", "who", "where", "when", "part", "step", "thing"}
        for w in before
    )


def _said_by_self(root: str, answer: Text) -> bool:
    """Whether the answer has the verb with "I" as its subject, not negated, and nobody else between."""
    for clause in answer.clauses:
        for i, s in enumerate(clause.stems):
            if s != root:
                continue
            if i and clause.words[i - 1] in {"was", "were", "been", "being", "be", "got"}:
                continue  # "the statistics were done by my supervisor"
            subject = _subject_before(clause.words, i)
            if subject == "i" and not negated(clause.words, i):
                return True
    return False


def _subject_before(said: tuple[str, ...], i: int) -> str:
    """The nearest subject before a word: "i", "we", another pronoun or name-like word; "" when there is none."""
    if i >= 3 and said[i - 1] == said[i - 3] == "," and said[i - 2] not in FUNCTION_WORDS and not is_past(said[i - 2]):
        return said[i - 2]  # "our lead, Petra, called"
    joined = i > 0 and said[i - 1] in {"and", "then"}
    for j in range(i - 1, max(-1, i - 16), -1):
        word = said[j]
        if word in {"i", "i've", "i'd", "i'm"}:
            return "i"
        if word in _OBJECTS_TOO and j < i - 1:
            continue
        if (
            word in {"he", "she", "they", "it"}
            and joined
            and j
            and said[j - 1] in {"before", "after", "until", "when", "because"}
        ):
            continue  # "I rang him before he had heard, and told him"
        if word in SUBJECTS:
            return word
        if (
            j == i - 1
            and word != ","
            and word not in FUNCTION_WORDS
            and not word.endswith("ly")
            and not is_past(word)
            and word not in {"then", "also"}
        ):
            return word
    return ""


_OBJECTS_TOO = SUBJECTS - {"i", "we", "he", "she", "they", "who", "which"}
"""Words that are as often an object or a possessive: a subject only right before the verb."""


def negated(said: tuple[str, ...], i: int) -> bool:
    for word in reversed(said[max(0, i - 5) : i]):
        if word in NEGATIONS:
            return True
        if word in {"i", "we", "he", "she", "they"}:
            return False
    return False


def others(sentence: str, evidence: Evidence) -> list[str]:
    """ "Sarah proposed it", "the parents wrote it": who did it must stand before the verb in one sentence of the answer."""
    wrong: list[str] = []
    low = lower_words(sentence)
    for i in range(1, len(low)):
        verb = low[i]
        if not is_past(verb) or verb in {"was", "were", "had", "been"}:
            continue
        j = i - 1
        while j > 0 and (
            low[j].endswith("ly")
            or low[j] in {"also", "then", "now", "who", "even", "never", "always", "often", "not", "had", "has", "have"}
        ):
            j -= 1
        name = low[j].removesuffix("'s")
        if (
            name in FUNCTION_WORDS
            or stem(name) in COACHING
            or is_past(name)
            or not {name, f"{name}'s"} & evidence.answer.words
        ):
            continue
        if (asked_only(low, i) and stem(verb) in GENERIC_STEPS | REPORTING) or open_question(low, verb):
            continue
        said = any(_in_order(c, stem(name), stem(verb)) for c in evidence.answer.clauses)
        if not said and not did(stream(evidence.answer.told), stem(name), stem(verb)):
            wrong.append(f"agency: {name} {verb}")
    return wrong


def _in_order(clause: Clause, first: str, second: str) -> bool:
    """The verb follows the name within a few words, no other subject between, and the name is no mere object before "and"."""
    for i, s in enumerate(clause.stems):
        if s != first or clause.words[i].endswith("'s"):
            continue
        joined = False
        for j in range(i + 1, min(len(clause.stems), i + 9)):
            if clause.stems[j] == second:
                made = i > 0 and clause.words[i - 1] in {"got", "made", "helped"}
                if clause.words[j - 1] == "to" and not made and not any(map(is_past, clause.words[i + 1 : j])):
                    break  # "with Farah, to say it"
                following = next((w for w in clause.words[i + 1 :] if w not in {"who", "also", "then"}), "")
                return not joined or is_past(following)
            after = clause.words[j + 1] if j + 1 < len(clause.words) else ""
            if clause.words[j] in {"but", "because", "while", "when", "although"} and not is_past(after):
                break
            joint = clause.words[j - 1] == "and" and j == i + 2
            if clause.words[j] in {"i", "we"} and joint:  # "my foreman and I costed"
                joined = False
                continue
            if clause.words[j] in {"he", "she", "they"} and j <= i + 3 and set(clause.words[i + 1 : j]) <= {",", "and"}:
                joined = False  # "Ines, and she wrote"
                continue
            joined = joined or clause.words[j] in {"and", "then"}
            if clause.words[j] in {"i", "we", "he", "she", "they"}:
                break
    return False


def bound(sentence: str, evidence: Evidence) -> list[str]:
    """ "You studied in Dublin": a name belongs to the verb that it follows in the answer."""
    tokens = words(sentence)
    low = [t.text.lower() for t in tokens]
    wrong: list[str] = []
    for i, token in enumerate(tokens):
        if i == 0 or not is_name(token.text):
            continue
        verb = _verb_before(low, i)
        if not verb or verb in {stem("was"), stem("had")} or (verb == stem("did") and "you" in low[:i]):
            continue
        places = [(c, k) for c in evidence.answer.clauses for k, w in enumerate(c.words) if w == low[i]]
        before = [_verb_before(c.words, k) for c, k in places]
        if before and all(b and b != verb for b in before) and any(verb in c.stems for c, _ in places):
            wrong.append(f"place: {token.text}")
    return wrong


def _verb_before(said: Sequence[str], at: int) -> str:
    """The stem of the nearest past verb; "a retired teacher" has none."""
    verbs = (
        stem(said[k])
        for k in range(at - 1, -1, -1)
        if is_past(said[k]) and (not k or said[k - 1] not in {"a", "an", "the"})
    )
    return next(verbs, "")


def open_question(low: list[str], word: str) -> bool:
    """ "which of the groups gained most" asks and claims nothing; "how they praised you" takes the praise for granted."""
    at = low.index(word) if word in low else 0
    return any(w in {"what", "which", "who", "whether", "if"} for w in low[max(0, at - 6) : at])
