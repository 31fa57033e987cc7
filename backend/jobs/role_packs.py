"""Role packs: what a job is about and what is asked there, as markdown that anyone can read, extend, or drop a file beside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from backend.rag.documents import PackPassage

Category = Literal["intro", "behavioral", "technical", "situational", "cultural_fit"]
Hardness = Literal["easy", "medium", "hard"]
When = Literal["said", "unsaid", "any"]
"""A follow-up is asked where an answer holds something, where it lacks something, or always."""

FOLDER = Path(__file__).parent / "job_knowledge_base"
GENERAL = "general_behavioral"
"""The pack that is used where no other fits."""

_HEADER_KEYS = {"name", "title", "field", "aliases", "levels"}
_FIELDS = {"kind", "competency", "difficulty", "topics", "calls", "aim", "simpler", "hint"}
_COMPETENCY = re.compile(r"- \*\*(?P<title>[^*]+)\*\*: (?P<text>.+)")
_FIELD = re.compile(r"- (?P<key>[a-z]+): (?P<text>.+)")
_MISTAKE = re.compile(r'- "(?P<says>[^"]+)": (?P<correction>.+)')
FOLLOW_UP = re.compile(r"- \((?:(?P<when>said|unsaid): (?P<condition>[^)]+)|any)\) (?P<text>.+\?)")
_PARTS = {"Points:", "Mistakes:", "Follow-ups:", "Model answer:"}


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
class Mistake:
    """What people often say or believe, in their words, and what is right."""

    says: str
    correction: str


@dataclass(frozen=True, slots=True)
class WrittenFollowUp:
    """A question that goes deeper. `condition`: what the answer holds or lacks where it is asked; empty for `any`."""

    when: When
    condition: str
    text: str

    @property
    def keys(self) -> list[str]:
        """Its text and its condition, where it has one."""
        return [self.text, *([self.condition] if self.condition else [])]

    def __str__(self) -> str:
        """`Who heard of it? (where it does not say: telling somebody)`"""
        if not self.condition:
            return self.text
        return f"{self.text} (where it {'says' if self.when == 'said' else 'does not say'}: {self.condition})"


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """One question of a pack with all that is known of it: `text == pack.text[char_start:char_end]`.

    `passages`: what can be read by itself: the question with its points, and each usual mistake with its correction.
    """

    text: str
    category: Category
    competency: str
    difficulty: Hardness
    char_start: int
    char_end: int
    topics: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    """How postings of all kinds ask for the matter of this question: it is found by them."""
    aim: str = ""
    simpler: str = ""
    hint: str = ""
    points: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    follow_ups: tuple[WrittenFollowUp, ...] = ()
    model_answer: str = ""
    passages: tuple[PackPassage, ...] = ()

    @property
    def topic(self) -> str:
        """What postings call the matter of this question; empty where nothing is said."""
        return ", ".join(self.topics)

    @property
    def keys(self) -> list[str]:
        """What the question and its follow-ups are found by, each a text of its own."""
        own = [self.text, *([self.topic] if self.topics else []), *self.calls]
        return [*own, *(key for f in self.follow_ups for key in f.keys)]


@dataclass(frozen=True, slots=True)
class RolePack:
    """One role. `text` is the markdown without its header; all offsets count its characters."""

    name: str
    title: str
    field: str
    aliases: tuple[str, ...]
    levels: dict[str, str]
    text: str
    competencies: tuple[Competency, ...]
    questions: tuple[BankQuestion, ...]

    @property
    def document_id(self) -> str:
        """How passages and citations name this pack."""
        return f"pack:{self.name}"

    @property
    def about(self) -> str:
        """The beginning of `text`, down to the questions: what the role is, and its competencies."""
        return self.text.partition("\n## Questions\n")[0]

    def questions_for(self, category: Category) -> tuple[BankQuestion, ...]:
        return tuple(q for q in self.questions if q.category == category)

    @property
    def passages(self) -> list[PackPassage]:
        """The passages of all its questions."""
        return [passage for question in self.questions for passage in question.passages]

    @property
    def keys(self) -> list[str]:
        """What its questions and follow-ups are found by, each once."""
        return list(dict.fromkeys(key for question in self.questions for key in question.keys))


class RolePacks:
    """All packs of a folder, by name. Raises `RolePackInvalid` where a file is not as expected."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._packs: dict[str, RolePack] = {}
        for path in sorted(folder.glob("*.md")):
            pack = read_pack(path)
            if pack.name in self._packs:
                raise RolePackInvalid(path, 1, f"the name {pack.name!r} is taken by another file")
            self._packs[pack.name] = pack
        self._questions = {q.text: (pack, q) for pack in self._packs.values() for q in pack.questions}

    def get(self, name: str) -> RolePack:
        """The pack of this name; `KeyError` if there is none."""
        return self._packs[name]

    def names(self) -> tuple[str, ...]:
        return tuple(self._packs)

    def all(self) -> tuple[RolePack, ...]:
        return tuple(self._packs.values())

    def question(self, text: str) -> BankQuestion | None:
        """The question of any pack that reads so."""
        found = self._questions.get(text)
        return found[1] if found is not None else None

    def competencies(self) -> tuple[str, ...]:
        """Names of everything that any pack asks for."""
        return tuple(dict.fromkeys(c.name for pack in self._packs.values() for c in pack.competencies))

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


