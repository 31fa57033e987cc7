"""The written texts of the intake: what it is trained on, and what it is measured on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import yaml

from backend.coaching.intake.kinds import KINDS, Kind
from backend.evaluation.stories import DATA, own_stories
from backend.evaluation.training import STORIES

FOLDER = DATA / "intake"


@dataclass(frozen=True, slots=True)
class Text:
    """One thing somebody says, and what it is."""

    kind: Kind
    language: str
    text: str


def read(name: str) -> list[Text]:
    """Every text of the files whose names begin so. A line `# kind language` is the heading of those below it."""
    return [text for file in read_by_file(name) for text in file]


def read_by_file(name: str) -> list[list[Text]]:
    """The same, file by file."""
    return [list(_lines(path)) for path in sorted(FOLDER.glob(f"{name}*.txt"))]


def _lines(path: Path) -> Iterator[Text]:
    kind: Kind = "answer"
    language = "en"
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            heading, language = line[2:].split()
            if heading not in get_args(Kind):
                raise ValueError(f"{path.name}: no kind {heading!r}")
            kind = heading  # type: ignore[assignment]
        elif line.strip():
            yield Text(kind, language, line.strip())


def ordinary() -> list[Text]:
    """Answers on which other rules were tuned: the development stories as a recogniser writes them, and the replies."""
    told = [Text("answer", "en", story.plain().text) for name in STORIES for story in own_stories(name)]
    replies = yaml.safe_load((DATA / "reply_kinds.yaml").read_text(encoding="utf-8"))
    said = [Text("answer", "en", text) for entry in replies for texts in entry["replies"].values() for text in texts]
    return [*told, *said]


def unseen_answers() -> list[Text]:
    """Answers of the evaluation set of points, and the held-out stories: never trained on."""
    lines = (DATA / "points" / "seen.jsonl").read_text(encoding="utf-8").splitlines()
    points = [Text("answer", "en", json.loads(line)["answer"]) for line in lines]
    return [*points, *(Text("answer", "en", s.plain().text) for s in own_stories("stories_held_out"))]


def fingerprint(texts: Iterable[Text]) -> str:
    together = hashlib.sha256()
    for text in texts:
        together.update(f"{KINDS.index(text.kind)} {text.language} {text.text}\n".encode())
    return together.hexdigest()[:12]
