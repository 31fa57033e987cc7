"""Modes, panel members and languages: what an interview is like, kept as data and checked when read."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from backend.coaching.feedback import Dimension
from backend.interview.question import TimeLeft
from backend.interview.session import Difficulty, Mode
from backend.jobs.role_packs import Category

FOLDER = Path(__file__).parent

Probe = Literal["example", "missing", "unquantified", "ownership", "deeper", "claim", "tell_more"]
"""Why a follow-up is asked. `example`: no concrete case was told; `missing`: a part of the story is; `deeper`: there is more
to know about what was told; `claim`: a figure, title or tool that the resume does not bear out, at most once an interview;
`tell_more`: in a talk, to keep it going; ..."""

_T = TypeVar("_T", bound=BaseModel)


class ModesInvalid(ValueError):
    """A data file of the interview that cannot be used; the message names the file and the place in it."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StageSpec(_Data):
    """A part of an interview. It takes `exactly` n questions, or a `share` of those that are left."""

    name: str
    title: str
    share: float = Field(0.0, ge=0, le=1)
    exactly: int | None = Field(None, ge=1)
    from_count: int = Field(1, ge=1)
    """The stage exists in interviews of at least this many questions."""
    categories: list[Category] = []
    competencies: list[str] = []
    """Competencies to prefer, where a pack has them."""
    requirements: bool = False
    """Whether questions may be about the job's own requirements."""
    follow_ups: bool = False
    closing: bool = False
    bank: Literal["role_pack", "conversation"] = "role_pack"

    @model_validator(mode="after")
    def _takes_questions(self) -> StageSpec:
        if (self.exactly is None) == (self.share == 0):
            raise ValueError("a stage has either `exactly` or a `share` above 0")
        return self


class VoiceSpec(_Data):
    rate: float = Field(1.0, ge=0.5, le=2.0)


class ModeSpec(_Data):
    """One mode, told apart by its name."""

    name: Mode
    title: str
    description: str
    persona: str
    dimensions: list[Dimension]
    minutes_per_question: float = Field(gt=0)
    voice: VoiceSpec = VoiceSpec()
    follow_up: dict[Difficulty, list[Probe]]
    stages: list[StageSpec] = Field(min_length=1)

    @model_validator(mode="after")
    def _works_from_one_question(self) -> ModeSpec:
        if not any(s.from_count == 1 and not s.closing for s in self.stages):
            raise ValueError("one stage must exist in an interview of a single question")
        return self


class MemberVoice(_Data):
    """How a panel member differs from the coach's voice: pitch and pace, 1.0 being its own."""

    pitch: float = Field(1.0, ge=0.8, le=1.25)
    pace: float = Field(1.0, ge=0.8, le=1.2)

    @property
    def sounds(self) -> str:
        """In a word or two, for those who read."""
        return "a lower voice" if self.pitch < 0.97 else "a higher voice" if self.pitch > 1.03 else "a middle voice"


class PanelMember(_Data):
    """One interviewer of a panel, the kinds of question that are theirs, and what they care about."""

    name: str
    title: str
    description: str
    persona: str
    categories: list[Category]
    competencies: list[str] = []
    """Names of competencies of the packs that this person prefers to ask about."""
    opens: list[str] = Field(min_length=3)
    """What this person says, in English, before the first question they ask: each way one whole sentence."""
    voice: MemberVoice = MemberVoice()


class LanguageFollowUp(_Data):
    """A follow-up in a language, and what the answer is like for which it is meant."""

    when: Literal["no_story", "no_action", "no_result", "we_only", "very_short", "unmeasured", "any"]
    text: str


class LanguageSpec(_Data):
    """A language to practise, with enough sentences in it to hold a conversation without a language model, and, beyond
    English, an interview. The English ones are in the question bank."""

    code: str
    name: str
    """In English."""
    native_name: str
    easier: str
    """Frame for an easier way in; `{question}` is put in."""
    tell_more: list[str] = Field(min_length=2)
    intro: list[str] = []
    behavioral: list[str] = []
    situational: list[str] = []
    technical: list[str] = []
    """On the knowledge of any trade."""
    cultural_fit: list[str] = []
    resume_line: list[str] = []
    posting_line: list[str] = []
    """About a line that stands beside the question."""
    follow_up: list[LanguageFollowUp] = []
    closing: list[str] = []
    """How an interview ends in it: asking for the candidate's questions."""
    time: dict[TimeLeft, str] = Field(min_length=2)
    """What is said before a question when the time is nearly up, and when it is up: each one whole sentence."""
    conversation: list[str] = Field(min_length=20)

    def of_kind(self, kind: Category) -> list[str]:
        """Its questions of a kind."""
        found: dict[Category, list[str]] = {
            "intro": self.intro, "behavioral": self.behavioral, "situational": self.situational,
            "technical": self.technical, "cultural_fit": self.cultural_fit,
        }  # fmt: skip
        return found[kind]


class InterviewData:
    """Everything in the data files: modes, panel and languages. Raises `ModesInvalid`."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder

    @cached_property
    def modes(self) -> dict[str, ModeSpec]:
        found = {p.stem: _read(p, ModeSpec) for p in sorted((self._folder / "modes").glob("*.yaml"))}
        for stem, mode in found.items():
            if stem != mode.name:
                raise ModesInvalid(f"{stem}.yaml: the file is named after the mode, which is {mode.name!r}")
        return found

    @cached_property
    def panel(self) -> dict[str, PanelMember]:
        path = self._folder / "panel.yaml"
        try:
            members = TypeAdapter(list[PanelMember]).validate_python(_yaml(path))
        except ValidationError as error:
            raise ModesInvalid(_where(path, error)) from error
        return {m.name: m for m in members}

    @cached_property
    def languages(self) -> dict[str, LanguageSpec]:
        found = [_read(p, LanguageSpec) for p in sorted((self._folder / "languages").glob("*.yaml"))]
        return {language.code: language for language in found}


def _read(path: Path, kind: type[_T]) -> _T:
    try:
        return kind.model_validate(_yaml(path))
    except ValidationError as error:
        raise ModesInvalid(_where(path, error)) from error


def _yaml(path: Path) -> object:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ModesInvalid(f"{path.name}, line {mark.line + 1 if mark else 1}: not valid YAML") from error


def _where(path: Path, error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{path.name}, {'.'.join(str(part) for part in first['loc']) or 'whole file'}: {first['msg']}"
