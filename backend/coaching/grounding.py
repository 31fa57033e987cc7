# ruff: noqa: E501, SIM905 - word lists and patterns
"""Grounding: whether a sentence may be said.

Strict on purpose: a true sentence held back costs little, a false one trust. Checked are numbers in every form, names and
technologies, direct quotes, who did what, what was not done, and whether anything claimed stands in the answer at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.coaching.agency import agency, bound, open_question, others
from backend.coaching.answer import Span
from backend.coaching.claim_words import (
    ADVICE,
    COACHING,
    GENERIC_STEPS,
    STARTERS,
    TECHNOLOGIES,
)  # fmt: skip
from backend.coaching.facts import is_name
from backend.coaching.numbers import find_numbers
from backend.coaching.polarity import polarity, quantity
from backend.coaching.source_text import NEGATIONS, Stated, Text, flat, stated_numbers
from backend.coaching.stems import is_past, stem
from backend.coaching.text import FUNCTION_WORDS, lower_words, words

if TYPE_CHECKING:
    from backend.coaching.evidence import Evidence

_QUOTE = re.compile(r"[“\"]([^“”\"]{2,})[”\"]|(?<!\w)['‘]([^'’]{8,}?)['’](?!\w)")
_ABOUT_JOB = re.compile(
    r"\b(?:job|role|position|posting|advert|ad|employer|description|requirements?|requires?|asks? for|question)\b",
    re.IGNORECASE,
)
_ABOUT_RESUME = re.compile(r"\b(?:resume|résumé|cv)\b", re.IGNORECASE)
<<<<<<< HEAD
_TIME_UNITS = {
    stem(w)
    for w in ["second", "minute", "hour", "day", "week", "month", "quarter", "year", "percent", "points", "times"]
}
_SPOKEN_ONES = {"one", "first", "1"}
_COUNTED_IN_ADVICE = {
    stem(w)
    for w in [
        "sentence",
        "word",
        "number",
        "example",
        "detail",
        "step",
        "thing",
        "minute",
        "second",
        "line",
        "part",
        "reason",
        "point",
        "fact",
        "verb",
        "time",
        "figure",
        "phrase",
    ]
=======
_TIME_UNITS = {stem(w) for w in """second minute hour day week month quarter year percent points times""".split()}
_SPOKEN_ONES = {"one", "first", "1"}
_COUNTED_IN_ADVICE = {
    stem(w)
    for w in """sentence word number example detail step thing minute second line part reason point fact verb time
    figure phrase""".split()
>>>>>>> coaching
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a sentence may be said, and what in it nothing supports."""

    ok: bool
    unsupported: tuple[str, ...] = ()


def check(sentence: str, evidence: Evidence) -> Verdict:
    """Check one sentence. Deterministic, under a millisecond; an empty sentence is fine."""
    quotes, rest = _take_quotes(sentence)
    wrong = [f"quote: {q}" for q in quotes if not _verbatim(q, evidence)]
    allowed = _allowed(rest, evidence)
    advice = _is_advice(rest)
    wrong += _numbers(rest, evidence, allowed, advice=advice)
    wrong += _names(rest, allowed)
    wrong += agency(rest, evidence)
    wrong += others(rest, evidence)
    wrong += bound(rest, evidence)
    wrong += quantity(rest, evidence, advice=advice)
    wrong += polarity(rest, evidence, advice=advice)
    wrong += _content(rest, evidence, allowed, advice=advice)
    return Verdict(not wrong, tuple(dict.fromkeys(wrong)))


def _take_quotes(sentence: str) -> tuple[list[str], str]:
    quotes = [m.group(1) or m.group(2) for m in _QUOTE.finditer(sentence)]
    return [q.strip(" .,;:!?") for q in quotes], _QUOTE.sub(" ", sentence)


