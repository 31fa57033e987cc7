"""Real servers for tests: private, on free loopback ports, stopped by their process id."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.commands.running import free_port
from backend.tests.storage.postgres import private_postgres

CHROMA = shutil.which("chroma", path=str(Path(sys.executable).parent))


def program(name: str, *also: str) -> str:
    """Where a program is. Without it the test is skipped by name; with CI=true it fails, so that nothing is missed."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", *also]))
    if found is None:
        message = f"{name} is not installed (make system-packages)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found


class Child:
    """A server process that can be stopped and started again on the same port."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        port: int,
        answers: Callable[[], bool],
        log: Path,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.port = port
        self._command = [*command]
        self._answers = answers
        self._log = log
        self._env = env
        self._cwd = cwd
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def launch(self) -> None:
        """Start without waiting."""
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(
                self._command, stdout=out, stderr=subprocess.STDOUT, env=self._env, cwd=self._cwd
            )

    def start(self, wait_s: float = 240) -> None:
        self.launch()
        self.wait_ready(wait_s)

    def wait_ready(self, wait_s: float = 240) -> None:
        deadline = time.monotonic() + wait_s
        while not self._answers():
            if self._process is None or self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self._command[0]} did not start:\n{self.log[-3000:]}")
            time.sleep(0.05)

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self, timeout_s: float = 60) -> int:
        """The exit status, once it has ended by itself."""
        assert self._process is not None
        return self._process.wait(timeout_s)

    def stop(self, *, kill: bool = False) -> None:
        """SIGTERM (or SIGKILL), and wait."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""


@contextlib.contextmanager
def running(child: Child) -> Iterator[Child]:
    try:
        child.start()
        yield child
    finally:
        child.stop(kill=True)


def _listens(port: int) -> Callable[[], bool]:
    def answers() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return False

    return answers


def redis_server(folder: Path, port: int | None = None) -> Child:
    """A Redis that keeps nothing on disk."""
    port = port or free_port()
    command = [
        program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
        "--dir", str(folder),
    ]  # fmt: skip
    return Child(command, port=port, answers=_listens(port), log=folder / "redis.log")


def chroma_server(folder: Path, port: int | None = None) -> Child:
    port = port or free_port()
    if CHROMA is None:
        pytest.skip("the chroma command is not installed")
    data = folder / "chroma"
    data.mkdir(exist_ok=True)
    command = [CHROMA, "run", "--path", str(data), "--host", "127.0.0.1", "--port", str(port)]

    def answers() -> bool:
        with contextlib.suppress(httpx.HTTPError):
            url = f"http://127.0.0.1:{port}/api/v2/heartbeat"
            return httpx.get(url, timeout=2, trust_env=False).status_code == 200
        return False

    return Child(command, port=port, answers=answers, log=folder / "chroma.log", cwd=data)


def product(folder: Path, name: str, *arguments: str, port: int | None = None, **settings: Any) -> Child:
    """One process of the product, on doubles; `settings` are environment variables."""
    port = port or free_port()
    base = {
        "HOST": "127.0.0.1", "PORT": port, "DATA_DIR": folder / name, "FRONTEND_DIR": folder / "no-frontend",
        "ASR": "scripted", "LLM": "rules", "TTS": "tone", "EMBEDDER": "hash", "MLFLOW_TRACKING_URI": "off",
        "REQUESTS_PER_MINUTE": 100_000, "GUESTS_PER_MINUTE": 100_000,
    }  # fmt: skip
    inherited = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG", "LD_LIBRARY_PATH"}}
    env = {**inherited, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    env |= {key: str(value) for key, value in {**base, **settings}.items() if value is not None}

    def answers() -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{port}/health/ready", timeout=2, trust_env=False).status_code == 200
        return False

    command = [sys.executable, "-m", "backend.cli", "serve", *arguments]
    return Child(command, port=port, answers=answers, log=folder / f"{name}.log", env=env, cwd=folder)


__all__ = ["Child", "chroma_server", "free_port", "private_postgres", "product", "program", "redis_server", "running"]
