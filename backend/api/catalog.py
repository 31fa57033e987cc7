"""What can be chosen, and what the product runs on (contract section 4)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from backend.api.deps import Parts
from backend.api.envelope import ok
from backend.coaching.rubric import anchors, dimensions
from backend.interview.modes import choices

router = APIRouter(tags=["catalogue"])


@router.get("/catalog")
async def catalog(request: Request, parts: Parts) -> JSONResponse:
    """The user interface is drawn from this."""
    modes = [
        {**spec.model_dump(exclude={"persona", "topic"}), "dimensions": list(dimensions(spec.name))}
        for spec in parts.modes.all()
    ]
    packs = [
        {"name": p.name, "title": p.title, "competencies": list(p.competencies), "questions": len(p.questions)}
        for p in parts.packs
    ]
    limits = parts.limits
    spoken = set(parts.voice.languages) if parts.voice is not None else set()
    chosen = choices()
    for language in chosen["languages"]:
        language["voice"] = language["code"] in spoken
    wire = {
        "modes": modes,
        "role_packs": packs,
        **chosen,
        "rubrics": anchors(),
        "limits": {
            "document_bytes": limits.document_max_bytes,
            "document_characters": limits.document_max_characters,
            "documents": limits.documents_per_owner,
            "audio_bytes": limits.audio_max_bytes,
            "audio_seconds": limits.audio_max_s,
            "answer_characters": limits.answer_max_characters,
            "question_count": {"min": 1, "max": 20, "default": 5},
            "document_types": [".pdf", ".docx", ".txt", ".md"],
        },
        "voice_activity": {"end_of_turn_ms": 1500, "min_speech_ms": 300, "interrupt_ms": 300},
        "providers": parts.versions(),
        "disclosure": "The coach is an AI and its voice is synthetic. Practice feedback, not a hiring prediction.",
    }
    return ok(request, wire)
