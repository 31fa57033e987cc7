"""Database: transactions over SQLite or PostgreSQL, and what they raise."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from backend.errors import Invalid, StorageUnavailable
from backend.storage.postgres import PostgresServer
from backend.storage.sqlite import SqliteFile

log = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")
Work = Callable[[Session], T]


class Database:
    """One database and its transactions. `Work` is plain synchronous code: each place runs it where it may wait.

    Every transaction runs to its end even when the caller is cancelled in the middle (a turn is, whenever a newer one
    wins): a half-done commit would be unknowable, and SQLAlchemy throws away the connection of a cancelled call.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._place: SqliteFile | PostgresServer = SqliteFile(parsed) if self.is_sqlite else PostgresServer(parsed)

    async def read(self, work: Work[T]) -> T:
        """Run `work` in a transaction that only reads. Errors: `StorageUnavailable`, `Invalid`."""
        with _as_app_error():
            return await _to_the_end(self._place.read(work))

    async def write(self, work: Work[T]) -> T:
        """Run `work` in a transaction of its own, committed at the end; whatever it raises rolls everything back.

        Errors: `StorageUnavailable`, `Invalid` (a value no database can hold), and `IntegrityError` as it is.
        """
        with _as_app_error():
            return await _to_the_end(self._place.write(work))

    async def migrate(self, steps: Callable[[Connection], None]) -> None:
        """Run schema changes in one transaction that no other process shares."""
        with _as_app_error():
            await self._place.migrate(steps)

    async def healthy(self) -> bool:
        """Whether the database answers."""
        try:
            await self.read(lambda tx: tx.connection())
        except StorageUnavailable:
            return False
        return True

    async def scrub(self) -> None:
        """After an erasure: leave no byte of a deleted row in any file of the database, where these are ours."""
        with _as_app_error():
            await _to_the_end(self._place.scrub())

    async def close(self) -> None:
        """Close every connection."""
        await self._place.close()


class _OnDatabase(Protocol):
    @property
    def _db(self) -> Database: ...


S = TypeVar("S", bound=_OnDatabase)
Method = Callable[Concatenate[S, Session, P], T]
Bound = Callable[Concatenate[S, P], Coroutine[Any, Any, T]]


def reading(method: Method[S, P, T]) -> Bound[S, P, T]:
    """Make a store's method run in a transaction that only reads; callers leave the transaction out, and await."""

    @functools.wraps(method)
    async def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._db.read(lambda transaction: method(self, transaction, *args, **kwargs))

    return run


def writing(method: Method[S, P, T]) -> Bound[S, P, T]:
    """Make a store's method one transaction, committed at its end; callers leave the transaction out, and await."""

    @functools.wraps(method)
    async def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._db.write(lambda transaction: method(self, transaction, *args, **kwargs))

    return run


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a uniqueness rule was broken (and not, say, a foreign key)."""
    return getattr(error.orig, "sqlstate", None) == "23505" or "UNIQUE constraint" in str(error.orig)


async def _to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end even if the caller is cancelled meanwhile, and only then let it be cancelled."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("a database call failed after its caller was cancelled", exc_info=error)
        raise


@contextlib.contextmanager
def _as_app_error() -> Any:
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        if str(getattr(error.orig, "sqlstate", "")).startswith("22"):  # data exception: NUL in a text, too long, ...
            raise Invalid from error
        raise StorageUnavailable(retry_after_s=2) from error
    except (SQLAlchemyError, OSError) as error:
        raise StorageUnavailable(retry_after_s=2) from error
