"""The report as a PDF to hand on: A4, tagged for screen readers (PDF/UA-1), with every answer and what reviewers said.

Typst sets it by `report.typ`, which holds the layout and no words of its own but headings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst
from pydantic import BaseModel

from backend.coaching.feedback import STAR_PARTS
from backend.coaching.job_fit import RequirementFit
from backend.coaching.report import DISCLAIMER, NAMES, DeliveryReport, Report, ReportPoint
from backend.coaching.typefaces import Typefaces
from backend.coaching.wording import count

_STATUS = {
    "evidenced": "Shown", "mentioned": "Said by you", "missing": "Not yet", "ticked": "Ticked by you",
    "not_judged": "Not judged",
}  # fmt: skip
_MODES = {"intro_call": "First call", "free_chat": "Free talk", "language": "Language practice",
          "cultural_fit": "Values and teamwork"}  # fmt: skip
_STEADY = 0.3
_FIGURE = re.compile(r" \(\d(?:\.\d)?\)")
"""A score inside a sentence, as the page takes it out too."""
# What PDF/UA-1 forbids (7.21.7), half a character, and marks that would reorder the page.
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


class Remark(BaseModel):
    """What a reviewer wrote of an answer. `at` is ISO 8601, `at_s` the moment of the recording in seconds."""

    by: str
    at: str
    text: str
    quote: str = ""
    at_s: float | None = None


class PaperAnswer(BaseModel):
    """One answer as it was given, and what was said of it."""

    turn_id: str
    question: str
    answer: str
    facts: list[str] = []
    """How it was given: "another take", "interrupted"."""
    measured: list[str] = []
    """Its length: "1:32", "214 words"."""
    coach: str = ""
    points: list[tuple[str, bool]] = []
    """Points of a strong answer, and whether the candidate ticked them; none where nothing was checked."""
    remarks: list[Remark] = []


def report_pdf(report: Report, answers: Sequence[PaperAnswer], faces: Typefaces, *, figures: bool = True) -> bytes:
    """The report as the bytes of a PDF, dated as its interview; the same report gives the same bytes.

    `figures`: with scores and measures. Letters without a typeface are named in it. Blocks for some tens of milliseconds.
    """
    paper = _cleaned(_paper(report, answers, figures))
    paper["unprinted"] = _unprinted(faces, paper)
    paper["families"] = faces.families(paper["language"])
    begun = _when(report.session.get("created_at"))
    made = typst.compile(
        _layout(),
        font_paths=faces.fonts,
        sys_inputs={"paper": json.dumps(paper, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=begun or datetime(1970, 1, 1, tzinfo=UTC),
    )
    return bytes(made)


def clock(seconds: float) -> str:
    """`1:32`: minutes and seconds."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02}"


@cache
def _layout() -> bytes:
    return Path(__file__).with_name("report.typ").read_bytes()


def _paper(report: Report, answers: Sequence[PaperAnswer], figures: bool) -> dict[str, Any]:
    """Everything that stands on the pages, in words."""
    session = report.session
    held = " · ".join(str(session[k]) for k in ("role", "company") if session.get(k))
    answered = session.get("answered")
    steps = report.next_steps or report.drills
    return {
        "language": str(session.get("language") or "en"),
        "title": _mode(session),
        "facts": [
            x
            for x in (held, _day(_when(session.get("day"))), "" if answered is None else count(answered, "answer"))
            if x
        ],
        "disclaimer": f"{DISCLAIMER} Made by Interview Helper, an AI coach.",
        "summary": report.summary if figures else _FIGURE.sub("", report.summary),
        "scores": _scores(report) if figures else [],
        "strengths": _points(report.strengths),
        "gaps": _points(report.gaps),
        "own": _own(report, figures),
        "corrections": [{"better": c.better, "quote": c.quote, "why": c.why} for c in report.corrections],
        "steps_title": "Before the next interview" if report.next_steps else "Practise next",
        "steps": [{"title": s.title, "text": s.instruction} for s in steps],
        "stories": _stories(report) if figures else [],
        "delivery": _delivery(report.delivery) if figures else [],
        "delivery_note": report.delivery.note if figures else "",
        **_fit(report.job_fit.requirements),
        "answers": [_answer(report, a, figures) for a in answers],
    }


def _scores(report: Report) -> list[dict[str, Any]]:
    return [
        {"name": NAMES[name].capitalize(), "share": score.score / 5, "says": f"{score.score:g} of 5",
         "trend": _trend(score.trend), "why": score.why}
        for name, score in report.scores.items()
    ]  # fmt: skip


def _trend(trend: float | None) -> str:
    if not trend:
        return ""
    return "steady" if abs(trend) < _STEADY else "rising" if trend > 0 else "falling"


def _points(points: Iterable[ReportPoint]) -> list[dict[str, Any]]:
    return [{"text": p.text, "quotes": [{"title": c.title, "quote": c.quote} for c in p.evidence[:2]]} for p in points]


