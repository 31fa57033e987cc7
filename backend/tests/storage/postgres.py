"""A private PostgreSQL for tests: its own cluster in a temporary folder, on a free loopback port."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.commands.running import free_port


class Address(str):
    """`host:port` of a server that can be stopped (at once, as in a crash) and started again."""

    __slots__ = ("start", "stop")
    start: Callable[[], None]
    stop: Callable[[], None]


@contextmanager
def private_postgres() -> Iterator[Address]:
    """Yields its address. Skips the test where no server is installed or, as root, nobody else may run it."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("no PostgreSQL server is installed on this machine")
    binaries = found[-1].parent
    user: str | None = None
    if os.geteuid() == 0:  # initdb refuses to run as root
        user = next((u.pw_name for u in pwd.getpwall() if u.pw_name in {"postgres", "nobody"}), None)
        if user is None:
            pytest.skip("PostgreSQL refuses to run as root, and there is no other user here")
    folder = Path(tempfile.mkdtemp(prefix="ih-pg-"))
    if user is not None:
        shutil.chown(folder, user)

    def run(program: str, *arguments: str) -> None:
        command = [str(binaries / program), *arguments]
        subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL, timeout=300)

    port = free_port()
    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
        options = f"-p {port} -h 127.0.0.1 -k {folder} -F -c max_connections=60"
        address = Address(f"127.0.0.1:{port}")
        address.start = lambda: run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        address.stop = lambda: run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        address.start()
        try:
            yield address
        finally:
            address.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
