"""Scores 1-5 per dimension, anchored in words, computed from what is found in the answer; no model is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from backend.coaching.answer import Answer
from backend.coaching.feedback import Delivery, Dimension, Score, Star
from backend.coaching.grounding import numbers
from backend.coaching.star_cues import own_actions
from backend.coaching.stems import stem
from backend.coaching.text import content_words, sentences, word_count, words

_BASE: tuple[Dimension, ...] = ("structure", "relevance", "specificity", "impact", "clarity", "conciseness")
_BY_MODE: dict[str, tuple[Dimension, ...]] = {
    "behavioral": _BASE,
    "technical": ("technical_accuracy", "problem_solving", "relevance", "structure", "specificity", "clarity", "conciseness"),
    "cultural_fit": (*_BASE, "culture_add"),
    "intro_call": ("relevance", "specificity", "clarity", "conciseness", "structure"),
    "language": ("language", "relevance", "clarity"),
    "free_chat": ("relevance", "clarity"),
}  # fmt: skip

_VAGUE = re.compile(
    r"\b(?:stuff|things?|somehow|something like that|and so on|etc|whatever|kind of|sort of|a lot|very|really|good|nice|"
    r"great|different|various|certain|some people)\b",
    re.IGNORECASE,
)
_REASON = re.compile(r"\b(?:because|since|so that|in order to|the reason|that way|which is why|therefore)\b", re.IGNORECASE)
_EXAMPLE = re.compile(r"\b(?:for example|for instance|such as|like when|one time|once)\b", re.IGNORECASE)
_CLOSE = re.compile(r"\b(?:so|that's why|in the end|overall|as a result|which is why|in short)\b", re.IGNORECASE)
_TRADE_OFF = re.compile(
    r"\b(?:trade-?offs?|downsides?|drawbacks?|costs?|but|however|instead of|rather than|alternatives?|depends?|versus|"
    r"on the other hand|compared|whereas|slower|cheaper|risk)\b",
    re.IGNORECASE,
)
_CHECK = re.compile(
    r"\b(?:test(?:ed|s|ing)?|measure[ds]?|monitor(?:ed|ing)?|check(?:ed|ing)?|verif\w+|metrics?|benchmark\w*|profil\w+|review\w*)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:team|colleagues?|customers?|clients?|patients?|students?|pupils?|parents?|manager|users?|residents?|famil\w+|"
    r"classmates?|coworkers?|stakeholders?|guests?|they|them|her|him|everyone)\b",
    re.IGNORECASE,
)
_NEED = re.compile(r"\b(?:need\w*|want\w*|ask\w*|worried|upset|struggl\w+|confus\w+|afraid|unhappy|listen\w*|understand|understood)\b", re.IGNORECASE)
_CHANGE = re.compile(r"\b(?:from|instead of|before|used to|compared|since then|no longer|than)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """A point a full technical answer covers, and where the answer covers it (None: not found)."""

    text: str
    found: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the scores rest on."""

    answer: Answer
    delivery: Delivery
    star: Star | None
    relevance: float
    """0..1: how near the answer is to its question."""
    key_points: tuple[KeyPoint, ...]
    specifics: tuple[str, ...]

    @property
    def actions(self) -> list[tuple[str, str]]:
        return own_actions(self.answer.text)


@lru_cache(maxsize=1)
def anchors() -> dict[str, dict[str, Any]]:
    """The rubric as data: {dimension: {title, levels: {1..5: words}}}."""
    text = (Path(__file__).parent / "rubric.yaml").read_text(encoding="utf-8")
    rubric: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return rubric


def dimensions(mode: str) -> tuple[Dimension, ...]:
    return _BY_MODE.get(mode, _BASE)


def score_answer(facts: Facts) -> dict[Dimension, Score]:
    """One score per dimension that fits the mode and can be judged on this answer."""
    scored: dict[Dimension, Score] = {}
    wanted: list[Dimension] = list(dimensions(facts.answer.mode))
    if facts.answer.spoken:
        wanted.append("delivery")
    for name in wanted:
        judged = _JUDGES[name](facts)
        if judged is not None:
            level, why = judged
            level = max(1, min(5, level))
            scored[name] = Score(score=level, why=why, anchor=str(anchors()[name]["levels"][level]))
    return scored


