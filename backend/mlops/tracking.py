"""The one thread that talks to MLflow; nothing else ever waits for it."""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

Job = Callable[[Any], object]
"""Called with an `MlflowClient`, on the thread."""

_QUIET_AND_SHORT = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",  # the defaults are 7 retries and 120 s: minutes for a dead server
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "3",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}


class MlflowThread:
    """A bounded queue of jobs and one daemon thread. MLflow is imported there, at the first job.

    Jobs run in order; one that fails is dropped with a log line. While MLflow cannot be reached, jobs fail quickly
    (3 s), and those that do not fit in the queue are dropped and counted in `dropped`.
    """

    def __init__(self, uri: str, *, capacity: int = 256) -> None:
        self._uri = uri
        self._jobs: queue.Queue[Job | None] = queue.Queue(capacity)
        self._thread = threading.Thread(target=self._run, name="mlflow", daemon=True)
        self._client: Any = None
        self._failing = False
        self.dropped = 0

    def start(self) -> None:
        self._thread.start()

    def submit(self, job: Job) -> bool:
        """Queue a job; never blocks. False: the queue is full and the job is lost."""
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            self.dropped += 1
            return False
        return True

    @property
    def depth(self) -> int:
        """Jobs that wait."""
        return self._jobs.qsize()

    def close(self, timeout_s: float = 2.0) -> None:
        """Let queued jobs finish, for at most `timeout_s` seconds."""
        if self._thread.is_alive():
            try:
                self._jobs.put(None, timeout=timeout_s)
            except queue.Full:
                return
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                if self._client is None:
                    self._client = _connect(self._uri)
                job(self._client)
                self._failing = False
            except Exception:
                if not self._failing:  # once for an outage, not every few seconds
                    log.warning("mlflow is not available", exc_info=True)
                self._failing = True


def _connect(uri: str) -> Any:
    """A client for this address only; the process-wide settings of MLflow are left alone."""
    for name, value in _QUIET_AND_SHORT.items():
        os.environ.setdefault(name, value)
    parts = urlsplit(uri)
    if parts.scheme == "sqlite":
        Path(uri.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    from mlflow import MlflowClient

    for name in ("mlflow", "alembic", "sqlalchemy", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return MlflowClient(tracking_uri=uri, registry_uri=uri)
