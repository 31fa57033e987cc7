"""Drills: one short exercise for the weakest part of an answer, about the very question that was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backend.coaching.feedback import Dimension, Drill, Score, Star, StarPart

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
_ONE_TIME = ("One particular time", "“{q}” asks for something that happened. Pick one day, say where you were and what you did first. Start with “Last ...” or “When I was ...”.")
_ORDER: tuple[Dimension, ...] = (
    "technical_accuracy", "impact", "structure", "specificity", "problem_solving", "culture_add", "relevance",
    "conciseness", "clarity", "language", "delivery",
)  # fmt: skip


def drill_for(question: str, scores: Mapping[Dimension, Score], star: Star | None, *, general: bool = False) -> Drill:
    """The drill for the weakest place. `general`: the question asked for an event and the answer stayed general."""
    if general:
        return _make(_ONE_TIME, question)
    weakest = weakest_dimension({d: float(s.score) for d, s in scores.items()})
    if star is not None and weakest in {"structure", "impact", None}:
        for part in ("result", "action", "situation", "task"):
            if part in star.missing:
                return _make(_BY_PART[part], question)
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
    short = question.strip()
    if len(short) > 110:
        first = short.split("? ")[0].split(". ")[0]
        short = first if len(first) <= 110 else f"{first[:100].rsplit(' ', 1)[0]} ..."
    return Drill(title=entry[0], instruction=entry[1].replace("{q}", short.rstrip(".")))
