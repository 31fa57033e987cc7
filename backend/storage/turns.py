"""Turns, in SQL: every answer is stored when it is given."""

from __future__ import annotations

import builtins
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Select, Update, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.errors import IdempotencyConflict, NotFound
from backend.interview.session import Session
from backend.interview.turn_record import Outcome, SelfRating, TurnRecord
from backend.storage.database import Database, is_duplicate, reading, writing
from backend.storage.sessions import update_of
from backend.storage.tables import SelfRatingRow, SessionRow, TurnRow

KEY_LIVES = timedelta(hours=24)
"""How long an Idempotency-Key names its turn (contract section 6); after that it may name another."""


class SqlTurns:
    """Implements `backend.interview.ports.TurnStore`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    @writing
    async def add(self, tx: AsyncSession, turn: TurnRecord) -> None:
        """Keep a new turn; one of the same session that still runs, wherever, is thereby cancelled (the newest wins).

        Raises `NotFound` where the session was deleted meanwhile, and `IdempotencyConflict` where another turn of the
        session took the same key first (two servers can be asked at the same time).
        """
        # One at a time per session, so that of two new turns the later one sees the earlier one.
        await tx.execute(
            select(SessionRow.session_id).where(SessionRow.session_id == turn.session_id).with_for_update()
        )
        if turn.outcome == "running":
            await _supersede(tx, turn.session_id, turn.created_at)
        if turn.idempotency_key is not None:
            await tx.execute(_release_key(turn, turn.idempotency_key))
        try:
            await tx.execute(insert(TurnRow).values(_values(turn)))
        except IntegrityError as error:
            if is_duplicate(error):
                raise IdempotencyConflict("This Idempotency-Key is in use by another turn right now.") from None
            raise NotFound from None

    @writing
    async def save(self, tx: AsyncSession, turn: TurnRecord) -> None:
        """Store the turn's present values; one that was deleted meanwhile stays deleted, one that was ended ended."""
        await tx.execute(_update(turn, only_running=turn.outcome == "running"))

    @writing
    async def finish(self, tx: AsyncSession, turn: TurnRecord, session: Session | None) -> Outcome:
        row = await tx.scalar(_update(turn, only_running=True).returning(TurnRow.turn_id))
        if row is not None:
            if session is not None:
                await tx.execute(update_of(session))
            return turn.outcome
        stored = await tx.scalar(select(TurnRow.outcome).where(*_is(turn.owner_id, turn.session_id, turn.turn_id)))
        return cast("Outcome", stored or "cancelled")

    @writing
    async def supersede(self, tx: AsyncSession, session_id: str, at: str) -> None:
        await _supersede(tx, session_id, at)

    @reading
    async def get(self, tx: AsyncSession, owner_id: str, session_id: str, turn_id: str) -> TurnRecord | None:
        row = (await tx.execute(_rated().where(*_is(owner_id, session_id, turn_id)))).one_or_none()
        return _record(*row) if row is not None else None

    @reading
    async def list(self, tx: AsyncSession, session_id: str) -> builtins.list[TurnRecord]:
        query = _rated().where(TurnRow.session_id == session_id)
        in_order = query.order_by(TurnRow.position, TurnRow.created_at, TurnRow.turn_id)
        return [_record(*row) for row in await tx.execute(in_order)]

    @writing
    async def rate(self, tx: AsyncSession, owner_id: str, session_id: str, turn_id: str, rating: SelfRating) -> bool:
        """Keep how the candidate rates an answer, in place of an earlier rating. False where there is no such turn."""
        turn = select(TurnRow.turn_id).where(*_is(owner_id, session_id, turn_id)).with_for_update()
        if await tx.scalar(turn) is None:
            return False
        await tx.execute(delete(SelfRatingRow).where(SelfRatingRow.turn_id == turn_id))
        await tx.execute(insert(SelfRatingRow).values(turn_id=turn_id, payload=rating.model_dump(mode="json")))
        return True

    @reading
    async def by_idempotency_key(self, tx: AsyncSession, session_id: str, key: str, since: str) -> TurnRecord | None:
        query = select(TurnRow.payload).where(
            TurnRow.session_id == session_id, TurnRow.idempotency_key == key, TurnRow.created_at >= since
        )
        payload = await tx.scalar(query)
        return TurnRecord.model_validate(payload) if payload is not None else None

    @reading
    async def running(self, tx: AsyncSession) -> builtins.list[TurnRecord]:
        query = select(TurnRow.payload).where(TurnRow.outcome == "running").order_by(TurnRow.created_at)
        return [TurnRecord.model_validate(payload) for payload in await tx.scalars(query)]


def _rated() -> Select[Any]:
    """Turns beside what their candidate thinks of them."""
    return select(TurnRow.payload, SelfRatingRow.payload).outerjoin(
        SelfRatingRow, SelfRatingRow.turn_id == TurnRow.turn_id
    )


def _record(payload: dict[str, Any], rating: dict[str, Any] | None) -> TurnRecord:
    return TurnRecord.model_validate({**payload, "self_rating": rating})


async def _supersede(tx: AsyncSession, session_id: str, at: str) -> None:
    running = select(TurnRow.payload).where(TurnRow.session_id == session_id, TurnRow.outcome == "running")
    for payload in await tx.scalars(running):
        old = TurnRecord.model_validate(payload)
        old.outcome, old.ended_at = "cancelled", at
        await tx.execute(_update(old, only_running=True))


def _update(turn: TurnRecord, *, only_running: bool) -> Update:
    values = {k: v for k, v in _values(turn).items() if k in {"outcome", "position", "payload"}}
    statement = update(TurnRow).where(*_is(turn.owner_id, turn.session_id, turn.turn_id)).values(values)
    return statement.where(TurnRow.outcome == "running") if only_running else statement


def _release_key(turn: TurnRecord, key: str) -> Update:
    too_old = (datetime.fromisoformat(turn.created_at) - KEY_LIVES).isoformat(timespec="milliseconds")
    held = (TurnRow.session_id == turn.session_id, TurnRow.idempotency_key == key, TurnRow.created_at < too_old)
    return update(TurnRow).where(*held).values(idempotency_key=None)


def _is(owner_id: str, session_id: str, turn_id: str) -> tuple[Any, Any, Any]:
    return TurnRow.owner_id == owner_id, TurnRow.session_id == session_id, TurnRow.turn_id == turn_id


def _values(turn: TurnRecord) -> dict[str, Any]:
    return {
        "turn_id": turn.turn_id,
        "session_id": turn.session_id,
        "owner_id": turn.owner_id,
        "position": turn.position,
        "outcome": turn.outcome,
        "idempotency_key": turn.idempotency_key,
        "created_at": turn.created_at,
        "payload": turn.model_dump(mode="json", exclude={"self_rating"}),
    }
