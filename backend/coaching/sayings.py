"""Sayings: the authored sentences about what was measured, and which of the ways to say a thing is used this time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from backend.coaching.wording import capitalised

WAYS = 12
"""The least number of ways for each thing said."""


def read_sayings(path: Path) -> dict[str, Any]:
    """{thing: ways} or {part: {thing: ways}}. Raises ValueError where a thing has too few ways, or one twice."""
    sayings: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name, found in sayings.items():
        for thing, ways in found.items() if isinstance(found, dict) else [(name, found)]:
            if len(set(ways)) < max(WAYS, len(ways)):
                raise ValueError(f"{path.name}: {name}, {thing} has {len(set(ways))} different ways")
    return sayings


_SAYINGS = read_sayings(Path(__file__).with_name("sayings.yaml"))
THANKS: tuple[str, ...] = tuple(_SAYINGS["thanks"])
HAND_OVER: tuple[str, ...] = tuple(_SAYINGS["hand_over"])


def say(part: str, thing: str, turn: int, **figures: object) -> str:
    """One way to say a thing. `turn` counts the turns of an interview: the same thing comes in other words each time until
    every way has been used. A field with a capital ({Time}) begins a sentence."""
    words = {name: str(value) for name, value in figures.items()}
    text: str = this_time(_SAYINGS[part][thing], turn)
    return capitalised(text.format(**words, **{capitalised(k): capitalised(v) for k, v in words.items()}))


def this_time(ways: list[str] | tuple[str, ...], turn: int) -> str:
    return ways[turn % len(ways)]