def _verbatim(quote: str, evidence: Evidence) -> bool:
    wanted = flat(quote)
    texts = (evidence.answer, evidence.documents, evidence.resume, evidence.question)
    return any(re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", t.plain) for t in texts)


def _allowed(sentence: str, evidence: Evidence) -> tuple[Text, ...]:
    """What the candidate is said to have done must be in the answer; the job and the resume count when named."""
    texts = [evidence.answer, evidence.question]
    if _ABOUT_JOB.search(sentence):
        texts.append(evidence.documents)
    if _ABOUT_RESUME.search(sentence):
        texts.append(evidence.resume)
    return tuple(texts)


def _is_advice(sentence: str) -> bool:
    """An instruction, suggestion or question, which claims nothing but what it takes for granted."""
    low = lower_words(sentence)
    if not low or sentence.rstrip().endswith("?"):
        return True
    start = 1 if low[0] in {"now", "then", "next", "so", "also", "instead", "please"} and len(low) > 1 else 0
    return low[start] in ADVICE or bool(
        re.search(
            r"\b(?:you (?:could|can|should|might|may|need to)|next time|try to|would (?:help|make)|could (?:help|make))\b",
            sentence,
            re.IGNORECASE,
        )
    )


# --- numbers ---------------------------------------------------------------------------------------------------------


def _numbers(sentence: str, evidence: Evidence, allowed: tuple[Text, ...], *, advice: bool) -> list[str]:
    wrong: list[str] = []
    known = [n for text in allowed for n in text.numbers]
    for number in stated_numbers(sentence):
        if number.value == 1.0 and not number.percent:
            continue
        counted = number.unit in _COUNTED_IN_ADVICE
        if advice and counted and isinstance(number.value, float) and number.value <= 5 and not number.percent:
            continue
        if number.value in evidence.figures and _about_measured(sentence):
            continue
        if not any(_same(number, other) for other in known):
            wrong.append(f"number: {number.value}{'%' if number.percent else ''}")
    parts = [whole for whole in _PART_OF.findall(flat(sentence)) if find_numbers(whole.split(" of ")[0])]
    stated = [_squeezed(t.plain) for t in allowed] if parts else []
    return wrong + [f"number: {p}" for p in parts if not any(_squeezed(p) in text for text in stated)]


_PART_OF = re.compile(
    r"\b[a-z0-9-]+ of (?:the |them |these |those )?(?:\d+|twenty|thirty|forty|fifty|[a-z]*teen|ten|eleven|twelve|two|three|four|five|six|seven|eight|nine)\b"
)
"""Of "nineteen of the twenty" both numbers count together."""


def _squeezed(text: str) -> str:
    """Digits and words compare alike: "19 of the 20" is "nineteen of the twenty"."""
    numbers = list(find_numbers(text))
    for n in reversed(numbers):
        if isinstance(n.value, float):
            text = f"{text[: n.start]}{n.value:g}{text[n.end :]}"
    return text


def _about_measured(sentence: str) -> bool:
    return bool(
        re.search(
            r"\b(?:words?|minutes?|pauses?|fillers?|seconds?|details?|points?|sentences?|talk\w*|pace)\b",
            sentence,
            re.IGNORECASE,
        )
    )


def _same(number: Stated, other: Stated) -> bool:
    if number.value != other.value or (number.percent != other.percent and number.percent):
        return False
    if (number.change and not other.change) or number.ordinal != other.ordinal:
        return False
    if isinstance(number.value, str) or number.percent:
        return True
    if number.unit in _TIME_UNITS:
        return number.unit == other.unit or (number.unit in other.around and other.unit not in _TIME_UNITS)
    if other.unit in _TIME_UNITS and number.unit and number.unit not in FUNCTION_WORDS | COACHING:
        return number.unit in other.around
    if number.unit and number.unit not in FUNCTION_WORDS | COACHING and other.unit and other.unit not in FUNCTION_WORDS:
        return number.unit in other.around or other.unit in number.around
    return True


# --- names and technologies ------------------------------------------------------------------------------------------


def _names(sentence: str, allowed: tuple[Text, ...]) -> list[str]:
    wrong: list[str] = []
    known = frozenset().union(*(t.words for t in allowed))
    plain = " ".join(t.plain for t in allowed)
    for i, token in enumerate(words(sentence)):
        low = token.text.lower().replace("’", "'").removesuffix("'s")
        named = is_name(token.text) if i else _odd_start(token, low)
        after_stop = i > 0 and sentence[: token.start].rstrip()[-1:] in '.!?:“"('
        if after_stop and named:
            named = _odd_start(token, low)
        if not named and low not in TECHNOLOGIES:
            continue
        if (
            low in known
            or low in COACHING
            or stem(low) in COACHING
            or re.search(rf"(?<!\w){re.escape(low)}(?!\w)", plain)
        ):
            continue
        wrong.append(f"name: {token.text}")
    return wrong


def _odd_start(token: Span, low: str) -> bool:
    """The first word of a sentence is capital anyway: it is a name unless it is an ordinary opening word."""
    if any(c.isupper() for c in token.text[1:]):
        return True
    return token.text[0].isupper() and not (
        low in STARTERS or low in FUNCTION_WORDS or low in ADVICE or low in COACHING or stem(low) in COACHING
    )


<<<<<<< HEAD
# --- who did what ----------------------------------------------------------------------------------------------------


def _agency(sentence: str, evidence: Evidence) -> list[str]:
    """ "You led" needs "I led" in the answer: not "Martin led", not "we led", not "I did not lead"."""
    wrong: list[str] = []
    low = lower_words(sentence)
    for i, verb in _claimed_verbs(low):
        root = stem(verb)
        if root in REPORTING or (root in REPORTING_SOMETIMES and _reports(low, i)):
            continue
        if _asked_only(low, i) and (root in GENERIC_STEPS or {"many", "much"} & set(low[max(0, i - 5) : i])):
            continue
        if not _said_by_self(root, evidence.answer):
            wrong.append(f"agency: you {verb}")
    for match in re.finditer(r"\b(\w+) by you\b", sentence, re.IGNORECASE):
        if not _said_by_self(stem(match.group(1)), evidence.answer):
            wrong.append(f"agency: {match.group(1)} by you")
    return wrong


def _claimed_verbs(low: list[str]) -> list[tuple[int, str]]:
    """Verbs that the sentence says the candidate did: "you (also) led and then trained"."""
    found: list[tuple[int, str]] = []
    for i, word in enumerate(low):
        if word not in {"you", "you've", "you'd"}:
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
        if not is_past(low[j]) and low[j] not in _PRESENT_CLAIMS:
            continue
        found.append((j, low[j]))
        for k in range(j + 1, min(len(low), j + 12)):
            if low[k] in SUBJECTS:
                break
            if low[k - 1] in {"and", "then"} and is_past(low[k]):
                found.append((k, low[k]))
    return found


_PRESENT_CLAIMS = frozenset(["lead", "manage", "own", "run", "have", "know", "speak", "hold", "work", "bring"])


def _reports(low: list[str], i: int) -> bool:
    """Whether a verb's object is a part of an answer ("you gave a reason"), so that nothing but the answer is reported."""
    return any(stem(w) in PARTS_OF_ANSWERS or w in {"what", "why", "how"} for w in low[i + 1 : i + 5])


def _asked_only(low: list[str], i: int) -> bool:
    """ "say what you did", "how you decided": asks for it and does not claim it."""
    before = low[max(0, i - 5) : i]
    return any(
        w in {"what", "which", "whether", "if", "how", "why", "who", "where", "when", "part", "step"} for w in before
    )


def _said_by_self(root: str, answer: Text) -> bool:
    """Whether the answer has the verb with "I" as its subject, not negated, and nobody else between."""
    for clause in answer.clauses:
        for i, s in enumerate(clause.stems):
            if s != root:
                continue
            subject = _subject_before(clause.words, i)
            if subject == "i" and not _negated(clause.words, i):
                return True
    return False


def _subject_before(said: tuple[str, ...], i: int) -> str:
    """The nearest subject before a word: "i", "we", another pronoun or name-like word; "" when there is none."""
    for j in range(i - 1, max(-1, i - 16), -1):
        word = said[j]
        if word in {"i", "i've", "i'd", "i'm"}:
            return "i"
        if word in _OBJECTS_TOO and j < i - 1:
            continue
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


def _negated(said: tuple[str, ...], i: int) -> bool:
    return any(w in NEGATIONS for w in said[max(0, i - 4) : i])


def _others(sentence: str, evidence: Evidence) -> list[str]:
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
            or low[j] in {"also", "then", "now", "who", "even", "never", "not", "had", "has", "have"}
        ):
            j -= 1
        name = low[j].removesuffix("'s")
        if name in FUNCTION_WORDS or stem(name) in COACHING or is_past(name) or name not in evidence.answer.words:
            continue
        if (_asked_only(low, i) and stem(verb) in GENERIC_STEPS | REPORTING) or _open_question(low, verb):
            continue
        if not any(_in_order(c, stem(name), stem(verb)) for c in evidence.answer.clauses):
            wrong.append(f"agency: {name} {verb}")
    return wrong


