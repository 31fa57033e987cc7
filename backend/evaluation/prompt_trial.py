"""Prompts tried: one set of texts against another over the same answers, so that a worse text is not promoted unseen."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from backend.coaching.coach import Coach
from backend.evaluation.authors import Case, Told, by_model
from backend.evaluation.figures import Figure, mean, measured
from backend.evaluation.surfaces import SURFACES
from backend.interview.session import Mode
from backend.llm.ports import ChatModel
from backend.llm.prompts import PromptSet

_MODES: Mapping[str, Mode] = {
    "coach_system": "behavioral", "coach_facts": "behavioral", "coach_examples": "behavioral", "point_check": "behavioral",
    "coach_system_short": "behavioral", "coach_example_short": "behavioral", "chat_system": "free_chat", "language_system": "language",
}  # fmt: skip
"""The interview in which a prompt speaks. Those that are not here write plans, reports, hints and other words for a question,
which nothing measures yet."""
_SHORT = frozenset({"coach_system_short", "coach_example_short"})
FIGURES: Mapping[str, int] = {
    "points that reached the candidate": 1, "false points held back": -1, "spread of a score asked again": -1, "seconds": -1,
    "share of usable replies": 1,
}  # fmt: skip
"""What is compared, and which way is better."""
_NOTICED = {"seconds": 0.25}
"""Changes smaller than this are none, however sure they are."""


class NotTried(Exception):
    """A trial that could not be made; the message says why."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it. `present`, `other`: each figure of the two sets, by name; `change`: the second less the first, answer
    by answer, with its 95 % interval."""

    answers: int
    present: Mapping[str, float]
    other: Mapping[str, float]
    change: Sequence[Figure]

    @property
    def worse(self) -> list[str]:
        """Figures that are worse by more than chance explains: the whole interval lies on the wrong side."""
        return [f.name for f in self.change if _better_end(f) < -_NOTICED.get(f.name, 0.0)]

    def lines(self) -> list[str]:
        """A line for each figure, as a terminal shows it."""
        return [
            f"  {f.name}: {self.present[f.name]:.2f} -> {self.other[f.name]:.2f} "
            f"(change {f.value:+.2f}, {f.low:+.2f} to {f.high:+.2f}, {f.size} answers)"
            for f in self.change
        ]


def can_be_tried(name: str) -> bool:
    """Whether there is a measure of what this prompt is for."""
    return name in _MODES


async def try_prompt(
    name: str,
    present: PromptSet,
    other: PromptSet,
    chat: ChatModel,
    coach: Coach,
    cases: Sequence[Case],
    say: Callable[[str], object] = lambda line: None,
) -> Trial:
    """Ask the model about every case with both sets, each as it stands and written otherwise.

    Which set is asked first changes from case to case, so that a service that slows down slows both. Raises `NotTried` where
    the prompt has no measure, or the model gives no usable reply to half of the answers with the present texts.
    """
    if name not in _MODES:
        raise NotTried(f"nothing measures what {name} is for")
    draw, surfaces = random.Random(11), tuple(SURFACES.values())
    found: dict[str, list[dict[str, float]]] = {"present": [], "other": []}
    for number, case in enumerate(cases):
        here = replace(case, mode=_MODES[name])
        asked = [here, replace(here, answer=surfaces[number % len(surfaces)](here.answer))]
        order = [("present", present), ("other", other)]
        draw.shuffle(order)
        for side, prompts in order:
            told = await by_model(asked, chat, coach, prompts, runs=1, short=name in _SHORT, say=say)
            found[side].append(_figures(told, len(asked)))
    usable = [one["share of usable replies"] for one in found["present"]]
    if mean(usable) < 0.5:
        raise NotTried(f"{chat.name} gave a usable reply to {sum(usable):g} of {len(usable)} answers")
    pairs = list(zip(found["present"], found["other"], strict=True))
    both = {figure: [(a[figure], b[figure]) for a, b in pairs if figure in a and figure in b] for figure in FIGURES}
    both = {figure: values for figure, values in both.items() if values}
    return Trial(
        answers=len(cases),
        present={figure: mean([a for a, _ in values]) for figure, values in both.items()},
        other={figure: mean([b for _, b in values]) for figure, values in both.items()},
        change=[
            measured(name, figure, [b - a for a, b in values], mean, data="own answers", of="answers")
            for figure, values in both.items()
        ],
    )


def _figures(told: Told, asked: int) -> dict[str, float]:
    """Of one answer, a mean over the ways it was asked. No spread where nothing was scored."""
    found = {
        "points that reached the candidate": sum(told.kept[k] for k in ("strengths", "gaps", "errors")) / asked,
        "false points held back": sum(told.dropped.values()) / asked,
        "seconds": mean(told.whole_s),
        "share of usable replies": 1 - told.failed / asked,
    }
    return found if told.spread is None else {**found, "spread of a score asked again": told.spread}


def _better_end(change: Figure) -> float:
    """The end of a change at which the other text does best, as more of what is good."""
    ends = [FIGURES[change.name] * end for end in (change.low, change.high) if end is not None]
    return max(ends)
