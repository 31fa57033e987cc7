"""Stage plan: which part of the interview each question number belongs to, and how long it should all take."""

from __future__ import annotations

from dataclasses import dataclass

from backend.interview.modes import ModeSpec, StageSpec
from backend.interview.question import TimeLeft


@dataclass(frozen=True, slots=True)
class StagePlan:
    """One stage for every place from 1 to `total`, which share the minutes alike. A question's place is its number, unless
    places before it were left out because it was late."""

    stages: tuple[StageSpec, ...]
    """`stages[n - 1]` is the stage of place n."""
    minutes: float | None
    """How long the whole may take; None: as long as it takes."""

    @property
    def total(self) -> int:
        return len(self.stages)

    def stage(self, number: int) -> StageSpec:
        """The stage of a question number; numbers outside 1..total get the first or the last stage."""
        return self.stages[min(max(number, 1), self.total) - 1]

    def position(self, number: int) -> tuple[int, int]:
        """Which question of its stage this is (from 1), and how many the stage has."""
        name = self.stage(number).name
        numbers = [n for n, s in enumerate(self.stages, 1) if s.name == name]
        return number - numbers[0] + 1, len(numbers)

    def budget(self) -> list[tuple[str, int]]:
        """(stage name, questions), in order."""
        counts: dict[str, int] = {}
        for stage in self.stages:
            counts[stage.name] = counts.get(stage.name, 0) + 1
        return list(counts.items())

    def place_after(self, place: int, elapsed_minutes: float) -> int | None:
        """The place of the question after the one at `place`: the next, or, late, the one whose time it is; None: no more.

        A closing question is asked however late it is.
        """
        following = place + 1
        if self.minutes is not None:
            following = max(following, int(elapsed_minutes * self.total / self.minutes) + 1)
        if following <= self.total:
            return following
        return self.total if place < self.total and self.stage(self.total).closing else None

    def time_is_short(self, place: int, elapsed_minutes: float) -> bool:
        """Whether the answer at `place` ended so late, by half the time of a question, that a main question has to follow."""
        return self.minutes is not None and elapsed_minutes > self.minutes * (place + 0.5) / self.total

    def time_left(self, elapsed_minutes: float) -> TimeLeft | None:
        """Whether the time is nearly up (its last fifth), or up; None: there is enough."""
        if self.minutes is None or elapsed_minutes < 0.8 * self.minutes:
            return None
        return "little" if elapsed_minutes < self.minutes else "none"


def plan_stages(mode: ModeSpec, question_count: int, minutes: float | None = None) -> StagePlan:
    """Share `question_count` questions (at least 1) among the mode's stages.

    Fixed stages come first, the rest is divided by largest remainder, and every stage that exists gets a question as
    long as there are enough. `minutes`: how long the whole may take.
    """
    count = max(question_count, 1)
    there = [s for s in mode.stages if s.from_count <= count]
    fixed = {s.name: s.exactly for s in there if s.exactly is not None}
    shared = [s for s in there if s.exactly is None]
    left = count - sum(fixed.values())
    numbers = {**fixed, **_divide(shared, left)} if shared else _fill(there, count)
    in_order = [s for s in there for _ in range(numbers.get(s.name, 0))]
    return StagePlan(tuple(in_order), minutes)


def _divide(stages: list[StageSpec], count: int) -> dict[str, int]:
    whole = sum(s.share for s in stages)
    exact = {s.name: count * s.share / whole for s in stages}
    numbers = {name: int(value) for name, value in exact.items()}
    by_remainder = sorted(stages, key=lambda s: (numbers[s.name] > 0, numbers[s.name] - exact[s.name]))
    for stage in by_remainder[: count - sum(numbers.values())]:
        numbers[stage.name] += 1
    return numbers


def _fill(stages: list[StageSpec], count: int) -> dict[str, int]:
    """Only fixed stages: the last one that is no closing takes what is left."""
    numbers = {s.name: s.exactly or 1 for s in stages}
    stretch = next(s for s in reversed(stages) if not s.closing)
    numbers[stretch.name] += count - sum(numbers.values())
    return numbers
