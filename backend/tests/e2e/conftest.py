"""Two replicas on doubles, sharing a real PostgreSQL, Redis and Chroma server."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from backend.tests.client import ContractClient
from backend.tests.processes import Child, chroma_server, private_postgres, product, redis_server, running

SECRET = "one key for all replicas of this test"


@dataclass
class Shared:
    """What all replicas share."""

    folder: Path
    postgres: str
    redis: Child
    chroma: Child

    def settings(self, **changes: Any) -> dict[str, Any]:
        return {
            "SECRET_KEY": SECRET, "DATABASE_URL": self.postgres, "SCRIPTED_DELAY_S": 0.3, "TTS_CACHE_BYTES": 0,
            "ORPHAN_GRACE_S": 20,
            "REDIS_URL": f"redis://127.0.0.1:{self.redis.port}/0", "CHROMA_URL": f"http://127.0.0.1:{self.chroma.port}",
            **changes,
        }  # fmt: skip


def database(address: str) -> str:
    """A new, empty database on a server, as a URL."""
    name = f"t_{secrets.token_hex(6)}"

    async def create() -> None:
        admin = await asyncpg.connect(f"postgresql://tester@{address}/postgres")
        await admin.execute(f"CREATE DATABASE {name}")
        await admin.close()

    asyncio.run(create())
    return f"postgresql+asyncpg://tester@{address}/{name}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with private_postgres() as address:
        yield address


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[Shared]:
    folder = tmp_path_factory.mktemp("shared")
    with running(redis_server(folder)) as redis, running(chroma_server(folder)) as chroma:
        yield Shared(folder, database(postgres_server), redis, chroma)


@pytest.fixture(scope="module")
def pair(shared: Shared) -> Iterator[tuple[Child, Child]]:
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


def url(replica: Child) -> str:
    return f"http://127.0.0.1:{replica.port}"


class Guest(ContractClient):
    """One guest that can speak to any replica."""

    def through(self, replica: Child) -> Guest:
        self.http.base_url = f"{url(replica)}/api/v1"
        return self


def metric(replica: Child, name: str) -> float:
    """The sum of a metric over its labels."""
    import httpx

    page = httpx.get(f"{url(replica)}/metrics", trust_env=False).text
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", page, re.MULTILINE))
