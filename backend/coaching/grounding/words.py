"""Words: the lists that the proof goes by, and the sentence and clause around a place."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

_LISTS: dict[str, list[str]] = {
    name: text.split("; ")
    for name, text in yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")).items()
}


def words(name: str) -> frozenset[str]:
    """A list as it stands."""
    return frozenset(_LISTS[name])


def any_of(name: str) -> str:
    """A list as one alternative of a regular expression, the longest first."""
    return f"(?:{'|'.join(sorted(_LISTS[name], key=len, reverse=True))})"


def pattern(text: str) -> re.Pattern[str]:
    """A pattern in which `<name>` stands for a list; case does not matter."""
    return re.compile(re.sub(r"(?<!\?P)<(\w+)>", lambda m: any_of(m.group(1)), text), re.IGNORECASE)


def sentence_around(text: str, at: int) -> tuple[str, str]:
    """The sentence that holds character `at`, and the part of it before that."""
    start = max(text.rfind(mark, 0, at) for mark in ".!?") + 1
    end = min((e for mark in ".!?" if (e := text.find(mark, at)) >= 0), default=len(text))
    return text[start:end], text[start:at]
