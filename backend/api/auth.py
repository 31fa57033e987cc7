"""Identity (contract section 2): guests, accounts, and everything that is held about an owner."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import Field, StringConstraints

from backend.api.deps import Owner, Parts, address, owner_id
from backend.api.envelope import ok
from backend.api.schemas import Body, session_summary, turn_wire
from backend.api.shares import reviews_of
from backend.errors import NotFound, Unauthenticated, WrongCredentials
from backend.security.passwords import hash_password, password_matches
from backend.wiring import Services

router = APIRouter(tags=["identity"])

REFRESH_DAYS = 30.0
ACCOUNT_TTL = timedelta(hours=12)
LOGINS_PER_MINUTE = 5
"""Tries for one account from one address; from one address in all, twelve times as many."""

_EMAIL = r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f]+$"
Email = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=320, pattern=_EMAIL)]


class Credentials(Body):
    email: Email
    password: str = Field(min_length=8, max_length=200)


class RefreshIn(Body):
    refresh_token: str = Field(max_length=200)


@router.post("/guests", status_code=201)
async def new_guest(request: Request, parts: Parts) -> JSONResponse:
    """A guest: no sign-up; everything belongs to it."""
    await parts.limiter.check(f"guests:{address(request)}", parts.limits.guests_per_minute)
    owner = await parts.stores.owners.create()
    token, expires_at = parts.tokens.mint(owner, timedelta(days=parts.limits.guest_ttl_days))
    return ok(request, {"owner_id": owner, "access_token": token, "expires_at": expires_at}, 201)


@router.post("/auth/register", status_code=201)
async def register(request: Request, body: Credentials, parts: Parts) -> JSONResponse:
    """An account. With a guest's token in `Authorization` that guest's documents and sessions are kept.

    The guest's own tokens end with this: whoever knew one must not be in the account afterwards.
    """
    await parts.limiter.check(f"register:{address(request)}", LOGINS_PER_MINUTE * 2)
    guest = await owner_id(request) if "authorization" in request.headers else None
    owner = await parts.stores.owners.register(body.email, await hash_password(body.password), guest)
    return ok(request, await _tokens(parts, owner), 201)


@router.post("/auth/login")
async def login(request: Request, body: Credentials, parts: Parts) -> JSONResponse:
    """Tokens for an account."""
    await parts.limiter.check(f"logins:{address(request)}", LOGINS_PER_MINUTE * 12)
    await parts.limiter.check(f"login:{body.email}:{address(request)}", LOGINS_PER_MINUTE)
    account = await parts.stores.owners.account(body.email)
    if not await password_matches(body.password, account.password_hash if account else None) or account is None:
        raise WrongCredentials
    return ok(request, await _tokens(parts, account.owner_id))


@router.post("/auth/refresh")
async def refresh(request: Request, body: RefreshIn, parts: Parts) -> JSONResponse:
    """New tokens for a refresh token, which is used up; one used twice ends its whole family."""
    await parts.limiter.check(f"refresh:{address(request)}", LOGINS_PER_MINUTE * 12)
    owner, token = await parts.stores.owners.rotate_refresh_token(body.refresh_token, REFRESH_DAYS)
    return ok(request, await _access(parts, owner) | {"refresh_token": token})


@router.post("/auth/logout")
async def logout(request: Request, owner: Owner, parts: Parts) -> JSONResponse:
    """End every access and refresh token of this owner, on all devices, at once."""
    await parts.stores.owners.sign_out(owner)
    return ok(request, {"logged_out": True})


@router.get("/auth/oidc/start")
@router.get("/auth/oidc/callback")
async def oidc() -> JSONResponse:
    """Off unless configured."""
    raise NotFound("Sign-in through another service is not set up here.")


@router.get("/me")
async def me(request: Request, owner: Owner, parts: Parts) -> JSONResponse:
    """Who this is, and how much is held."""
    account = await parts.stores.owners.account_of(owner)
    documents = await parts.library.list(owner)
    wire = {"owner_id": owner, "guest": account is None, "email": account.email if account else None}
    return ok(request, {**wire, "documents": len(documents)})


@router.get("/me/export")
async def export(request: Request, owner: Owner, parts: Parts) -> JSONResponse:
    """Everything held about the owner."""
    account = await parts.stores.owners.account_of(owner)
    documents = [d.model_dump(mode="json", exclude={"owner_id"}) for d in await parts.library.list(owner)]
    sessions: list[dict[str, Any]] = []
    cursor = None
    while True:
        page, cursor = await parts.stores.sessions.list(owner, 100, cursor)
        for session in page:
            records = await parts.room.turns(session)
            turns = [turn_wire(t, records) for t in records]
            summary = session_summary(session, session.state)
            sessions.append({**summary, "turns": turns, **await reviews_of(parts, session)})
        if cursor is None:
            break
    wire = {"owner_id": owner, "email": account.email if account else None}
    stories = [s.model_dump(mode="json", exclude={"owner_id"}) for s in await parts.stores.stories.list(owner)]
    return ok(request, {**wire, "documents": documents, "sessions": sessions, "stories": stories})


@router.delete("/me")
async def erase_me(request: Request, owner: Owner, parts: Parts) -> JSONResponse:
    """Erase everything, vectors included, and say what was erased."""
    erased = {"documents": len(await parts.library.list(owner)), "sessions": 0, "turns": 0}
    erased["stories"] = len(await parts.stores.stories.list(owner))
    while page := (await parts.stores.sessions.list(owner, 100, None))[0]:
        for session in page:
            erased["turns"] += await parts.room.delete(owner, session.session_id)
            erased["sessions"] += 1
    erased["passages"] = await parts.library.delete_all(owner)
    await parts.stores.owners.erase(owner)
    return ok(request, {"erased": erased})


async def _tokens(parts: Services, owner: str) -> dict[str, str]:
    token = await parts.stores.owners.new_refresh_token(owner, REFRESH_DAYS)
    return await _access(parts, owner) | {"refresh_token": token}


async def _access(parts: Services, owner: str) -> dict[str, str]:
    generation = await parts.stores.owners.generation(owner)
    if generation is None:
        raise Unauthenticated  # erased meanwhile
    token, expires_at = parts.tokens.mint(owner, ACCOUNT_TTL, generation)
    return {"owner_id": owner, "access_token": token, "expires_at": expires_at}
