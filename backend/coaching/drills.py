"""Drills: one short exercise for the weakest part of an answer, about the very question that was asked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from backend.coaching.feedback import Dimension, Drill, Reference
from backend.coaching.measured_points import SHORT_S, Found, PointKind, spoken_time
from backend.coaching.text import written_sentences

_RESULT_FIRST = (
    "Result first",
    "Say the result of this answer first, in one sentence, and only then how it came about. About “{q}”: 60 seconds.",
)
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
_THIRTY_SECONDS = (
    "Thirty seconds",
    "Tell the same answer to “{q}” in thirty seconds, and keep what matters most to you.",
)
_ONCE_MORE = (
    "Once more, aloud",
    "Say your answer to “{q}” once more from memory, and stop where you feel that it is said.",
)
_WORTH_HALVING_S = 50.0
_BY_TICKS = (
    (
        "From memory",
        "Read the points of a strong answer once, put them away, and answer “{q}” again. Then tick what you said.",
    ),
    (
        "One point more",
        "Choose one point of the list that was not in your answer, and answer “{q}” again with it in.",
    ),
    (
        "The sentence that stays",
        "Which sentence should they still know tomorrow? Answer “{q}” again and begin with it.",
    ),
    (
        "For a stranger",
        "Answer “{q}” for somebody who has never worked in your field. Where they would ask what a word means, say it otherwise.",
    ),
)
"""After an answer in which nothing that was counted asks for work, in turn."""
_TOO_SHORT = (
    "Fill the minute",
    "Answer “{q}” for a full minute by a clock. Where you would stop, add one example.",
)
_BY_POINT: dict[PointKind, tuple[str, str]] = {
    "long": _BY_DIMENSION["conciseness"], "short": _TOO_SHORT, "fillers": _BY_DIMENSION["delivery"],
    "fast": ("One breath a sentence", "Answer “{q}” again, and breathe in after every sentence before you begin the next."),
    "slow": ("In one go", "Say the first sentence of your answer to “{q}” three times, quicker each time. Then the whole answer at that pace."),
    "repeated": ("Say it once", "Answer “{q}” again. Where the words come that you said again and again, stop, and go on with the next thing."),
    "hedged": ("Straight out", "Answer “{q}” again. Leave out every “I think” and “maybe” where you are sure; where you are not, say what you do not know."),
}  # fmt: skip
"""What each measured point is practised with. Another take of the answer is compared by the same figure (`compare.py`)."""
_ORDER: tuple[Dimension, ...] = (
    "technical_accuracy", "impact", "structure", "specificity", "problem_solving", "culture_add", "relevance",
    "conciseness", "clarity", "language", "delivery",
)  # fmt: skip


def drill_for(question: str, first: Found | None, seconds: float, turn: int, *, checklist: bool) -> Drill:
    """The drill for the first thing that was measured to need work; else by the points to tick, where there are any.

    `seconds`: how long the answer took; `turn` counts the turns, so that not every answer gets the same one."""
    if first is not None and first.kind in _BY_POINT:
        return _make(_BY_POINT[first.kind], question, first.point.text)
    if checklist:
        return _make(
            _BY_TICKS[turn % len(_BY_TICKS)],
            question,
            "Nothing that was counted asks for work. What was in it is yours to tick.",
        )
    if seconds > _WORTH_HALVING_S:
        return _make(_THIRTY_SECONDS, question, f"It took {spoken_time(seconds)}.")
    return _make(_ONCE_MORE, question, "Nothing that was counted asks for work.")


def drill_for_more(question: str, why: str) -> Drill:
    """The drill after an answer that was too short to score. `why`: the sentence that said so."""
    return _make(_TOO_SHORT, question, why)


def drill_for_ticks(question: str, reference: Reference, ticked: Collection[str]) -> Drill:
    """The next drill by the candidate's own verdict: the first point that was not ticked."""
    why = f"You ticked {len(set(ticked))} of {len(reference.points)} points of a strong answer."
    left = next((p.text for p in reference.points if p.id not in ticked), None)
    if left is None:
        return _make(_THIRTY_SECONDS, question, why)
    made = _make(_LEFT_OUT, question, why)
    return made.model_copy(update={"instruction": made.instruction.replace("{p}", left.rstrip("."))})


_LEFT_OUT = ("The point you left out", "Answer “{q}” again, and this time put this in: “{p}”.")


def drill_for_dimension(dimension: Dimension, question: str, seconds: float, why: str) -> Drill:
    """The drill for a low score. `seconds`: how long the answer to this question took, since a low score for its length can
    be one for too little; `why`: what the score was."""
    if is_short(dimension, seconds):
        return _make(_TOO_SHORT, question, why)
    return _make(_BY_DIMENSION[dimension], question, why)


def is_short(dimension: Dimension | None, seconds: float) -> bool:
    """Whether a low score for the length of an answer is one for too little."""
    return dimension == "conciseness" and seconds < SHORT_S


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


def _make(entry: tuple[str, str], question: str, why: str) -> Drill:
    """The question is quoted whole; of one that nobody could say in a breath or two, the part that asks."""
    whole = " ".join(question.split()).rstrip(".")
    quoted = whole if len(whole) <= _SPEAKABLE else short_question(question)
    quoted = quoted.replace("“", "‘").replace("”", "’")  # a quotation in a quotation
    return Drill(title=entry[0], instruction=entry[1].replace("{q}", quoted), why=why)


_SPEAKABLE = 220
"""Characters: the longest questions of the bank are a little shorter."""


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