def _in_order(clause: Clause, first: str, second: str) -> bool:
    """The verb follows the name within a few words, no other subject between, and the name is no mere object before "and"."""
    for i, s in enumerate(clause.stems):
        if s != first:
            continue
        joined = False
        for j in range(i + 1, min(len(clause.stems), i + 9)):
            if clause.stems[j] == second:
                following = next((w for w in clause.words[i + 1 :] if w not in {"who", "also", "then"}), "")
                return not joined or is_past(following)
            joined = joined or clause.words[j] in {"and", "then"}
            if clause.words[j] in {"i", "we", "he", "she", "they"}:
                break
    return False


def _bound(sentence: str, evidence: Evidence) -> list[str]:
    """ "You studied in Dublin": a name belongs to the verb that it follows in the answer."""
    tokens = words(sentence)
    low = [t.text.lower() for t in tokens]
    wrong: list[str] = []
    for i, token in enumerate(tokens):
        if i == 0 or not is_name(token.text):
            continue
        verb = next((stem(w) for w in reversed(low[:i]) if is_past(w)), "")
        if not verb or verb in {stem("was"), stem("had")}:
            continue
        places = [(c, k) for c in evidence.answer.clauses for k, w in enumerate(c.words) if w == low[i]]
        before = [next((stem(w) for w in reversed(c.words[:k]) if is_past(w)), "") for c, k in places]
        if before and all(b and b != verb for b in before) and any(verb in c.stems for c, _ in places):
            wrong.append(f"place: {token.text}")
    return wrong


