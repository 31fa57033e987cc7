"""Role packs: one readable markdown file per role; dropping a file in adds a role.

A file has a header (`name`, `title`, `aliases`), then three sections: Competencies (`- **Name**: sentence`), Key points
(`### [difficulty] (Competency) question` with the points of a full answer as bullets) and Questions (`### behavioral`,
`### technical`, `### cultural_fit` with bullets `- [difficulty] (Competency) question`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

Difficulty = Literal["easy", "medium", "hard"]
Topic = Literal["behavioral", "technical", "cultural_fit"]

FOLDER = Path(__file__).parent / "job_knowledge_base"
GENERAL = "general_behavioral"

_QUESTION = re.compile(r"^(?:-|###) \[(easy|medium|hard)\] \(([^)]+)\) (.+)$")
_COMPETENCY = re.compile(r"^- \*\*(.+?)\*\*: (.+)$")


class PackError(ValueError):
    """A role pack is not written as it should be; names file and line."""


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question of a pack and its place in the pack's text: `text[char_start:char_end] == question`."""

    text: str
    topic: Topic
    competency: str
    difficulty: Difficulty
    key_points: tuple[str, ...]
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class RolePack:
    name: str
    title: str
    aliases: tuple[str, ...]
    text: str
    """The whole file without its header: what is indexed, and what citations of the pack refer to."""
    competencies: dict[str, str]
    questions: tuple[BankQuestion, ...]

    def of_topic(self, topic: Topic) -> tuple[BankQuestion, ...]:
        return tuple(q for q in self.questions if q.topic == topic)


class RolePacks:
    """All packs of a folder. Raises `PackError` for a file that cannot be read as a pack."""

    def __init__(self, folder: Path = FOLDER) -> None:
        packs = [read_pack(path) for path in sorted(folder.glob("*.md"))]
        self._packs = {pack.name: pack for pack in packs}
        if GENERAL not in self._packs:
            raise PackError(f"{folder}: a pack called {GENERAL} is needed")

    def __iter__(self) -> Iterator[RolePack]:
        return iter(self._packs.values())

    def names(self) -> tuple[str, ...]:
        return tuple(self._packs)

    def get(self, name: str) -> RolePack:
        return self._packs[name]

    def find(self, name: str) -> RolePack | None:
        return self._packs.get(name)

    def match(self, role: str) -> RolePack | None:
        """The pack whose title or an alias stands in a role's name, the longest match first; None for no match."""
        plain = f" {re.sub(r'[^a-z0-9]+', ' ', role.lower()).strip()} "
        best: tuple[int, RolePack] | None = None
        for pack in self._packs.values():
            if pack.name == GENERAL:
                continue
            for alias in (pack.title.lower(), *pack.aliases):
                known = f" {re.sub(r'[^a-z0-9]+', ' ', alias).strip()} "
                if (known in plain or known.rstrip() + "s " in plain) and (best is None or len(alias) > best[0]):
                    best = (len(alias), pack)
        return best[1] if best else None


def read_pack(path: Path) -> RolePack:
    """Read one file. Raises `PackError`."""
    raw = path.read_text(encoding="utf-8")
    if not raw.startswith("---\n") or "\n---\n" not in raw:
        raise PackError(f"{path.name}:1: a header between --- lines is needed")
    head, text = raw[4:].split("\n---\n", 1)
    header = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    missing = {"name", "title"} - set(header)
    if missing:
        raise PackError(f"{path.name}:1: the header lacks {', '.join(sorted(missing))}")
    first_line = raw[: len(raw) - len(text)].count("\n") + 1
    competencies, questions = _read_body(path.name, text, first_line)
    aliases = tuple(a.strip().lower() for a in header.get("aliases", "").split(",") if a.strip())
    return RolePack(header["name"], header["title"], aliases, text, competencies, tuple(questions))


def _read_body(name: str, text: str, first_line: int) -> tuple[dict[str, str], list[BankQuestion]]:
    competencies: dict[str, str] = {}
    questions: list[BankQuestion] = []
    section, topic, at = "", "", 0
    points: dict[int, list[str]] = {}
    for number, line in enumerate(text.split("\n"), first_line):
        where = f"{name}:{number}"
        if line.startswith("## "):
            section = line[3:].strip()
        elif section == "Competencies" and (match := _COMPETENCY.match(line)):
            competencies[match.group(1)] = match.group(2)
        elif section == "Questions" and line.startswith("### "):
            topic = line[4:].strip()
            if topic not in ("behavioral", "technical", "cultural_fit"):
                raise PackError(f"{where}: unknown kind of questions: {topic}")
        elif (match := _QUESTION.match(line)) is not None:
            questions.append(_question(match, where, competencies, topic or "technical", at + match.start(3)))
            points[len(questions) - 1] = []
        elif section == "Key points" and line.startswith("- ") and questions:
            points[len(questions) - 1].append(line[2:].strip())
        elif line.startswith("- "):
            raise PackError(f"{where}: this line is not understood")
        at += len(line) + 1
    if len(competencies) < 2 or len(questions) < 8:
        raise PackError(f"{name}: at least two competencies and eight questions are needed")
    return competencies, [_with_points(q, tuple(points[n])) for n, q in enumerate(questions)]


def _question(match: re.Match[str], where: str, competencies: dict[str, str], topic: str, start: int) -> BankQuestion:
    difficulty, competency, text = match.groups()
    if competency not in competencies:
        raise PackError(f"{where}: {competency} is not among the competencies")
    return BankQuestion(
        text, cast(Topic, topic), competency, cast(Difficulty, difficulty), (), start, start + len(text)
    )


def _with_points(question: BankQuestion, points: tuple[str, ...]) -> BankQuestion:
    return BankQuestion(
        question.text, question.topic, question.competency, question.difficulty, points,
        question.char_start, question.char_end,
    )  # fmt: skip
