"""Owners: guests and accounts, and the refresh tokens of accounts."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Update, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Transaction

from backend.errors import AccountExists, Unauthenticated
from backend.storage.database import Database, is_duplicate, reading, writing
from backend.storage.tables import AccountRow, OwnerRow, RefreshTokenRow, table_of

_OWNERS = table_of(OwnerRow)


@dataclass(frozen=True, slots=True)
class Account:
    email: str
    owner_id: str
    password_hash: str
    created_at: str


class SqlOwners:
    """Everything belongs to an owner; its row, and the generation in it, are what make an access token valid."""

    def __init__(self, database: Database) -> None:
        self._db = database

    @writing
    def create(self, tx: Transaction) -> str:
        """A new guest; returns its owner id."""
        return _new_owner(tx)

    @reading
    def generation(self, tx: Transaction, owner_id: str) -> int | None:
        """The generation that this owner's access tokens must carry; None for an owner that was erased."""
        found: int | None = tx.scalar(select(_OWNERS.c.generation).where(_OWNERS.c.owner_id == owner_id))
        return found

    @writing
    def register(self, tx: Transaction, email: str, password_hash: str, owner_id: str | None) -> str:
        """An account, for the guest `owner_id` where one is given; returns the owner id.

        The guest's access tokens end: whoever knew one before must not stay in the account. Errors: `AccountExists`,
        `Unauthenticated` where the guest was erased meanwhile.
        """
        if owner_id is None or tx.scalar(select(AccountRow.email).where(AccountRow.owner_id == owner_id)):
            owner_id = _new_owner(tx)
        else:
            tx.execute(_next_generation(owner_id))
        account = {"email": email, "password_hash": password_hash, "created_at": _iso(datetime.now(UTC))}
        try:
            tx.execute(insert(AccountRow).values(owner_id=owner_id, **account))
        except IntegrityError as error:
            raise (AccountExists if is_duplicate(error) else Unauthenticated) from None
        return owner_id

    @reading
    def account(self, tx: Transaction, email: str) -> Account | None:
        return _account(tx.get(AccountRow, email))

    @reading
    def account_of(self, tx: Transaction, owner_id: str) -> Account | None:
        return _account(tx.scalar(select(AccountRow).where(AccountRow.owner_id == owner_id)))

    @writing
    def new_refresh_token(self, tx: Transaction, owner_id: str, days: float) -> str:
        """A refresh token of a new family, as a sign-in gives; only its hash is kept.

        Raises `Unauthenticated` where the owner was erased meanwhile.
        """
        lapsed = (RefreshTokenRow.owner_id == owner_id, RefreshTokenRow.expires_at < _iso(datetime.now(UTC)))
        tx.execute(delete(RefreshTokenRow).where(*lapsed))
        try:
            return _new_token(tx, owner_id, days, secrets.token_hex(16))
        except IntegrityError:
            raise Unauthenticated from None

    async def rotate_refresh_token(self, token: str, days: float) -> tuple[str, str]:
        """(owner id, next token). A token used twice was stolen: its whole family ends. Raises `Unauthenticated`."""
        rotated = await self._rotate(token, days)
        if rotated is None:
            raise Unauthenticated
        return rotated

    @writing
    def _rotate(self, tx: Transaction, token: str, days: float) -> tuple[str, str] | None:
        row = tx.get(RefreshTokenRow, _sha256(token), with_for_update=True)
        if row is None or row.expires_at < _iso(datetime.now(UTC)):
            return None
        if row.used:
            tx.execute(delete(RefreshTokenRow).where(RefreshTokenRow.family == row.family))
            tx.execute(_next_generation(row.owner_id))
            return None
        row.used = True
        return row.owner_id, _new_token(tx, row.owner_id, days, row.family)

    @writing
    def sign_out(self, tx: Transaction, owner_id: str) -> None:
        """End every access and refresh token of this owner, on all devices, at once."""
        tx.execute(delete(RefreshTokenRow).where(RefreshTokenRow.owner_id == owner_id))
        tx.execute(_next_generation(owner_id))

    async def erase(self, owner_id: str) -> None:
        """Erase an owner with everything of it, from every file of the database."""
        await self._erase(owner_id)
        await self._db.scrub()

    @writing
    def _erase(self, tx: Transaction, owner_id: str) -> None:
        tx.execute(delete(OwnerRow).where(OwnerRow.owner_id == owner_id))  # the rest goes with it (CASCADE)


def _new_owner(tx: Transaction) -> str:
    owner_id = f"own_{secrets.token_urlsafe(16)}"
    tx.execute(insert(OwnerRow).values(owner_id=owner_id, generation=0, created_at=_iso(datetime.now(UTC))))
    return owner_id


def _next_generation(owner_id: str) -> Update:
    return update(OwnerRow).where(OwnerRow.owner_id == owner_id).values(generation=OwnerRow.generation + 1)


def _new_token(tx: Transaction, owner_id: str, days: float, family: str) -> str:
    token = secrets.token_urlsafe(32)
    expires_at = _iso(datetime.now(UTC) + timedelta(days=days))
    values = {"token_sha256": _sha256(token), "owner_id": owner_id, "family": family, "expires_at": expires_at}
    tx.execute(insert(RefreshTokenRow).values(**values, used=False))
    return token


def _account(row: AccountRow | None) -> Account | None:
    return Account(row.email, row.owner_id, row.password_hash, row.created_at) if row is not None else None


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
