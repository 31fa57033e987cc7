"""Owners: guests and accounts, and the refresh tokens of accounts."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from backend.errors import AccountExists, Unauthenticated
from backend.storage.database import Database
from backend.storage.tables import AccountRow, DocumentRow, OwnerRow, RefreshTokenRow, SessionRow, TurnRow


@dataclass(frozen=True, slots=True)
class Account:
    email: str
    owner_id: str
    password_hash: str


class SqlOwners:
    """Everything belongs to an owner; an owner's row is what makes a token valid."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def create(self) -> str:
        """A new guest; returns its owner id."""
        owner_id = f"own_{secrets.token_urlsafe(16)}"
        async with self._db.transaction() as transaction:
            transaction.add(OwnerRow(owner_id=owner_id, created_at=_iso(datetime.now(UTC))))
        return owner_id

    async def exists(self, owner_id: str) -> bool:
        async with self._db.transaction() as transaction:
            return await transaction.get(OwnerRow, owner_id) is not None

    async def register(self, email: str, password_hash: str, owner_id: str | None) -> str:
        """An account, for the guest `owner_id` where one is given; returns the owner id. Raises `AccountExists`."""
        if owner_id is None or await self.account_of(owner_id) is not None:
            owner_id = await self.create()
        row = AccountRow(
            email=email, owner_id=owner_id, password_hash=password_hash, created_at=_iso(datetime.now(UTC))
        )
        try:
            async with self._db.transaction() as transaction:
                transaction.add(row)
        except IntegrityError as error:
            raise AccountExists from error
        return owner_id

    async def account(self, email: str) -> Account | None:
        async with self._db.transaction() as transaction:
            row = await transaction.get(AccountRow, email)
            return Account(row.email, row.owner_id, row.password_hash) if row else None

    async def account_of(self, owner_id: str) -> Account | None:
        async with self._db.transaction() as transaction:
            query = select(AccountRow).where(AccountRow.owner_id == owner_id)
            row = (await transaction.scalars(query)).one_or_none()
            return Account(row.email, row.owner_id, row.password_hash) if row else None

    async def new_refresh_token(self, owner_id: str, days: float, family: str | None = None) -> str:
        """A refresh token; only its hash is kept."""
        token = secrets.token_urlsafe(32)
        row = RefreshTokenRow(
            token_sha256=_sha256(token),
            owner_id=owner_id,
            family=family or secrets.token_hex(16),
            expires_at=_iso(datetime.now(UTC) + timedelta(days=days)),
        )
        async with self._db.transaction() as transaction:
            transaction.add(row)
        return token

    async def rotate_refresh_token(self, token: str, days: float) -> tuple[str, str]:
        """(owner id, next token). A token used twice was stolen: its whole family ends. Raises `Unauthenticated`."""
        async with self._db.transaction() as transaction:
            row = await transaction.get(RefreshTokenRow, _sha256(token), with_for_update=True)
            valid = row is not None and not row.used and row.expires_at > _iso(datetime.now(UTC))
            if row is not None and row.used:
                await transaction.execute(delete(RefreshTokenRow).where(RefreshTokenRow.family == row.family))
            elif row is not None:
                row.used = True
        if row is None or not valid:
            raise Unauthenticated
        return row.owner_id, await self.new_refresh_token(row.owner_id, days, row.family)

    async def drop_refresh_tokens(self, owner_id: str) -> None:
        async with self._db.transaction() as transaction:
            await transaction.execute(delete(RefreshTokenRow).where(RefreshTokenRow.owner_id == owner_id))

    async def erase(self, owner_id: str) -> None:
        """Erase an owner with everything of it that is still kept in the database."""
        async with self._db.transaction() as transaction:
            for table in (TurnRow, SessionRow, DocumentRow, RefreshTokenRow, AccountRow, OwnerRow):
                await transaction.execute(delete(table).where(table.owner_id == owner_id))  # type: ignore[attr-defined]
        await self._db.scrub()


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
