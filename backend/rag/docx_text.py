"""Text of a Word document in reading order, with what Word would not show kept apart."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.oxml.ns import qn

from backend.rag.docx_archive import NotWord, check_archive
from backend.rag.visibility import LOWEST_CONTRAST, SMALLEST_PT, TOO_SMALL, WHITE, Rgb, contrast, luminance

W_P, W_TBL, W_R, W_T = qn("w:p"), qn("w:tbl"), qn("w:r"), qn("w:t")
W_TEXTBOX = qn("w:txbxContent")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = {_FALLBACK, qn("w:del"), qn("w:moveFrom"), qn("w:rPr"), qn("w:pPr"), qn("w:instrText")}


@dataclass
class DocxText:
    """Visible text and hidden runs (reason, text) of a document."""

    lines: list[str] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    characters: int = 0


def read_docx(data: bytes, max_characters: int) -> DocxText:
    """Headers, body with tables and text boxes, footers. Stops after `max_characters` + 1 visible characters.

    Raises `NotWord`, `Bomb`.
    """
    check_archive(data)
    try:
        document = docx.Document(io.BytesIO(data))
    except (ValueError, KeyError) as error:
        raise NotWord("macros" if "macro" in str(error).lower() else "not_word") from error
    out = DocxText()
    walk = _Walk(document, out, max_characters)
    headers = {
        id(s.header._element): s.header._element for s in document.sections if not s.header.is_linked_to_previous
    }
    footers = {
        id(s.footer._element): s.footer._element for s in document.sections if not s.footer.is_linked_to_previous
    }
    for root in (*headers.values(), document.element.body, *footers.values()):
        walk.block(root, WHITE)
        out.lines.append("")
    return out


@dataclass(slots=True)
class _Look:
    """How a run looks, from its styles and its own properties; None: not said."""

    vanish: bool | None = None
    half_points: float | None = None
    colour: Rgb | None = None
    fill: Rgb | None = None


class _Walk:
    def __init__(self, document: Any, out: DocxText, max_characters: int) -> None:
        self.out = out
        self.max_characters = max_characters
        self.styles = {s.get(qn("w:styleId")): s for s in document.styles.element.iter(qn("w:style"))}
        self.looks: dict[str, _Look] = {}

    def block(self, parent: Any, background: Rgb) -> None:
        """Paragraphs and tables of a body, a cell, a header or a text box."""
        for child in parent:
            if self.out.characters > self.max_characters:
                return
            if child.tag == W_P:
                self._paragraph(child, background)
            elif child.tag == W_TBL:
                self._table(child, background)
            elif child.tag not in _SKIPPED and len(child):
                self.block(child, background)  # content controls, tracked insertions

    def _table(self, table: Any, background: Rgb) -> None:
        for row in table.iter(qn("w:tr")):
            if _nearest(row, W_TBL) is not table:
                continue
            for cell in row.iter(qn("w:tc")):
                if _nearest(cell, qn("w:tr")) is not row:
                    continue
                fill = _fill_of(cell.find(qn("w:tcPr")))
                self.block(cell, fill or background)
        self.out.lines.append("")

    def _paragraph(self, paragraph: Any, background: Rgb) -> None:
        properties = paragraph.find(qn("w:pPr"))
        base = self._style(_value(properties, "w:pStyle")) if properties is not None else _Look()
        background = (_fill_of(properties) if properties is not None else None) or base.fill or background
        line: list[str] = []
        concealed: dict[str, list[str]] = {}
        boxes: list[Any] = []
        for run in _runs(paragraph, boxes):
            text = _run_text(run)
            if not text:
                continue
            reason = self._why_hidden(run, base, background)
            if reason and text.strip():
                concealed.setdefault(reason, []).append(text)
            else:
                line.append(text)
        text = "".join(line)
        if properties is not None and properties.find(qn("w:numPr")) is not None and text.strip():
            text = f"• {text}"
        self.out.characters += len(text)
        self.out.lines.append(text)
        self.out.hidden.extend((reason, "".join(parts)) for reason, parts in concealed.items())
        for box in boxes:
            self.block(box, _box_fill(box) or WHITE)

    def _style(self, style_id: str | None, depth: int = 0) -> _Look:
        if style_id is None or depth > 10 or style_id not in self.styles:
            return _Look()
        if style_id not in self.looks:
            style = self.styles[style_id]
            parent = self._style(_value(style, "w:basedOn"), depth + 1)
            look = _look_of(style.find(qn("w:rPr")), parent)
            paragraph = style.find(qn("w:pPr"))
            look.fill = (_fill_of(paragraph) if paragraph is not None else None) or look.fill
            self.looks[style_id] = look
        return self.looks[style_id]

    def _why_hidden(self, run: Any, base: _Look, background: Rgb) -> str:
        properties = run.find(qn("w:rPr"))
        if properties is not None:
            named = self._style(_value(properties, "w:rStyle"))
            base = _merge(base, named)
        look = _look_of(properties, base)
        if look.vanish:
            return "text marked as hidden"
        if look.half_points is not None and look.half_points / 2 < SMALLEST_PT:
            return TOO_SMALL
        if look.colour is not None and contrast(look.colour, look.fill or background) < LOWEST_CONTRAST:
            return "white text" if luminance(look.colour) > 0.8 else "text in the colour of its background"
        return ""


def _runs(paragraph: Any, boxes: list[Any]) -> Iterator[Any]:
    for child in paragraph:
        if child.tag in _SKIPPED:
            continue
        if child.tag == W_R:
            yield child
            boxes.extend(b for b in child.iter(W_TEXTBOX) if not any(a.tag == _FALLBACK for a in b.iterancestors()))
        elif len(child):
            yield from _runs(child, boxes)


def _run_text(run: Any) -> str:
    out: list[str] = []
    for child in run:
        if child.tag == W_T:
            out.append(child.text or "")
        elif child.tag in (qn("w:tab"), qn("w:ptab")):
            out.append("\t")
        elif child.tag in (qn("w:br"), qn("w:cr")):
            out.append("\n")
        elif child.tag == qn("w:noBreakHyphen"):
            out.append("-")
        elif child.tag == qn("w:sym"):
            out.append("•")
    return "".join(out)


def _nearest(element: Any, tag: str) -> Any:
    return next((a for a in element.iterancestors() if a.tag == tag), None)


def _value(parent: Any, name: str) -> str | None:
    child = parent.find(qn(name))
    value = child.get(qn("w:val")) if child is not None else None
    return str(value) if value is not None else None


def _switch(parent: Any, name: str) -> bool | None:
    child = parent.find(qn(name))
    if child is None:
        return None
    return child.get(qn("w:val"), "true").lower() not in ("0", "false", "off", "none")


def _hex(text: str | None) -> Rgb | None:
    if text is None or len(text) != 6:
        return None
    try:
        red, green, blue = (int(text[i : i + 2], 16) / 255 for i in (0, 2, 4))
    except ValueError:
        return None
    return (red, green, blue)


def _fill_of(properties: Any) -> Rgb | None:
    shading = properties.find(qn("w:shd")) if properties is not None else None
    return _hex(shading.get(qn("w:fill"))) if shading is not None else None


def _box_fill(box: Any) -> Rgb | None:
    """The fill of the shape around a text box: unknown fills count as dark, so that white text in them stays."""
    for shape in box.iterancestors():
        if shape.tag.endswith(("}wsp", "}shape", "}rect", "}roundrect")):
            old = shape.get("fillcolor")
            if old:
                return _hex(old.lstrip("#").split(" ")[0]) or (0.5, 0.5, 0.5)
            for fill in shape.iter():
                if fill.tag.endswith("}solidFill") and fill.getparent().tag.endswith("}spPr"):
                    solid = next((c for c in fill if c.tag.endswith("}srgbClr")), None)
                    return (_hex(solid.get("val")) if solid is not None else None) or (0.5, 0.5, 0.5)
                if fill.tag.endswith(("}gradFill", "}blipFill", "}pattFill")):
                    return (0.5, 0.5, 0.5)
    return None


def _look_of(properties: Any, base: _Look) -> _Look:
    if properties is None:
        return _merge(base, _Look())
    size = _value(properties, "w:sz")
    colour = properties.find(qn("w:color"))
    own = _Look(
        _switch(properties, "w:vanish"),
        float(size) if size is not None and size.replace(".", "", 1).isdigit() else None,
        _hex(colour.get(qn("w:val"))) if colour is not None else None,
        _fill_of(properties),
    )
    if colour is not None and colour.get(qn("w:val")) == "auto":
        base = _Look(base.vanish, base.half_points, None, base.fill)
    highlight = _value(properties, "w:highlight")
    if highlight not in (None, "none", "white") and own.fill is None:
        own.fill = (0.5, 0.5, 0.5)
    return _merge(base, own)


def _merge(base: _Look, own: _Look) -> _Look:
    return _Look(
        own.vanish if own.vanish is not None else base.vanish,
        own.half_points if own.half_points is not None else base.half_points,
        own.colour or base.colour,
        own.fill or base.fill,
    )
