"""Glyphs of a page to lines of text in reading order.

The order in which a producer drew the text is the best witness of its reading order, so it is kept as long as it makes
sense; where it jumps about, the page is read by geometry: rows from the top, columns where a gutter shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from backend.rag.pdf_glyphs import Glyph

_SPACE_EM = 0.16
"""A gap wider than this share of the font size is a space (a space glyph is 0.22 to 0.33 em in common fonts)."""
_TIGHT_SPACE_EM = 0.1
"""The same where a producer draws no space glyphs at all: TeX squeezes its gaps on full lines."""
_PIECE_EM = 1.5
"""A gap wider than this starts a new piece of text: a cell, a column, a date at the right margin."""


@dataclass(slots=True)
class Piece:
    """A run of text on one baseline, in points."""

    text: str
    x0: float
    x1: float
    y: float
    size: float


def page_text(glyphs: Sequence[Glyph]) -> str:
    """The visible glyphs of one page as text: a newline per line, an empty line where the page leaves a gap."""
    pieces = _pieces(g for g in glyphs if not g.hidden)
    if not pieces:
        return ""
    ordered = pieces if _sane(pieces) else _by_geometry(pieces)
    return _as_text(_lines(ordered))


def hidden_runs(glyphs: Sequence[Glyph]) -> list[tuple[str, str]]:
    """Runs of hidden text in drawing order, as (reason, text)."""
    runs: list[tuple[str, str]] = []
    reasons = dict.fromkeys(g.hidden for g in glyphs if g.hidden)
    for reason in reasons:
        text = _as_text(_lines(_pieces(g for g in glyphs if g.hidden == reason)))
        if any(c.isalnum() for c in text):
            runs.append((reason, text))
    return runs


def _pieces(glyphs: Iterable[Glyph]) -> list[Piece]:
    """Joins glyphs that were drawn one after the other on one baseline; gaps become spaces."""
    runs: list[list[Glyph]] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if not glyph.text or glyph.text == "\x00":
            continue
        if last is not None and runs and _continues(runs[-1], last, glyph):
            runs[-1].append(glyph)
        elif not glyph.text.isspace():
            runs.append([glyph])
        last = glyph
    pieces = [_piece(run) for run in runs]
    return [p for p in pieces if p.text]


def _piece(run: list[Glyph]) -> Piece:
    gaps = [b.x0 - a.x1 for a, b in pairwise(run) if not (a.text.isspace() or b.text.isspace())]
    size = max(g.size for g in run)
    spread = median(gaps) if len(gaps) >= 8 else 0.0  # letter-spaced headings
    space = max(0.0, spread) + (_SPACE_EM if any(g.text.isspace() for g in run) else _TIGHT_SPACE_EM) * size
    text = run[0].text
    for before, glyph in pairwise(run):
        if glyph.x0 - before.x1 > space and glyph.upright:
            text += " "
        text += glyph.text
    text = " ".join(text.split())
    return Piece(text, min(g.x0 for g in run), max(g.x1 for g in run), run[0].y, size)


def _continues(run: list[Glyph], last: Glyph, glyph: Glyph) -> bool:
    em = max(last.size, glyph.size, 0.1)
    if not glyph.upright and not last.upright:  # rotated text advances in y
        return abs(glyph.x0 - last.x0) < 0.5 * em and abs(glyph.y - last.y) < 2.5 * em
    same_line = abs(glyph.y - run[0].y) < 0.5 * max(run[0].size, glyph.size)  # leaves room for super- and subscripts
    gap = glyph.x0 - last.x1
    return same_line and -0.6 * em < gap < _PIECE_EM * em


def _same_row(one: Piece, other: Piece) -> bool:
    return abs(one.y - other.y) < 0.45 * max(min(one.size, other.size), 1.0)


def _sane(pieces: Sequence[Piece]) -> bool:
    """Whether drawing order reads downwards, apart from column starts, table cells and a header or two."""
    jumps = 0
    for before, after in pairwise(pieces):
        up = after.y - before.y > 0.8 * max(before.size, after.size)
        new_column = after.x0 > before.x1 - 1
        back_same_row = _same_row(before, after) and after.x1 < before.x0
        jumps += (up and not new_column) or back_same_row
    return jumps <= 3 + 0.05 * len(pieces)


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces grouped by baseline, from the top of the page; each row from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (-p.y, p.x0)):
        if rows and any(_same_row(piece, other) for other in rows[-1][-3:]):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda p: p.x0) for row in rows]


def _by_geometry(pieces: Sequence[Piece]) -> list[Piece]:
    """Rows from the top; where a gutter runs through several rows, the left column before the right one."""
    rows = _rows(pieces)
    ordered: list[Piece] = []
    start = 0
    while start < len(rows):
        end, gutter = _column_block(rows, start)
        if gutter is None:
            ordered.extend(rows[start])
            start += 1
            continue
        block = [p for row in rows[start:end] for p in row]
        ordered.extend(_by_geometry([p for p in block if p.x1 <= gutter]))
        ordered.extend(_by_geometry([p for p in block if p.x0 >= gutter]))
        start = end
    return ordered


def _column_block(rows: list[list[Piece]], start: int) -> tuple[int, float | None]:
    """The longest run of rows from `start` that one vertical gutter divides into two columns of prose."""
    best: tuple[int, float | None] = (start, None)
    em = median(p.size for row in rows for p in row)
    first = rows[start]
    candidates = {(a.x1 + b.x0) / 2 for row in rows[start : start + 12] for a, b in pairwise(row)}
    candidates |= {
        p.x0 - em / 2 for row in rows[start : start + 12] for p in row if p.x0 > min(q.x0 for q in first) + 5 * em
    }
    for gutter in sorted(candidates):
        end, left, right, both = start, 0, 0, 0
        left_chars = right_chars = 0
        while end < len(rows):
            row = rows[end]
            if any(p.x0 < gutter < p.x1 for p in row):
                break
            on_left = [p for p in row if p.x1 <= gutter]
            on_right = [p for p in row if p.x0 >= gutter]
            left, right = left + bool(on_left), right + bool(on_right)
            both += bool(on_left) and bool(on_right)
            left_chars += sum(len(p.text) for p in on_left)
            right_chars += sum(len(p.text) for p in on_right)
            end += 1
        if min(left, right) < 4:
            continue
        apart = both < 0.6 * min(left, right)
        prose = left_chars / left >= 18 and right_chars / right >= 18
        if (apart or prose) and end > best[0]:
            best = (end, gutter)
    return best


def _lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Neighbours in reading order on one baseline become one line, from left to right."""
    lines: list[list[Piece]] = []
    for piece in pieces:
        if lines and _same_row(lines[-1][-1], piece):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [sorted(line, key=lambda p: p.x0) for line in lines]


def _as_text(lines: list[list[Piece]]) -> str:
    steps = [
        above[0].y - below[0].y
        for above, below in pairwise(lines)
        if 0 < above[0].y - below[0].y < 3 * max(p.size for p in below)
    ]
    usual = median(steps) if steps else 0.0
    out: list[str] = []
    for number, line in enumerate(lines):
        if number:
            step = lines[number - 1][0].y - line[0].y
            size = max(p.size for p in line)
            if step < -0.8 * size or step > 1.35 * max(usual, size):
                out.append("")
        out.append(_line_text(line))
    return "\n".join(out)


def _line_text(line: list[Piece]) -> str:
    text = line[0].text
    for before, after in pairwise(line):
        touching = after.x0 - before.x1 <= _SPACE_EM * max(before.size, after.size)
        text = text.rstrip() + ("" if touching and not text.endswith(" ") else " ") + after.text.lstrip()
    return text.strip()