def _own(report: Report, figures: bool) -> list[str]:
    """What the candidate says of the answers: ticks, and ratings beside the scores."""
    said = []
    if report.self_check is not None:
        said.append(f"You ticked {report.self_check.ticked} of {count(report.self_check.of, 'point')}.")
    if (rated := report.self_rating) is not None and figures:
        said.append(f"You gave your answers {rated.self_rating:g} of 5, the scores give them {rated.measured:g}.")
    return said


def _stories(report: Report) -> list[dict[str, Any]]:
    coverage = report.star_coverage
    if not coverage.stories:
        return []
    told = {part: float(getattr(coverage, part)) for part in STAR_PARTS}
    return [{"name": part.capitalize(), "share": share, "says": f"{share:.0%}"} for part, share in told.items()]


def _fillers(heard: int | None) -> str | None:
    """Recognition leaves out many, so what it has is the least there were, and none is no result."""
    return None if heard is None else f"at least {heard}" if heard else "none recognised"


def _delivery(delivery: DeliveryReport) -> list[dict[str, str]]:
    spoken = delivery.talk_time_s is not None
    figures = {
        "Talking": clock(delivery.talk_time_s) if delivery.talk_time_s is not None else None,
        "Words": f"{delivery.word_count:,}",
        "Different words": None if delivery.word_variety is None else f"{delivery.word_variety:.0%}",
        "Words a minute": None if delivery.words_per_minute is None else f"{delivery.words_per_minute:.0f}",
        "Fillers": _fillers(delivery.filler_count) if spoken else None,
        "Fillers a minute": delivery.fillers_per_minute or None if spoken else None,
        "Long pauses": delivery.long_pauses,
    }
    return [{"name": name, "says": f"{value}"} for name, value in figures.items() if value is not None]


def _fit(requirements: Sequence[RequirementFit]) -> dict[str, Any]:
    """As the page has it: how many are shown where somebody judged that, else how many were spoken of or ticked."""
    found = [r.status for r in requirements]
    of_the_job = any(c.citation_id.startswith("J") for r in requirements for c in r.citations)
    if {"evidenced", "missing"} & set(found):
        note = f"{found.count('evidenced')} of {len(found)} shown in your answers or resume."
    else:
        note = (
            f"Of {len(found)}, you spoke of {found.count('mentioned')} and ticked {found.count('ticked')}. "
            "How well you showed them is not judged."
        )
    return {
        "fit_title": "What the job asks for" if of_the_job else "What interviewers look for in such a role",
        "fit_note": note,
        "fit": [{"text": r.says or r.text, "status": _STATUS[r.status]} for r in requirements],
    }


def _answer(report: Report, answer: PaperAnswer, figures: bool) -> dict[str, Any]:
    best = report.best_answer if report.best_answer and report.best_answer.turn_id == answer.turn_id else None
    tidied = next((r.rewrite.text for r in report.rewritten_answers if r.turn_id == answer.turn_id), "")
    refused = [o for o in report.objections if o.get("turn_id") == answer.turn_id]
    return {
        "question": answer.question,
        "facts": " · ".join([*answer.facts, *(answer.measured if figures else [])]),
        "best": f"Your best answer. {best.why if figures else _FIGURE.sub('', best.why)}" if best else "",
        "answer": answer.answer,
        "coach": answer.coach,
        "objections": [" ".join(x for x in (f"You say this is wrong: “{o['text']}”", o.get("why")) if x) for o in refused],
        "points": [{"text": text, "ticked": ticked} for text, ticked in answer.points],
        "rewrite": "" if tidied == answer.answer else tidied,
        "remarks": [
            {"by": r.by, "facts": " · ".join(x for x in (_day(_when(r.at)), f"at {clock(r.at_s)}" if r.at_s is not None else "")
                                             if x), "quote": r.quote, "text": r.text}
            for r in answer.remarks
        ],
    }  # fmt: skip


def _mode(session: dict[str, Any]) -> str:
    mode = str(session.get("mode", "interview"))
    return _MODES.get(mode, f"{mode.replace('_', ' ').capitalize()} interview")


def _when(at: object) -> datetime | None:
    """A time without the microseconds, which a PDF does not hold."""
    return datetime.fromisoformat(at).replace(microsecond=0) if isinstance(at, str) and at else None


def _day(at: datetime | None) -> str:
    return f"{at.day} {at:%B %Y}" if at else ""


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _ODD.sub("", value)
    if isinstance(value, list):
        return [_cleaned(one) for one in value]
    if isinstance(value, dict):
        return {name: _cleaned(one) for name, one in value.items()}
    return value


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def _unprinted(faces: Typefaces, paper: dict[str, Any]) -> str:
    """Sentences that name the scripts whose letters cannot be drawn, and how many; empty where all can."""
    missing = faces.missing("".join(_texts(paper)))
    if not missing:
        return ""
    named = ", ".join(f"{script} ({number:,})" for script, number in sorted(missing.items()))
    note = f"Not every letter could be drawn, for want of a typeface: {named}. A box stands for each; copied out, the text is whole."
    return f"{note} “make models” on the server brings the typefaces." if faces.absent else note
