"""Drills: one small exercise for the weakest part of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backend.coaching.feedback import Dimension, Drill, Score, StarPart

_BY_PART: dict[StarPart, Drill] = {
    "result": Drill(
        title="Result first",
        instruction="Tell the same story again and begin with how it ended: what changed, for whom, and by how much.",
    ),
    "action": Drill(
        title="Three steps with I",
        instruction="Name three things you did yourself, one sentence each, every one beginning with I and a verb.",
    ),
    "task": Drill(
        title="One line of duty",
        instruction="Say in one sentence what was expected of you and by when; then go on with what you did.",
    ),
    "situation": Drill(
        title="Set the scene in ten seconds",
        instruction="Say where, when and what was wrong in at most two sentences, so that a stranger can follow.",
    ),
}
_BY_DIMENSION: dict[str, Drill] = {
    "specificity": Drill(
        title="Numbers and names",
        instruction="Tell it again and put one number, one name or one tool into every second sentence.",
    ),
    "impact": Drill(
        title="So what?",
        instruction="After your last sentence ask yourself: so what? Answer aloud with what changed and how you know.",
    ),
    "conciseness": Drill(
        title="Sixty seconds",
        instruction="Tell the same story in sixty seconds. Cut the background first, never the result.",
    ),
    "clarity": Drill(
        title="Pause instead of um",
        instruction="Answer again and leave a silent beat wherever a filler wants to come.",
    ),
    "relevance": Drill(
        title="Answer the question first",
        instruction="Begin with one sentence that answers the question directly; only then tell the story behind it.",
    ),
    "technical_accuracy": Drill(
        title="Teach it",
        instruction="Explain it to a new colleague in four sentences: what it is, when it helps, what it costs, an example.",
    ),
    "problem_solving": Drill(
        title="Two ways",
        instruction="Name two ways to solve it, say what each costs, and why you would choose one of them here.",
    ),
    "culture_add": Drill(
        title="Somebody else in the story",
        instruction="Tell it again and say what another person needed and what you did about that.",
    ),
    "structure": Drill(
        title="Four sentences",
        instruction="Answer in four sentences: the situation, your task, what you did, what came of it.",
    ),
    "delivery": Drill(
        title="Half a breath slower",
        instruction="Read your answer's first three sentences aloud at an easy pace, then answer again at that pace.",
    ),
    "language": Drill(
        title="Short sentences",
        instruction="Answer again in sentences of at most ten words; join two of them once you are sure.",
    ),
}
_ORDER: tuple[StarPart, ...] = ("result", "action", "task", "situation")


def drill_for(missing: Sequence[StarPart], scores: Mapping[Dimension, Score]) -> Drill | None:
    """The drill for the most important missing part, else for the weakest dimension; None when nothing is weak."""
    for part in _ORDER:
        if part in missing:
            return _BY_PART[part]
    weak = [(score.score, list(_BY_DIMENSION).index(name), name) for name, score in scores.items() if name in _BY_DIMENSION]
    return _BY_DIMENSION[min(weak)[2]] if weak and min(weak)[0] < 5 else None
