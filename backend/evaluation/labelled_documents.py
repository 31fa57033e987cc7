"""Postings, resumes and other texts with labelled lines, written for this project: what the reader of lines is trained and measured on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from backend.coaching.lines.split import Line, lines_of
from backend.evaluation.stories import DATA

FOLDER = DATA / "postings"


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    document: str
    """`posting`, `resume` or `other`."""
    language: str
    about: str
    text: str
    places: tuple[tuple[int, int, str], ...]
    """(start, end, label) of what was labelled."""

    def lines(self) -> list[tuple[Line, str]]:
        """The lines as the product reads them, each with the label that most of it has."""
        return [(line, self._label(line)) for line in lines_of(self.text)]

    def _label(self, line: Line) -> str:
        return max(self.places, key=lambda p: min(p[1], line.end) - max(p[0], line.start))[2]


def read_documents(begins: str) -> list[LabelledDocument]:
    """Of every file whose name begins so. A text that begins with a space goes on in the row of the one before it."""
    return [
        _document(json.loads(row))
        for path in sorted(FOLDER.glob(f"{begins}*.jsonl"))
        for row in path.read_text(encoding="utf-8").splitlines()
    ]


def _document(raw: dict[str, Any]) -> LabelledDocument:
    text = ""
    places: list[tuple[int, int, str]] = []
    for label, piece in raw["lines"]:
        text += "\n" if text and not piece.startswith(" ") else ""
        if piece:
            places.append((len(text), len(text) + len(piece), label))
        text += piece
    return LabelledDocument(raw["document"], raw["language"], raw["about"], text, tuple(places))


def fingerprint() -> str:
    """Short hash of what the weights are made from."""
    together = hashlib.sha256()
    for path in sorted(FOLDER.glob("train*.jsonl")):
        together.update(path.read_bytes())
    return together.hexdigest()[:12]
