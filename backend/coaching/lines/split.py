"""The lines of a posting or a resume: verbatim spans, told apart by how they stand, not by what they say."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.coaching.answer import Span
from backend.coaching.text import trimmed, word_count, written_sentences

_BULLETS = frozenset("*•·・‣⁃∙◦")
"""Beside dashes, pictographs, arrows and the like, which Unicode tells."""
_NUMBER = re.compile(
    r"(?:\(?(?:\d{1,2}(?:\.\d{1,2})*|[^\W\d_])[.)、](?!\d)\s*|\d{1,2}(?:\.\d{1,2})+\s+(?=\S*[^\W\d_])(?![a-zß-ÿ])|\d\ufe0f?\u20e3\s*)(?=\S)"
)
_NOT_TEXT = ("<", "|", "---", "===", "```")
_LONGEST_WHOLE = 40
"""Words up to which an item of a list is left whole."""
_LONGEST_HEADING = 9
_AND = 4
"""Letters up to which what stands after a semicolon only joins ("and")."""
_ENDS = ".!?;,。！？；，…"
_STOPS = ".!?;。！？；…"
_WRAPPED = (70, 175)
"""Between these widths, in half-width signs, the widest rows of a text were broken by a margin."""
_ITEM_WRAPPED = 35
"""Width of an item of a list from which a row beneath it without a mark, and that begins small, is its rest."""


@dataclass(frozen=True, slots=True)
class Line:
    """An item of a list, a sentence or a heading: `text == document[start:end]`."""

    text: str
    start: int
    end: int
    bullet: bool = False
    heading: bool = False
    """Stands like a heading."""


@dataclass(frozen=True, slots=True)
class _Row:
    start: int
    end: int
    mark: str
    """Its bullet or number, "" where it has none."""
    body: int
    """Where its text begins."""
    text: str
    apart: bool
    """An empty line stands before it."""


def lines_of(text: str) -> list[Line]:
    """Every line, in order. Rows that a margin broke are put together again; long paragraphs are cut at sentences."""
    found: list[Line] = []
    rows = _joined(text, list(_rows(text)))
    for before, row, following in zip([None, *rows], rows, [*rows[1:], None], strict=False):
        heading = _is_heading(before, row, following)
        spans = [Span(row.text, row.body, row.end)] if heading else _pieces(text, row)
        for span in filter(None, (_plain(text, s) for s in spans)):
            found.append(Line(span.text, span.start, span.end, bool(row.mark), heading))
    return found


def _rows(text: str) -> Iterator[_Row]:
    last = 0
    for match in re.finditer(r"[^\r\n]+", text):
        plain = match.group().strip()
        if not any(c.isalnum() for c in plain) or plain.startswith(_NOT_TEXT):
            continue
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        end = match.start() + len(match.group().rstrip())
        mark = _mark(text[start:end])
        apart = text.count("\n", last, start) > 1
        yield _Row(start, end, mark.strip(), start + len(mark), text[start + len(mark) : end], apart)
        last = end


def _mark(row: str) -> str:
    """The bullet, pictograph or number that a row begins with, and the space after it."""
    number = _NUMBER.match(row)
    if number:
        return number.group()
    end = 0
    while end < len(row) and (row[end] in _BULLETS or unicodedata.category(row[end]) in _MARKS):
        end += 1
    mark = row[:end]
    if (
        end == len(row)
        or not mark
        or (mark[-1] == "*" and not row[end].isspace())
        or (mark == "+" and row[end].isdigit())
    ):
        return ""
    return row[: len(row) - len(row[end:].lstrip())]


_MARKS = frozenset(("Pd", "So", "Sm", "Sk", "Co", "Cf", "Mn"))
"""Dashes, pictographs, arrows, their modifiers, and the private signs that bullets of a PDF become."""


def _joined(text: str, rows: Sequence[_Row]) -> list[_Row]:
    widths = sorted(_width(text[row.start : row.end]) for row in rows)
    widest = widths[int(0.95 * (len(widths) - 1))] if widths else 0
    wide = sum(width >= 0.85 * widest for width in widths)
    margin = widest if _WRAPPED[0] <= widest <= _WRAPPED[1] and wide >= 3 else None
    found: list[_Row] = []
    room = 0
    for row in rows:
        if found and not row.mark and not row.apart and _goes_on(found[-1], row, room, margin):
            last = found[-1]
            found[-1] = _Row(last.start, row.end, last.mark, last.body, text[last.body : row.end], last.apart)
        else:
            found.append(row)
        room = _width(text[row.start : row.end])
    return found


def _goes_on(last: _Row, row: _Row, width: int, margin: int | None) -> bool:
    """Whether a row is the rest of the last one: there was no room for its first word, or it begins small."""
    small = row.text[0].islower()
    if last.mark and small and width >= _ITEM_WRAPPED:
        return True
    if margin is None or (last.text[-1] in _STOPS and not small):
        return False
    first = row.text.split()[0] if " " in row.text else row.text[:2]
    return width + 1 + _width(first) >= 0.92 * margin or (small and width >= 0.6 * margin)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _is_heading(before: _Row | None, row: _Row, following: _Row | None) -> bool:
    plain = row.text.strip("*_ ")
    if row.text.startswith("#"):
        return True
    if word_count_of(plain) > _LONGEST_HEADING or not plain or plain[-1] in _ENDS:
        return False
    if plain[-1] in ":：" or (row.text.startswith("**") and row.text.endswith("**")) or _shouted(plain):
        return True
    beside = [_kind(r.mark) for r in (before, following) if r is not None]
    if following is None or (row.mark and (not following.mark or _kind(row.mark) in beside)):
        return False
    longer = word_count_of(following.text) > 2 * word_count_of(plain) or following.text[-1] in _ENDS
    return bool(following.mark) if not row.apart else bool(following.mark) or longer


def _kind(mark: str) -> str:
    """Marks of one list: the same sign, or numbers of one form."""
    return re.sub(r"\w+", "1", mark)


def _shouted(text: str) -> bool:
    return text.isupper() and sum(c.isalpha() for c in text) > 3


def word_count_of(text: str) -> int:
    """Words; of writing without spaces, about as many as two signs each."""
    return max(word_count(text), sum(unicodedata.east_asian_width(c) == "W" for c in text) // 2)


def _pieces(text: str, row: _Row) -> list[Span]:
    if row.mark and word_count_of(row.text) <= _LONGEST_WHOLE:
        return [Span(row.text, row.body, row.end)]
    flat = row.text.replace("\r", " ").replace("\n", " ")
    found: list[Span] = []
    for sentence in written_sentences(flat):
        start, end = row.body + sentence.start, row.body + sentence.end
        if found and (sentence.text[0].isdigit() or sentence.text[0].islower()):  # "Mar. 2021", "approx. two"
            start = found.pop().start
        found.append(Span(text[start:end], start, end))
    return [part for span in found for part in _listed(text, span)]


def _listed(text: str, span: Span) -> list[Span]:
    """A long sentence that lists its items with semicolons is a list."""
    if word_count_of(span.text) <= _LONGEST_WHOLE // 2 or sum(span.text.count(c) for c in ";；") < 2:
        return [Span(text[span.start : span.end], span.start, span.end)]
    marks = [span.start, *(span.start + m.end() for m in re.finditer(r"[;；]\s*", span.text)), span.end]
    found = [trimmed(text, a, b) for a, b in itertools.pairwise(marks)]
    return [part for part in found if part is not None and len(part.text) > _AND]


_LABEL = re.compile(r"\*\*[^*\n]{2,60}\*\*[.:]?\s+(?=\S+\s+\S)")


def _plain(text: str, span: Span) -> Span | None:
    """Without marks of markdown and the stop at its end; still verbatim."""
    label = _LABEL.match(span.text)
    start = span.start + (label.end() if label else 0)
    while start < span.end and text[start] in "#*_> \t":
        start += 1
    clean = re.sub(r"[;；]\s+\w{1,4}$", "", text[start : span.end]).rstrip(" \t\r\n.;,:*_。；，：")
    return Span(clean, start, start + len(clean)) if any(c.isalnum() for c in clean) else None
