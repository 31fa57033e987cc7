"""SqliteFile: one SQLite database, its writer thread, its reader threads, and erasing for good."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import StaticPool

log = logging.getLogger(__name__)

T = TypeVar("T")

_READERS = 3
_CHECKPOINT_AFTER = 64
"""Commits; a few megabytes. SQLite's own way, within a commit, keeps the writer for a tenth of a second at times."""
_TOGETHER = 64
"""At most so many pieces are committed at once."""


class SqliteFile:
    """Runs each transaction whole in a thread: one hand-over, however many statements it has.

    SQLite has one writer at a time. Queueing for the one writer thread is fair and costs nothing; polling for the file
    lock does. What has queued up by the time that thread is free is committed together, each piece within a savepoint
    of its own: waiting for the disk is most of a commit.
    """

    def __init__(self, url: URL) -> None:
        """Opens nothing yet. The driver is the one of Python, whichever `url` names. A database without a file lives in one connection, which is never given up."""
        in_memory = url.database in {None, "", ":memory:"}
        options: dict[str, Any] = {}
        if in_memory:
            options = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
        else:
            assert url.database is not None
            _make_private(Path(url.database))
        self._engine = create_engine(url.set(drivername="sqlite+pysqlite"), hide_parameters=True, **options)
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        self._plain = self._engine.execution_options(sqlite_begin=None)
        self._immediate = self._engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
        self._sessions = sessionmaker(self._engine, expire_on_commit=False)
        self._commits = 0
        self._waiting: deque[tuple[Callable[[Session], Any], Future[Any]]] = deque()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._readers = self._writer if in_memory else ThreadPoolExecutor(_READERS, thread_name_prefix="sqlite-reader")

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction that only reads, beside the writer."""
        return await _in(self._readers, self._transaction, work)

    async def write(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a transaction that is the only one to write; it is on the disk when this returns."""
        done: Future[T] = Future()
        self._waiting.append((work, done))
        self._writer.submit(self._write_waiting)
        return await asyncio.wrap_future(done)

    def _transaction(self, work: Callable[[Session], T]) -> T:
        with self._sessions.begin() as transaction:
            return work(transaction)

    def _write_waiting(self) -> None:
        taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), _TOGETHER))]
        pieces = [(work, done) for work, done in taken if done.set_running_or_notify_cancel()]
        if not pieces:
            return  # an earlier run took them along
        written: list[tuple[Future[Any], Any]] = []
        try:
            with self._immediate.begin() as connection:
                for work, done in pieces:
                    try:
                        with Session(connection, join_transaction_mode="create_savepoint") as piece, piece.begin():
                            written.append((done, work(piece)))
                    except Exception as error:  # this piece alone is rolled back, and told
                        written = [(other, result) for other, result in written if other is not done]
                        done.set_exception(error)
        except Exception as error:
            for _, done in pieces:
                if not done.done():
                    done.set_exception(error)
            return
        for done, result in written:
            done.set_result(result)
        self._commits += 1
        if self._commits % _CHECKPOINT_AFTER == 0 and self._readers is not self._writer:
            self._readers.submit(self._checkpoint)

    def _checkpoint(self) -> None:
        """Move what the write-ahead log holds into the database, beside the writer and the readers."""
        try:
            with self._plain.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
        except SQLAlchemyError as error:
            log.warning("the write-ahead log could not be moved", extra={"error": type(error).__name__})

    async def migrate(self, steps: Callable[[Connection], None]) -> None:
        """Run schema changes in one transaction that no other process shares.

        SQLite changes a table by making a new one and dropping the old, so foreign keys rest meanwhile: dropping would
        otherwise cascade into the rows of other tables.
        """

        def run() -> None:
            with self._plain.connect() as connection:
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    steps(connection)
                    connection.commit()
                finally:
                    connection.rollback()
                    connection.exec_driver_sql("PRAGMA foreign_keys=ON")

        await _in(self._writer, run)

    async def scrub(self) -> None:
        """Rewrite the database so that no byte of a deleted row is left in any of its files.

        `secure_delete` overwrites what is deleted, but not the stale copies that splitting a page leaves behind, and
        the write-ahead log keeps older pages until it is cut (docs/decisions/0002).
        """
        await _in(self._writer, self._scrub)

    def _scrub(self) -> None:
        with self._plain.connect() as connection:
            connection.exec_driver_sql("VACUUM")
            for _ in range(3):  # each waits `busy_timeout` for readers that still look at older pages
                answer = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                if not answer.one()[0]:  # 0: not busy
                    return
        log.warning("the write-ahead log could not be cut after an erasure; the next one does it")

    async def close(self) -> None:
        """Close every connection, when what runs has ended."""
        for executor in {self._readers, self._writer}:
            await asyncio.to_thread(executor.shutdown)
        self._engine.dispose()


async def _in(executor: ThreadPoolExecutor, work: Callable[..., T], *arguments: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(executor, work, *arguments)


def _make_private(path: Path) -> None:
    """Create the database file for its owner alone; SQLite gives its side files the same rights."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins no transactions of its own: `_begin` does
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=5000",  # another process may write; first, so that switching to WAL waits for it too
        "journal_mode=WAL",
        "wal_autocheckpoint=0",  # `_checkpoint` does it
        "synchronous=FULL",  # an answer that was acknowledged survives a power cut
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",  # no text in temporary files
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Writers take the write lock at once: a reader that turns writer later would fail instead of waiting."""
    begin = connection.get_execution_options().get("sqlite_begin", "BEGIN")
    if begin is not None:
        connection.exec_driver_sql(begin)
