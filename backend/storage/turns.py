"""Turns, in SQL: every answer is stored when it is given."""

from __future__ import annotations

import builtins
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, Update, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Transaction

from backend.coaching.feedback import SelfCheck
from backend.errors import IdempotencyConflict, NotFound
from backend.interview.objections import list_of
from backend.interview.session import Session
from backend.interview.turn_record import Objection, Outcome, SelfRating, TurnRecord
from backend.storage.database import Database, is_duplicate, reading, writing
from backend.storage.sessions import update_of
from backend.storage.tables import (
    CommentRow,
    ObjectionRow,
    SelfCheckRow,
    SelfRatingRow,
    SessionRow,
    StoryRow,
    TurnRow,
    table_of,
)

_TURNS, _RATINGS, _SESSIONS = table_of(TurnRow), table_of(SelfRatingRow), table_of(SessionRow)
_CHECKS, _OBJECTIONS = table_of(SelfCheckRow), table_of(ObjectionRow)

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
        if row is None:
            return None
        objections = _objections(tx, _OBJECTIONS.c.turn_id == turn_id)
        return _record(row[0], row[1], row[2], objections)

    @reading
    def list(self, tx: Transaction, session_id: str) -> builtins.list[TurnRecord]:
        query = _rated().where(_TURNS.c.session_id == session_id)
        in_order = query.order_by(_TURNS.c.position, _TURNS.c.created_at, _TURNS.c.turn_id)
        objections = _objections(
            tx, _OBJECTIONS.c.turn_id.in_(select(_TURNS.c.turn_id).where(_TURNS.c.session_id == session_id))
        )
        return [_record(row[0], row[1], row[2], objections) for row in tx.execute(in_order)]

    @writing
    def rate(self, tx: Transaction, owner_id: str, session_id: str, turn_id: str, rating: SelfRating) -> bool:
        """Keep how the candidate rates an answer, in place of an earlier rating. False where there is no such turn."""
        return _keep_beside(tx, _RATINGS, (owner_id, session_id, turn_id), rating.model_dump(mode="json"))

    @writing
    def check(self, tx: Transaction, owner_id: str, session_id: str, turn_id: str, check: SelfCheck) -> bool:
        """Keep which points the candidate ticked, in place of earlier ticks. False where there is no such turn."""
        return _keep_beside(tx, _CHECKS, (owner_id, session_id, turn_id), check.model_dump(mode="json"))

    @writing
    def object(self, tx: Transaction, owner_id: str, session_id: str, turn_id: str, objection: Objection) -> bool:
        """Keep what the candidate says is wrong, in place of an earlier word on the same point. False where there is
        no such turn."""
        turn = select(_TURNS.c.turn_id).where(*_is(owner_id, session_id, turn_id)).with_for_update()
        if tx.scalar(turn) is None:
            return False
        same = (_OBJECTIONS.c.turn_id == turn_id, _OBJECTIONS.c.point == objection.point)
        tx.execute(delete(_OBJECTIONS).where(*same))
        columns = {"turn_id": turn_id, "point": objection.point, "created_at": objection.objected_at}
        tx.execute(insert(_OBJECTIONS).values(**columns, payload=objection.model_dump(mode="json")))
        return True

    async def erase_answers(
        self, emptied: Sequence[TurnRecord], changed: Sequence[TurnRecord], session: Session
    ) -> None:
        """Store turns whose answers were erased, others that had quoted them, and the session, in one step; stories made
        from the answers, comments on them, ratings, ticks and objections go. Nothing of it is left in any file."""
        statements = [_update(t, only_running=False) for t in (*emptied, *changed)]
        names = [t.turn_id for t in emptied]
        await self._erase([*statements, update_of(session)], session.session_id, names)
        await self._db.scrub()

    @writing
    def _erase(self, tx: Transaction, statements: Sequence[Update], session_id: str, names: Sequence[str]) -> None:
        for statement in statements:
            tx.execute(statement)
        for beside in (_RATINGS, _CHECKS, _OBJECTIONS):
            tx.execute(delete(beside).where(beside.c.turn_id.in_(names)))
        tx.execute(delete(StoryRow).where(StoryRow.source_turn_id.in_(names)))
        of_session = select(CommentRow).where(CommentRow.session_id == session_id)
        for comment in tx.scalars(of_session):
            if comment.payload["turn_id"] in names:
                tx.delete(comment)

    @reading
    def objections(self, tx: Transaction) -> dict[str, int]:
        """How many points of each list candidates called wrong, over all owners; no content is read."""
        rows = tx.execute(select(_OBJECTIONS.c.point, func.count()).group_by(_OBJECTIONS.c.point))
        found: Counter[str] = Counter()
        for point, number in rows:
            found[list_of(point)] += number
        return dict(found)

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
    """Turns beside what their candidate thinks of them: rating and ticks."""
    turns = select(_TURNS.c.payload, _RATINGS.c.payload, _CHECKS.c.payload)
    rated = turns.outerjoin(_RATINGS, _RATINGS.c.turn_id == _TURNS.c.turn_id)
    return rated.outerjoin(_CHECKS, _CHECKS.c.turn_id == _TURNS.c.turn_id)


def _keep_beside(tx: Transaction, table: Table, which: tuple[str, str, str], payload: dict[str, Any]) -> bool:
    """One row a turn, in place of an earlier one. False where there is no such turn."""
    turn = select(_TURNS.c.turn_id).where(*_is(*which)).with_for_update()
    if tx.scalar(turn) is None:
        return False
    tx.execute(delete(table).where(table.c.turn_id == which[2]))
    tx.execute(insert(table).values(turn_id=which[2], payload=payload))
    return True


def _objections(tx: Transaction, which: ColumnElement[bool]) -> dict[str, list[dict[str, Any]]]:
    """Turn -> what its candidate said is wrong, oldest first."""
    in_order = _OBJECTIONS.c.created_at, _OBJECTIONS.c.point
    found: dict[str, list[dict[str, Any]]] = {}
    for turn_id, payload in tx.execute(
        select(_OBJECTIONS.c.turn_id, _OBJECTIONS.c.payload).where(which).order_by(*in_order)
    ):
        found.setdefault(turn_id, []).append(payload)
    return found


def _record(
    payload: dict[str, Any],
    rating: dict[str, Any] | None,
    check: dict[str, Any] | None,
    objections: dict[str, list[dict[str, Any]]],
) -> TurnRecord:
    said = objections.get(payload["turn_id"], [])
    return TurnRecord.model_validate({**payload, "self_rating": rating, "self_check": check, "objections": said})


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
        "payload": turn.model_dump(mode="json", exclude={"self_rating", "self_check", "objections"}),
    }
