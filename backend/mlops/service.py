"""MLflow beside the product: prompts served, the running stack compared, finished interviews written. Nobody waits."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord
from backend.llm.prompts import FilePrompts, PromptSet
from backend.mlops.prompts import RegistryPrompts
from backend.mlops.registry import PRODUCTION
from backend.mlops.runs import FinishedRun, finished_run
from backend.mlops.stack import (
    Stack,
    StackVersion,
    differing,
    fingerprint,
    production_number,
    register_stack,
    stack_version,
)
from backend.mlops.tracking import MlflowThread

log = logging.getLogger(__name__)

_MOST_UNSENT = 256
_NEVER_TAKEN = ("INVALID_PARAMETER_VALUE", "BAD_REQUEST")


class Watcher(Protocol):
    """Who counts what happens here. Called from the thread that talks to MLflow."""

    def prompt_refused(self, name: str) -> None: ...

    def prompts_served(self, versions: Mapping[str, str]) -> None: ...

    def stack_compared(self, same: bool) -> None: ...

    def mlflow_available(self, available: bool) -> None: ...

    def run_lost(self) -> None: ...


class Mlops:
    """The registry and the log of interviews behind one thread. Every method returns at once, except `close`.

    `uri`: address of a tracking server, or `sqlite:///...`. `artifacts`: folder of the artifacts when the database is our
    own; None leaves it to the server. `stack_of`: what runs here, given the prompts that are served.
    """

    def __init__(
        self,
        uri: str,
        artifacts: Path | None,
        files: FilePrompts,
        watcher: Watcher,
        *,
        alias: str = PRODUCTION,
        stack_of: Callable[[PromptSet], Stack] | None = None,
        every_s: float = 5.0,
    ) -> None:
        self._artifacts, self._watcher, self._stack_of = artifacts, watcher, stack_of
        self.prompts = RegistryPrompts(
            files, alias=alias, on_refused=watcher.prompt_refused, on_serving=watcher.prompts_served
        )
        self._mlflow = MlflowThread(
            uri,
            (self.prompts.sync, self._compare_stack, self._write_runs),
            every_s=every_s,
            on_available=watcher.mlflow_available,
        )
        self._unsent: deque[FinishedRun] = deque()
        self._lock = threading.Lock()
        self._stack: dict[str, Any] = {}
        self._running: tuple[str, int] | None = None
        """Fingerprint and version of the stack that was registered last."""
        self._meant: StackVersion | None = None

    def start(self) -> None:
        """Begin in the background."""
        self._mlflow.start()

    async def prompts_known(self, timeout_s: float) -> None:
        """Wait until the promoted prompts are served, for a bounded time; then the files go on serving."""
        ends = asyncio.get_running_loop().time() + timeout_s
        while not self.prompts.known.is_set():
            if asyncio.get_running_loop().time() > ends:
                log.warning("prompts of the files are served: mlflow has not answered yet")
                return
            await asyncio.sleep(0.05)

    def interview(self, session: Session, turns: Sequence[TurnRecord]) -> None:
        """Note one finished interview. It is written as soon as MLflow takes it; the newest 256 wait for that."""
        with self._lock:
            self._unsent.append(finished_run(session, turns))
            too_many = len(self._unsent) > _MOST_UNSENT
            if too_many:
                self._unsent.popleft()
        if too_many:
            log.warning("a finished interview was not written: mlflow is not available")
            self._watcher.run_lost()
        self._mlflow.submit(self._write_runs)

    @property
    def waiting(self) -> int:
        """Interviews not yet written."""
        return len(self._unsent)

    def status(self) -> dict[str, Any]:
        """What is served and how it compares with what is meant to run."""
        return {"prompts": self.prompts.status(), "stack": self._stack}

    def close(self, timeout_s: float = 5.0) -> None:
        """Write what waits, for at most `timeout_s` seconds, then stop. Blocks: call it off the event loop."""
        self._mlflow.close(timeout_s)

    def _write_runs(self, client: Any) -> None:
        while self._unsent:
            run = self._unsent[0]
            try:
                run.write(client, self._artifacts)
            except Exception as error:
                if getattr(error, "error_code", None) not in _NEVER_TAKEN:
                    raise  # tried again in a few seconds
                log.exception("a finished interview was not written: mlflow refuses it")
                self._watcher.run_lost()
            with self._lock:
                if self._unsent and self._unsent[0] is run:
                    self._unsent.popleft()

    def _compare_stack(self, client: Any) -> None:
        if self._stack_of is None:
            return
        stack = self._stack_of(self.prompts.current())
        sha = fingerprint(stack)
        if self._running is None or self._running[0] != sha:
            self._running = (sha, register_stack(client, stack, self._artifacts))
        number = production_number(client)
        if number is None:
            self._meant = None
        elif self._meant is None or self._meant.number != number:
            self._meant = stack_version(client, number)
        differs = differing(stack, self._meant.stack) if self._meant is not None else []
        before, self._stack = self._stack, {"running": self._running[1], "production": number, "differs_in": differs}
        self._watcher.stack_compared(not differs)
        if differs and before != self._stack:
            log.warning("the running stack is not the one in production", extra={"part": ", ".join(differs)})