@cache
def built_in_packs() -> RolePacks:
    """The packs that come with the product, read once a process."""
    return RolePacks()


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
        field=header.get("field", ""),
        aliases=tuple(header["aliases"]),
        levels=dict(header.get("levels") or {}),
        text=body,
        competencies=tuple(reading.competencies),
        questions=tuple(q.made(reading.names) for q in reading.questions),
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


@dataclass(slots=True)
class _Question:
    """A question as far as it has been read. `line`: where it begins; `start`, `end`: of its text."""

    text: str
    line: int
    start: int
    end: int
    """Where its last field or point ends."""
    fields: dict[str, str] = field(default_factory=dict)
    points: list[str] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    follow_ups: list[WrittenFollowUp] = field(default_factory=list)
    model_answer: list[str] = field(default_factory=list)
    asides: list[tuple[int, int]] = field(default_factory=list)

    def made(self, competencies: dict[str, str]) -> BankQuestion:
        topics = tuple(t.strip() for t in self.fields.get("topics", "").split(",") if t.strip())
        found_by = (self.text, *([", ".join(topics)] if topics else []))
        return BankQuestion(
            text=self.text,
            category=self.fields["kind"],  # type: ignore[arg-type]  # checked by `_Reading.check`
            competency=competencies[self.fields["competency"]],
            difficulty=self.fields["difficulty"],  # type: ignore[arg-type]  # checked by `_Reading.check`
            char_start=self.start,
            char_end=self.start + len(self.text),
            topics=topics,
            calls=tuple(c.strip() for c in self.fields.get("calls", "").split(";") if c.strip()),
            aim=self.fields.get("aim", ""),
            simpler=self.fields.get("simpler", ""),
            hint=self.fields.get("hint", ""),
            points=tuple(self.points),
            mistakes=tuple(self.mistakes),
            follow_ups=tuple(self.follow_ups),
            model_answer=" ".join(self.model_answer),
            passages=(PackPassage(self.start, self.end, found_by), *(PackPassage(*place) for place in self.asides)),
        )


