"""Interview sessions, in SQL."""

from __future__ import annotations

import builtins
from typing import Any

from sqlalchemy import Update, delete, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Transaction

from backend.errors import NotFound
from backend.interview.session import Session
from backend.storage.database import Database, is_duplicate, reading, writing
from backend.storage.tables import SessionRow, table_of

_SESSIONS = table_of(SessionRow)


class SqlSessions:
    """Implements `backend.interview.ports.SessionStore`. Values are read out of a session before it is queued."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, session: Session) -> None:
        """Keep a new session. Raises `NotFound` where the owner was erased meanwhile."""
        await self._add(_values(session))

    @writing
    def _add(self, tx: Transaction, values: dict[str, Any]) -> None:
        try:
            tx.execute(insert(_SESSIONS).values(values))
        except IntegrityError as error:
            if is_duplicate(error):
                raise
            raise NotFound from None

    @reading
    def get(self, tx: Transaction, owner_id: str, session_id: str) -> Session | None:
        payload = tx.scalar(select(_SESSIONS.c.payload).where(*_is(owner_id, session_id)))
        return Session.model_validate(payload) if payload is not None else None

    @reading
    def behind_link(self, tx: Transaction, session_id: str) -> Session | None:
        payload = tx.scalar(select(_SESSIONS.c.payload).where(_SESSIONS.c.session_id == session_id))
        return Session.model_validate(payload) if payload is not None else None

    async def save(self, session: Session) -> None:
        """Store the session's present values; one that was deleted meanwhile stays deleted."""
        statement = update_of(session)
        await self._db.write(lambda tx: tx.execute(statement))

    @reading
    def list(
        self, tx: Transaction, owner_id: str, limit: int, cursor: str | None
    ) -> tuple[builtins.list[Session], str | None]:
        newest = (SessionRow.created_at, SessionRow.session_id)
        query = select(SessionRow).where(SessionRow.owner_id == owner_id)
        created_at, _, session_id = (cursor or "").rpartition("~")
        if created_at:
            query = query.where(tuple_(*newest) < (created_at, session_id))
        query = query.order_by(*(column.desc() for column in newest)).limit(limit + 1)
        rows = (tx.scalars(query)).all()
        found = [Session.model_validate(row.payload) for row in rows[:limit]]
        last = rows[limit - 1] if len(rows) > limit else None
        return found, f"{last.created_at}~{last.session_id}" if last else None

    async def delete(self, owner_id: str, session_id: str) -> bool:
        """Erase a session and its turns from every file of the database. False where there was none."""
        found = await self._delete(owner_id, session_id)
        if found:
            await self._db.scrub()
        return found

    @writing
    def _delete(self, tx: Transaction, owner_id: str, session_id: str) -> bool:
        query = delete(_SESSIONS).where(*_is(owner_id, session_id)).returning(_SESSIONS.c.session_id)
        return (tx.scalar(query)) is not None


def update_of(session: Session) -> Update:
    """The statement that stores a session's present values; nothing where it was deleted."""
    return update(_SESSIONS).where(*_is(session.owner_id, session.session_id)).values(_values(session))


def _is(owner_id: str, session_id: str) -> tuple[Any, Any]:
    return _SESSIONS.c.owner_id == owner_id, _SESSIONS.c.session_id == session_id


def _values(session: Session) -> dict[str, Any]:
    return {
        "session_id": session.session_id,
        "owner_id": session.owner_id,
        "state": session.state,
        "created_at": session.created_at,
        "expires_at": session.expires_at,
        "payload": session.model_dump(mode="json"),
    }
