"""Turns every exception into the envelope; routes contain no try/except."""

from __future__ import annotations

import logging
from collections.abc import Callable
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


def install(app: FastAPI, on_error: Callable[[AppError], None] = lambda error: None) -> None:
    """Register the handlers. `on_error` is told every error answer; routes with errors of their own shape tell it too."""
    app.state.on_error = on_error

    def answer(error: AppError) -> JSONResponse:
        on_error(error)
        return failed(error)

    @app.exception_handler(AppError)
    async def _app_error(request: Request, error: AppError) -> JSONResponse:
        return answer(error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        problems = error.errors()
        if any(p["type"] == "json_invalid" for p in problems):
            return answer(Malformed("The body is not valid JSON."))
        return answer(Invalid(details={"fields": [_field(p) for p in problems[:20]]}))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        return answer(_BY_STATUS.get(error.status_code, AppError)())

    @app.exception_handler(Exception)
    async def _unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("request failed", exc_info=error)
        return answer(AppError())


def _field(problem: dict[str, Any]) -> dict[str, str]:
    """Where and what, without the input itself."""
    return {"field": ".".join(str(part) for part in problem["loc"]), "problem": problem["msg"]}
