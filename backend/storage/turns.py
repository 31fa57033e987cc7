"""Turns, in SQL: every answer is stored when it is given."""

from __future__ import annotations

import builtins

from sqlalchemy import select

from backend.interview.turn_record import TurnRecord
from backend.storage.database import Database
from backend.storage.tables import SessionRow, TurnRow


class SqlTurns:
    """Implements `backend.interview.ports.TurnStore`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, turn: TurnRecord) -> None:
        async with self._db.transaction() as transaction:
            transaction.add(_row(turn))

    async def save(self, turn: TurnRecord) -> None:
        """Store the turn's present values; one whose session was deleted meanwhile stays deleted."""
        async with self._db.transaction() as transaction:
            if await transaction.get(SessionRow, turn.session_id) is not None:
                await transaction.merge(_row(turn))

    async def get(self, owner_id: str, session_id: str, turn_id: str) -> TurnRecord | None:
        async with self._db.transaction() as transaction:
            row = await transaction.get(TurnRow, turn_id)
            if row is None or row.owner_id != owner_id or row.session_id != session_id:
                return None
            return TurnRecord.model_validate(row.payload)

    async def list(self, session_id: str) -> builtins.list[TurnRecord]:
        query = select(TurnRow).where(TurnRow.session_id == session_id).order_by(TurnRow.position, TurnRow.created_at)
        async with self._db.transaction() as transaction:
            return [TurnRecord.model_validate(row.payload) for row in await transaction.scalars(query)]

    async def by_idempotency_key(self, session_id: str, key: str, since: str) -> TurnRecord | None:
        query = select(TurnRow).where(
            TurnRow.session_id == session_id, TurnRow.idempotency_key == key, TurnRow.created_at >= since
        )
        async with self._db.transaction() as transaction:
            row = (await transaction.scalars(query)).one_or_none()
            return TurnRecord.model_validate(row.payload) if row is not None else None

    async def running(self) -> builtins.list[TurnRecord]:
        async with self._db.transaction() as transaction:
            rows = await transaction.scalars(select(TurnRow).where(TurnRow.outcome == "running"))
            return [TurnRecord.model_validate(row.payload) for row in rows]


def _row(turn: TurnRecord) -> TurnRow:
    return TurnRow(
        turn_id=turn.turn_id,
        session_id=turn.session_id,
        owner_id=turn.owner_id,
        position=turn.position,
        outcome=turn.outcome,
        idempotency_key=turn.idempotency_key,
        created_at=turn.created_at,
        payload=turn.model_dump(mode="json"),
    )
