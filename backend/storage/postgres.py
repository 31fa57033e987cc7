"""PostgresServer: one PostgreSQL database through a pool of connections, with limits on what may take long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.engine import URL, Connection
from sqlalchemy.ext.asyncio import AsyncConnection, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session

T = TypeVar("T")

_MIGRATION_LOCK = 4_917_301
"""Any number, as long as every copy of the program uses the same one."""
_LIMITS = {
    "application_name": "interview-helper",
    "statement_timeout": "15000",
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "30000",  # a replica that vanished holds no row for ever
}
_OPTIONS: dict[str, Any] = {
    "pool_pre_ping": True,  # after a restart of the server the first user of a connection gets a new one
    "pool_size": 10,
    "max_overflow": 5,
    "pool_timeout": 5,
    "pool_recycle": 1800,
    # command_timeout is for a network that swallows answers; otherwise the server's own limits come first
    "connect_args": {"timeout": 5, "command_timeout": 60, "server_settings": _LIMITS},
}


class PostgresServer:
    """Runs each transaction on the event loop, waiting wherever the server has to answer."""

    def __init__(self, url: URL) -> None:
        """Connects to nothing yet."""
        self._engine = create_async_engine(url, hide_parameters=True, **_OPTIONS)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)

    async def read(self, work: Callable[[Session], T]) -> T:
        return await self.write(work)

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction of its own."""
        async with self._sessions.begin() as transaction:
            return await transaction.run_sync(work)

    async def migrate(self, steps: Callable[[Connection], None]) -> None:
        """Run schema changes in one transaction that no other process shares."""
        async with self._engine.connect() as connection:
            await _only_migrator(connection)
            try:
                await connection.run_sync(steps)
                await connection.commit()
            finally:
                await connection.rollback()

    async def scrub(self) -> None:
        """The server's own VACUUM decides when space is reused (docs/decisions/0002)."""

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


async def _only_migrator(connection: AsyncConnection) -> None:
    """Wait, without holding a statement open, until no other process migrates this database."""
    while True:
        answer = await connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({_MIGRATION_LOCK})")
        if answer.scalar():
            await connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            return
        await asyncio.sleep(0.2)
