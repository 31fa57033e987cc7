"""Prompt texts by name: prose files with a header, rendered in a single pass."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from backend.llm.ports import Message

_SLOT = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt text. `version` names it in `versions.prompt`: a content hash, or the registry's version number."""

    name: str
    text: str
    version: str

    def render(self, **inputs: str) -> str:
        """Fill every `{{ name }}` once; a value that itself contains `{{ x }}` is never filled again.

        Raises `KeyError` when an input is missing.
        """
        return _SLOT.sub(lambda m: inputs[m.group(1)], self.text)

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_SLOT.findall(self.text)))


class PromptBook(Protocol):
    """Where prompts come from: the files, or a registry that serves what an alias points to."""

    def get(self, name: str) -> Prompt: ...

    def names(self) -> tuple[str, ...]: ...


class FilePrompts:
    """Prompts read once from `<folder>/<name>.md`; a leading `---` header is for readers and is not sent."""

    def __init__(self, folder: Path) -> None:
        self._prompts = {p.stem: _read(p) for p in sorted(folder.glob("*.md"))}

    def get(self, name: str) -> Prompt:
        return self._prompts[name]

    def names(self) -> tuple[str, ...]:
        return tuple(self._prompts)


def _read(path: Path) -> Prompt:
    raw = path.read_text(encoding="utf-8")
    text = raw.split("\n---\n", 1)[1] if raw.startswith("---\n") else raw
    text = text.strip()
    return Prompt(path.stem, text, hashlib.sha256(text.encode()).hexdigest()[:12])


@dataclass(frozen=True, slots=True)
class Briefing:
    """The part of a turn's prompt that all its tasks share, so that the model reads it once.

    Stable text comes first (persona, rules, job, resume, history), then the question, the answer last; each task only
    appends one short instruction.
    """

    system: str
    facts: str
    slot: str

    def ask(self, instruction: str) -> list[Message]:
        return [Message("system", self.system), Message("user", f"{self.facts}\n\n{instruction}")]
