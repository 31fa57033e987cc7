"""The one thread that talks to MLflow; nothing else ever waits for it."""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Sequence
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
    """A bounded queue of jobs and one daemon thread. MLflow is imported there, after `start`.

    Submitted jobs run in order; between them those of `regular` run every `every_s` seconds. A job that fails is
    dropped with a log line, once for an outage. `on_available` is told whether the last job got through.
    """

    def __init__(
        self,
        uri: str,
        regular: Sequence[Job] = (),
        *,
        every_s: float = 5.0,
        capacity: int = 256,
        on_available: Callable[[bool], None] = lambda up: None,
    ) -> None:
        self._uri = uri
        self._regular = tuple(regular)
        self._every_s = every_s
        self._on_available = on_available
        self._jobs: queue.Queue[Job | None] = queue.Queue(capacity)
        self._thread = threading.Thread(target=self._run, name="mlflow", daemon=True)
        self._client: Any = None
        self._available: bool | None = None
        self._stopping = False

    def start(self) -> None:
        """Connect and run the regular jobs for the first time, in the background."""
        self._thread.start()

    def submit(self, job: Job) -> bool:
        """Queue a job; never blocks. False: the queue is full and the job is lost."""
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            return False
        return True

    @property
    def depth(self) -> int:
        """Jobs that wait."""
        return self._jobs.qsize()

    def close(self, timeout_s: float = 5.0) -> None:
        """Let queued jobs finish, for at most `timeout_s` seconds in all. Blocks: call it off the event loop."""
        deadline = time.monotonic() + timeout_s
        self._stopping = True
        if self._thread.is_alive():
            try:
                self._jobs.put(None, timeout=timeout_s)
            except queue.Full:
                return
            self._thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self) -> None:
        due = time.monotonic()
        while True:
            try:
                job = self._jobs.get(timeout=max(0.0, due - time.monotonic()))
            except queue.Empty:
                for regular in self._regular:
                    if not self._stopping and not self._try(regular):
                        break  # what comes after it would wait for the same timeout
                due = time.monotonic() + self._every_s
                continue
            if job is None:
                return
            self._try(job)

    def _try(self, job: Job) -> bool:
        try:
            if self._client is None:
                self._client = connect(self._uri)
            job(self._client)
        except Exception as error:
            if self._available is not False:
                log.warning("mlflow is not available", extra={"error": type(error).__name__})
            self._available = False
        else:
            if self._available is False:
                log.info("mlflow is available again")
            self._available = True
        self._on_available(self._available)
        return self._available


def connect(uri: str) -> Any:
    """An `MlflowClient` for this address only; the process-wide settings of MLflow are left alone.

    Takes seconds the first time, for MLflow's imports. A new SQLite database is created.
    """
    for name, value in _QUIET_AND_SHORT.items():
        os.environ.setdefault(name, value)
    if urlsplit(uri).scheme == "sqlite":
        Path(uri.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    from mlflow import MlflowClient

    for name in ("mlflow", "alembic", "sqlalchemy", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return MlflowClient(tracking_uri=uri, registry_uri=uri)
