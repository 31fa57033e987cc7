"""Role packs: what a job is about, as markdown that anyone can read, extend, or drop another file beside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

Category = Literal["intro", "behavioral", "technical", "cultural_fit"]
Hardness = Literal["easy", "medium", "hard"]

FOLDER = Path(__file__).parent / "job_knowledge_base"
GENERAL = "general_behavioral"
"""The pack that is used where no other fits."""

_HEADER_KEYS = {"name", "title", "aliases", "levels"}
_COMPETENCY = re.compile(r"- \*\*(?P<title>[^*]+)\*\*: (?P<text>.+)")
_QUESTION = re.compile(r"- (?P<text>.+\?) \[(?P<tags>[^\]]+)\]")
_POINT = re.compile(r"- (?P<text>.+)")


class RolePackInvalid(ValueError):
    """A role pack that cannot be used; the message names the file and the line."""

    def __init__(self, path: Path, line: int, why: str) -> None:
        super().__init__(f"{path.name}, line {line}: {why}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Competency:
    """Something the job needs and what it looks like."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """One question of a pack: `text == pack.text[char_start:char_end]`. `topic` names its key points, if it has any."""

    text: str
    category: Category
    competency: str
    difficulty: Hardness
    topic: str | None
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class RolePack:
    """One role. `text` is the markdown without its header; all offsets count its characters."""

    name: str
    title: str
    aliases: tuple[str, ...]
    levels: dict[str, str]
    text: str
    competencies: tuple[Competency, ...]
    key_points: dict[str, tuple[str, ...]]
    questions: tuple[BankQuestion, ...]

    @property
    def document_id(self) -> str:
        """How passages and citations name this pack."""
        return f"pack:{self.name}"

    def questions_for(self, category: Category) -> tuple[BankQuestion, ...]:
        return tuple(q for q in self.questions if q.category == category)

    def points_for(self, question: str) -> tuple[str, ...]:
        """What a full answer to this bank question covers; empty for a question that the pack does not know."""
        for known in self.questions:
            if known.text == question and known.topic is not None:
                return self.key_points[known.topic]
        return ()


class RolePacks:
    """All packs of a folder, by name. Raises `RolePackInvalid` where a file is not as expected."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._packs: dict[str, RolePack] = {}
        for path in sorted(folder.glob("*.md")):
            pack = read_pack(path)
            if pack.name in self._packs:
                raise RolePackInvalid(path, 1, f"the name {pack.name!r} is taken by another file")
            self._packs[pack.name] = pack

    def get(self, name: str) -> RolePack:
        """The pack of this name; `KeyError` if there is none."""
        return self._packs[name]

    def names(self) -> tuple[str, ...]:
        return tuple(self._packs)

    def all(self) -> tuple[RolePack, ...]:
        return tuple(self._packs.values())

    def match(self, role_title: str) -> RolePack | None:
        """The pack whose alias fits a job title best ("Senior Backend Developer", "LVN"), or None.

        The alias with the most words wins; among equals the one nearest to the end of the title, because the last
        words of a title say what somebody is ("sales data analyst" is an analyst).
        """
        words = _words(role_title)
        best: tuple[int, int] = (0, 0)
        found: RolePack | None = None
        for pack in self._packs.values():
            for alias in (pack.title, *pack.aliases):
                wanted = _words(alias)
                end = _find(words, wanted)
                if end and (len(wanted), end) > best:
                    best, found = (len(wanted), end), pack
        return found


# Words that may stand inside a title without changing what the job is: "backend Python developer".
_PASSED_OVER = frozenset({
    "senior", "junior", "lead", "principal", "staff", "mid", "level", "associate", "remote", "python",
    "java", "go", "golang", "rust", "node", "nodejs", "ruby", "php", "scala", "kotlin",
    "net", "dotnet", "typescript", "javascript", "react", "angular", "vue", "web", "cloud", "software",
    "platform", "application", "applications", "registered", "licensed", "certified", "and", "the", "of", "for",
})  # fmt: skip


def _find(words: list[str], wanted: list[str]) -> int:
    """Where `wanted` ends in `words` (1-based), in order, with nothing but passed-over words between; 0 if nowhere."""
    for start, word in enumerate(words):
        if not wanted or word != wanted[0]:
            continue
        at, left = start + 1, wanted[1:]
        while left and at < len(words):
            if words[at] == left[0]:
                left = left[1:]
            elif words[at] not in _PASSED_OVER:
                break
            at += 1
        if not left:
            return at
    return 0


def _words(title: str) -> list[str]:
    plain = title.casefold().replace("front-end", "frontend").replace("back-end", "backend").replace("_", " ")
    plain = plain.replace("front end", "frontend").replace("back end", "backend")
    return [
        w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in re.findall(r"[\w+#]+", plain)
    ]


# --- reading ---


def read_pack(path: Path) -> RolePack:
    """Read and check one file. Raises `RolePackInvalid`."""
    raw = path.read_text(encoding="utf-8")
    header, body, first_line = _split_header(path, raw)
    reading = _Reading(path, body, first_line)
    reading.run()
    reading.check()
    return RolePack(
        name=header["name"],
        title=header["title"],
        aliases=tuple(header["aliases"]),
        levels=dict(header.get("levels") or {}),
        text=body,
        competencies=tuple(reading.competencies),
        key_points={topic: tuple(points) for topic, points in reading.key_points.items()},
        questions=tuple(reading.questions),
    )


