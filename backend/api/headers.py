"""Security headers on every answer (pure ASGI, so that streams stay streams)."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; connect-src 'self'; "
    "media-src 'self' blob:; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class SecurityHeaders:
    """Adds what OWASP asks of every page; the answer's own headers win."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "no-referrer")
                headers.setdefault("Content-Security-Policy", _CSP)
                headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
                if "/shared/" in scope["path"]:  # whoever has the address of a review may read it; nobody else finds it
                    headers.setdefault("X-Robots-Tag", "noindex, nofollow")
                headers.setdefault("Permissions-Policy", "microphone=(self), camera=(), geolocation=()")
            await send(message)

        await self._app(scope, receive, with_headers)
