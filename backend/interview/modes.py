"""Modes as data: persona, stages, question topic and voice of each kind of interview."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict

_FOLDER = Path(__file__).parent / "modes"


class Stage(BaseModel):
    """A part of an interview; `share` of the questions belongs to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    share: float


class ModeSpec(BaseModel):
    """One mode, as its file says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Literal["behavioral", "technical", "cultural_fit", "intro_call", "language", "free_chat"]
    title: str
    description: str
    persona: str
    topic: Literal["behavioral", "technical", "cultural_fit"]
    follow_ups: bool
    voice_rate: float
    minutes_per_question: int
    stages: list[Stage]

    def stage_of(self, number: int, total: int) -> Stage:
        """The stage of question `number` (from 1) of `total`; always moves on."""
        done, place = 0.0, (number - 0.5) / total
        for stage in self.stages:
            done += stage.share
            if place <= done + 1e-9:
                return stage
        return self.stages[-1]


class Modes:
    """All modes of the folder."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        specs = [ModeSpec(**yaml.safe_load(p.read_text(encoding="utf-8"))) for p in sorted(folder.glob("*.yaml"))]
        self._specs = {spec.name: spec for spec in specs}

    def get(self, name: str) -> ModeSpec:
        return self._specs[name]  # type: ignore[index]

    def all(self) -> list[ModeSpec]:
        return list(self._specs.values())


def choices() -> dict[str, list[dict[str, Any]]]:
    """Languages, difficulties, practices and panel personas."""
    path = Path(__file__).parent / "catalog.yaml"
    found: dict[str, list[dict[str, Any]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
