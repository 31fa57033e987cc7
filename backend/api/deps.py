"""What routes ask for: the services, and whose request this is."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from backend.errors import Unauthenticated
from backend.wiring import Services


def services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found


async def owner_id(request: Request) -> str:
    """The owner of the bearer token, after the rate limit. Raises `Unauthenticated`, `TooManyRequests`."""
    parts = services(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    claims = parts.tokens.read(token.strip())
    if await parts.stores.owners.generation(claims.owner_id) != claims.generation:
        raise Unauthenticated  # erased, signed out, or a guest's token from before the account
    await parts.limiter.check(f"owner:{claims.owner_id}", parts.limits.requests_per_minute)
    return claims.owner_id


Owner = Annotated[str, Depends(owner_id)]
Parts = Annotated[Services, Depends(services)]
