"""Interview sessions, in SQL."""

from __future__ import annotations

import builtins

from sqlalchemy import delete, select, tuple_

from backend.interview.session import Session
from backend.storage.database import Database
from backend.storage.tables import SessionRow, TurnRow


class SqlSessions:
    """Implements `backend.interview.ports.SessionStore`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, session: Session) -> None:
        async with self._db.transaction() as transaction:
            transaction.add(_row(session))

    async def get(self, owner_id: str, session_id: str) -> Session | None:
        found = await self.behind_link(session_id)
        return found if found is not None and found.owner_id == owner_id else None

    async def behind_link(self, session_id: str) -> Session | None:
        async with self._db.transaction() as transaction:
            row = await transaction.get(SessionRow, session_id)
            return Session.model_validate(row.payload) if row is not None else None

    async def save(self, session: Session) -> None:
        """Store the session's present values; one that was deleted meanwhile stays deleted."""
        async with self._db.transaction() as transaction:
            if await transaction.get(SessionRow, session.session_id) is not None:
                await transaction.merge(_row(session))

    async def list(self, owner_id: str, limit: int, cursor: str | None) -> tuple[builtins.list[Session], str | None]:
        newest = (SessionRow.created_at, SessionRow.session_id)
        query = select(SessionRow).where(SessionRow.owner_id == owner_id)
        created_at, _, session_id = (cursor or "").rpartition("~")
        if created_at:
            query = query.where(tuple_(*newest) < (created_at, session_id))
        query = query.order_by(*(column.desc() for column in newest)).limit(limit + 1)
        async with self._db.transaction() as transaction:
            rows = builtins.list(await transaction.scalars(query))
        found = [Session.model_validate(row.payload) for row in rows[:limit]]
        last = rows[limit - 1] if len(rows) > limit else None
        return found, f"{last.created_at}~{last.session_id}" if last else None

    async def delete(self, owner_id: str, session_id: str) -> bool:
        async with self._db.transaction() as transaction:
            row = await transaction.get(SessionRow, session_id)
            if row is None or row.owner_id != owner_id:
                return False
            await transaction.execute(delete(TurnRow).where(TurnRow.session_id == session_id))
            await transaction.delete(row)
        await self._db.scrub()
        return True


def _row(session: Session) -> SessionRow:
    return SessionRow(
        session_id=session.session_id,
        owner_id=session.owner_id,
        state=session.state,
        created_at=session.created_at,
        expires_at=session.expires_at,
        payload=session.model_dump(mode="json"),
    )
