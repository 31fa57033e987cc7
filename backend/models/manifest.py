"""The model manifest: every model file the product can load, and where it lies once it is fetched."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


class ModelMissing(FileNotFoundError):
    """A model is not on this machine yet; the message says how to get it."""


class UnknownModel(ValueError):
    """A name that the manifest does not hold; the message lists those it does."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model. `sources` are (package number from 1, member of its wheel), joined in order."""

    path: str
    size: int
    sha256: str
    sources: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of `manifest.toml`. `packages` are pinned requirements (`name==version`), one a part.

    `main` is the file that a provider loads, or `.` for the folder.
    """

    name: str
    kind: str
    summary: str
    default: bool
    packages: tuple[str, ...]
    hub: str
    licence: str
    main: str
    files: tuple[ModelFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)

    @property
    def sha256(self) -> str:
        """One hash for all its files: of a single file its own, else that of the list of paths and hashes."""
        if len(self.files) == 1:
            return self.files[0].sha256
        listed = "".join(f"{file.sha256}  {file.path}\n" for file in sorted(self.files, key=lambda file: file.path))
        return hashlib.sha256(listed.encode()).hexdigest()


@cache
def manifest() -> dict[str, Model]:
    """Every model by its name, in the order of `manifest.toml`."""
    with Path(__file__).with_name("manifest.toml").open("rb") as source:
        entries = tomllib.load(source)
    return {name: _model(name, entry) for name, entry in entries.items()}


def model(name: str) -> Model:
    """The entry of this name. Raises `UnknownModel`."""
    try:
        return manifest()[name]
    except KeyError:
        known = ", ".join(manifest())
        raise UnknownModel(f"There is no model called {name!r}. Known models: {known}.") from None


def default_names() -> tuple[str, ...]:
    """The models that a plain set-up fetches."""
    return tuple(entry.name for entry in manifest().values() if entry.default)


def where(name: str, models_dir: Path) -> Path:
    """The file or folder of a fetched model that its provider loads.

    Raises `UnknownModel`, or `ModelMissing` when a file is absent or of the wrong size (an interrupted set-up).
    The content was verified when it was fetched and is not hashed again here.
    """
    entry = model(name)
    folder = models_dir.expanduser() / name
    for file in entry.files:
        path = folder / file.path
        if not path.is_file() or path.stat().st_size != file.size:
            raise ModelMissing(
                f"The model {name!r} is not complete ({file.path} is missing). Run `make models` to get it."
            )
    return folder / entry.main


def _model(name: str, entry: dict[str, Any]) -> Model:
    numbers = range(1, entry["parts"] + 1)
    return Model(
        name=name,
        kind=entry["kind"],
        summary=entry["summary"],
        default=entry["default"],
        packages=tuple(f"{entry['package'].format(n=n)}=={entry['version']}" for n in numbers),
        hub=entry["hub"],
        licence=entry["licence"],
        main=entry["main"],
        files=tuple(_file(file, numbers) for file in entry["files"]),
    )


def _file(entry: dict[str, Any], numbers: range) -> ModelFile:
    pattern: str = entry["from"]
    sources = tuple((n, pattern.format(n=n)) for n in numbers) if "{n" in pattern else ((1, pattern),)
    return ModelFile(path=entry["path"], size=entry["size"], sha256=entry["sha256"], sources=sources)
