"""The envelope of every JSON answer under `/api/v1` (contract section 1)."""

from __future__ import annotations

from typing import Any

from asgi_correlation_id import correlation_id
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from starlette.requests import Request

from backend.errors import AppError


def request_id() -> str:
    return correlation_id.get() or "-"


def ok(request: Request, data: Any, status: int = 200) -> JSONResponse:
    """A successful answer."""
    body = {"data": jsonable_encoder(data), "error": None, "request_id": request_id()}
    return JSONResponse(body, status_code=status, headers={"Cache-Control": "no-store"})


def failed(error: AppError) -> JSONResponse:
    """An error answer with its honest status, and `Retry-After` where waiting helps."""
    headers = {"Cache-Control": "no-store"}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(error.retry_after_s)
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = {"data": None, "error": error.as_wire(request_id()), "request_id": request_id()}
    return JSONResponse(body, status_code=error.status, headers=headers)
