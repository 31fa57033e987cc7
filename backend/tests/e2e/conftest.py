"""Two replicas on doubles, sharing a real PostgreSQL, Redis and Chroma server, and the real nginx in front of them."""

from __future__ import annotations

import asyncio
import re
import secrets
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from backend.tests.client import ContractClient
from backend.tests.deploy.edge import Edge, running_edge
from backend.tests.fakes.fault_proxy import FaultProxy, proxy_in_a_thread
from backend.tests.processes import Child, chroma_server, product, redis_server, running
from backend.tests.storage.postgres import Address, private_postgres

SECRET = "one key for all replicas of this test"

Pair = tuple[Child, Child]


@dataclass
class Shared:
    """What all replicas share."""

    folder: Path
    postgres: Address
    database: str
    redis: Child
    chroma: Child

    def settings(self, **changes: Any) -> dict[str, Any]:
        return {
            "SECRET_KEY": SECRET, "DATABASE_URL": self.database, "SCRIPTED_DELAY_S": 0.3, "TTS_CACHE_BYTES": 0,
            "ORPHAN_GRACE_S": 20,
            "REDIS_URL": f"redis://127.0.0.1:{self.redis.port}/0", "CHROMA_URL": f"http://127.0.0.1:{self.chroma.port}",
            **changes,
        }  # fmt: skip


@dataclass(frozen=True)
class Door:
    """Where clients come in: a replica itself, or nginx. `verify` is what they need to believe its certificate."""

    address: str
    verify: ssl.SSLContext | bool = True

    def guest(self) -> Guest:
        return Guest(self.address, verify=self.verify)


class Guest(ContractClient):
    """One guest that can speak to any replica."""

    def through(self, replica: Child) -> Guest:
        self.http.base_url = f"{url(replica)}/api/v1"
        return self


def url(replica: Child) -> str:
    return f"http://127.0.0.1:{replica.port}"


def doors(*replicas: Child) -> list[Door]:
    return [Door(url(replica)) for replica in replicas]


def behind(edge: Edge) -> Door:
    """The door that nginx is."""
    return Door(edge.https, edge.trust())


def database(address: str) -> str:
    """A new, empty database on a server, as a URL."""
    name = f"t_{secrets.token_hex(6)}"

    async def create() -> None:
        admin = await asyncpg.connect(f"postgresql://tester@{address}/postgres")
        await admin.execute(f"CREATE DATABASE {name}")
        await admin.close()

    asyncio.run(create())
    return f"postgresql+asyncpg://tester@{address}/{name}"


def metric(replica: Child, name: str) -> float:
    """The sum of a metric over its labels."""
    page = httpx.get(f"{url(replica)}/metrics", trust_env=False, timeout=60).text
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", page, re.MULTILINE))


def until(replica: Child, name: str, value: float, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while metric(replica, name) != value:
        assert time.monotonic() < deadline, f"{name} is not {value}"
        time.sleep(0.1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Address]:
    with private_postgres() as address:
        yield address


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, postgres_server: Address) -> Iterator[Shared]:
    folder = tmp_path_factory.mktemp("shared")
    with running(redis_server(folder)) as redis, running(chroma_server(folder)) as chroma:
        yield Shared(folder, postgres_server, database(postgres_server), redis, chroma)


@pytest.fixture(scope="module")
def pair(shared: Shared) -> Iterator[Pair]:
    """Two replicas, started at the same moment on an empty database."""
    one, two = (product(shared.folder, name, **shared.settings()) for name in ("one", "two"))
    try:
        for replica in (one, two):
            replica.launch()
        for replica in (one, two):
            replica.wait_ready()
        yield one, two
    finally:
        for replica in (one, two):
            replica.stop()


@pytest.fixture(scope="module")
def edge(shared: Shared, pair: Pair) -> Iterator[Edge]:
    """The shipped nginx in front of both."""
    with running_edge(shared.folder / "edge", [f"127.0.0.1:{replica.port}" for replica in pair]) as edge:
        yield edge


@dataclass(frozen=True)
class Parted:
    """nginx whose ways to the two replicas can be cut, each while its replica goes on."""

    edge: Edge
    ways: tuple[FaultProxy, ...]

    def home(self, guest: Guest, session_id: str) -> FaultProxy:
        """The way to the replica on which nginx keeps this interview."""
        path = f"/sessions/{session_id}"
        guest.data("GET", path)
        served = self.edge.upstreams(f"/api/v1{path}")[-1]
        (found,) = [way for way in self.ways if served.endswith(f":{way.port}")]
        return found


@pytest.fixture(scope="module")
def parted(shared: Shared, pair: Pair) -> Iterator[Parted]:
    with ExitStack() as stack:
        ways = tuple(stack.enter_context(proxy_in_a_thread(replica.port)) for replica in pair)
        addresses = [f"127.0.0.1:{way.port}" for way in ways]
        yield Parted(stack.enter_context(running_edge(shared.folder / "parted", addresses)), ways)
