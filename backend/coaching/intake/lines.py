"""The authored lines: what is said where something matters more than the practice."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, get_args

import yaml

from backend.coaching.feedback import ConcernKind, Tone

LineKind = Literal[
    "urgent", "soft", "harm", "illegal", "confidential", "other", "told", "choice", "civil", "pause", "end", "asked_us",
    "asked_nothing", "too_short", "unscored",
]  # fmt: skip
LINES: tuple[LineKind, ...] = get_args(LineKind)
_OF_CONCERNS: dict[ConcernKind, LineKind] = {
    "distress": "soft",
    "harm": "harm",
    "confidential": "confidential",
    "illegal": "illegal",
    "other": "other",
}


@cache
def _written() -> dict[str, dict[LineKind, str]]:
    found: dict[str, dict[LineKind, str]] = yaml.safe_load(
        Path(__file__).with_name("lines.yaml").read_text(encoding="utf-8")
    )
    return found


def languages() -> tuple[str, ...]:
    return tuple(_written())


def line(kind: LineKind, language: str, help_line: str = "") -> str:
    """One line in a language, English where there is none in it. `help_line`: the operator's own, put in where it helps."""
    text = _written().get(language[:2], _written()["en"])[kind]
    return " ".join(text.replace("{help}", help_line).split())


def authored_line(kind: ConcernKind, language: str, tone: Tone, help_line: str = "") -> str:
    """What is said about a concern that a model raises, of which only the kind is the model's. The same in every tone."""
    del tone
    return line(_OF_CONCERNS[kind], language, help_line)
