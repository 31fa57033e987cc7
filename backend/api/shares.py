"""Peer review: links that the owner makes and ends, and the public page behind one."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import AfterValidator, Field, StringConstraints

from backend.api.deps import Owner, Parts, address
from backend.api.envelope import ok
from backend.api.schemas import Body, Key
from backend.errors import NotFound
from backend.interview.session import Session
from backend.interview.sharing import LONGEST_COMMENT, LONGEST_NAME, Comment, Share, comment_wire, placed, shown
from backend.interview.turn_record import current
from backend.wiring import Services

router = APIRouter(tags=["peer review"])

_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def _plain(text: str) -> str:
    """Without control characters and marks that reorder text."""
    plain = _ODD.sub("", text).strip()
    if not plain:
        raise ValueError("nothing is left of it")
    return plain


Line = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME), AfterValidator(_plain)]
Paragraph = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_COMMENT), AfterValidator(_plain)]
Token = Annotated[str, Path(max_length=200)]


class ShareIn(Body):
    """Body of `POST /sessions/{id}/shares`."""

    days: int = Field(14, ge=1, le=90)


class CommentIn(Body):
    """Body of `POST /shared/{token}/comments`: about an answer, a moment of it, or a place in its text."""

    turn_id: Key
    at_s: float | None = Field(None, ge=0, le=86_400, allow_inf_nan=False)
    char_start: int | None = Field(None, ge=0, le=1_000_000)
    char_end: int | None = Field(None, ge=1, le=1_000_000)
    author_name: Line
    text: Paragraph


# --- the owner's side ------------------------------------------------------------------------------------------------


@router.post("/sessions/{session_id}/shares", status_code=201)
async def share(
    request: Request, session_id: str, owner: Owner, parts: Parts, body: ShareIn | None = None
) -> JSONResponse:
    """A read-only link to an interview. Its address is told here and never again: only a hash of it is kept."""
    session = await parts.room.get(owner, session_id)
    made, token = await parts.stores.reviews.share(session.session_id, (body or ShareIn(days=14)).days)
    wire = {**_share_wire(made), "url": f"/shared/{token}"}
    return ok(request, wire, 201)


@router.get("/sessions/{session_id}/shares")
async def list_shares(request: Request, session_id: str, owner: Owner, parts: Parts) -> JSONResponse:
    """The links of an interview, newest first, and what was said through them."""
    session = await parts.room.get(owner, session_id)
    return ok(request, await reviews_of(parts, session))


@router.delete("/sessions/{session_id}/shares/{share_id}", status_code=204)
async def end_share(session_id: str, share_id: str, owner: Owner, parts: Parts) -> Response:
    """End a link at once. What was said through it stays with the owner."""
    session = await parts.room.get(owner, session_id)
    if not await parts.stores.reviews.revoke(session.session_id, share_id):
        raise NotFound
    return Response(status_code=204)


@router.delete("/sessions/{session_id}/comments/{comment_id}", status_code=204)
async def delete_comment(session_id: str, comment_id: str, owner: Owner, parts: Parts) -> Response:
    """Erase a comment."""
    session = await parts.room.get(owner, session_id)
    if not await parts.stores.reviews.delete_comment(session.session_id, comment_id):
        raise NotFound
    return Response(status_code=204)


async def reviews_of(parts: Services, session: Session) -> dict[str, Any]:
    """Links and comments of an interview, as its owner sees them."""
    shares = await parts.stores.reviews.shares(session.session_id)
    comments = await parts.stores.reviews.comments(session.session_id)
    return {
        "shares": [_share_wire(s) for s in shares],
        "comments": [comment_wire(c, owner=True) for c in comments],
    }


def _share_wire(share: Share) -> dict[str, Any]:
    live = share.revoked_at is None and share.expires_at > _now()
    return {**share.model_dump(mode="json", exclude={"session_id"}), "live": live}


# --- the reviewer's side ---------------------------------------------------------------------------------------------


@router.get("/shared/{token}")
async def read_shared(request: Request, token: Token, parts: Parts) -> JSONResponse:
    """An interview as a reviewer sees it: questions, answers, feedback. 404 alike for every link that does not live."""
    await parts.limiter.check(f"shared:{address(request)}", parts.limits.requests_per_minute)
    link, session = await _behind(token, parts)
    turns, sources = await parts.room.turns(session), await parts.room.sources(session)
    comments = await parts.stores.reviews.comments(session.session_id, link.share_id)
    return ok(request, {**shown(session, turns, sources, comments), "expires_at": link.expires_at})


@router.post("/shared/{token}/comments", status_code=201)
async def leave_comment(request: Request, token: Token, body: CommentIn, parts: Parts) -> JSONResponse:
    """Say something about an answer. It is data: shown as text, and never given to a model."""
    await parts.limiter.check(f"comments:{address(request)}", parts.limits.guests_per_minute)
    link, session = await _behind(token, parts)
    comment = Comment(
        comment_id=f"com_{secrets.token_urlsafe(12)}",
        session_id=session.session_id,
        share_id=link.share_id,
        created_at=_now(),
        **body.model_dump(),
    )
    comment = placed(comment, current(await parts.room.turns(session)))
    await parts.stores.reviews.comment(comment)
    return ok(request, comment_wire(comment), 201)


async def _behind(token: str, parts: Services) -> tuple[Share, Session]:
    link = await parts.stores.reviews.behind(token)
    session = await parts.stores.sessions.behind_link(link.session_id) if link is not None else None
    if link is None or session is None:
        raise NotFound
    return link, session


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
