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
    owner = parts.tokens.verify(token.strip())
    if not await parts.stores.owners.exists(owner):
        raise Unauthenticated
    await parts.limiter.check(f"owner:{owner}", parts.limits.requests_per_minute)
    return owner


Owner = Annotated[str, Depends(owner_id)]
Parts = Annotated[Services, Depends(services)]
