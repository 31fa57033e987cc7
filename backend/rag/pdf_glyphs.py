"""Every glyph of a PDF page with where it stands and whether a reader would see it.

Not detected: text covered by an image (so are the words that a text recogniser puts behind a scanned page), by a shape that is
no rectangle or by an annotation, and text hidden by blend modes or soft masks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTFigure
from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFGraphicState, PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import PDFStream, dict_value, resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import apply_matrix_pt

from backend.rag.visibility import LOWEST_CONTRAST, SMALLEST_PT, TOO_SMALL, WHITE, Rgb, as_rgb, contrast, luminance

Box = tuple[float, float, float, float]
_ROW_PT = 20
_OPAQUE = 0.95
"""Opacity from which nothing shows through."""
_PLAIN = {"BM": ("Normal", "Compatible"), "SMask": ("None",)}
"""Entries of a graphics state and the values that leave a fill plain (PDF 32000-1, 11.3.5 and 11.6.5)."""


@dataclass(slots=True)
class Glyph:
    """One drawn character. Coordinates in points, y upwards; `hidden` says why nobody sees it, "" if it is seen."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    upright: bool
    hidden: str

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, self.y + 0.3 * self.size


class TooManyGlyphs(Exception):
    """The page draws more characters than a document may hold."""


@dataclass(slots=True)
class _Paint:
    """What later glyphs stand under: opacity, the clip box, the hidden layers they are in."""

    alpha: float = 1.0
    clip: Box | None = None
    effects: frozenset[str] = frozenset()
    """Which of `_PLAIN` are otherwise: blended with what lies under it, or masked."""

    def copy(self) -> _Paint:
        return _Paint(self.alpha, self.clip, self.effects)


@dataclass(slots=True)
class _Fill:
    box: Box
    colour: Rgb | None
    """None: an image or a pattern, whose colour under a glyph is unknown."""


def _bounds(points: list[tuple[float, float]]) -> Box:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return (min(xs), min(ys), max(xs), max(ys))


def _points(path: Any, ctm: Any) -> list[tuple[float, float]]:
    return [apply_matrix_pt(ctm, (step[i], step[i + 1])) for step in path for i in range(1, len(step) - 1, 2)]


def _subpaths(path: Any) -> list[Any]:
    parts: list[Any] = []
    for step in path:
        if step[0] == "m" or not parts:
            parts.append([])
        parts[-1].append(step)
    return parts


