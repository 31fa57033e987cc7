"""Spoken clips behind short-lived signed links, because `<audio src>` sends no header."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from backend.api.deps import Parts

router = APIRouter(prefix="/media", tags=["media"])


@router.get("/{session_id}/{turn_id}/{index}.wav")
async def clip(
    session_id: str,
    turn_id: str,
    index: int,
    parts: Parts,
    exp: Annotated[str, Query(max_length=20)] = "",
    sig: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """A clip of the coach's voice (WAV, marked as synthetic)."""
    parts.signer.check(f"/api/v1/media/{session_id}/{turn_id}/{index}.wav", exp, sig)
    wav = await parts.room.clip(session_id, turn_id, index)
    headers = {"Cache-Control": "private, max-age=600", "X-AI-Generated": "1", "Accept-Ranges": "none"}
    return Response(wav, media_type="audio/wav", headers=headers)
