"""What routes ask for: the services, and whose request this is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request

from backend.asr.ports import Transcriber
from backend.errors import Unauthenticated
from backend.llm.ports import ChatModel
from backend.tts.ports import Voice
from backend.wiring import Limits, Readiness, Services


async def services(request: Request) -> Services:
    """Every part of the product. A coroutine, because FastAPI runs a plain function in a thread, for each request."""
    found: Services = request.app.state.services
    return found


async def owner_id(request: Request) -> str:
    """The owner of the bearer token, after the rate limit. Raises `Unauthenticated`, `TooManyRequests`."""
    parts = await services(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    return await parts.admit(token.strip())


def address(request: Request) -> str:
    """Where a request comes from, for limits of what needs no token."""
    if request.client is None:
        raise Unauthenticated
    return request.client.host


class SpeechParts(Protocol):
    """What health and the speech endpoints need: every role of the product has it."""

    limits: Limits
    transcriber: Transcriber | None
    voice: Voice | None
    chat: ChatModel | None
    readiness: Readiness

    @property
    def draining(self) -> bool: ...

    @property
    def turns_running(self) -> int: ...

    async def healthy(self) -> bool: ...

    @property
    def versions(self) -> Callable[[], dict[str, str]]: ...

    @property
    def releases(self) -> Callable[[], dict[str, Any]]: ...


Owner = Annotated[str, Depends(owner_id)]
Parts = Annotated[Services, Depends(services)]
AnyParts = Annotated[SpeechParts, Depends(services)]
