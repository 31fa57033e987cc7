"""Which language model of this machine somebody has chosen to write the coaching; kept in a file of the data folder."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

OWN = "own"
"""The service of a model that we fetched and run ourselves."""


@dataclass(frozen=True, slots=True)
class LocalChoice:
    """`service`: the name of a `LocalService`, or `OWN`. Never an address."""

    service: str
    model: str


class ChoiceFile:
    """Keeps one choice, readable by its owner only. What cannot be read counts as no choice."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / "language.json"

    def read(self) -> LocalChoice | None:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            service, model = found["service"], found["model"]
        except (OSError, ValueError, TypeError, LookupError):
            return None
        return LocalChoice(service, model) if isinstance(service, str) and isinstance(model, str) else None

    def write(self, choice: LocalChoice) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump(asdict(choice), out)
        new.replace(self._path)

    def clear(self) -> None:
        self._path.unlink(missing_ok=True)