def find_specifics(text: str, question: str) -> tuple[str, ...]:
    """Concrete details of an answer, each once: numbers, names, tools. What the question already said does not count."""
    asked = {w.text.lower() for w in words(question)}
    found: dict[str, None] = {}
    for sentence in sentences(text):
        for position, word in enumerate(words(sentence.text)):
            token = word.text
            low = token.lower()
            if low in asked or low in {"i", "i'm", "i'd", "i've", "i'll"}:
                continue
            a_name = token[0].isupper() and position > 0
            a_tool = any(c.isupper() for c in token[1:]) or any(c.isdigit() for c in token)
            if a_name or a_tool:
                found.setdefault(low)
    for number in numbers(text):
        if number not in {"0", "1"}:
            found.setdefault(number)
    for moment in re.findall(
        r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|last (?:year|month|week|summer|winter)|"
        r"minutes?|hours?|days?|weeks?|months?|percent)\b",
        text.lower(),
    ):
        found.setdefault(moment)
    return tuple(found)


def _structure(facts: Facts) -> tuple[int, str]:
    star = facts.star
    if star is None:
        text = facts.answer.text
        parts = {
            "a reason": bool(_REASON.search(text)),
            "an example": bool(_EXAMPLE.search(text)) or len(facts.actions) > 0,
            "a close": bool(_CLOSE.search(text)),
            "more than one step": len(sentences(text)) >= 3,
        }
        have = [name for name, there in parts.items() if there]
        return 1 + len(have), f"It has {_listed(have)}." if have else "It gives a point without a reason or an example."
    weights = {"situation": 0.75, "task": 0.75, "action": 1.25, "result": 1.25}
    points = 0.0
    for part, weight in weights.items():
        share = getattr(star, part)
        points += weight * (1.0 if share.strength >= 0.4 else 0.7) if share.present else 0.0
    told = [p for p in weights if getattr(star, p).present]
    if not star.missing:
        return 1 + round(points), "Situation, task, action and result are all there."
    return 1 + int(points + 0.25), f"{_listed(told).capitalize() or 'No part'} can be heard; {_listed(star.missing)} cannot."


def _relevance(facts: Facts) -> tuple[int, str]:
    level = 1 + sum(facts.relevance >= edge for edge in (0.12, 0.22, 0.34, 0.46))
    shared = [w for w in dict.fromkeys(content_words(facts.answer.question)) if stem(w) in
              {stem(x) for x in content_words(facts.answer.text)}]  # fmt: skip
    if shared:
        return level, f"It picks up the question's own words: {_listed(shared[:3])}."
    return level, "It stays near the question." if level >= 4 else "Its link to the question has to be guessed."


def _specificity(facts: Facts) -> tuple[int, str]:
    count = len(facts.specifics)
    level = 1 + sum(count >= edge for edge in (1, 2, 4, 6))
    if not facts.actions and facts.answer.mode != "technical":
        level = min(level, 2)  # names without deeds prove nothing
    if count == 0:
        return level, "No number, name, tool or moment is given."
    return level, f"Concrete details found: {_listed(list(facts.specifics[:4]))}."


def _impact(facts: Facts) -> tuple[int, str] | None:
    star = facts.star
    if star is None:
        closes = _CLOSE.search(facts.answer.text) is not None
        return (3, "It says what came of it.") if closes and facts.actions else (2, "It does not say what came of it.")
    if not star.result.present:
        return 1, "No result is told."
    told = " ".join(e.quote for e in star.result.evidence)
    measured = [n for n in numbers(told) if n not in {"0", "1"}]
    level = 3 + bool(measured) + (bool(measured) and bool(_CHANGE.search(told)))
    if star.result.strength < 0.4:
        level -= 1
    if not star.action.present:
        level = min(level, 3)
    quote = star.result.evidence[0].quote
    what = "with a measure" if measured else "without a measure"
    return level, f"A result is told {what}: “{_short(quote)}”."


def _clarity(facts: Facts) -> tuple[int, str]:
    text, count = facts.answer.text, max(1, facts.delivery.word_count)
    vague = len(_VAGUE.findall(text)) / count * 100
    fillers = (facts.delivery.filler_count or 0) / count * 100
    lengths = [word_count(s.text) for s in sentences(text)]
    longest = max(lengths, default=0)
    minus = (vague > 4) + (vague > 8) + (fillers > 4) + (fillers > 8) + (longest > 45)
    why = []
    if vague > 4:
        why.append(f"{len(_VAGUE.findall(text))} vague words")
    if fillers > 4:
        why.append(f"{facts.delivery.filler_count} fillers")
    if longest > 45:
        why.append(f"one sentence of {longest} words")
    return 5 - minus, f"Found: {_listed(why)}." if why else "Sentences are plain and few words are wasted."


