"""Analysis without an interview (contract section 9), progress over all interviews (section 5), and what is due again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from backend.api.deps import Owner, Parts
from backend.api.envelope import ok
from backend.api.schemas import AnalysisIn
from backend.asr.ports import Word
from backend.coaching.answer import Answer
from backend.coaching.coach import Context, Source
from backend.errors import AppError, NotFound
from backend.interview.briefing import brief_answer
from backend.interview.reports import progress_of
from backend.interview.review import review_of
from backend.wiring import Services

router = APIRouter(tags=["analysis"])


@router.post("/analyses")
async def analyse(
    request: Request, body: AnalysisIn, owner: Owner, parts: Parts, feedback: bool = False
) -> JSONResponse:
    """Delivery, STAR and scores of one answer; `?feedback=true` adds the coach's words, which asks the model."""
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
    wire = {
        "delivery": measured.delivery.model_dump(mode="json"),
        "star": measured.star.model_dump(mode="json") if measured.star else None,
        "scores": {name: s.model_dump(mode="json") for name, s in analysis.scores.items()},
        "scored": analysis.not_scored_because is None,
        "not_scored_because": analysis.not_scored_because,
    }
    if feedback:

        async def say(sentence: str) -> None:
            return None

        async def notice(error: AppError) -> None:
            return None

        persona = parts.interview_data.modes[body.mode].persona
        briefing = brief_answer(parts.prompts, persona, body.question, answer.text, f"analysis:{owner}")
        given = await parts.coach.feedback(analysis, briefing=briefing, say=say, notice=notice)
        wire["feedback"] = given.model_dump(mode="json")
    return ok(request, wire)


@router.get("/progress")
async def progress(request: Request, owner: Owner, parts: Parts) -> JSONResponse:
    """Scores over time, trends, streak, and what to practise next."""
    sessions, _ = await parts.stores.sessions.list(owner, 100, None)
    return ok(request, await progress_of(parts.room, sessions))


@router.get("/review")
async def review(request: Request, owner: Owner, parts: Parts) -> JSONResponse:
    """Weak answers that are due again, each with an interview ready to start, and those that come later."""
    sessions, _ = await parts.stores.sessions.list(owner, 100, None)
    practised = [(session, await parts.room.turns(session)) for session in sessions]
    found = await asyncio.to_thread(review_of, practised, datetime.now(UTC).date())
    return ok(request, found.model_dump(mode="json"))


async def _sources(owner: str, document_ids: list[str], parts: Services) -> tuple[Source, ...]:
    found = []
    for document_id in document_ids:
        document = await parts.library.get(owner, document_id)
        if document is None:
            raise NotFound
        found.append(Source(document.document_id, document.kind, document.title, document.text))
    return tuple(found)
