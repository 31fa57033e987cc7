"""Levels: what each level of a criterion sounds like, as examples by seniority that are nobody's own answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, field_validator

from backend.coaching.feedback import Dimension

Seniority = Literal["junior", "mid", "senior"]
SENIORITIES: tuple[Seniority, ...] = get_args(Seniority)
LEVELS = (1, 2, 3, 4, 5)
_FOLDER = Path(__file__).parent / "level_examples"
_LONGEST = 90
"""Words of an example: what somebody takes in at a glance."""


class Ladder(BaseModel):
    """The same answer told on five levels of one criterion.

    `before` and `after` are what stands around the excerpt in a whole answer, the same on every level; `key_points` are
    what a technical answer is judged against.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    speaker: str
    question: str
    levels: dict[int, str]
    before: str = ""
    after: str = ""
    key_points: tuple[str, ...] = ()

    @field_validator("levels")
    @classmethod
    def _whole(cls, levels: dict[int, str]) -> dict[int, str]:
        if tuple(sorted(levels)) != LEVELS:
            raise ValueError(f"needs the levels 1 to 5 and has {sorted(levels)}")
        if len({" ".join(text.split()) for text in levels.values()}) < len(LEVELS):
            raise ValueError("says the same on two levels")
        if long := [level for level, text in levels.items() if not 0 < len(text.split()) <= _LONGEST]:
            raise ValueError(f"level {long[0]} is empty or longer than {_LONGEST} words")
        return levels

    def answer(self, level: int) -> str:
        """The whole answer the excerpt of a level stands in."""
        return " ".join(part for part in (self.before, self.levels[level], self.after) if part)


Ladders = Mapping[Dimension, Mapping[Seniority, Ladder]]


def read_ladders(folder: Path = _FOLDER) -> Ladders:
    """Every criterion's ladders. Raises ValueError naming the file where a criterion, a seniority or a level is missing."""
    return {dimension: _read(folder / f"{dimension}.yaml") for dimension in get_args(Dimension)}


def _read(path: Path) -> dict[Seniority, Ladder]:
    if not path.is_file():
        raise ValueError(f"{path.name} is missing: every criterion has examples")
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or set(data) != set(SENIORITIES):
        raise ValueError(f"{path.name} needs exactly {', '.join(SENIORITIES)}")
    try:
        return {seniority: Ladder.model_validate(data[seniority]) for seniority in SENIORITIES}
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


LADDERS: Ladders = read_ladders()


def examples(dimension: Dimension) -> dict[str, dict[str, Any]]:
    """A criterion's examples as data: {seniority: {speaker, question, levels: {1..5: words}}}."""
    return {
        seniority: {"speaker": ladder.speaker, "question": ladder.question, "levels": dict(ladder.levels)}
        for seniority, ladder in LADDERS[dimension].items()
    }


_JUNIOR = re.compile(
    r"\b(?:junior|jr|entry|graduate|grad|trainee|intern|internship|apprentice|student|placement|newly|beginner)\b",
    re.IGNORECASE,
)
_SENIOR = re.compile(r"\b(?:senior|sr|lead|leader|principal|staff engineer|head|chief)\b", re.IGNORECASE)
_SENIOR_LEVEL = re.compile(r"\b(?:manager|management|director|executive|expert|staff|vp)\b", re.IGNORECASE)
"""Only as a level: a sales manager is one who sells."""
_YEARS = re.compile(r"\b(\d{1,2})\s*\+?\s*(?:years?|yrs?)\b", re.IGNORECASE)


def seniority_of(level: str | None, role: str | None = None) -> Seniority:
    """The seniority that a session's free `level` names, else its role; "mid" where neither tells.

    The lower one wins where both are named ("junior to senior"): its examples fit whoever is on the way.
    """
    for text in (level or "", role or ""):
        if _JUNIOR.search(text):
            return "junior"
        if _SENIOR.search(text):
            return "senior"
    if _SENIOR_LEVEL.search(level or ""):
        return "senior"
    if (years := _YEARS.search(level or "")) is not None:
        return "junior" if int(years[1]) < 2 else "senior" if int(years[1]) >= 8 else "mid"
    return "mid"
