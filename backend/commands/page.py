"""The page of measured figures: each benchmark owns one section of it and leaves the others alone."""

from __future__ import annotations

import os
import platform
import re
import statistics
from collections.abc import Sequence
from pathlib import Path

_TITLE = (
    "# Benchmarks\n\nEach section is written by the command that it names; what a machine did once is no promise.\n"
)


def write_section(path: Path, name: str, lines: Sequence[str]) -> None:
    """Replace the section `name` of the page, or append it. Other sections stay as they are."""
    text = path.read_text(encoding="utf-8") if path.exists() else _TITLE
    begin, end = _marks(name)
    section = "\n".join([begin, "", *lines, "", end])
    found = _find(text, name)
    text = text[: found.start()] + section + text[found.end() :] if found else f"{text.rstrip()}\n\n{section}\n"
    path.write_text(text, encoding="utf-8")


def section_of(path: Path, name: str) -> list[str] | None:
    """The lines of the section `name` of the page; None where there is no such page or section."""
    found = _find(path.read_text(encoding="utf-8"), name) if path.exists() else None
    return found[1].strip().split("\n") if found else None


def _marks(name: str) -> tuple[str, str]:
    return f"<!-- {name} -->", f"<!-- /{name} -->"


def _find(text: str, name: str) -> re.Match[str] | None:
    begin, end = map(re.escape, _marks(name))
    return re.search(f"{begin}(.*?){end}", text, re.DOTALL)


def percentile(values: Sequence[float], percent: int) -> float:
    """Percentile by linear interpolation; a single value is its own percentile."""
    if len(values) == 1:
        return float(values[0])
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def machine() -> str:
    """Processor, cores, Python and system, in words."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [x.partition(":")[2].strip() for x in info.read_text().splitlines() if x.startswith("model name")]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
