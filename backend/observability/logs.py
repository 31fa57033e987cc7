"""JSON logs with request and trace id and without content: field names outside the allow-list never leave the process."""

from __future__ import annotations

import json
import logging
import math
import re
import sys
import traceback
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TextIO

import structlog
from asgi_correlation_id import correlation_id
from structlog.typing import EventDict, Processor

ALLOWED = frozenset((
    "timestamp", "level", "logger", "event", "request_id", "trace_id", "code", "status", "part", "stage", "outcome", "mode",
    "model", "prompt", "breaker", "restart_in_s", "seconds", "exit_code", "server_says", "duration_ms", "turns",
    "documents", "error", "frames", "dropped_fields", "path", "method", "where",
))  # fmt: skip
"""All fields a line may have. Add a field here only if no value of it can ever hold what somebody said or wrote."""
_QUIET = ("openai", "httpx", "httpcore", "sse_starlette", "chromadb", "mlflow", "urllib3", "alembic", "faster_whisper",
          "sentence_transformers", "transformers", "llama_index", "asyncio", "multipart", "python_multipart", "bm25s",
          "sqlalchemy", "pypdf", "pdfminer", "PIL", "watchfiles", "aiosqlite")  # fmt: skip
_OUR_WORDS = ("backend", "__main__")
"""Loggers whose messages are constants of this code base."""
_SECRET = re.compile(r"(/shared/)[^/]+")
"""The address of a shared review holds the secret that opens it."""
_LONGEST_FIELD = 1000
_LONGEST_LINE = 8 * 1024
_IN_A_LONG_LINE = ("timestamp", "level", "logger", "event", "request_id", "trace_id", "code", "error")
trace_id: ContextVar[str | None] = ContextVar("trace_id", default=None)
"""Trace of the turn that runs in this context, as 32 hexadecimal digits."""
_ROOT = str(Path(__file__).resolve().parents[2]) + "/"


def configure(level: str, out: TextIO = sys.stdout) -> None:
    """One JSON line per event on `out`, for structlog, the standard library and uvicorn alike."""
    finish: list[Processor] = [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _ids,
        _exception,
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        allow_listed,
        structlog.processors.JSONRenderer(serializer=_one_line),
    ]
    name_and_level: list[Processor] = [structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*name_and_level, structlog.stdlib.ExtraAdder(), _foreign_words],
        pass_foreign_args=True,
        use_get_message=False,  # the template, not the values put into it
        processors=finish,
    )
    structlog.configure(
        processors=[*name_and_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
        logger.setLevel(logging.INFO)
    logging.captureWarnings(True)


def allow_listed(logger: Any, method: str, event: EventDict) -> EventDict:
    """Only known fields, only short plain values; how many were dropped is told, not what they held."""
    kept = {k: plain for k, v in event.items() if k in ALLOWED and (plain := _plain(v)) is not None}
    dropped = len([k for k, v in event.items() if k not in kept and v is not None])
    return {**kept, "dropped_fields": dropped} if dropped else kept


def _plain(value: Any) -> Any:
    """The value if it is plain and short, shortened if it is a text; None for anything nested or unknown."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return value[:_LONGEST_FIELD]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return [item[:100] for item in value[:12]]
    return None


def _one_line(event: dict[str, Any], **options: Any) -> str:
    line = json.dumps(event)
    if len(line) <= _LONGEST_LINE:
        return line
    return json.dumps({k: str(event[k])[:80] for k in _IN_A_LONG_LINE if k in event})


def _foreign_words(logger: Any, method: str, event: EventDict) -> EventDict:
    """Other people's messages may hold anything: addresses with signatures in them, texts that could not be stored.

    Ours are kept as they stand in the code. Of uvicorn's, the access line becomes method, path and status, and what
    it says about itself is kept. Of all others only the place in their code is told.
    """
    record: logging.LogRecord = event["_record"]
    arguments: Any = event.pop("positional_args", None) or ()
    name = record.name
    if name.split(".")[0] in _OUR_WORDS:
        return event
    event["where"] = f"{name}:{record.lineno}"
    if name == "uvicorn.access" and len(arguments) == 5:
        _, verb, target, _, status = arguments
        event.update(
            event="request", method=str(verb), path=_SECRET.sub(r"\1-", str(target).partition("?")[0]), status=status
        )
    elif name.startswith("uvicorn") and not record.exc_info:
        try:
            event["event"] = str(record.msg) % arguments if arguments else str(record.msg)
        except (TypeError, ValueError):
            event["event"] = "message of a library, withheld"
    else:
        event["event"] = "message of a library, withheld"
    return event


def _ids(logger: Any, method: str, event: EventDict) -> EventDict:
    """The request, and the trace of the turn, that this line belongs to; a turn keeps those it began with."""
    if (known := correlation_id.get()) is not None:
        event["request_id"] = known
    if (trace := trace_id.get()) is not None:
        event["trace_id"] = trace
    return event


def _exception(logger: Any, method: str, event: EventDict) -> EventDict:
    """The class and the places of an error and of its causes; their messages may hold what somebody said."""
    found = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if found is True:
        found = sys.exc_info()
    error = found if isinstance(found, BaseException) else found[1] if found else None
    if error is None:
        return event
    names: list[str] = []
    frames = [_place(f) for f in traceback.extract_tb(error.__traceback__)[-8:]]
    while error is not None and len(names) < 4:
        names.append(type(error).__name__)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    event["error"] = " from ".join(names)
    event["frames"] = frames
    return event


def _place(frame: traceback.FrameSummary) -> str:
    file = re.sub(r"^.*/site-packages/", "", frame.filename.removeprefix(_ROOT))
    return f"{file.rsplit('/lib/', 1)[-1]}:{frame.lineno}"
