"""Analysis without an interview (contract section 9), progress over all interviews (section 5), and what is due again."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from backend.api.deps import Owner, Parts
from backend.api.envelope import ok
from backend.api.schemas import AnalysisIn
from backend.asr.ports import Word
from backend.coaching.answer import Answer
from backend.coaching.author.ports import Brief
from backend.coaching.coach import Analysis, Context, Source
from backend.coaching.feedback import Feedback
from backend.errors import NotFound
from backend.interview.days import today
from backend.interview.reports import progress_of
from backend.interview.review import review_of
from backend.interview.session import Session
from backend.interview.turn_record import current
from backend.wiring import Services

router = APIRouter(tags=["analysis"])
_PAGE = 100
"""Interviews read at a time."""


@router.post("/analyses")
async def analyse(
    request: Request, body: AnalysisIn, owner: Owner, parts: Parts, feedback: bool = False
) -> JSONResponse:
    """Delivery, STAR and scores of one answer; `?feedback=true` adds the coach's words."""
    sources = await _sources(owner, body.document_ids, parts)
    words = tuple(Word(w.w, w.start_s, w.end_s, w.p) for w in body.words)
    answer = Answer(
        question=body.question,
        text=body.answer.strip(),
        mode=body.mode,
        language=body.language,
        words=words,
        duration_s=words[-1].end_s if words else None,
    )
    measured = await asyncio.to_thread(parts.coach.measure, answer)
    analysis = await asyncio.to_thread(parts.coach.analyse, answer, measured, Context(sources=sources))
    wire: dict[str, Any] = {
        "delivery": measured.delivery.model_dump(mode="json"),
        "star": measured.star.model_dump(mode="json") if measured.star else None,
        "scores": {name: s.model_dump(mode="json") for name, s in analysis.scores.items()},
        "scored": analysis.not_scored_because is None,
        "not_scored_because": analysis.not_scored_because,
        "concern": measured.concern.model_dump(mode="json") if measured.concern else None,
    }
    if feedback:
        given = await _coached(replace(analysis, answer=answer), owner, parts)
        if given is None:
            given = await asyncio.to_thread(parts.coach.compose, analysis)
        wire["feedback"] = given.model_dump(mode="json")
        if given.author == "model":
            wire["scores"] = wire["feedback"]["scores"]
    return ok(request, wire)


async def _coached(analysis: Analysis, owner: str, parts: Services) -> Feedback | None:
    """What the model says of the answer; None where none writes, or its reply cannot be used."""
    author, _ = await parts.authors.choose("auto", owner)
    if author is None or analysis.measured.intent is not None or analysis.measured.matters_more:
        return None
    brief = Brief(
        analysis=analysis,
        persona=parts.interview_data.modes[analysis.answer.mode].persona,
        prompts=parts.prompts.current(),
        slot=f"analysis:{owner}",
        owner=owner,
        on_usage=parts.authors.counting(owner, lambda usage: None),
        help_line=parts.coach.intake.help_line,
    )
    return await author.write(brief).feedback


@router.get("/progress")
async def progress(request: Request, owner: Owner, parts: Parts) -> JSONResponse:
    """Scores over time, trends, streak, and what to practise next."""
    return ok(request, await progress_of(parts.room, await _all_of(owner, parts)))


@router.get("/review")
async def review(request: Request, owner: Owner, parts: Parts) -> JSONResponse:
    """Weak answers that are due again, each with an interview ready to start, and those that come later."""
    sessions = await _all_of(owner, parts)
    practised = [(session, current(await parts.room.turns(session))) for session in sessions]
    found = await asyncio.to_thread(review_of, practised, today(sessions))
    return ok(request, found.model_dump(mode="json"))


async def _all_of(owner: str, parts: Services) -> list[Session]:
    """Every interview of an owner, newest first."""
    sessions, cursor = await parts.stores.sessions.list(owner, _PAGE, None)
    while cursor is not None:
        more, cursor = await parts.stores.sessions.list(owner, _PAGE, cursor)
        sessions += more
    return sessions


async def _sources(owner: str, document_ids: list[str], parts: Services) -> tuple[Source, ...]:
    found = []
    for document_id in document_ids:
        document = await parts.library.get(owner, document_id)
        if document is None:
            raise NotFound
        found.append(Source(document.document_id, document.kind, document.title, document.text))
    return tuple(found)
