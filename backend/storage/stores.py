"""Stores: everything that is kept, over one database."""

from __future__ import annotations

from dataclasses import dataclass

from backend.storage.database import Database
from backend.storage.documents import SqlDocuments
from backend.storage.migrate import upgrade
from backend.storage.owners import SqlOwners
from backend.storage.reviews import SqlReviews
from backend.storage.sessions import SqlSessions
from backend.storage.stories import SqlStories
from backend.storage.turns import SqlTurns
from backend.storage.written import SqlWritten


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores and the database they share."""

    database: Database
    owners: SqlOwners
    documents: SqlDocuments
    sessions: SqlSessions
    turns: SqlTurns
    stories: SqlStories
    reviews: SqlReviews
    written: SqlWritten

    @classmethod
    async def open(cls, url: str) -> Stores:
        """Open and migrate the database at a SQLAlchemy URL; `sqlite+aiosqlite://` lives in memory.

        Errors: `NewerSchema`, `StorageUnavailable`.
        """
        database = Database(url)
        try:
            await upgrade(database)
        except BaseException:
            await database.close()
            raise
        return cls(
            database,
            SqlOwners(database),
            SqlDocuments(database),
            SqlSessions(database),
            SqlTurns(database),
            SqlStories(database),
            SqlReviews(database),
            SqlWritten(database),
        )

    async def healthy(self) -> bool:
        return await self.database.healthy()

    async def scrub(self) -> None:
        await self.database.scrub()

    async def close(self) -> None:
        await self.database.close()