class _Reading:
    """One pass over the body, line by line, with offsets."""

    def __init__(self, path: Path, body: str, first_line: int) -> None:
        self._path, self._body, self._first_line = path, body, first_line
        self._section = self._part = ""
        self.competencies: list[Competency] = []
        self.questions: list[_Question] = []

    @property
    def names(self) -> dict[str, str]:
        """Names of the competencies by their titles."""
        return {c.title: c.name for c in self.competencies}

    def run(self) -> None:
        offset = 0
        for number, line in enumerate(self._body.splitlines(keepends=True), self._first_line):
            self._line(line.rstrip(), offset, number)
            offset += len(line)

    def _line(self, line: str, offset: int, number: int) -> None:
        if line.startswith("## "):
            self._section, self._part = slug(line[3:]), ""
        elif self._section == "competencies" and line.startswith("- "):
            if not (found := _COMPETENCY.fullmatch(line)):
                raise RolePackInvalid(self._path, number, "a competency reads: - **Title**: what it looks like.")
            self.competencies.append(Competency(slug(found["title"]), found["title"], found["text"]))
        elif self._section == "questions" and line:
            self._in_questions(line, offset, number)

    def _in_questions(self, line: str, offset: int, number: int) -> None:
        if line.startswith("### "):
            text = line[4:].strip()
            if not text.endswith("?"):
                raise RolePackInvalid(self._path, number, "a question ends with a question mark")
            self._part = ""
            self.questions.append(_Question(text, number, offset + 4, offset + len(line)))
        elif not self.questions:
            raise RolePackInvalid(self._path, number, "a question begins with ###")
        elif line in _PARTS:
            self._part = line
        else:
            self._within(self.questions[-1], line, offset, number)

    def _within(self, question: _Question, line: str, offset: int, number: int) -> None:
        if self._part == "Model answer:":
            question.model_answer.append(line.strip())
        elif not line.startswith("- "):
            raise RolePackInvalid(self._path, number, f"what is {line[:40]!r}?")
        elif self._part == "Points:":
            question.points.append(line[2:])
            question.end = offset + len(line)
        elif self._part == "Mistakes:":
            if not (found := _MISTAKE.fullmatch(line)):
                raise RolePackInvalid(self._path, number, 'a mistake reads: - "What they say": What is right.')
            question.mistakes.append(Mistake(found["says"], found["correction"]))
            question.asides.append((offset + 2, offset + len(line)))
        elif self._part == "Follow-ups:":
            if not (found := FOLLOW_UP.fullmatch(line)):
                raise RolePackInvalid(
                    self._path, number, "a follow-up reads: - (said: ...), (unsaid: ...) or (any) ...?"
                )
            question.follow_ups.append(follow_up_of(found))
        else:
            if not (found := _FIELD.fullmatch(line)) or found["key"] not in _FIELDS:
                raise RolePackInvalid(
                    self._path, number, f"a field reads: - key: text; keys: {', '.join(sorted(_FIELDS))}"
                )
            question.fields[found["key"]] = found["text"]
            question.end = offset + len(line)

    def check(self) -> None:
        if not self.competencies:
            raise RolePackInvalid(self._path, self._first_line, "no competencies found")
        if not self.questions:
            raise RolePackInvalid(self._path, self._first_line, "no questions found")
        seen: set[str] = set()
        for question in self.questions:
            for key, allowed in (
                ("kind", get_args(Category)),
                ("difficulty", get_args(Hardness)),
                ("competency", tuple(self.names)),
            ):
                if question.fields.get(key) not in allowed:
                    known = ", ".join(allowed)
                    raise RolePackInvalid(self._path, question.line, f"the question's {key} must be one of {known}")
            if question.text.casefold() in seen:
                raise RolePackInvalid(self._path, question.line, "this question stands here twice")
            seen.add(question.text.casefold())


def follow_up_of(found: re.Match[str]) -> WrittenFollowUp:
    """A follow-up from the parts of its line."""
    when: When = "any" if found["when"] is None else "said" if found["when"] == "said" else "unsaid"
    return WrittenFollowUp(when, found["condition"] or "", found["text"])


def slug(title: str) -> str:
    """`Cultural fit` -> `cultural_fit`."""
    return re.sub(r"[^a-z0-9]+", "_", title.strip().casefold()).strip("_")


def titles(packs: Iterable[RolePack]) -> dict[str, str]:
    """Name -> title, for a menu."""
    return {p.name: p.title for p in packs}
