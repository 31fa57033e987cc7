"""JSON logs with request id and without content: field names outside the allow-list never leave the process."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Any, TextIO

import structlog
from asgi_correlation_id import correlation_id

_ALLOWED = frozenset(
    """timestamp level logger event request_id code status part stage outcome mode model breaker restart_in_s
    duration_ms turns documents error frames dropped_fields path method""".split()
)
_NOISY = ("openai", "httpx", "httpcore", "sse_starlette", "chromadb", "mlflow", "urllib3", "alembic", "faster_whisper",
          "sentence_transformers", "transformers", "llama_index", "asyncio", "multipart", "python_multipart", "bm25s")  # fmt: skip
_LONGEST = 2000

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(level: str, out: TextIO = sys.stdout) -> None:
    """One JSON line per event on `out`, for structlog and the standard library alike."""
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, structlog.stdlib.ExtraAdder()],
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _request_id,
            _exception,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            allow_listed,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(logging.INFO)


def allow_listed(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Only known fields, only short ones; how many were dropped is told, not what they held."""
    kept = {k: v if isinstance(v, int | float | list) else str(v)[:_LONGEST] for k, v in event.items() if k in _ALLOWED}
    dropped = len([k for k in event if k not in _ALLOWED and not k.startswith("_")])
    return {**kept, "dropped_fields": dropped} if dropped else kept


def _request_id(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    if (known := correlation_id.get()) is not None:
        event["request_id"] = known
    return event


def _exception(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """The class and the places of an error; its message may hold what somebody said."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    if isinstance(found, BaseException):
        found = (type(found), found, found.__traceback__)
    if found and found[0] is not None:
        event["error"] = found[0].__name__
        frames = traceback.extract_tb(found[2])[-8:]
        event["frames"] = [f"{f.filename.rpartition('/')[2]}:{f.lineno}" for f in frames]
    return event
