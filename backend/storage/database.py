"""Database: one async engine over SQLite or PostgreSQL, and the stores that share it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import StaticPool

from backend.errors import StorageUnavailable
from backend.storage.tables import Base


class Database:
    """The engine and its transactions."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        in_memory = self.is_sqlite and parsed.database in {None, "", ":memory:"}
        options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {"pool_pre_ping": not self.is_sqlite}
        self.engine = create_async_engine(url, **options)
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _sqlite_pragmas)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction, committed at the end. A failing database raises `StorageUnavailable`."""
        try:
            async with self._sessions() as session, session.begin():
                yield session
        except IntegrityError:
            raise
        except (DBAPIError, SQLAlchemyError, OSError) as error:
            raise StorageUnavailable(retry_after_s=2) from error

    async def create_all(self) -> None:
        """Create every table of a new in-memory database; files and servers are migrated instead."""
        async with self.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    async def healthy(self) -> bool:
        try:
            async with self.transaction() as session:
                await session.execute(text("SELECT 1"))
        except StorageUnavailable:
            return False
        return True

    async def scrub(self) -> None:
        """After an erasure: leave no byte of deleted rows in the write-ahead log (pages are zeroed by secure_delete)."""
        if self.is_sqlite:
            async with self.engine.connect() as connection:
                await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    async def close(self) -> None:
        await self.engine.dispose()


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # an answer that was acknowledged survives a power cut
        "busy_timeout=5000",
        "foreign_keys=ON",
        "secure_delete=ON",  # deleted text is overwritten with zeros
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
