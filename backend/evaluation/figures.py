"""Figures: a measured number with its data set, its size and a bootstrap confidence interval."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")
ROUNDS = 1_000
"""Resamples of a bootstrap."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value, with the bounds of its 95 % interval where it has one."""

    area: str
    name: str
    value: float
    data: str
    """The data set, in words."""
    size: int
    of: str
    """What `size` counts."""
    low: float | None = None
    high: float | None = None
    wanted: str = ""
    """The bar this value is held to, such as `<= 0.05`; empty where there is none."""

    @property
    def ok(self) -> bool | None:
        """Whether the bar is met; None without one."""
        if not self.wanted:
            return None
        sign, bar = self.wanted.split()
        return {"<=": self.value <= float(bar), ">=": self.value >= float(bar), "=": self.value == float(bar)}[sign]


@dataclass(frozen=True, slots=True)
class Absent:
    """A data set or a part that is not here, so that nothing was measured with it."""

    area: str
    what: str


@dataclass(slots=True)
class Report:
    """Everything one evaluation found."""

    figures: list[Figure] = field(default_factory=list)
    absent: list[Absent] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """One line each: cases that went wrong, for whoever repairs them."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Wall clock by area."""


def interval(items: Sequence[T], statistic: Callable[[Sequence[T]], float], seed: int = 4) -> tuple[float, float]:
    """95 % percentile bootstrap (Efron 1979) over `items`; the same seed gives the same bounds."""
    if len(items) < 2:
        value = statistic(items)
        return value, value
    draw = random.Random(seed)
    values = sorted(statistic(draw.choices(items, k=len(items))) for _ in range(ROUNDS))
    return values[round(0.025 * ROUNDS)], values[round(0.975 * ROUNDS) - 1]


def measured(
    area: str,
    name: str,
    items: Sequence[T],
    statistic: Callable[[Sequence[T]], float],
    *,
    data: str,
    of: str,
    wanted: str = "",
) -> Figure:
    """A figure over `items`, which are resampled whole for the interval."""
    low, high = interval(items, statistic)
    return Figure(area, name, statistic(items), data, len(items), of, low, high, wanted)


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def ratio(pairs: Sequence[tuple[float, float]]) -> float:
    """Sum of the first over sum of the second, such as errors over words."""
    below = sum(b for _, b in pairs)
    return sum(a for a, _ in pairs) / below if below else 0.0


def correlation(pairs: Sequence[tuple[float, float]]) -> float:
    """Pearson's r; 0 where one side never changes."""
    n = len(pairs)
    mx, my = sum(x for x, _ in pairs) / n, sum(y for _, y in pairs) / n
    xy = sum((x - mx) * (y - my) for x, y in pairs)
    xx, yy = sum((x - mx) ** 2 for x, _ in pairs), sum((y - my) ** 2 for _, y in pairs)
    return xy / (xx * yy) ** 0.5 if xx and yy else 0.0


def f1(label: str, items: Sequence[Sequence[tuple[str, str, int]]]) -> float:
    """F1 of one label over (wanted, found, weight) of every item."""
    both = wanted = found = 0
    for item in items:
        for want, got, weight in item:
            both += weight * (want == got == label)
            wanted += weight * (want == label)
            found += weight * (got == label)
    return 2 * both / (wanted + found) if wanted + found else 1.0
