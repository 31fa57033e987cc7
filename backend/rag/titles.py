"""What a document is called: its file name, or the first line that looks like a heading."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from backend.rag.clean_text import clean

MAX_TITLE = 120
_NAMELESS = re.compile(
    r"(?:untitled|document|file|upload|blob|scan|image|text|download|new|doc|pdf|\W|\d)*", re.IGNORECASE
)


def from_filename(filename: str | None) -> str:
    """The file's name without folder and extension; "" where it says nothing ("document (1).pdf")."""
    name = PurePosixPath(one_line(filename or "").replace("\\", "/")).name
    stem = re.sub(r"\.(pdf|docx|txt|text|md|markdown)$", "", name, flags=re.IGNORECASE).strip(" .")
    return "" if _NAMELESS.fullmatch(stem) else shorten(stem)


def from_text(text: str) -> str:
    """The first heading or line with letters in it."""
    for line in text.splitlines():
        plain = re.sub(r"[*_`]+", "", line.strip().lstrip("#>•-").strip())
        if sum(c.isalpha() for c in plain) >= 3:
            return shorten(one_line(plain))
    return ""


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def shorten(text: str) -> str:
    """At most `MAX_TITLE` characters, cut between words."""
    if len(text) <= MAX_TITLE:
        return text
    cut = text[: MAX_TITLE - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[40:] else cut).rstrip(" ,;:-") + "…"
