"""The trace that a caller says its request belongs to (W3C Trace Context), for the spans and log lines of that request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING

from backend.observability.logs import trace_id

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

caller: ContextVar[Mapping[str, str]] = ContextVar("caller", default=MappingProxyType({}))
"""The headers `traceparent` and `tracestate` of the request that this context serves; empty without a valid one."""
_TRACEPARENT = re.compile(r"^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$")
_LONGEST_STATE = 512


class TraceContext:
    """ASGI middleware: keeps what a caller says of its trace. A header that is not well formed is as good as none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            sent = {k: v.decode("latin-1") for k, v in scope["headers"] if k in (b"traceparent", b"tracestate")}
            if found := _TRACEPARENT.match(sent.get(b"traceparent", "")):
                state = sent.get(b"tracestate", "")[: _LONGEST_STATE + 1]
                kept = {"tracestate": state} if 0 < len(state) <= _LONGEST_STATE else {}
                caller.set({"traceparent": found[0], **kept})
                trace_id.set(found[1])
        await self._app(scope, receive, send)
