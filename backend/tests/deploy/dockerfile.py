"""A Dockerfile as stages of instructions, and the files that a build would see; enough for ours, and no more."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Stage:
    name: str
    base: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        return [arguments for instruction, arguments in self.instructions if instruction == name]

    def environment(self) -> dict[str, str]:
        pairs = [word.partition("=") for line in self.all("ENV") for word in shlex.split(line)]
        return {name: value for name, _, value in pairs}

    def copies(self) -> list[tuple[str, list[str], str]]:
        """(stage it is from, or `""` for the build's folder; sources; target)."""
        found = []
        for line in self.all("COPY"):
            words = line.split()
            flags = dict(w[2:].split("=", 1) for w in words if w.startswith("--"))
            *sources, target = [w for w in words if not w.startswith("--")]
            found.append((flags.get("from", ""), sources, target))
        return found


def parse(path: Path) -> tuple[dict[str, str], dict[str, Stage]]:
    """Build arguments before the first stage, and the stages by name."""
    text = re.sub(r"\\\n\s*", "", re.sub(r"^\s*#.*\n", "", path.read_text(), flags=re.MULTILINE))
    arguments: dict[str, str] = {}
    stages: dict[str, Stage] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        instruction, _, rest = line.partition(" ")
        if instruction == "FROM":
            base, _, name = rest.partition(" AS ")
            current = stages[name] = Stage(name, base)
        elif not stages:
            name, _, value = rest.partition("=")
            arguments[name] = value
        else:
            current.instructions.append((instruction, rest.strip()))
    return arguments, stages


def build_context() -> list[Path]:
    """Files that the .dockerignore lets into a build, relative to the repository's root."""
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    tops = {rule.removeprefix("!").split("/")[0] for rule in rules if rule.startswith("!")}
    files = [f for top in tops for f in ([ROOT / top] if (ROOT / top).is_file() else (ROOT / top).rglob("*"))]
    skip = {"node_modules", "dist"}
    names = [f.relative_to(ROOT) for f in files if f.is_file() and not skip & set(f.relative_to(ROOT).parts)]
    return [name for name in names if _is_in(name, rules)]


def _is_in(path: Path, rules: list[str]) -> bool:
    inside = True
    for rule in rules:
        pattern = rule.removeprefix("!").removeprefix("**/")
        parts = [str(path), *(str(parent) for parent in path.parents)]
        names = parts if "**/" not in rule else [Path(part).name for part in parts]
        if any(fnmatch(name, pattern) for name in names):
            inside = rule.startswith("!")
    return inside


def assemble(stage: Stage, folder: Path, workdir: str = "/app") -> None:
    """Copy what a stage takes from the build's folder to where it lies in the image, below `folder`."""
    context = build_context()
    for origin, sources, target in stage.copies():
        if origin:
            continue
        place = folder / (target if target.startswith("/") else f"{workdir}/{target}").lstrip("/")
        for source in sources:
            for name in context:
                if name == Path(source):
                    into = place / name.name if target.endswith("/") else place
                elif Path(source) in name.parents:
                    into = place / name.relative_to(source)
                else:
                    continue
                into.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, into)
