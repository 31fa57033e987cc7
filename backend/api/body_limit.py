"""Bounds request bodies, and keeps them in memory: sound and documents of people are never written to disk here."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.api.envelope import failed
from backend.errors import TooLarge


class BodyLimit:
    """ASGI middleware: 413 for a body over `largest` bytes, declared or not. (Starlette's own limit answers in text.)"""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self._app = app
        self._largest = largest
        MultiPartParser.spool_max_size = largest  # Starlette's default puts files over 1 MB on disk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared) > self._largest:
            await failed(TooLarge())(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._largest:
                raise HTTPException(413)  # what FastAPI lets pass through its own reading of bodies
            return message

        await self._app(scope, counted, send)
