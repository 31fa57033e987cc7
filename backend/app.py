"""create_app(): routers, error envelope, lifespan. What uvicorn runs."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import APIRouter, FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware.cors import CORSMiddleware

from backend import __version__
from backend.api import (
    analyses,
    auth,
    catalog,
    documents,
    errors,
    health,
    language,
    media,
    no_client,
    openai_speech,
    operations,
    sessions,
    shares,
    stories,
    turns,
)
from backend.api.body_limit import BodyLimit
from backend.api.headers import SecurityHeaders
from backend.config import Settings
from backend.observability.http import count_errors, instrument
from backend.observability.trace_context import TraceContext
from backend.speech_role import build_speech
from backend.wiring import Services, build

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
_BODY_OVERHEAD = 64 * 1024
"""Room for multipart boundaries and small fields beside the largest upload."""


def create_app(
    settings: Settings | None = None, *, make: Callable[[Settings, CollectorRegistry], Awaitable[Services]] = build
) -> FastAPI:
    """The whole product, or with ROLE=speech its ears and voices, as one ASGI application.

    `make` builds the services of the whole product; tests pass their own parts in here.
    """
    settings = settings or Settings()
    registry = CollectorRegistry()
    whole = settings.role == "all"

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        parts = await make(settings, registry) if whole else await build_speech(settings, registry)
        app.state.services = parts
        await parts.start()
        try:
            yield
        finally:
            await parts.drain()
            await parts.close()

    app = FastAPI(
        title="Interview Helper",
        version=__version__,
        description="A voice-first interview coach that runs offline and never makes things up.",
        lifespan=lifespan,
        docs_url=None,  # our own, in operations: FastAPI's loads scripts from elsewhere
        redoc_url=None,
    )
    errors.install(app, count_errors(registry))
    if whole:
        app.include_router(_version_1())
    app.include_router(openai_speech.router)
    app.include_router(health.router)
    operations.install(app, registry)
    instrument(app, registry)
    if whole and settings.frontend_dir.is_dir():
        app.frontend("/", directory=str(settings.frontend_dir), fallback="index.html")
    elif whole:
        no_client.install(app)

    app.add_middleware(BodyLimit, largest=max(settings.audio_max_bytes, settings.document_max_bytes) + _BODY_OVERHEAD)
    app.add_middleware(SecurityHeaders)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "X-Request-ID"],
            expose_headers=["X-Request-ID"],
        )
    app.add_middleware(TraceContext)
    app.add_middleware(
        CorrelationIdMiddleware,
        generator=lambda: secrets.token_hex(12),
        validator=lambda value: bool(_REQUEST_ID.match(value)),
        transformer=lambda value: value,
    )
    return app


def _version_1() -> APIRouter:
    v1 = APIRouter(prefix="/api/v1")
    for router in (
        auth.router,
        documents.router,
        catalog.router,
        language.router,
        sessions.router,
        turns.router,
        shares.router,
        media.router,
        analyses.router,
        stories.router,
    ):
        v1.include_router(router)
    return v1