# --- what was and was not done ---------------------------------------------------------------------------------------


def _polarity(sentence: str, evidence: Evidence, *, advice: bool) -> list[str]:
    """A claim that the answer only makes with a "not", or the other way round."""
    wrong: list[str] = []
    low = lower_words(sentence)
    for i, word in enumerate(low):
        root = stem(word)
        if word in FUNCTION_WORDS or word in NEGATIONS or (root in COACHING and word not in _STATES):
            continue
        said = [(c.words, k) for c in evidence.answer.clauses for k, s in enumerate(c.stems) if s == root]
        if not said:
            continue
        denied = any(w in NEGATIONS for w in low[max(0, i - 5) : i])
        in_answer = [_negated(w, k) for w, k in said]
        if denied and not any(in_answer) and not advice:
            wrong.append(f"negation: {word}")
        if not denied and all(in_answer) and is_past_or_state(word, low, i):
            wrong.append(f"negation: {word}")
    return wrong + _false_absence(low, evidence, advice=advice)


_STATES = frozenset(
    [
        "late",
        "early",
        "ready",
        "able",
        "happy",
        "good",
        "better",
        "best",
        "clear",
        "complete",
        "real",
        "right",
        "wrong",
        "open",
        "short",
        "long",
        "alone",
    ]
)


def is_past_or_state(word: str, low: list[str], i: int) -> bool:
    """Whether a word is claimed to be so: a past form, or what a form of "be", "have" or "did" leads to."""
    return is_past(word) or any(
        w in {"was", "were", "did", "had", "got", "is", "are", "it"} for w in low[max(0, i - 4) : i]
    )


_CATEGORIES = {
    stem(w)
    for w in [
        "result",
        "number",
        "figure",
        "situation",
        "task",
        "action",
        "example",
        "outcome",
        "name",
        "detail",
        "metric",
        "measure",
        "evidence",
        "reason",
    ]
}


_QUANTIFIERS = frozenset(
    ["all", "everyone", "everybody", "every", "always", "entire", "nobody", "none", "most", "both"]
)


def _quantity(sentence: str, evidence: Evidence, *, advice: bool) -> list[str]:
    """ "All of them came" needs an "all" in the answer."""
    if advice:
        return []
    low = lower_words(sentence)
    return [
        f"quantity: {w}"
        for i, w in enumerate(low)
        if w in _QUANTIFIERS
        and w not in evidence.answer.words
        and not any(stem(n) in PARTS_OF_ANSWERS for n in low[i + 1 : i + 3])
    ]


def _false_absence(low: list[str], evidence: Evidence, *, advice: bool) -> list[str]:
    """ "There is no number" is only said when the analysis found none."""
    if advice:
        return []
    denied = [i for i, w in enumerate(low) if w in NEGATIONS or w in {"missing", "lacks", "lacking", "lack", "omits"}]
    named = {
        stem(w) for i in denied for w in [*low[i + 1 : i + 7], *low[max(0, i - 4) : i]]
    } & _CATEGORIES - evidence.answer.stems
    return [f"absence: {n}" for n in sorted(named - evidence.absent)]


=======
>>>>>>> coaching
# --- is it in there at all -------------------------------------------------------------------------------------------


def _content(sentence: str, evidence: Evidence, allowed: tuple[Text, ...], *, advice: bool) -> list[str]:
    """Every word that carries meaning and is no coaching word must stand in the answer (in advice: what it takes for granted)."""
    known = frozenset().union(*(t.stems for t in allowed))
    if "we" in evidence.answer.words:
        known |= {stem("team")}
    unknown: list[str] = []
    for token in words(sentence):
        low = token.text.lower().replace("’", "'").removesuffix("'s")
        root = stem(low)
        if low in FUNCTION_WORDS or low in COACHING or root in COACHING or root in known or low in STARTERS:
            continue
        if low in NEGATIONS or len(low) < 3 or any(c.isdigit() for c in low):
            continue
        if any(part in known or stem(part) in known for part in re.split(r"[-/]", low) if len(part) > 2):
            continue
        unknown.append(low)
    if advice:
        low_all = lower_words(sentence)
        claimed = [w for w in unknown if is_past(w) and stem(w) not in GENERIC_STEPS and not open_question(low_all, w)]
        limit = 2
        return [f"word: {w}" for w in (claimed or (unknown if len(unknown) > limit else []))]
    return [f"word: {w}" for w in unknown]