def _split_header(path: Path, raw: str) -> tuple[dict[str, Any], str, int]:
    if not raw.startswith("---\n") or "\n---\n" not in raw:
        raise RolePackInvalid(path, 1, "a pack starts with a YAML header between two lines of ---")
    head, body = raw[4:].split("\n---\n", 1)
    try:
        header = yaml.safe_load(head)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise RolePackInvalid(path, (mark.line + 2) if mark else 1, "the header is not valid YAML") from error
    if not isinstance(header, dict):
        raise RolePackInvalid(path, 2, "the header needs name, title and aliases")
    for key in ("name", "title"):
        if not isinstance(header.get(key), str):
            raise RolePackInvalid(path, 2, f"the header needs a {key}")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", header["name"]):
        raise RolePackInvalid(path, 2, "the name may hold lower-case letters, digits and _ only")
    aliases = header.get("aliases")
    if not isinstance(aliases, list) or not all(isinstance(a, str) for a in aliases):
        raise RolePackInvalid(path, 2, "the header needs aliases, a list of job titles")
    if unknown := set(header) - _HEADER_KEYS:
        raise RolePackInvalid(path, 2, f"unknown header entry {min(unknown)!r}")
    return header, body, head.count("\n") + 4


class _Reading:
    """One pass over the body, line by line, with offsets."""

    def __init__(self, path: Path, body: str, first_line: int) -> None:
        self._path, self._body, self._first_line = path, body, first_line
        self._section = self._part = ""
        self.competencies: list[Competency] = []
        self.key_points: dict[str, list[str]] = {}
        self.questions: list[BankQuestion] = []
        self._lines_of: list[int] = []

    def run(self) -> None:
        offset = 0
        for number, line in enumerate(self._body.splitlines(keepends=True), self._first_line):
            self._line(line.rstrip(), offset, number)
            offset += len(line)

    def _line(self, line: str, offset: int, number: int) -> None:
        if line.startswith("## "):
            self._section, self._part = slug(line[3:]), ""
        elif line.startswith("### "):
            self._part = line[4:].strip()
            if self._section == "key_points":
                self.key_points[self._part] = []
        elif line.startswith("- "):
            self._item(line, offset, number)

    def _item(self, line: str, offset: int, number: int) -> None:
        if self._section == "competencies":
            if not (found := _COMPETENCY.fullmatch(line)):
                raise RolePackInvalid(self._path, number, "a competency reads: - **Title**: what it looks like.")
            self.competencies.append(Competency(slug(found["title"]), found["title"], found["text"]))
        elif self._section == "key_points":
            found = _POINT.fullmatch(line)
            if not self._part or not found:
                raise RolePackInvalid(self._path, number, "a key point stands below its ### topic")
            self.key_points[self._part].append(found["text"])
        elif self._section == "question_bank":
            self._question(line, offset, number)

    def _question(self, line: str, offset: int, number: int) -> None:
        category = slug(self._part)
        if category not in get_args(Category):
            raise RolePackInvalid(self._path, number, f"the part must be one of {', '.join(get_args(Category))}")
        if not (found := _QUESTION.fullmatch(line)):
            raise RolePackInvalid(self._path, number, "a question reads: - Question? [competency, difficulty]")
        tags = [t.strip() for t in found["tags"].split(",", 2)]
        if len(tags) < 2 or tags[1] not in get_args(Hardness):
            raise RolePackInvalid(self._path, number, "the tags are: competency, easy|medium|hard, topic (optional)")
        start = offset + found.start("text")
        self.questions.append(
            BankQuestion(
                text=found["text"],
                category=category,  # type: ignore[arg-type]  # checked above
                competency=tags[0],
                difficulty=tags[1],  # type: ignore[arg-type]  # checked above
                topic=tags[2] if len(tags) == 3 else None,
                char_start=start,
                char_end=start + len(found["text"]),
            )
        )
        self._lines_of.append(number)

    def check(self) -> None:
        known = {c.name for c in self.competencies}
        if not known:
            raise RolePackInvalid(self._path, self._first_line, "no competencies found")
        if not self.questions:
            raise RolePackInvalid(self._path, self._first_line, "no questions found")
        seen: set[str] = set()
        for question, line in zip(self.questions, self._lines_of, strict=True):
            if question.competency not in known:
                raise RolePackInvalid(self._path, line, f"unknown competency {question.competency!r}")
            if question.topic is not None and not self.key_points.get(question.topic):
                raise RolePackInvalid(self._path, line, f"no key points for the topic {question.topic!r}")
            if question.text.casefold() in seen:
                raise RolePackInvalid(self._path, line, "this question stands here twice")
            seen.add(question.text.casefold())


def slug(title: str) -> str:
    """`Cultural fit` -> `cultural_fit`."""
    return re.sub(r"[^a-z0-9]+", "_", title.strip().casefold()).strip("_")


def titles(packs: Iterable[RolePack]) -> dict[str, str]:
    """Name -> title, for a menu."""
    return {p.name: p.title for p in packs}
