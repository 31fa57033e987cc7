"""Logs: one JSON line an event, allow-listed fields, and no canary ever."""

from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from asgi_correlation_id import correlation_id

from backend.errors import LlmTimeout
from backend.observability.logs import ALLOWED, configure

CANARY = "canary-said-words"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """Log output; what logging was before is put back."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure("debug", stream)
    yield stream
    logging.captureWarnings(False)
    structlog.reset_defaults()
    root.handlers, root.level = before, level
    root.setLevel(level)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_has_the_allowed_fields(out: io.StringIO) -> None:
    token = correlation_id.set("req-1")
    logging.getLogger("backend.x").warning("llm call failed", extra={"code": "llm_timeout", "status": 504})
    correlation_id.reset(token)
    (line,) = lines(out)
    assert line["event"] == "llm call failed"
    assert (line["code"], line["status"], line["request_id"]) == ("llm_timeout", 504, "req-1")
    assert (line["level"], line["logger"]) == ("warning", "backend.x")
    assert line["timestamp"].endswith("Z")


def test_unknown_and_nested_fields_are_dropped_and_counted(out: io.StringIO) -> None:
    extra = {"answer": CANARY, "model": {"text": CANARY}, "mode": [CANARY, {"x": CANARY}], "part": "ears"}
    logging.getLogger("backend.x").info("something", extra=extra)
    structlog.get_logger("backend.y").info("something", answer=CANARY, part="ears")
    first, second = lines(out)
    assert first["dropped_fields"] == 3
    assert second["dropped_fields"] == 1
    assert first["part"] == second["part"] == "ears"
    assert CANARY not in out.getvalue()


def test_no_content_through_messages_exceptions_or_libraries(out: io.StringIO) -> None:
    ours, theirs = logging.getLogger("backend.x"), logging.getLogger("chromadb.api")
    ours.info("stored %s", CANARY)
    theirs.error("could not store %s", CANARY)
    theirs.error(f"could not store {CANARY}")
    logging.getLogger("openai._base_client").debug("Request options: %s", CANARY)
    logging.getLogger("httpx").info("GET %s", CANARY)
    logging.getLogger("uvicorn.access").info(
        '%s - "%s %s HTTP/%s" %d', f"{CANARY}:1", "GET", f"/api/v1/media/a?sig={CANARY}", "1.1", 200
    )
    try:
        try:
            raise ValueError(CANARY)
        except ValueError as problem:
            raise LlmTimeout(CANARY) from problem
    except LlmTimeout:
        ours.exception("turn failed")
        logging.getLogger("uvicorn.error").exception(f"Exception in {CANARY}")
        structlog.get_logger("backend.z").exception("again")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(CANARY, stacklevel=1)
    assert CANARY not in out.getvalue()
    events = lines(out)
    assert {"event": "request", "method": "GET", "path": "/api/v1/media/a", "status": 200}.items() <= next(
        e for e in events if e.get("event") == "request"
    ).items()
    failed = next(e for e in events if e["event"] == "turn failed")
    assert failed["error"] == "LlmTimeout from ValueError"
    assert failed["frames"][0].startswith("backend/tests/observability/test_logs.py:")
    assert not any("/site-packages/" in str(e) for e in events)


def test_uvicorn_may_speak_about_itself(out: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").info("Uvicorn running on %s://%s:%d", "http", "127.0.0.1", 8000)
    assert lines(out)[0]["event"] == "Uvicorn running on http://127.0.0.1:8000"


@pytest.mark.parametrize("evil", ["a\nb", '"}{', "\x1b[31mred", "\r\n{}", "\u2028x", "\ud800"])
def test_one_event_is_one_line_whatever_is_in_it(out: io.StringIO, evil: str) -> None:
    logging.getLogger("backend.x").info("something", extra={"part": evil})
    assert len(out.getvalue().splitlines()) == 1
    assert lines(out)[0]["part"] == evil


def test_lines_are_short(out: io.StringIO) -> None:
    fields = dict.fromkeys(ALLOWED - {"event", "level", "logger", "timestamp"}, "é" * 5000)
    logging.getLogger("backend.x").info("something", extra=fields)
    assert len(out.getvalue()) <= 8 * 1024 + 1
    assert lines(out)[0]["event"] == "something"
