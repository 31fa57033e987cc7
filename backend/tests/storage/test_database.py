"""What the database itself promises: migrations, erasure, private files, clear failures."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text, update
from sqlalchemy.orm import Session

from backend.errors import StorageUnavailable, Unauthenticated
from backend.storage.migrate import NewerSchema, upgrade
from backend.storage.stores import Stores
from backend.storage.tables import Base, OwnerRow
from backend.tests.storage.samples import a_document, a_question, a_session, a_turn, heard


def url_of(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


# --- schema ----------------------------------------------------------------------------------------------------------


async def test_the_migrations_make_exactly_the_tables_of_the_code(stores: Stores) -> None:
    differences: list[object] = []

    def compare(connection: Connection) -> None:
        differences.extend(compare_metadata(MigrationContext.configure(connection), Base.metadata))

    await stores.database.migrate(compare)
    assert differences == []


async def test_upgrading_again_changes_nothing(stores: Stores) -> None:
    owner = await stores.owners.create()
    await stores.documents.add(a_document(owner))
    await upgrade(stores.database)
    assert len(await stores.documents.list(owner)) == 1


async def test_a_newer_schema_is_refused_with_a_message_that_says_so(stores: Stores) -> None:
    await stores.database.write(lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(NewerSchema, match="newer version"):
        await upgrade(stores.database)


async def test_what_was_kept_is_there_after_opening_again(tmp_path: Path) -> None:
    first = await Stores.open(url_of(tmp_path / "coach.db"))
    owner = await first.owners.create()
    await first.documents.add(a_document(owner))
    await first.close()
    second = await Stores.open(url_of(tmp_path / "coach.db"))
    assert len(await second.documents.list(owner)) == 1
    await second.close()


async def test_foreign_keys_hold_again_after_a_migration(stores: Stores) -> None:
    owner = await stores.owners.create()
    await stores.sessions.add(a_session(owner))
    await upgrade(stores.database)
    await stores.turns.add(a_turn(a_session(owner)))
    await stores.owners.erase(owner)
    assert await stores.turns.list(a_session(owner).session_id) == []


# --- transactions ----------------------------------------------------------------------------------------------------


async def test_of_many_writes_at_once_only_the_one_that_fails_is_undone(stores: Stores) -> None:
    owners = [await stores.owners.create() for _ in range(20)]

    def write(number: int) -> Callable[[Session], None]:
        def work(tx: Session) -> None:
            tx.execute(update(OwnerRow).where(OwnerRow.owner_id == owners[number]).values(generation=7))
            if number == 11:
                raise Unauthenticated

        return work

    results = await asyncio.gather(*(stores.database.write(write(n)) for n in range(20)), return_exceptions=True)
    assert [n for n, result in enumerate(results) if isinstance(result, Unauthenticated)] == [11]
    assert [await stores.owners.generation(owner) for owner in owners] == [0 if n == 11 else 7 for n in range(20)]


async def test_what_the_log_holds_is_moved_into_the_database_while_it_is_used(tmp_path: Path) -> None:
    stores = await Stores.open(url_of(tmp_path / "coach.db"))
    owner = await stores.owners.create()
    before = (tmp_path / "coach.db").stat().st_size
    for number in range(70):
        await stores.documents.add(a_document(owner, number, text=f"{number} " * 2000))
    async with asyncio.timeout(120):
        while (tmp_path / "coach.db").stat().st_size == before:
            await asyncio.sleep(0.01)
    assert len(await stores.documents.list(owner)) == 70
    await stores.close()


# --- erasure ---------------------------------------------------------------------------------------------------------


def traces(folder: Path, secret: str) -> dict[str, int]:
    """Where bytes of `secret` are found, in any form in which it may have been written."""
    forms = {secret.encode(), secret.encode("utf-16-le"), json.dumps(secret)[1:-1].encode()}
    counts = {f.name: sum(f.read_bytes().count(form) for form in forms) for f in folder.rglob("*") if f.is_file()}
    return {name: count for name, count in counts.items() if count}


async def test_no_byte_of_what_was_erased_is_left_in_any_file(tmp_path: Path) -> None:
    stores = await Stores.open(url_of(tmp_path / "coach.db"))
    ann, bob = await stores.owners.create(), await stores.owners.create()
    secret, kept = "Zyx Ü-Secret 面", "Wvu Ö-Kept 接"
    for owner, words in ((ann, secret), (bob, kept)):
        await stores.documents.add(a_document(owner, text=f"{words} " * 500, title=words))
        session = a_session(owner, question=a_question(words))
        await stores.sessions.add(session)
        turn = a_turn(session, transcript=heard(f"{words} " * 50))
        await stores.turns.add(turn)
        turn.feedback_text, turn.events = words, [{"event": "x", "data": {"text": words}}]
        await stores.turns.save(turn)
    assert traces(tmp_path, secret), "the search must be able to find what is there"

    document, session_id = (await stores.documents.list(ann))[0], a_session(ann).session_id
    assert await stores.documents.delete(ann, document.document_id)
    assert await stores.sessions.delete(ann, session_id)
    assert traces(tmp_path, secret) == {}
    assert traces(tmp_path, kept)

    await stores.documents.add(a_document(ann, 2, text=secret))
    await stores.owners.erase(ann)
    assert traces(tmp_path, secret) == {}
    assert traces(tmp_path, ann) == {}
    assert traces(tmp_path, kept)
    await stores.close()


@pytest.mark.parametrize("seed", [48, 55, 56])
async def test_nothing_is_left_after_a_long_history_of_changes(tmp_path: Path, seed: int) -> None:
    """Splitting a page leaves stale copies that `secure_delete` does not know of; these histories hold some."""
    stores = await Stores.open(url_of(tmp_path / "coach.db"))
    await stores.database.write(
        lambda tx: tx.execute(text("INSERT INTO owners VALUES ('ERASED', 0, ''), ('KEPT', 0, '')"))
    )
    _live_through(tmp_path / "coach.db", seed)
    assert traces(tmp_path, "ERASED-CANARY")
    await stores.owners.erase("ERASED")
    assert traces(tmp_path, "ERASED-CANARY") == {}
    assert traces(tmp_path, "KEPT-CANARY")
    await stores.close()


def _live_through(file: Path, seed: int) -> None:
    chance = random.Random(seed)
    held: dict[str, list[str]] = {"ERASED": [], "KEPT": []}
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA synchronous=OFF")
    for _ in range(600):
        owner, what = chance.choice(("ERASED", "KEPT")), chance.random()
        longest = chance.choice((10, 30, 70, 150, 300, 900))
        words = json.dumps(f"{owner}-CANARY " * (1 + chance.randrange(longest)))
        mine = held[owner]
        if what < 0.5 or not mine:
            mine.append(str(chance.getrandbits(64)))
            row = (mine[-1], owner, mine[-1], words)
            connection.execute("INSERT INTO documents VALUES (?, ?, 'resume', ?, 'ready', '', ?, '{}')", row)
        elif what < 0.85:
            connection.execute("UPDATE documents SET text = ? WHERE document_id = ?", (words, chance.choice(mine)))
        else:
            gone = mine.pop(chance.randrange(len(mine)))
            connection.execute("DELETE FROM documents WHERE document_id = ?", (gone,))
    connection.close()


async def test_erasing_waits_for_a_reader_that_still_sees_the_old_pages(tmp_path: Path) -> None:
    stores = await Stores.open(url_of(tmp_path / "coach.db"))
    owner = await stores.owners.create()
    await stores.documents.add(a_document(owner, text="ERASED-CANARY"))
    reader = sqlite3.connect(tmp_path / "coach.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM documents").fetchone()
    deleting = asyncio.create_task(stores.documents.delete(owner, a_document(owner).document_id))
    await asyncio.wait([deleting], timeout=0.3)
    reader.execute("COMMIT")
    assert await deleting
    reader.close()
    assert traces(tmp_path, "ERASED-CANARY") == {}
    await stores.close()


# --- files and failures ----------------------------------------------------------------------------------------------


async def test_the_files_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    stores = await Stores.open(url_of(tmp_path / "data" / "coach.db"))
    await stores.owners.create()
    modes = {f.name: stat.S_IMODE(f.stat().st_mode) for f in (tmp_path / "data").iterdir()}
    assert set(modes) == {"coach.db", "coach.db-wal", "coach.db-shm"}
    assert set(modes.values()) == {0o600}
    await stores.close()


async def test_a_second_process_that_writes_is_waited_for(tmp_path: Path) -> None:
    one, two = await Stores.open(url_of(tmp_path / "coach.db")), await Stores.open(url_of(tmp_path / "coach.db"))
    owner = await one.owners.create()
    session = a_session(owner)
    await one.sessions.add(session)
    for position in range(20):
        turn = a_turn(session, position)
        writer, reader = (one, two) if position % 2 else (two, one)
        await writer.turns.add(turn)
        assert await reader.turns.get(owner, session.session_id, turn.turn_id) == turn
    await one.close()
    await two.close()


async def test_a_file_that_is_no_database_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "coach.db").write_bytes(b"This is no database. " * 100)
    with pytest.raises(StorageUnavailable):
        await Stores.open(url_of(tmp_path / "coach.db"))


async def test_a_server_that_is_not_there_is_a_clear_error() -> None:
    with pytest.raises(StorageUnavailable):
        await Stores.open("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")


async def test_a_lost_table_is_unavailable_storage_and_shows_nothing_of_the_text(tmp_path: Path) -> None:
    stores = await Stores.open(url_of(tmp_path / "coach.db"))
    owner = await stores.owners.create()
    await stores.database.write(lambda tx: tx.execute(text("DROP TABLE documents")))
    with pytest.raises(StorageUnavailable) as caught:
        await stores.documents.add(a_document(owner, text="SECRET-CANARY"))
    assert caught.value.retry_after_s is not None
    assert "SECRET-CANARY" not in f"{caught.value!r} {caught.value.__cause__!s}"
    await stores.close()


async def test_health_is_told(stores: Stores) -> None:
    assert await stores.healthy()
