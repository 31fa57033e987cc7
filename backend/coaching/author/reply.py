"""The reply that a language model is asked for: its JSON schema, and a reader that takes what it can of what came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from pydantic_core import from_json

from backend.coaching.feedback import ConcernKind
from backend.llm.ports import JsonSchema

REPLY = "coach_reply"
"""Name of the schema, by which a service, a log and a test tell this task from others."""
SCHEMA_VERSION = "2"
"""Changes whenever a prompt written for one schema would not fit the next."""
MOST_POINTS = 3
"""Of strengths and of gaps, as they are asked for and shown."""
MOST_READ = 8
"""As many are read of a list that is longer than it should be: those that are proved count, not those that come first."""
MOST_REACTION_WORDS = 40
"""Asked for are 30; a sentence that ends a little later is not cut off."""

Part = Literal["concern", "reaction", "next_question", "strengths", "gaps", "errors", "scores", "rewrite", "drill"]
PARTS: tuple[Part, ...] = get_args(Part)


@dataclass(frozen=True, slots=True)
class Form:
    """Which parts a reply has, and how much of them. `name` is the schema's, which names the task."""

    name: str
    parts: tuple[Part, ...]
    most_points: int = MOST_POINTS
    most_reaction_words: int = MOST_REACTION_WORDS

    @property
    def looked_at(self) -> frozenset[Part]:
        """The parts that are looked at together once they are whole: the points and the rewrite."""
        return frozenset(part for part in self.parts if part in ("strengths", "gaps", "errors", "rewrite"))


COACH = Form(REPLY, PARTS)
SHORT = Form(REPLY, ("concern", "reaction", "next_question", "strengths", "gaps"), most_points=1)
"""For a slow model on this machine."""
CHAT = Form("chat_reply", ("concern", "reaction", "next_question", "strengths", "gaps", "errors"), 2, 75)
"""For a talk without a script: the reaction answers what was said or asked."""


def form_of(mode: str, *, short: bool) -> Form:
    """The form of a reply in this mode of interview."""
    if mode in ("free_chat", "language"):
        return CHAT
    return SHORT if short else COACH


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence and the verbatim words it rests on."""

    text: str
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """The question that the model would ask next."""

    text: str
    follow_up: bool
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mistake:
    """Words of the answer that are wrong, and what is right."""

    quote: str
    correction: str


@dataclass(frozen=True, slots=True)
class Rated:
    score: int
    why: str


@dataclass(frozen=True, slots=True)
class RaisedConcern:
    kind: ConcernKind
    say: str


@dataclass(slots=True)
class CoachReply:
    """A reply as far as it has come. What is missing or malformed is empty: a model is read leniently, then proved."""

    concern: RaisedConcern | None = None
    reaction: str = ""
    next_question: Asked | None = None
    strengths: list[Quoted] = field(default_factory=list)
    gaps: list[Quoted] = field(default_factory=list)
    errors: list[Mistake] = field(default_factory=list)
    scores: dict[str, Rated] = field(default_factory=dict)
    rewrite: str = ""
    drill: tuple[str, str] | None = None
    """Title and instruction."""


def reply_schema(dimensions: Sequence[str], form: Form = COACH) -> JsonSchema:
    """The schema of a reply, strict: every key of its form required, none beyond them, the dimensions enumerated."""
    point = schema_object(text=_TEXT, quotes=_TEXTS)
    keys: dict[Part, Any] = {
        "concern": {"anyOf": [{"type": "null"}, schema_object(kind={"enum": list(get_args(ConcernKind))}, say=_TEXT)]},
        "reaction": _TEXT,
        "next_question": schema_object(text=_TEXT, follow_up={"type": "boolean"}, quotes=_TEXTS),
        "strengths": schema_list(point, form.most_points),
        "gaps": schema_list(point, form.most_points),
        "errors": schema_list(schema_object(quote=_TEXT, correction=_TEXT)),
        "scores": schema_object(**{d: schema_object(score={"enum": [1, 2, 3, 4, 5]}, why=_TEXT) for d in dimensions}),
        "rewrite": _TEXT,
        "drill": schema_object(title=_TEXT, instruction=_TEXT),
    }
    return JsonSchema(form.name, schema_object(**{part: keys[part] for part in form.parts}))


_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}


def schema_object(**properties: Any) -> dict[str, Any]:
    """An object with these keys, all required, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def schema_list(items: dict[str, Any], most: int | None = None) -> dict[str, Any]:
    """A list of such items. `most` stands in words: strict modes of several services refuse `maxItems`."""
    bound = {} if most is None else {"description": f"at most {most}"}
    return {"type": "array", "items": items, **bound}


# --- reading -----------------------------------------------------------------------------------------------------------


