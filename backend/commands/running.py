"""A server to talk to: the one that runs already, or one of our own on a free port for as long as it is needed."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

_PORTS = range(15_000, 32_000)
"""Below those that Linux gives to outgoing connections: no client takes such a port before, or between two lives of, the
server that it was found for."""
_next_port = itertools.count(os.getpid() * 1009)
"""Every process goes through the ports from a place of its own, so that two of them do not find the same one."""


def free_port() -> int:
    """A loopback port that nobody listens on, another one on each call."""
    while True:
        port = _PORTS[next(_next_port) % len(_PORTS)]
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def is_ready(base_url: str) -> bool:
    try:
        return httpx.get(f"{base_url}/health/ready", timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@contextlib.contextmanager
def own_server(env: dict[str, str] | None = None, *, log: Path | None = None, wait_s: float = 120) -> Iterator[str]:
    """The address of a product started with a fresh data folder; it is stopped (SIGTERM) afterwards."""
    with own_process(env, log=log, wait_s=wait_s) as (base_url, _):
        yield base_url


@contextlib.contextmanager
def own_process(
    env: dict[str, str] | None = None, *, log: Path | None = None, wait_s: float = 120
) -> Iterator[tuple[str, int]]:
    """Like `own_server`: (address, process id)."""
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="interview-helper-") as folder, contextlib.ExitStack() as stack:
        out = stack.enter_context((log or Path(folder) / "server.log").open("w"))
        own = {"HOST": "127.0.0.1", "PORT": str(port), "DATA_DIR": f"{folder}/data", "MLFLOW_TRACKING_URI": "off"}
        process = subprocess.Popen(
            [sys.executable, "-m", "backend.cli", "serve"],
            env={**os.environ, **own, **(env or {})},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(process, base_url, wait_s)
            yield base_url, process.pid
        finally:
            process.terminate()
            try:
                process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], base_url: str, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while not is_ready(base_url):
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped while starting (exit {process.returncode})")
        if time.monotonic() > deadline:
            raise RuntimeError(f"the server was not ready after {wait_s:.0f} s")
        time.sleep(0.3)


@contextlib.contextmanager
def server_or(base_url: str, report: Callable[[str], object]) -> Iterator[str]:
    """The product at `base_url` when it runs there, else a server of our own."""
    if is_ready(base_url):
        report(f"using the product at {base_url}")
        yield base_url
        return
    report("no running product found: starting one")
    with own_server() as address:
        yield address
