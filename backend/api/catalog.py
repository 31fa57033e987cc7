"""The catalogue (contract section 4): everything a client needs to draw its menus, from plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, get_args

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from backend.api.deps import Parts
from backend.api.envelope import ok
from backend.coaching.author.choice import InUse
from backend.coaching.rubric import anchors
from backend.interview.modes import InterviewData
from backend.interview.session import Difficulty, DrillKind, Practice
from backend.jobs.role_packs import RolePacks

_PRACTICES: dict[Practice, tuple[str, str]] = {
    "interview": ("Interview", "As in a real one, with feedback after each answer."),
    "study": ("Study", "Take your time: hints with each question, and as many takes as you like."),
    "drill": ("Drill", "One answer again and again, until it passes."),
}
_DRILLS: dict[DrillKind, tuple[str, str]] = {
    "ladder": ("Shorter and shorter", "The same story in ninety, sixty and thirty seconds."),
    "result_first": ("Result first", "Your first sentence has to say what came of it."),
    "pushback": ("Pushback", "The coach doubts your answer until you name what shows it."),
}
_DIFFICULTIES: dict[Difficulty, tuple[str, str]] = {
    "easy": ("Gentle", "Friendly questions; asks on only when no example was given."),
    "medium": ("Realistic", "Asks on where a part is missing or a claim has no figure."),
    "hard": ("Demanding", "Harder questions, and your answers are challenged."),
}


router = APIRouter(tags=["catalogue"])

VOICE_ACTIVITY = {"end_of_turn_ms": 1500, "min_speech_ms": 300, "interrupt_ms": 300}


@router.get("/catalog")
async def catalog(request: Request, parts: Parts) -> JSONResponse:
    """What can be chosen, and what the product runs on; the user interface is drawn from this."""
    limits = parts.limits
    found = build_catalog(
        data=parts.interview_data,
        packs=parts.packs,
        rubrics=anchors(),
        limits={
            "document_bytes": limits.document_max_bytes,
            "document_characters": limits.document_max_characters,
            "documents": limits.documents_per_owner,
            "document_types": [".pdf", ".docx", ".txt", ".md"],
            "audio_bytes": limits.audio_max_bytes,
            "audio_seconds": limits.audio_max_s,
            "answer_characters": limits.answer_max_characters,
            "question_count": {"min": 1, "max": 20, "default": 5},
        },
        voice_activity=VOICE_ACTIVITY,
        providers=parts.versions(),
        spoken_languages=parts.voice.languages if parts.voice is not None else (),
    )
    found["author"] = author_wire(parts.authors.in_use())
    disclosure = "The coach is an AI and its voice is synthetic. Practice feedback, not a hiring prediction."
    return ok(request, {**found, "disclosure": disclosure})


def author_wire(author: InUse) -> dict[str, Any]:
    """Who writes what the coach says, and `host`, to which documents and answers are sent for it (null: none leaves this
    machine). `checked`: it has shown that it can; until then, `host` is named all the same."""
    return {**asdict(author), "checked": author.checked == "capable", "state": author.checked}


def build_catalog(
    *,
    data: InterviewData,
    packs: RolePacks,
    rubrics: Mapping[str, Any],
    limits: Mapping[str, Any],
    voice_activity: Mapping[str, Any],
    providers: Mapping[str, Any],
    spoken_languages: Sequence[str] = (),
) -> dict[str, Any]:
    """The payload of `GET /catalog`.

    `rubrics`: dimension -> its anchors; `limits`: upload sizes, audio seconds and the like; `providers`: which ASR,
    LLM and TTS are in use; `spoken_languages`: codes the installed voice can speak, all other languages are text only.
    """
    return {
        "modes": [
            {
                "name": mode.name,
                "title": mode.title,
                "description": mode.description,
                "dimensions": mode.dimensions,
                "stages": [{"name": s.name, "title": s.title, "from_count": s.from_count} for s in mode.stages],
                "minutes_per_question": mode.minutes_per_question,
                "voice": mode.voice.model_dump(),
            }
            for mode in data.modes.values()
        ],
        "practices": [{"name": n, "title": t, "description": d} for n, (t, d) in _PRACTICES.items()],
        "drills": [{"name": n, "title": t, "description": d} for n, (t, d) in _DRILLS.items()],
        "difficulties": [
            {"name": n, "title": _DIFFICULTIES[n][0], "description": _DIFFICULTIES[n][1]} for n in get_args(Difficulty)
        ],
        "role_packs": [
            {
                "name": pack.name,
                "title": pack.title,
                "field": pack.field,
                "aliases": list(pack.aliases),
                "levels": pack.levels,
                "competencies": [{"name": c.name, "title": c.title, "text": c.text} for c in pack.competencies],
                "questions": len(pack.questions),
            }
            for pack in packs.all()
        ],
        "languages": [
            {"code": x.code, "name": x.name, "native_name": x.native_name, "spoken": x.code in spoken_languages}
            for x in data.languages.values()
        ],
        "panel": [
            {
                "name": m.name,
                "title": m.title,
                "description": m.description,
                "voice": {**m.voice.model_dump(), "sounds": m.voice.sounds},
            }
            for m in data.panel.values()
        ],
        "rubrics": dict(rubrics),
        "limits": dict(limits),
        "voice_activity": dict(voice_activity),
        "providers": dict(providers),
    }
