"""Turns every exception into the envelope; routes contain no try/except."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from backend.api.envelope import failed
from backend.errors import (
    AppError,
    Forbidden,
    Invalid,
    Malformed,
    MethodNotAllowed,
    NotFound,
    TooLarge,
    Unauthenticated,
    WrongType,
)

log = logging.getLogger(__name__)

_BY_STATUS: dict[int, type[AppError]] = {
    400: Malformed,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    415: WrongType,
    422: Invalid,
}


def install(app: FastAPI) -> None:
    """Register the handlers."""

    @app.exception_handler(AppError)
    async def _app_error(request: Request, error: AppError) -> JSONResponse:
        return failed(error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        problems = error.errors()
        if any(p["type"] == "json_invalid" for p in problems):
            return failed(Malformed("The body is not valid JSON."))
        return failed(Invalid(details={"fields": [_field(p) for p in problems[:20]]}))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        return failed(_BY_STATUS.get(error.status_code, AppError)())

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("request failed", exc_info=error)
        return failed(AppError())


def _field(problem: dict[str, Any]) -> dict[str, str]:
    """Where and what, without the input itself."""
    return {"field": ".".join(str(part) for part in problem["loc"]), "problem": problem["msg"]}
