"""Prompt texts by name: prose files with a header, rendered in a single pass."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

_SLOT = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt text. `version`: the registry's number, or a content hash. `schema`: the version of the reply schemas
    that it was written for; "" where it does not say."""

    name: str
    text: str
    version: str
    schema: str = ""

    def render(self, **inputs: str) -> str:
        """Fill every `{{ name }}` once; a value that itself contains `{{ x }}` is never filled again.

        Raises `KeyError` when an input is missing.
        """
        return _SLOT.sub(lambda m: inputs[m.group(1)], self.text)

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_SLOT.findall(self.text)))


class PromptSet:
    """The texts of one moment, which never change: a turn speaks from one set from its beginning to its end."""

    def __init__(self, prompts: Mapping[str, Prompt]) -> None:
        self._prompts = dict(prompts)
        texts = "".join(f"{name}\0{prompt.text}\0{prompt.schema}\0" for name, prompt in sorted(self._prompts.items()))
        self.version = hashlib.sha256(texts.encode()).hexdigest()[:12]
        """Short name for all texts together; the same texts have the same one, wherever they came from."""

    def get(self, name: str) -> Prompt:
        return self._prompts[name]

    def names(self) -> tuple[str, ...]:
        return tuple(self._prompts)

    def current(self) -> PromptSet:
        return self

    @property
    def versions(self) -> dict[str, str]:
        """The version of each text: the registry's number, or a hash of a text that is not registered."""
        return {name: prompt.version for name, prompt in self._prompts.items()}


class PromptBook(Protocol):
    """Where prompts come from: the files, or a registry that serves what an alias points to."""

    def get(self, name: str) -> Prompt: ...

    def names(self) -> tuple[str, ...]: ...

    def current(self) -> PromptSet:
        """The set that is served now; never waits."""
        ...


class FilePrompts:
    """Prompts read once from `<folder>/<name>.md`; a leading `---` header is for readers and is not sent.

    `schema`: the version of the reply schemas they are written for; prompts and schema are one version.
    """

    def __init__(self, folder: Path, schema: str = "") -> None:
        self._set = PromptSet({p.stem: _read(p, schema) for p in sorted(folder.glob("*.md"))})

    def get(self, name: str) -> Prompt:
        return self._set.get(name)

    def names(self) -> tuple[str, ...]:
        return self._set.names()

    def current(self) -> PromptSet:
        return self._set


def _read(path: Path, schema: str) -> Prompt:
    raw = path.read_text(encoding="utf-8")
    text = raw.split("\n---\n", 1)[1] if raw.startswith("---\n") else raw
    text = text.strip()
    return Prompt(path.stem, text, hashlib.sha256(text.encode()).hexdigest()[:12], schema)
