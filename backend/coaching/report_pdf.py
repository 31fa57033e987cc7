"""The report as a PDF to print or keep: A4, scores and story parts drawn, every claim with its quote."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

from backend.coaching.feedback import STAR_PARTS
from backend.coaching.report import DISCLAIMER, NAMES, Report, ReportPoint

_INK, _SOFT, _LINE, _ACCENT, _TRACK, _OPEN = (
    HexColor(c) for c in ("#1d2125", "#565c62", "#d9d4ca", "#0f6a5b", "#e9e5dd", "#7a4d00")
)
_WIDTH = A4[0] - 40 * mm - 12  # points; the frame keeps 6 on each side
_STATUS = {"evidenced": "Shown", "mentioned": "Mentioned", "missing": "Not yet"}
_MODES = {"intro_call": "First call", "free_chat": "Free talk", "cultural_fit": "Values and teamwork"}
# Scripts that DejaVu lacks are written with the fonts that every PDF reader has for them.
_SCRIPTS = {"STSong-Light": r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+", "HeiseiKakuGo-W5": r"[\u3040-\u30ff]+",
            "HYGothic-Medium": r"[\uac00-\ud7af]+"}  # fmt: skip


def report_pdf(report: Report) -> bytes:
    """The report as the bytes of a PDF. Blocks for some tens of milliseconds; the same report gives the same pages."""
    held = BytesIO()
    title = f"{_mode(report.session)}, {str(report.session.get('created_at', ''))[:10]}"
    document = SimpleDocTemplate(
        held, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, topMargin=18 * mm, bottomMargin=18 * mm,
        title=f"Interview report: {title}", author="Interview Helper", subject=DISCLAIMER, invariant=1,
    )  # fmt: skip
    document.build(list(_story(report)), onFirstPage=_footer, onLaterPages=_footer)
    return held.getvalue()


def _story(report: Report) -> Iterable[Flowable]:
    session = report.session
    where = " · ".join(str(session[k]) for k in ("role", "company") if session.get(k))
    yield _text(_mode(session), "title")
    yield _text(" · ".join(x for x in (where, str(session.get("created_at", ""))[:10]) if x), "soft")
    yield Spacer(1, 3 * mm)
    yield _text(report.summary, "lead")
    yield from _scores(report)
    yield from _points("What worked", report.strengths)
    yield from _points("What to work on", report.gaps)
    yield from _corrections(report)
    yield from _drills(report)
    yield from _stories(report)
    yield from _job(report)
    yield from _answers(report)


def _scores(report: Report) -> Iterable[Flowable]:
    if not report.scores:
        return
    rows = [
        [_text(NAMES[name].capitalize(), "strong"), _bar(score.score / 5), _text(f"{score.score:g} of 5", "strong"),
         _text(score.why, "soft")]
        for name, score in report.scores.items()
    ]  # fmt: skip
    yield _heading("Scores")
    yield _table(rows, (38 * mm, 42 * mm, 20 * mm, _WIDTH - 100 * mm))


def _points(title: str, points: list[ReportPoint]) -> Iterable[Flowable]:
    if not points:
        return
    yield _heading(title)
    for point in points:
        quotes = [_text(f"{c.title}: “{c.quote}”", "quote") for c in point.evidence[:2]]
        yield KeepTogether([_text(point.text), *quotes, Spacer(1, 2 * mm)])


def _corrections(report: Report) -> Iterable[Flowable]:
    if report.corrections:
        yield _heading("How one says it")
        for c in report.corrections:
            yield KeepTogether(
                [_text(f"{c.better} (not: {c.quote})", "strong"), _text(c.why, "soft"), Spacer(1, 2 * mm)]
            )
        yield _text("Only well-known slips are looked for.", "soft")


def _drills(report: Report) -> Iterable[Flowable]:
    if report.drills:
        yield _heading("Practise next")
        for drill in report.drills:
            yield KeepTogether([_text(drill.title, "strong"), _text(drill.instruction), Spacer(1, 2 * mm)])


def _stories(report: Report) -> Iterable[Flowable]:
    coverage, delivery = report.star_coverage, report.delivery
    if coverage.stories:
        rows = [
            [_text(part.capitalize(), "strong"), _bar(getattr(coverage, part)),
             _text(f"{getattr(coverage, part):.0%}", "strong"), _text("of your stories tell it", "soft")]
            for part in STAR_PARTS
        ]  # fmt: skip
        yield KeepTogether([_heading("Your stories"), _table(rows, (38 * mm, 42 * mm, 20 * mm, _WIDTH - 100 * mm))])
    yield _heading("Delivery")
    figures = {
        "words a minute": delivery.words_per_minute,
        "fillers a minute": delivery.fillers_per_minute,
        "long pauses": delivery.long_pauses,
        "words": delivery.word_count,
    }
    yield _text(" · ".join(f"{value:g} {name}" for name, value in figures.items() if value is not None), "strong")
    yield _text(delivery.note, "soft")


def _job(report: Report) -> Iterable[Flowable]:
    requirements = report.job_fit.requirements
    if requirements:
        yield _heading("What the job asks for")
        rows = [
            [_text(r.text), _text(_STATUS[r.status], "strong" if r.status == "evidenced" else "soft")]
            for r in requirements
        ]
        yield _table(rows, (_WIDTH - 30 * mm, 30 * mm))


def _answers(report: Report) -> Iterable[Flowable]:
    if report.best_answer:
        yield _heading("Your best answer")
        yield _text(report.best_answer.question, "strong")
        yield _text(report.best_answer.answer)
    if report.rewritten_answers:
        yield _heading("Your answers, rearranged")
        yield _text(
            "Your own words in story order. What stands in brackets is for you to fill: nothing was made up.", "soft"
        )
        for answer in report.rewritten_answers:
            marked = re.sub(r"(\[add:[^\]]*\])", rf'<font color="{_OPEN.hexval().replace("0x", "#")}">\1</font>',
                            escape(answer.rewrite.text))  # fmt: skip
            yield KeepTogether([Spacer(1, 2 * mm), _text(answer.question, "strong")])
            yield Paragraph(_fonts(marked), _styles()["text"])


def _mode(session: dict[str, Any]) -> str:
    mode = str(session.get("mode", "interview"))
    return _MODES.get(mode, f"{mode.replace('_', ' ').capitalize()} interview")


def _heading(text: str) -> Flowable:
    rule = HRFlowable(width="100%", thickness=0.6, color=_LINE, spaceBefore=1 * mm, spaceAfter=2.5 * mm)
    heading = KeepTogether([Spacer(1, 5 * mm), _text(text, "heading"), rule])
    heading.keepWithNext = True
    return heading


def _text(text: str, style: str = "text") -> Paragraph:
    return Paragraph(_fonts(escape(text)), _styles()[style])


def _table(rows: list[list[Any]], widths: tuple[float, ...]) -> Table:
    style = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
             ("BOTTOMPADDING", (0, 0), (-1, -1), 5), ("TOPPADDING", (0, 0), (-1, -1), 3)]  # fmt: skip
    return Table(rows, colWidths=widths, hAlign="LEFT", style=[*style, ("LINEBELOW", (0, 0), (-1, -2), 0.4, _LINE)])


def _bar(share: float) -> Drawing:
    """A bar filled to `share`, 0..1."""
    length, height = 36 * mm, 2.2 * mm
    drawing = Drawing(length, 4.2 * mm)
    for width, colour in ((length, _TRACK), (length * min(max(share, 0.0), 1.0), _ACCENT)):
        if width:
            drawing.add(
                Rect(0, 0.6 * mm, width, height, rx=height / 2, ry=height / 2, fillColor=colour, strokeColor=None)
            )
    return drawing


def _footer(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.saveState()
    canvas.setFont("Report", 7.5)
    canvas.setFillColor(_SOFT)
    canvas.drawString(20 * mm + 6, 10 * mm, f"{DISCLAIMER} Made by Interview Helper, an AI coach.")
    canvas.drawRightString(A4[0] - 20 * mm - 6, 10 * mm, str(document.page))
    canvas.restoreState()


def _fonts(markup: str) -> str:
    for font, script in _SCRIPTS.items():
        markup = re.sub(f"({script})", rf'<font name="{font}">\1</font>', markup)
    return markup


@cache
def _styles() -> dict[str, ParagraphStyle]:
    spec = find_spec("matplotlib")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("matplotlib is missing: its DejaVu fonts write the report")
    folder = Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"
    for name, file in (("Report", "DejaVuSans.ttf"), ("Report-Bold", "DejaVuSans-Bold.ttf"),
                       ("Report-Serif", "DejaVuSerif.ttf")):  # fmt: skip
        pdfmetrics.registerFont(TTFont(name, str(folder / file)))
    for script in _SCRIPTS:
        pdfmetrics.registerFont(UnicodeCIDFont(script))
    base = ParagraphStyle("text", fontName="Report", fontSize=9, leading=13, textColor=_INK, alignment=TA_LEFT)
    return {
        "text": base,
        "strong": ParagraphStyle("strong", base, fontName="Report-Bold", fontSize=8.5),
        "soft": ParagraphStyle("soft", base, textColor=_SOFT, fontSize=8, leading=11.5),
        "quote": ParagraphStyle("quote", base, textColor=_SOFT, fontSize=8, leading=11.5, leftIndent=4 * mm),
        "lead": ParagraphStyle("lead", base, fontName="Report-Serif", fontSize=11, leading=16.5),
        "heading": ParagraphStyle("heading", base, fontName="Report-Bold", fontSize=11.5, leading=15),
        "title": ParagraphStyle("title", base, fontName="Report-Serif", fontSize=22, leading=30),
    }