def _conciseness(facts: Facts) -> tuple[int, str]:
    count = facts.delivery.word_count
    if count < 30:
        return 2, f"{count} words are too few for the point to be made."
    level = 5 - (count < 55) - (count > 320) - (count > 450) - (count > 650)
    star = facts.star
    if star is not None and star.situation.share > 0.5 and count > 60:
        return level - 1, f"{round(star.situation.share * 100)} percent of the {count} words set the scene."
    return level, f"{count} words" + (" - a spoken minute or two." if 55 <= count <= 320 else ".")


def _delivery(facts: Facts) -> tuple[int, str] | None:
    d = facts.delivery
    if d.words_per_minute is None or d.fillers_per_minute is None or d.pauses is None:
        return None
    hitches = []
    if not 110 <= d.words_per_minute <= 190:
        hitches.append(f"a pace of {d.words_per_minute:.0f} words a minute")
    if d.fillers_per_minute >= 12:
        hitches.append(f"{d.fillers_per_minute:.0f} fillers a minute")
    if d.pauses.count >= 3:
        hitches.append(f"{d.pauses.count} pauses over 2.5 seconds")
    small = d.fillers_per_minute > 5 or d.pauses.count in (1, 2)
    level = 5 - small if not hitches else 4 - len(hitches)
    if hitches:
        return level, f"Measured: {_listed(hitches)}."
    return level, f"{d.words_per_minute:.0f} words a minute, {d.fillers_per_minute:.0f} fillers a minute."


def _technical_accuracy(facts: Facts) -> tuple[int, str] | None:
    if not facts.key_points:
        return None
    covered = [p for p in facts.key_points if p.found is not None]
    share = len(covered) / len(facts.key_points)
    level = 1 + sum(share >= edge for edge in (0.01, 0.3, 0.6, 0.85))
    return level, f"{len(covered)} of {len(facts.key_points)} key points are there."


def _problem_solving(facts: Facts) -> tuple[int, str]:
    text = facts.answer.text
    signs = {
        "steps": len(sentences(text)) >= 3 or len(facts.actions) >= 2,
        "a reason": bool(_REASON.search(text)),
        "a trade-off": bool(_TRADE_OFF.search(text)),
        "a check": bool(_CHECK.search(text)),
    }
    have = [name for name, there in signs.items() if there]
    return 1 + len(have), f"It shows {_listed(have)}." if have else "No way of working is shown."


def _culture_add(facts: Facts) -> tuple[int, str]:
    text = facts.answer.text
    others = bool(_OTHERS.search(text))
    signs = [others, others and bool(facts.actions), others and bool(_NEED.search(text)),
             others and facts.star is not None and facts.star.result.present]  # fmt: skip
    why = "Other people are part of the answer." if others else "Nobody else appears in the answer."
    return 1 + sum(signs), why


def _language(facts: Facts) -> tuple[int, str]:
    pieces = sentences(facts.answer.text)
    lengths = [word_count(p.text) for p in pieces]
    mean = sum(lengths) / len(lengths) if lengths else 0
    tokens = [w.text.lower() for w in words(facts.answer.text)]
    variety = len(set(tokens)) / max(1, len(tokens))
    level = 1 + (mean >= 3) + (mean >= 5) + (mean >= 8) + (variety > 0.55 and len(tokens) >= 30)
    return level, f"{len(pieces)} sentences of about {mean:.0f} words."


_JUDGES: dict[Dimension, Any] = {
    "structure": _structure,
    "relevance": _relevance,
    "specificity": _specificity,
    "impact": _impact,
    "clarity": _clarity,
    "conciseness": _conciseness,
    "delivery": _delivery,
    "technical_accuracy": _technical_accuracy,
    "problem_solving": _problem_solving,
    "culture_add": _culture_add,
    "language": _language,
}


def _listed(items: Sequence[str]) -> str:
    """"a, b and c"."""
    items = list(items)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def _short(quote: str, limit: int = 90) -> str:
    return quote if len(quote) <= limit else f"{quote[:limit].rsplit(' ', 1)[0]} ..."
