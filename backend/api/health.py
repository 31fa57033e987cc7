"""Probes: alive, started, ready; none of them waits for anything."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from backend import __version__
from backend.api.deps import AnyParts

router = APIRouter(tags=["operations"])


@router.get("/health/live")
async def live() -> JSONResponse:
    """The event loop answers; stays 200 while draining."""
    return JSONResponse({"status": "ok"})


@router.get("/health/startup")
async def startup(parts: AnyParts) -> JSONResponse:
    """200 once every part has been loaded and run once."""
    done = parts.readiness.started
    return JSONResponse({"status": "ok" if done else "starting", "parts": parts.readiness.parts}, 200 if done else 503)


@router.get("/health/ready")
async def ready(parts: AnyParts) -> JSONResponse:
    """503 while loading or draining."""
    if parts.draining:
        return JSONResponse({"status": "draining", "parts": parts.readiness.parts}, 503)
    is_ready = parts.readiness.started and await parts.healthy()
    status = "ok" if is_ready else "not_ready"
    return JSONResponse({"status": status, "parts": parts.readiness.parts}, 200 if is_ready else 503)


@router.get("/healthz")
async def summary(parts: AnyParts) -> JSONResponse:
    """Everything at a glance."""
    return JSONResponse(
        {
            "status": "ok" if parts.readiness.started else "starting",
            "version": __version__,
            "parts": parts.readiness.parts,
            "versions": parts.versions(),
            **parts.releases(),
            "turns_running": parts.turns_running,
            "draining": parts.draining,
        }
    )
