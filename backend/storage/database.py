"""Database: one async engine over SQLite or PostgreSQL, its transactions, and erasing for good."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from backend.errors import Invalid, StorageUnavailable

log = logging.getLogger(__name__)

T = TypeVar("T")
P = ParamSpec("P")
Work = Callable[[AsyncSession], Awaitable[T]]

_MIGRATION_LOCK = 4_917_301
"""Any number, as long as every copy of the program uses the same one."""


class Database:
    """The engine and its transactions.

    Every transaction runs to its end even when the caller is cancelled in the middle (a turn is, whenever a newer one
    wins): a half-done commit would be unknowable, and SQLAlchemy throws away the connection of a cancelled call, which
    for an in-memory database means all of its data.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._engine = create_async_engine(parsed, hide_parameters=True, **_options(parsed))
        self._one_writer: contextlib.AbstractAsyncContextManager[Any] = contextlib.nullcontext()
        if self.is_sqlite:
            # SQLite has one writer at a time. Queueing here is fair and costs nothing; polling for the file lock does.
            self._one_writer = asyncio.Lock()
            event.listen(self._engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_sqlite)
        self._plain = self._engine.execution_options(sqlite_begin=None)
        immediate = self._engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        self._readers = async_sessionmaker(self._engine, expire_on_commit=False)
        self._writers = async_sessionmaker(immediate, expire_on_commit=False)

    async def read(self, work: Work[T]) -> T:
        """Run `work` in a transaction that only reads. Errors: `StorageUnavailable`, `Invalid`."""
        return await _to_the_end(self._run(self._readers, work))

    async def write(self, work: Work[T]) -> T:
        """Run `work` in a transaction of its own, committed at the end; whatever it raises rolls everything back.

        Errors: `StorageUnavailable`, `Invalid` (a value no database can hold), and `IntegrityError` as it is.
        """

        async def alone() -> T:
            async with self._one_writer:
                return await self._run(self._writers, work)

        return await _to_the_end(alone())

    async def migrate(self, steps: Callable[[Connection], None]) -> None:
        """Run schema changes in one transaction that no other process shares.

        SQLite changes a table by making a new one and dropping the old, so foreign keys rest meanwhile: dropping would
        otherwise cascade into the rows of other tables.
        """
        with _as_app_error():
            async with self._one_writer, self._plain.connect() as connection:
                if self.is_sqlite:
                    await connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                    await connection.exec_driver_sql("BEGIN IMMEDIATE")
                else:
                    await _only_migrator(connection)
                try:
                    await connection.run_sync(steps)
                    await connection.commit()
                finally:
                    await connection.rollback()
                    if self.is_sqlite:
                        await connection.exec_driver_sql("PRAGMA foreign_keys=ON")

    async def healthy(self) -> bool:
        """Whether the database answers."""
        try:
            await self.read(lambda tx: tx.connection())
        except StorageUnavailable:
            return False
        return True

    async def scrub(self) -> None:
        """After an erasure: rewrite the database so that no byte of a deleted row is left in any of its files.

        `secure_delete` overwrites what is deleted, but not the stale copies that splitting a page leaves behind, and
        the write-ahead log keeps older pages until it is cut (docs/decisions/0002). On PostgreSQL the server's own
        VACUUM decides when space is reused.
        """
        await _to_the_end(self._scrub())

    async def _scrub(self) -> None:
        if not self.is_sqlite:
            return
        with _as_app_error():
            async with self._one_writer, self._plain.connect() as connection:
                await connection.exec_driver_sql("VACUUM")
                for _ in range(3):  # each waits `busy_timeout` for readers that still look at older pages
                    answer = await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                    if not answer.one()[0]:  # 0: not busy
                        return
        log.warning("the write-ahead log could not be cut after an erasure; the next one does it")

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    async def _run(self, sessions: async_sessionmaker[AsyncSession], work: Work[T]) -> T:
        with _as_app_error():
            async with sessions.begin() as transaction:
                return await work(transaction)


async def _only_migrator(connection: AsyncConnection) -> None:
    """Wait, without holding a statement open, until no other process migrates this PostgreSQL."""
    while True:
        answer = await connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({_MIGRATION_LOCK})")
        if answer.scalar():
            await connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            return
        await asyncio.sleep(0.2)


class _OnDatabase(Protocol):
    @property
    def _db(self) -> Database: ...


S = TypeVar("S", bound=_OnDatabase)
Method = Callable[Concatenate[S, AsyncSession, P], Awaitable[T]]
Bound = Callable[Concatenate[S, P], Coroutine[Any, Any, T]]


def reading(method: Method[S, P, T]) -> Bound[S, P, T]:
    """Make a store's method run in a transaction that only reads; callers leave the transaction out."""

    @functools.wraps(method)
    async def run(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._db.read(lambda transaction: method(self, transaction, *args, **kwargs))

    return run


def writing(method: Method[S, P, T]) -> Bound[S, P, T]:
    """Make a store's method one transaction, committed at its end; callers leave the transaction out."""

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


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() != "sqlite":
        limits = {
            "application_name": "interview-helper",
            "statement_timeout": "15000",
            "lock_timeout": "5000",
            "idle_in_transaction_session_timeout": "30000",  # a replica that vanished holds no row for ever
        }
        return {
            "pool_pre_ping": True,  # after a restart of the server the first user of a connection gets a new one
            "pool_size": 10,
            "max_overflow": 5,
            "pool_timeout": 5,
            "pool_recycle": 1800,
            # command_timeout is for a network that swallows answers; otherwise the server's own limits come first
            "connect_args": {"timeout": 5, "command_timeout": 60, "server_settings": limits},
        }
    if url.database in {None, "", ":memory:"}:
        # One connection that is never given up: it is the database. The pool also queues its users.
        return {"poolclass": AsyncAdaptedQueuePool, "pool_size": 1, "max_overflow": 0}
    assert url.database is not None
    _make_private(Path(url.database))
    return {}


def _make_private(path: Path) -> None:
    """Create the database file for its owner alone; SQLite gives its side files the same rights."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins no transactions of its own: `_begin_sqlite` does
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=5000",  # another process may write; first, so that switching to WAL waits for it too
        "journal_mode=WAL",
        "synchronous=FULL",  # an answer that was acknowledged survives a power cut
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",  # no text in temporary files
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Writers take the write lock at once: a reader that turns writer later would fail instead of waiting."""
    begin = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    if begin is not None:
        connection.exec_driver_sql(begin)
