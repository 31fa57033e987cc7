"""Visible text of a PDF, page by page, and what its readers would not see."""

from __future__ import annotations

import io
import logging
import re
from typing import Any

import pypdf
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from pypdf.errors import LimitReachedError, PdfReadError

from backend.rag.clean_text import clean, join_hyphenated, spelt
from backend.rag.pdf_glyphs import GlyphDevice, GlyphInterpreter, TooManyGlyphs, id_of
from backend.rag.pdf_layout import hidden_runs, page_text
from backend.rag.refused import Refused

MAX_STREAM_BYTES = 20_000_000
MAX_DECODE_WORK = 60_000_000
MAX_STREAM_FILTERS = 4
"""Real files stack one or two filters on a stream (ASCII85 + Flate); bombs stack many."""
HIDDEN_RUNS_KEPT = 200


def read_pdf(data: bytes, max_pages: int, max_characters: int) -> dict[str, Any]:
    """The reader's answer for a PDF. Raises `Refused`: encrypted, unreadable, too_large, too_complex."""
    logging.disable(logging.CRITICAL)
    pages = _check(data, max_pages)
    texts: list[str] = []
    hidden: list[list[Any]] = []
    document = PDFDocument(PDFParser(io.BytesIO(data)), password="")
    resources = PDFResourceManager()
    device = GlyphDevice(resources, max_characters * 2 + 10_000, _hidden_layers(document))
    interpreter = GlyphInterpreter(resources, device)
    try:
        for number, page in enumerate(PDFPage.create_pages(document), start=1):
            interpreter.process_page(page)
            texts.append(page_text(device.page.glyphs))
            hidden += [[why, clean(t, visible_hyphen=True), number] for why, t in hidden_runs(device.page.glyphs)]
    except TooManyGlyphs as error:
        raise Refused("too_large") from error
    raw = "\n\n".join(texts)
    if raw.count("\ufffd") > 0.3 * max(1, len(raw)):
        raise Refused("no_unicode")
    raw = raw.replace("\ufffd", "")
    text = re.sub(r"(?<=\S) {2,}", " ", clean(raw, visible_hyphen=True))
    return {"text": join_hyphenated(text), "pages": pages, "hidden": (hidden + spelt(raw))[:HIDDEN_RUNS_KEPT]}


def _check(data: bytes, max_pages: int) -> int:
    """Number of pages, after everything that would make reading dangerous or pointless was refused."""
    pypdf.overwrite_configuration(
        maximum_declared_stream_length=MAX_STREAM_BYTES,
        array_based_stream_maximum_output_length=MAX_STREAM_BYTES,
        zlib_maximum_output_length=MAX_STREAM_BYTES,
        lzw_maximum_output_length=MAX_STREAM_BYTES,
        run_length_maximum_output_length=MAX_STREAM_BYTES,
        stream_decoding_work_maximum_length=MAX_DECODE_WORK,
        stream_filters_maximum_length=MAX_STREAM_FILTERS,
        disable_legacy_handling=True,
    )
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("encrypted")
        pages = len(reader.pages)
        if pages > max_pages:
            raise Refused("too_many_pages")
        for page in reader.pages:
            contents = page.get_contents()
            if contents is not None:
                contents.get_data()
        return pages
    except LimitReachedError as error:
        raise Refused("too_complex") from error
    except PdfReadError as error:
        raise Refused("unreadable") from error


def _hidden_layers(document: PDFDocument) -> frozenset[int]:
    """Object numbers of the optional content groups that are off when the file is opened."""
    properties = resolve1(document.catalog.get("OCProperties"))
    default = resolve1(properties.get("D")) if isinstance(properties, dict) else None
    if not isinstance(default, dict):
        return frozenset()
    off = resolve1(default.get("OFF")) or []
    return frozenset(id_of(layer) for layer in off if id_of(layer) > 0)
