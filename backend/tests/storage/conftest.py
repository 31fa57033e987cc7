"""The stores under test: SQLite in a file, SQLite in memory, PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from backend.storage.stores import Stores
from backend.tests.storage.postgres import private_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with private_postgres() as address:
        yield address


@pytest.fixture(params=["file", "memory", "postgres"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new, empty database of each kind."""
    if request.param == "file":
        return f"sqlite+aiosqlite:///{tmp_path / 'kept' / 'coach.db'}"
    if request.param == "memory":
        return "sqlite+aiosqlite://"
    address = request.getfixturevalue("postgres")
    name = f"t_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(f"postgresql://tester@{address}/postgres")
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    return f"postgresql+asyncpg://tester@{address}/{name}"


@pytest.fixture
async def stores(url: str) -> AsyncIterator[Stores]:
    opened = await Stores.open(url)
    yield opened
    await opened.close()
