"""What a resume tells, line by line: places, projects, achievements, education, skills."""

from __future__ import annotations

from dataclasses import dataclass

from backend.coaching.analysis import Source
from backend.coaching.contact_lines import without_contact_lines
from backend.coaching.lines.model import ResumeKind
from backend.coaching.lines.read import LineReader

_LEFT_OUT: tuple[ResumeKind, ...] = ("heading", "other")


@dataclass(frozen=True, slots=True)
class ResumeLine:
    """`text == source.text[char_start:char_end]`, a whole line or sentence."""

    kind: ResumeKind
    text: str
    char_start: int
    char_end: int


def resume_lines(source: Source, reader: LineReader | None = None) -> list[ResumeLine]:
    """In the order of the resume, without headings, hobbies, references and lines with contact details. Blocks where the
    resume was not read before."""
    return [
        ResumeLine(read.kind, read.line.text, read.line.start, read.line.end)  # type: ignore[arg-type]
        for read in (reader or LineReader()).read(source.text).resume
        if read.kind not in _LEFT_OUT and without_contact_lines(read.line.text) == read.line.text
    ]
