"""Supervision of our own llama.cpp server: started on a free loopback port, watched, restarted, stopped with us."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from backend.errors import LlmUnavailable

log = logging.getLogger(__name__)

_ENTRY = Path(__file__).with_name("server_process.py")
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "TMPDIR")
"""All the child gets: none of the product's keys, and no LLAMA_ARG_* that would change its settings."""


@dataclass(frozen=True, slots=True)
class Care:
    """How the process is looked after. All in seconds."""

    start_timeout_s: float = 120.0
    health_interval_s: float = 10.0
    health_timeout_s: float = 5.0
    back_off_s: tuple[float, ...] = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
    """Pauses before the first, second, ... restart in a row; the last one repeats."""
    stop_timeout_s: float = 2.0
    """Time between SIGTERM and SIGKILL."""


@dataclass(frozen=True, slots=True)
class LocalServerOptions:
    """How the local server runs. `context` is tokens of each of the `slots`; `binary` replaces the wheel's engine."""

    model: Path
    slots: int
    context: int
    threads: int
    batch: int = 32
    """Prompt tokens between two looks at other requests: about how much is wasted when a request is cancelled."""
    binary: Path | None = None
    care: Care = field(default_factory=Care)


class LocalServer:
    """Keeps one server process alive. `address` and `key` are those of the running one."""

    def __init__(self, options: LocalServerOptions, name: str) -> None:
        self.options, self._name = options, name
        self._process: asyncio.subprocess.Process | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._first_try = asyncio.Event()
        self._last_words = b""
        self.ready = False
        self.starts = 0
        self.address = ""
        self.key = ""

    @property
    def pid(self) -> int | None:
        """Process id of the running server."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def start(self) -> None:
        """Start and wait until the model is loaded.

        Raises `LlmUnavailable` when the file is missing or the first try fails; in the latter case it goes on trying.
        """
        if not self.options.model.is_file():
            log.error("llm server cannot start: model file missing", extra={"model": self._name})
            raise LlmUnavailable
        if self._supervisor is None:
            self._supervisor = asyncio.create_task(self._supervise(), name="llm-server")
        await self._first_try.wait()
        if not self.ready:
            raise LlmUnavailable

    async def close(self) -> None:
        """Stop the server for good."""
        if self._supervisor is not None:
            self._supervisor.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._supervisor
            self._supervisor = None

    async def _supervise(self) -> None:
        failures = 0
        while True:
            healthy = await self._run_once()
            failures = 0 if healthy else failures + 1
            pause = self.options.care.back_off_s[min(failures, len(self.options.care.back_off_s) - 1)]
            log.warning("llm server will be restarted", extra={"model": self._name, "restart_in_s": pause})
            await asyncio.sleep(pause)

    async def _run_once(self) -> bool:
        """One life of the process. True: it was healthy for a while before it died."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        drain: asyncio.Task[None] | None = None
        try:
            self._process = process = await self._spawn()
            drain = asyncio.create_task(self._drain(process), name="llm-server-output")
            self.ready = await self._wait_healthy(process)
            self._first_try.set()
            if not self.ready:
                said = self._last_words.decode(errors="replace")[-400:]  # before any prompt: nothing private in it
                log.error("llm server did not start", extra={"model": self._name, "server_says": said})
                return False
            log.info("llm server ready", extra={"model": self._name, "seconds": round(loop.time() - started, 1)})
            since = loop.time()
            await self._until_dead_or_stuck(process)
            log.error("llm server died", extra={"model": self._name, "exit_code": process.returncode})
            return loop.time() - since > 60
        except Exception:
            log.exception("llm server could not be launched", extra={"model": self._name})
            self._first_try.set()
            return False
        finally:
            self.ready = False
            if self._process is not None:
                await _stop(self._process, self.options.care.stop_timeout_s)
            if drain is not None:
                drain.cancel()
                await asyncio.wait([drain])

    async def _spawn(self) -> asyncio.subprocess.Process:
        options = self.options
        port = _free_port()
        self.address, self.key, self._last_words = f"http://127.0.0.1:{port}", secrets.token_urlsafe(24), b""
        self.starts += 1
        settings = {
            "--model": options.model, "--alias": self._name, "--port": port, "--slots": options.slots,
            "--context": options.context, "--threads": options.threads, "--batch": options.batch,
            "--parent": os.getpid(), **({"--binary": options.binary} if options.binary else {}),
        }  # fmt: skip
        return await asyncio.create_subprocess_exec(
            # -P: the folder of the script must not become importable under top-level names.
            *(sys.executable, "-P", str(_ENTRY)),
            *(str(part) for pair in settings.items() for part in pair),
            stdin=asyncio.subprocess.PIPE,  # closes when this process dies, and so ends the child
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={k: os.environ[k] for k in _INHERITED if k in os.environ} | {"LLAMA_API_KEY": self.key},
        )

    async def _drain(self, process: asyncio.subprocess.Process) -> None:
        """Read what it prints, so that it never blocks on a full pipe; only the words before it is ready are kept."""
        assert process.stdout is not None
        while piece := await process.stdout.read(65_536):
            if not self.ready:
                self._last_words = (self._last_words + piece)[-2000:]

    async def _wait_healthy(self, process: asyncio.subprocess.Process) -> bool:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.options.care.start_timeout_s
        async with httpx.AsyncClient(trust_env=False) as client:
            while loop.time() < deadline and process.returncode is None:
                if await self._healthy(client):
                    return True
                await asyncio.sleep(0.1)
        return False

    async def _until_dead_or_stuck(self, process: asyncio.subprocess.Process) -> None:
        misses = 0
        async with httpx.AsyncClient(trust_env=False) as client:
            while misses < 3:
                try:
                    async with asyncio.timeout(self.options.care.health_interval_s):
                        await process.wait()
                    return
                except TimeoutError:
                    misses = 0 if await self._healthy(client) else misses + 1
        log.error("llm server does not answer", extra={"model": self._name})

    async def _healthy(self, client: httpx.AsyncClient) -> bool:
        try:
            answer = await client.get(f"{self.address}/health", timeout=self.options.care.health_timeout_s)
        except httpx.TransportError:
            return False
        return answer.status_code == 200


async def _stop(process: asyncio.subprocess.Process, patience_s: float) -> None:
    """SIGTERM, then SIGKILL; always reaped, also when the caller is being cancelled."""
    if process.returncode is None:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(sign)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience_s):
                    await process.wait()
                    break
    if process.stdin is not None:
        process.stdin.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