def _inside(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


@dataclass
class _Page:
    box: Box
    glyphs: list[Glyph] = field(default_factory=list)
    rows: dict[int, list[Glyph]] = field(default_factory=dict)
    """The same by height, in steps of `_ROW_PT`: a page may have thousands of rectangles."""
    fills: list[_Fill] = field(default_factory=list)


class GlyphDevice(PDFLayoutAnalyzer):  # type: ignore[misc, unused-ignore]
    """Collects the glyphs of one page at a time, in the order in which they are drawn."""

    def __init__(self, resources: PDFResourceManager, budget: int, hidden_layers: frozenset[int]) -> None:
        super().__init__(resources, laparams=None)
        self.budget = budget
        self.hidden_layers = hidden_layers
        self.paint = _Paint()
        self.saved: list[_Paint] = []
        self.render_mode = 0
        self.layers: list[bool] = []
        self.page = _Page((0, 0, 0, 0))

    # --- the page ---
    def begin_page(self, page: PDFPage, ctm: Any) -> None:
        super().begin_page(page, ctm)
        crop = page.cropbox or page.mediabox
        corners = [apply_matrix_pt(ctm, (crop[i], crop[j])) for i in (0, 2) for j in (1, 3)]
        self.page = _Page(_bounds(corners))
        self.paint, self.saved, self.layers = _Paint(), [], []

    def end_page(self, page: PDFPage) -> None:
        self.cur_item = None  # type: ignore[assignment]

    # --- what lies under the text ---
    def paint_path(self, gstate: PDFGraphicState, stroke: bool, fill: bool, evenodd: bool, path: Any) -> None:
        if not fill or self.paint.alpha < 0.5:
            return
        if not self.paint.effects and self.paint.alpha >= _OPAQUE:
            self._cover(path)
        points = _points(path, self.ctm)
        if len(points) >= 3:
            box = _bounds(points)
            if self.paint.clip is not None:
                box = _overlap(box, self.paint.clip)
            if box[2] - box[0] > 1 and box[3] - box[1] > 1:
                self._fill(box, as_rgb(gstate.ncolor, gstate.ncs.name))

    def _cover(self, path: Any) -> None:
        """Hides what is drawn so far under exactly one rectangle of a path: two, one in the other, are a frame."""
        boxes = [box for box in map(self._rectangle, _subpaths(path)) if box is not None]
        if any(self.layers) or not boxes:
            return
        low, high = min(box[1] for box in boxes), max(box[3] for box in boxes)
        rows = [row for row in self.page.rows if low < (row + 1) * _ROW_PT and row * _ROW_PT < high]
        for glyph in (glyph for row in rows for glyph in self.page.rows[row]):
            x, y = glyph.middle
            if not glyph.hidden and sum(_inside(box, x, y) for box in boxes) == 1:
                glyph.hidden = "text covered by a shape"

    def _rectangle(self, path: Any) -> Box | None:
        """The box of a path that is an upright rectangle, as far as the clip lets it be painted."""
        points = _points(path, self.ctm)
        if len(points) < 4 or any(step[0] in "cvy" for step in path):
            return None
        box = _bounds(points)
        corners = {(x - box[0] > 0.01, y - box[1] > 0.01) for x, y in points}
        at_the_edge = all(min(x - box[0], box[2] - x) < 0.01 and min(y - box[1], box[3] - y) < 0.01 for x, y in points)
        if not at_the_edge or len(corners) < 4:
            return None
        return box if self.paint.clip is None else _overlap(box, self.paint.clip)

    def render_image(self, name: str, stream: PDFStream) -> None:
        if isinstance(self.cur_item, LTFigure):
            self._fill(self.cur_item.bbox, None)

    def _fill(self, box: Box, colour: Rgb | None) -> None:
        fills = self.page.fills
        fills.append(_Fill(box, colour))
        if len(fills) > 600:  # a drawing of thousands of strokes: the recent and the large ones are what text stands on
            page = _area(self.page.box)
            self.page.fills = [f for f in fills[:-300] if _area(f.box) > 0.02 * page][-300:] + fills[-300:]

    def _background(self, x: float, y: float) -> Rgb | None:
        for fill in reversed(self.page.fills):
            if _inside(fill.box, x, y):
                return fill.colour
        return WHITE

    # --- the text ---
    def begin_tag(self, tag: PSLiteral, props: Any = None) -> None:
        self.layers.append(tag.name == "OC" and id_of(props) in self.hidden_layers)

    def end_tag(self) -> None:
        if self.layers:
            self.layers.pop()

    def do_tag(self, tag: PSLiteral, props: Any = None) -> None:
        return None

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        self.render_mode = textstate.render
        super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self,
        matrix: Any,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: PDFColorSpace,
        graphicstate: PDFGraphicState,
    ) -> float:
        advance = float(font.char_width(cid) * fontsize * scaling)
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = "\ufffd"
        self.budget -= len(text)
        if self.budget < 0:
            raise TooManyGlyphs
        a, b, c, d, _, _ = matrix
        x, y = apply_matrix_pt(matrix, (0, rise))
        end_x, end_y = apply_matrix_pt(matrix, (advance, rise))
        mid_x, mid_y = apply_matrix_pt(matrix, (advance / 2, rise + 0.3 * fontsize))
        size = abs(fontsize) * (c * c + d * d) ** 0.5
        upright = abs(b) + abs(c) < 0.1 * (abs(a) + abs(d)) and a * d > 0
        hidden = self._why_hidden(mid_x, mid_y, size, graphicstate, ncs)
        if upright or abs(end_x - x) >= abs(end_y - y):
            left, right = sorted((x, end_x))
        else:
            left, right = x, x
        glyph = Glyph(text, left, right, y, size, upright, hidden)
        self.page.glyphs.append(glyph)
        self.page.rows.setdefault(int(glyph.middle[1] // _ROW_PT), []).append(glyph)
        return advance

    def _why_hidden(self, x: float, y: float, size: float, state: PDFGraphicState, space: Any) -> str:
        if self.render_mode in (3, 7):
            return "invisible text"
        if self.paint.alpha < 0.05:
            return "fully transparent text"
        if any(self.layers):
            return "text on a hidden layer"
        if not _inside(self.page.box, x, y):
            return "outside the page"
        if self.paint.clip is not None and not _inside(_grown(self.paint.clip, size), x, y):
            return "text cut away by a clip"
        if size < SMALLEST_PT:
            return TOO_SMALL
        background = self._background(x, y)
        ink = as_rgb(state.scolor, state.scs.name) if self.render_mode in (1, 5) else as_rgb(state.ncolor, space.name)
        if background is None or ink is None or contrast(ink, background) >= LOWEST_CONTRAST:
            return ""
        if self.render_mode in (2, 6):
            edge = as_rgb(state.scolor, state.scs.name)
            if edge is None or contrast(edge, background) >= LOWEST_CONTRAST:
                return ""
        return "white text" if luminance(ink) > 0.8 else "text in the colour of its background"


def _overlap(one: Box, other: Box) -> Box:
    return (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def _grown(box: Box, by: float) -> Box:
    return (box[0] - by, box[1] - by, box[2] + by, box[3] + by)


def _name_of(value: object) -> str:
    return str(getattr(resolve1(value), "name", ""))


def id_of(reference: object) -> int:
    """The object number of an indirect reference, -1 for anything else."""
    return int(getattr(reference, "objid", -1) or -1)


class GlyphInterpreter(PDFPageInterpreter):  # type: ignore[misc, unused-ignore]
    """pdfminer's page interpreter, which also tells the device about opacity, clips and layers."""

    device: GlyphDevice

    def do_q(self) -> None:
        super().do_q()
        self.device.saved.append(self.device.paint.copy())

    def do_Q(self) -> None:
        super().do_Q()
        if self.device.saved:
            self.device.paint = self.device.saved.pop()

    def do_Do(self, xobjid_arg: Any) -> None:
        paint, saved = self.device.paint.copy(), self.device.saved
        self.device.saved = []
        try:
            super().do_Do(xobjid_arg)
        finally:
            self.device.paint, self.device.saved = paint, saved

    def do_gs(self, name: Any) -> None:
        states = dict_value(self.resources.get("ExtGState", {}))
        state = resolve1(states.get(getattr(name, "name", ""), None))
        if isinstance(state, dict):
            alpha = resolve1(state.get("ca"))
            if isinstance(alpha, int | float):
                self.device.paint.alpha = float(alpha)
            self.device.paint.effects = frozenset(
                key
                for key, plain in _PLAIN.items()
                if (_name_of(state[key]) not in plain if key in state else key in self.device.paint.effects)
            )
        super().do_gs(name)

    def do_cs(self, name: Any) -> None:
        super().do_cs(name)
        if getattr(name, "name", None) not in self.csmap:
            self.graphicstate.ncs = PDFColorSpace("DeviceN", 1)  # unknown: its numbers say nothing about the colour

    def _clip(self) -> None:
        points = _points(self.curpath, self.ctm)
        if points:
            box, paint = _bounds(points), self.device.paint
            paint.clip = box if paint.clip is None else _overlap(box, paint.clip)

    def do_W(self) -> None:
        self._clip()
        super().do_W()

    def do_W_a(self) -> None:
        self._clip()
        super().do_W_a()

    def do_BDC(self, tag: Any, props: Any) -> None:
        """Hands the device the reference behind a property name, which says the layer."""
        if isinstance(props, PSLiteral):
            named = dict_value(self.resources.get("Properties", {}))
            props = named.get(props.name, props)
        super().do_BDC(tag, props)
