"""Drills: one short exercise for the weakest part of an answer, about the very question that was asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from backend.coaching.feedback import Dimension, Drill, Score, Star, StarPart
from backend.coaching.text import written_sentences

_BY_PART: dict[StarPart, tuple[str, str]] = {
    "result": ("Result first", "Say the result of this answer first, in one sentence, and only then how it came about. About “{q}”: 60 seconds."),
    "action": ("Five verbs", "Answer “{q}” again with five sentences that each begin with “I” and a verb: what you did first, next, and so on."),
    "situation": ("Set the scene in ten seconds", "Open your answer to “{q}” with one sentence that holds where, when and who. Stop there, and try three versions."),
    "task": ("Mine to do", "Say in one sentence what was yours to do in “{q}” and by when. Then go straight to your first step."),
}  # fmt: skip
_BY_DIMENSION: dict[Dimension, tuple[str, str]] = {
    "structure": ("Four sentences", "Answer “{q}” in exactly four sentences: the situation, your task, what you did, what came of it."),
    "relevance": ("Answer first", "Read “{q}” aloud and answer it in your first sentence, with its own words. The rest may only support that sentence."),
    "specificity": ("Three facts", "Answer “{q}” again and put in three things a listener could check: a number, a name and a time."),
    "impact": ("Before and after", "Finish your answer to “{q}” with one sentence: before it was ..., after it was ..., and who noticed."),
    "clarity": ("Short sentences", "Answer “{q}” again and stop after every sentence for one breath. No sentence longer than fifteen words."),
    "conciseness": ("Sixty seconds", "Answer “{q}” in sixty seconds by a clock, then once more in thirty. Keep what survives."),
    "delivery": ("Steady pace", "Say your answer to “{q}” once more and leave a silent breath where a filler would come."),
    "technical_accuracy": ("Fill the gap", "Write down the points this answer left out, one line each, then explain “{q}” aloud from memory."),
    "problem_solving": ("Why not the other way", "Answer “{q}” again and name one alternative, why you would not take it, and how you would check the result."),
    "culture_add": ("What it changed for others", "Add to your answer to “{q}” one thing somebody else could do afterwards because of what you did."),
    "language": ("Link two by two", "Say your answer to “{q}” again and join sentences with because, so that, although or which."),
}  # fmt: skip
_ONE_TIME = (
    "One particular time",
    "“{q}” asks for something that happened. Pick one day, say where you were and what you did first. Start with “Last ...” or “When I was ...”.",
)
_NOTHING_WEAK = (
    "Thirty seconds",
    "Tell the same answer to “{q}” in thirty seconds, result first. Keep the figure and your own decision.",
)
_TOO_SHORT = (
    "Fill the minute",
    "Answer “{q}” for a full minute by a clock: what you did first, what next, and what came of it.",
)
_NO_STORY = (
    "Point, reason, example",
    "Answer “{q}” in three sentences: your point, the reason for it, and one case where it held.",
)
_ORDER: tuple[Dimension, ...] = (
    "technical_accuracy", "impact", "structure", "specificity", "problem_solving", "culture_add", "relevance",
    "conciseness", "clarity", "language", "delivery",
)  # fmt: skip


def drill_for(question: str, scores: Mapping[Dimension, Score], star: Star | None, *, general: bool = False) -> Drill:
    """The drill for the weakest place. `general`: the question asked for an event and the answer stayed general."""
    if general:
        return _make(_ONE_TIME, question)
    weakest = weakest_dimension({d: float(s.score) for d, s in scores.items()})
    if weakest is not None and scores[weakest].score >= 5:
        return _make(_NOTHING_WEAK, question)
    if star is not None and weakest in {"structure", "impact", None}:
        for part in ("result", "action", "situation", "task"):
            if part in star.missing:
                return _make(_BY_PART[part], question)
    if weakest == "conciseness" and "short" in scores[weakest].why:
        return _make(_TOO_SHORT, question)
    if star is None and weakest in {"structure", None}:
        return _make(_NO_STORY, question)
    return _make(_BY_DIMENSION[weakest or "structure"], question)


def drill_for_dimension(dimension: Dimension, question: str) -> Drill:
    return _make(_BY_DIMENSION[dimension], question)


def weakest_dimension(scores: Mapping[Dimension, float]) -> Dimension | None:
    """The lowest score; where several are equal, the one that matters most."""
    if not scores:
        return None
    return min(scores, key=lambda d: (scores[d], _ORDER.index(d)))


def best_dimension(scores: Mapping[Dimension, float]) -> Dimension | None:
    if not scores:
        return None
    return max(scores, key=lambda d: (scores[d], -_ORDER.index(d)))


def distinct(drills: Sequence[Drill], most: int = 3) -> list[Drill]:
    found: dict[str, Drill] = {}
    for drill in drills:
        found.setdefault(drill.title, drill)
    return list(found.values())[:most]


def _make(entry: tuple[str, str], question: str) -> Drill:
    return Drill(title=entry[0], instruction=entry[1].replace("{q}", short_question(question)))


_ASKING = re.compile(
    r"^(?:tell|describe|share|walk|give|explain|recall|recount|narrate|discuss|think|talk|what|how|why|when|where|who|which|can|could|would|do|have|did|are)\b",
    re.IGNORECASE,
)


def short_question(question: str, most: int = 90) -> str:
    """The part of a question that asks, short enough to be quoted, verbatim."""
    asked = [s.text for s in written_sentences(question)]
    chosen = next((s for s in asked if _ASKING.match(s)), asked[0] if asked else question.strip())
    chosen = chosen.rstrip(".")
    if len(chosen) <= most:
        return chosen
    cut = max(chosen.rfind(mark, 0, most) for mark in (", ", " and can you ", " - ", "; "))
    return chosen[:cut] if cut > 30 else f"{chosen[:most].rsplit(' ', 1)[0]} ..."
