"""Requirements: what a job asks for, verbatim from the job description, else from the role pack."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import cache

from backend.coaching.analysis import Source
from backend.coaching.feedback import Requirement, RequirementKind
from backend.coaching.lines.model import PostingKind
from backend.coaching.lines.read import LineReader, ReadLine
from backend.coaching.lines.split import word_count_of
from backend.coaching.text import content_words

MOST = 12
_MOST_ELIGIBILITY = 2
_LENGTH = (2, 60)
"""Words of a requirement that says something alone and can be read in a breath or two."""
_NOT_ASKED: tuple[PostingKind, ...] = ("boilerplate", "protected", "heading", "other")
_DOUBT = 0.25
"""Share of `_NOT_ASKED` from which a line is left alone."""
_OF_A_PACK = re.compile(r"^## Competencies$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"(?<=\S )\S*(?:[A-Z]|\d)\S*")


def find_requirements(sources: Sequence[Source], reader: LineReader | None = None) -> list[Requirement]:
    """At most 12 requirements; `text == source.text[char_start:char_end]`. Blocks where a posting was not read before.

    Of job descriptions duties and what one has to be able to do or know, in turns, the most concrete first, then a few
    conditions of eligibility, marked. Only where there is no job description, the competencies of a role pack.
    """
    jobs = [source for source in sources if source.kind == "job_description"]
    found = list(_of_postings(jobs, reader or _hashed())) if jobs else [r for s in sources for r in _of_pack(s)]
    return [r.model_copy(update={"requirement_id": f"Q{i}"}) for i, r in enumerate(found[:MOST], start=1)]


@cache
def _hashed() -> LineReader:
    return LineReader()


def _of_postings(sources: Sequence[Source], reader: LineReader) -> Iterator[Requirement]:
    lines = [(source, line) for source in sources for line in reader.read(source.text).posting if _usable(line)]
    once = {
        " ".join(content_words(line.line.text)) or line.line.text.casefold(): (source, line) for source, line in lines
    }
    best = sorted(once.values(), key=lambda one: -_concrete(one[1]))
    duties = [one for one in best if one[1].kind == "duty"]
    abilities = [one for one in best if one[1].kind in ("skill", "knowledge")]
    conditions = [one for one in best if one[1].kind == "eligibility"][:_MOST_ELIGIBILITY]
    turns = [one for pair in itertools.zip_longest(duties, abilities) for one in pair if one is not None]
    for source, read in [*turns, *conditions]:
        yield _requirement(source, read.line.start, read.line.end, read.kind)  # type: ignore[arg-type]


def _usable(read: ReadLine) -> bool:
    doubt = sum(read.shares[kind] for kind in _NOT_ASKED)
    words = word_count_of(read.line.text)
    return read.kind not in _NOT_ASKED and doubt < _DOUBT and _LENGTH[0] <= words <= _LENGTH[1]


def _concrete(read: ReadLine) -> float:
    """Names and figures make a line concrete; one of three words is less so."""
    named = min(len(_NAME.findall(read.line.text)), 3) / 3
    return read.probability + 0.3 * named + 0.3 * min(word_count_of(read.line.text), 10) / 10


def _of_pack(source: Source) -> Iterator[Requirement]:
    section = _OF_A_PACK.search(source.text) if source.kind == "role_pack" else None
    for item in re.finditer(r"^- (.+?)[.\s]*$", section.group(1), re.MULTILINE) if section else ():
        start = section.start(1) + item.start(1)  # type: ignore[union-attr]
        yield _requirement(source, start, start + len(item.group(1)), "skill")


def _requirement(source: Source, start: int, end: int, kind: RequirementKind) -> Requirement:
    return Requirement(
        requirement_id="",
        text=source.text[start:end],
        source="role_pack" if source.kind == "role_pack" else "document",
        document_id=source.document_id,
        title=source.title,
        char_start=start,
        char_end=end,
        kind=kind,
        eligibility=kind == "eligibility",
    )