class ReplyReader:
    """Takes a reply in while it streams, and tells which parts are whole.

    Whatever stands before the first brace and after the last (a Markdown fence, a greeting) is not read, nor are parts
    that its form does not have.
    """

    def __init__(self, form: Form = COACH) -> None:
        self._form = form
        self.reply = CoachReply()
        self.done: frozenset[Part] = frozenset()
        """Parts that will not change any more."""
        self.ended = False
        """Whether the object has been closed."""
        self.reaction_so_far = ""
        """The reaction as far as it is written, for who speaks it sentence by sentence."""
        self.text = ""
        """Everything that came, as it came."""

    def feed(self, piece: str) -> None:
        """Take in the next piece of text; cheap enough to be called for every token."""
        if self.ended:
            return
        self.text += piece
        start = self.text.find("{")
        if start < 0:
            return
        body = self.text[start:]
        found, self.ended = _parse(body)
        if found is None:
            return
        keys = [key for key in found if key in self._form.parts]
        open_key = None if self.ended or not found else next(reversed(found))
        self.done = frozenset(key for key in keys if key != open_key)
        if isinstance(text := found.get("reaction"), str):
            self.reaction_so_far = text
        self.reply = _read({key: found[key] for key in self.done})

    def close(self) -> None:
        """No more text comes: what is there is all there will be."""
        self.done = frozenset(PARTS)


def _parse(body: str) -> tuple[dict[str, Any] | None, bool]:
    """The object as far as it goes, and whether it has been closed."""
    if body.rstrip().rstrip("`").rstrip().endswith("}"):
        try:
            whole = from_json(body.rstrip().rstrip("`").rstrip())
        except ValueError:
            pass
        else:
            return (whole, True) if isinstance(whole, dict) else (None, True)
    try:
        found = from_json(body, allow_partial="trailing-strings")
    except ValueError:
        return None, False
    return (found, False) if isinstance(found, dict) else (None, False)


def _read(found: dict[str, Any]) -> CoachReply:
    return CoachReply(
        concern=_concern(found.get("concern")),
        reaction=text_of(found.get("reaction")),
        next_question=_asked(found.get("next_question")),
        strengths=_points(found.get("strengths")),
        gaps=_points(found.get("gaps")),
        errors=_mistakes(found.get("errors")),
        scores=_scores(found.get("scores")),
        rewrite=text_of(found.get("rewrite")),
        drill=_drill(found.get("drill")),
    )


def _concern(value: Any) -> RaisedConcern | None:
    if not isinstance(value, dict) or not value:
        return None
    kind: ConcernKind = next((k for k in get_args(ConcernKind) if k == value.get("kind")), "other")
    return RaisedConcern(kind, text_of(value.get("say")))


def _asked(value: Any) -> Asked | None:
    if isinstance(value, str):
        value = {"text": value}
    if not isinstance(value, dict) or not (text := text_of(value.get("text"))):
        return None
    return Asked(text, value.get("follow_up") is True, quotes_of(value.get("quotes")))


def _points(value: Any) -> list[Quoted]:
    points = [Quoted(text_of(item.get("text")), quotes_of(item.get("quotes"))) for item in items_of(value)]
    return [p for p in points if p.text][:MOST_READ]


def _mistakes(value: Any) -> list[Mistake]:
    found = [Mistake(text_of(item.get("quote")), text_of(item.get("correction"))) for item in items_of(value)]
    return [m for m in found if m.quote and m.correction][:MOST_READ]


def _scores(value: Any) -> dict[str, Rated]:
    if not isinstance(value, dict):
        return {}
    found = {}
    for name, rated in value.items():
        score = rated.get("score") if isinstance(rated, dict) else None
        if isinstance(score, (int, float)) and not isinstance(score, bool) and 1 <= score <= 5:
            found[str(name)] = Rated(round(score), text_of(rated.get("why")))
    return found


def _drill(value: Any) -> tuple[str, str] | None:
    if not isinstance(value, dict):
        return None
    title, instruction = text_of(value.get("title")), text_of(value.get("instruction"))
    return (title, instruction) if title and instruction else None


def items_of(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; nothing for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def quotes_of(value: Any) -> tuple[str, ...]:
    found = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(text for item in found if isinstance(item, str) and (text := " ".join(item.split())))


_MARKUP = re.compile(r"\*\*|__|`|(?<!\w)[*_]+(?=\w)|(?<=\w)[*_]+(?!\w)|^#+ ")


def is_question(text: str) -> bool:
    """Whether a text asks something, in any of the scripts that an interview can be written in."""
    return any(mark in text for mark in "?？؟")


def text_of(value: Any) -> str:
    """A text on one line, without Markdown; "" for anything else."""
    if not isinstance(value, str):
        return ""
    return " ".join(_MARKUP.sub("", value).split())
