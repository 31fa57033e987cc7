"""Turns, in SQL: every answer is stored when it is given."""

from __future__ import annotations

import builtins
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Select, Update, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Transaction

from backend.errors import IdempotencyConflict, NotFound
from backend.interview.session import Session
from backend.interview.turn_record import Outcome, SelfRating, TurnRecord
from backend.storage.database import Database, is_duplicate, reading, writing
from backend.storage.sessions import update_of
from backend.storage.tables import SelfRatingRow, SessionRow, TurnRow, table_of

_TURNS, _RATINGS, _SESSIONS = table_of(TurnRow), table_of(SelfRatingRow), table_of(SessionRow)

KEY_LIVES = timedelta(hours=24)
"""How long an Idempotency-Key names its turn (contract section 6); after that it may name another."""


class SqlTurns:
    """Implements `backend.interview.ports.TurnStore`.

    Values are read out of a turn before its transaction is queued: meanwhile the turn goes on and changes.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, turn: TurnRecord) -> None:
        """Keep a new turn; one of the same session that still runs, wherever, is thereby cancelled (the newest wins).

        Raises `NotFound` where the session was deleted meanwhile, and `IdempotencyConflict` where another turn of the
        session took the same key first (two servers can be asked at the same time).
        """
        await self._add(_values(turn))

    @writing
    def _add(self, tx: Transaction, values: dict[str, Any]) -> None:
        session_id: str = values["session_id"]
        # One at a time per session, so that of two new turns the later one sees the earlier one.
        tx.execute(select(_SESSIONS.c.session_id).where(_SESSIONS.c.session_id == session_id).with_for_update())
        if values["outcome"] == "running":
            _supersede(tx, session_id, values["created_at"])
        if values["idempotency_key"] is not None:
            tx.execute(_release_key(session_id, values["idempotency_key"], values["created_at"]))
        try:
            tx.execute(insert(_TURNS).values(values))
        except IntegrityError as error:
            if is_duplicate(error):
                raise IdempotencyConflict("This Idempotency-Key is in use by another turn right now.") from None
            raise NotFound from None

    async def save(self, turn: TurnRecord) -> None:
        """Store the turn's present values; one that was deleted meanwhile stays deleted, one that was ended ended."""
        statement = _update(turn, only_running=turn.outcome == "running")
        await self._db.write(lambda tx: tx.execute(statement))

    async def finish(self, turn: TurnRecord, session: Session | None) -> Outcome:
        ended = _update(turn, only_running=True).returning(_TURNS.c.outcome)
        stored = select(_TURNS.c.outcome).where(*_is(turn.owner_id, turn.session_id, turn.turn_id))
        return await self._finish(ended, update_of(session) if session is not None else None, stored)

    @writing
    def _finish(self, tx: Transaction, ended: Any, session: Update | None, stored: Select[Any]) -> Outcome:
        outcome = tx.scalar(ended)
        if outcome is None:
            return cast("Outcome", tx.scalar(stored) or "cancelled")
        if session is not None:
            tx.execute(session)
        return cast("Outcome", outcome)

    @writing
    def supersede(self, tx: Transaction, session_id: str, at: str) -> None:
        _supersede(tx, session_id, at)

    @reading
    def get(self, tx: Transaction, owner_id: str, session_id: str, turn_id: str) -> TurnRecord | None:
        row = (tx.execute(_rated().where(*_is(owner_id, session_id, turn_id)))).one_or_none()
        return _record(*row) if row is not None else None

    @reading
    def list(self, tx: Transaction, session_id: str) -> builtins.list[TurnRecord]:
        query = _rated().where(_TURNS.c.session_id == session_id)
        in_order = query.order_by(_TURNS.c.position, _TURNS.c.created_at, _TURNS.c.turn_id)
        return [_record(*row) for row in tx.execute(in_order)]

    @writing
    def rate(self, tx: Transaction, owner_id: str, session_id: str, turn_id: str, rating: SelfRating) -> bool:
        """Keep how the candidate rates an answer, in place of an earlier rating. False where there is no such turn."""
        turn = select(_TURNS.c.turn_id).where(*_is(owner_id, session_id, turn_id)).with_for_update()
        if tx.scalar(turn) is None:
            return False
        tx.execute(delete(_RATINGS).where(_RATINGS.c.turn_id == turn_id))
        tx.execute(insert(_RATINGS).values(turn_id=turn_id, payload=rating.model_dump(mode="json")))
        return True

    @reading
    def by_idempotency_key(self, tx: Transaction, session_id: str, key: str, since: str) -> TurnRecord | None:
        query = select(_TURNS.c.payload).where(
            _TURNS.c.session_id == session_id, _TURNS.c.idempotency_key == key, _TURNS.c.created_at >= since
        )
        payload = tx.scalar(query)
        return TurnRecord.model_validate(payload) if payload is not None else None

    @reading
    def running(self, tx: Transaction) -> builtins.list[TurnRecord]:
        query = select(_TURNS.c.payload).where(_TURNS.c.outcome == "running").order_by(_TURNS.c.created_at)
        return [TurnRecord.model_validate(payload) for payload in tx.scalars(query)]


def _rated() -> Select[Any]:
    """Turns beside what their candidate thinks of them."""
    return select(_TURNS.c.payload, _RATINGS.c.payload).outerjoin(_RATINGS, _RATINGS.c.turn_id == _TURNS.c.turn_id)


def _record(payload: dict[str, Any], rating: dict[str, Any] | None) -> TurnRecord:
    return TurnRecord.model_validate({**payload, "self_rating": rating})


def _supersede(tx: Transaction, session_id: str, at: str) -> None:
    running = select(_TURNS.c.payload).where(_TURNS.c.session_id == session_id, _TURNS.c.outcome == "running")
    for payload in tx.scalars(running):
        old = TurnRecord.model_validate(payload)
        old.outcome, old.ended_at = "cancelled", at
        tx.execute(_update(old, only_running=True))


def _update(turn: TurnRecord, *, only_running: bool) -> Update:
    values = {k: v for k, v in _values(turn).items() if k in {"outcome", "position", "payload"}}
    statement = update(_TURNS).where(*_is(turn.owner_id, turn.session_id, turn.turn_id)).values(values)
    return statement.where(_TURNS.c.outcome == "running") if only_running else statement


def _release_key(session_id: str, key: str, now: str) -> Update:
    too_old = (datetime.fromisoformat(now) - KEY_LIVES).isoformat(timespec="milliseconds")
    held = (_TURNS.c.session_id == session_id, _TURNS.c.idempotency_key == key, _TURNS.c.created_at < too_old)
    return update(_TURNS).where(*held).values(idempotency_key=None)


def _is(owner_id: str, session_id: str, turn_id: str) -> tuple[Any, Any, Any]:
    return _TURNS.c.owner_id == owner_id, _TURNS.c.session_id == session_id, _TURNS.c.turn_id == turn_id


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
