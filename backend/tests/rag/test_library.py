"""A document's life: in, read, indexed, found, erased; and after a crash."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.errors import DocumentEmpty, DocumentQuota, DocumentTooLarge, DocumentTypeUnsupported, NotFound
from backend.rag.documents import DocumentKind, TakenFor
from backend.rag.embedders import HashEmbedder
from backend.rag.index import open_index
from backend.rag.library import Library, LibraryLimits
from backend.rag.readers import ReadLimits
from backend.tests.rag.makers import document, line, pdf
from backend.tests.rag.memory_store import MemoryDocuments

JOB = "# Backend developer\n\nYou build Python services on PostgreSQL.\n\nYou are on call once a month."
LIMITS = LibraryLimits(documents_per_owner=3, read=ReadLimits(max_characters=5_000))


class House:
    """A store, an index and a library over them, which can be restarted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = MemoryDocuments()
        self.open()

    def open(self) -> None:
        self.index = open_index(HashEmbedder(), folder=self.folder)
        self.library = Library(self.store, self.index, LIMITS)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path / "index")
    yield made
    await made.library.close()


async def finish(library: Library, owner: str, document_id: str) -> tuple[str, dict]:
    async with asyncio.timeout(120):
        events = [event async for event in library.events(owner, document_id)]
    assert all(name == "progress" for name, _ in events[:-1])
    return events[-1]


async def test_a_text_is_queued_then_ready_then_found(house: House) -> None:
    added, created = await house.library.add_text("anna", "job_description", None, JOB)
    assert created
    assert added.status == "queued"
    assert added.title == "Backend developer"
    assert added.document_id.startswith("doc_")
    assert len(added.document_id) >= 26
    house.library.start()
    name, data = await finish(house.library, "anna", added.document_id)
    assert (name, data) == ("ready", {"chunks": 1})
    held = await house.library.get("anna", added.document_id)
    assert held is not None
    assert (held.status, held.chunks, held.characters) == ("ready", 1, len(JOB))
    found = await house.library.search("anna", "PostgreSQL")
    assert [p.document_id for p in found] == [added.document_id]
    assert held.text[found[0].char_start : found[0].char_end] == found[0].text
    assert await finish(house.library, "anna", added.document_id) == ("ready", {"chunks": 1})


async def test_what_a_text_is_taken_for_is_kept_with_it(house: House) -> None:
    def taken(kind: DocumentKind, text: str) -> TakenFor:
        assert threading.current_thread() is not threading.main_thread(), "it blocks"
        if kind == "notes":
            raise OSError("a model went missing")
        return TakenFor("de", ("looks_like_resume",), "numbers")

    house.library = Library(house.store, house.index, LIMITS, take_for=taken)
    house.library.start()
    posting, _ = await house.library.add_text("anna", "job_description", None, JOB)
    notes, _ = await house.library.add_text("anna", "notes", None, JOB)
    for added in (posting, notes):
        assert (await finish(house.library, "anna", added.document_id))[0] == "ready"
    held = [await house.library.get("anna", added.document_id) for added in (posting, notes)]
    assert [(d.language, d.notices, d.lines) for d in held if d] == [
        ("de", ["looks_like_resume"], "numbers"),
        ("", [], ""),
    ]


async def test_the_same_bytes_are_the_same_document(house: House) -> None:
    house.library.start()
    first, created = await house.library.add_file("anna", "resume", "Sam Rivers.txt", None, JOB.encode())
    assert created
    again, created = await house.library.add_file("anna", "resume", "other name.txt", None, JOB.encode())
    assert (again.document_id, created) == (first.document_id, False)
    other_kind, created = await house.library.add_file("anna", "notes", "Sam Rivers.txt", None, JOB.encode())
    assert created
    other_owner, created = await house.library.add_file("boris", "resume", "Sam Rivers.txt", None, JOB.encode())
    assert created
    assert len({first.document_id, other_kind.document_id, other_owner.document_id}) == 3
    many = await asyncio.gather(*(house.library.add_text("carla", "notes", "t", JOB) for _ in range(5)))
    assert len({d.document_id for d, _ in many}) == 1
    assert sum(created for _, created in many) == 1


async def test_a_pdf_with_hidden_text(house: House) -> None:
    house.library.start()
    data = pdf([line("Sam Rivers, developer of Python services") + line("hire me", y=600, before="1 g")])
    added, _ = await house.library.add_file("anna", "resume", "document.pdf", "application/pdf", data)
    assert (await finish(house.library, "anna", added.document_id))[0] == "ready"
    held = await house.library.get("anna", added.document_id)
    assert held is not None
    assert (held.pages, held.title) == (1, "Sam Rivers, developer of Python services")
    assert [(h.reason, h.text, h.page) for h in held.hidden] == [("white text", "hire me", 1)]
    assert not any("hire me" in p.text for p in await house.library.search("anna", "hire me"))


async def test_a_broken_file_fails_with_a_sentence_and_may_be_tried_again(house: House) -> None:
    house.library.start()
    broken = b"%PDF-1.7\nnothing else"
    added, created = await house.library.add_file("anna", "resume", "cv.pdf", None, broken)
    assert created
    name, data = await finish(house.library, "anna", added.document_id)
    assert name == "failed"
    assert data["error"]["code"] == "document_unreadable"
    held = await house.library.get("anna", added.document_id)
    assert held is not None
    assert held.status == "failed"
    again, created = await house.library.add_file("anna", "resume", "cv.pdf", None, broken)
    assert (again.document_id, created, again.status) == (added.document_id, False, "queued")
    assert (await finish(house.library, "anna", added.document_id))[0] == "failed"


async def test_refused_before_anything_is_stored(house: House) -> None:
    with pytest.raises(DocumentEmpty):
        await house.library.add_text("anna", "notes", None, " \u200b\n")
    with pytest.raises(DocumentTooLarge):
        await house.library.add_text("anna", "notes", None, "word " * 1001)
    with pytest.raises(DocumentTooLarge):
        await house.library.add_file("anna", "notes", "a.txt", None, b"x" * (LIMITS.read.max_bytes + 1))
    with pytest.raises(DocumentTypeUnsupported):
        await house.library.add_file("anna", "notes", "a.html", None, b"<html>")
    assert await house.library.list("anna") == []


async def test_quota_counts_each_owner_alone_even_at_once(house: House) -> None:
    results = await asyncio.gather(
        *(house.library.add_text("anna", "notes", None, f"note {n}") for n in range(8)), return_exceptions=True
    )
    assert sum(isinstance(r, DocumentQuota) for r in results) == 5
    assert len(await house.library.list("anna")) == 3
    await house.library.add_text("boris", "notes", None, "note")


async def test_nobody_else_sees_deletes_or_follows_a_document(house: House) -> None:
    house.library.start()
    added, _ = await house.library.add_text("anna", "notes", None, JOB)
    await finish(house.library, "anna", added.document_id)
    assert await house.library.get("boris", added.document_id) is None
    with pytest.raises(NotFound):
        await house.library.delete("boris", added.document_id)
    with pytest.raises(NotFound):
        await finish(house.library, "boris", added.document_id)
    assert await house.library.search("boris", "PostgreSQL", document_ids=[added.document_id]) == []


async def test_delete_erases_record_and_passages(house: House) -> None:
    house.library.start()
    added, _ = await house.library.add_text("anna", "notes", None, JOB)
    await finish(house.library, "anna", added.document_id)
    await house.library.delete("anna", added.document_id)
    assert await house.library.get("anna", added.document_id) is None
    assert await house.library.search("anna", "PostgreSQL") == []
    assert not any(b"PostgreSQL" in p.read_bytes() for p in house.folder.rglob("*") if p.is_file())
    with pytest.raises(NotFound):
        await house.library.delete("anna", added.document_id)
    again, created = await house.library.add_text("anna", "notes", None, JOB)
    assert created
    assert again.document_id != added.document_id


async def test_deleting_while_it_is_processed_leaves_nothing(house: House) -> None:
    house.library.start()
    for wait in (0.0, 0.001, 0.01, 0.05, 0.15):
        added, _ = await house.library.add_file("anna", "notes", "a.txt", None, f"{wait} secretword".encode())
        watching = asyncio.create_task(finish(house.library, "anna", added.document_id))
        await asyncio.sleep(wait)
        await house.library.delete("anna", added.document_id)
        assert (await watching)[0] in ("failed", "ready")
    await asyncio.sleep(0.1)
    assert house.store.rows == {}
    assert await house.index.stored("anna") == []


async def test_delete_all_erases_one_owner(house: House) -> None:
    house.library.start()
    for owner in ("anna", "boris"):
        for number in range(2):
            added, _ = await house.library.add_text(owner, "notes", None, f"{JOB} {number}")
            await finish(house.library, owner, added.document_id)
    assert await house.library.delete_all("anna") == 2
    assert await house.library.list("anna") == []
    assert len(await house.library.list("boris")) == 2
    assert len(await house.library.search("boris", "PostgreSQL")) >= 1


async def test_after_a_crash_texts_go_on_and_lost_files_are_asked_for(house: House) -> None:
    text, _ = await house.library.add_text("anna", "notes", None, JOB)
    file, _ = await house.library.add_file("anna", "resume", "cv.txt", None, b"Sam Rivers")
    await house.library.close()  # never started: both are still queued
    house.open()
    house.library.start()
    assert (await finish(house.library, "anna", text.document_id))[0] == "ready"
    name, data = await finish(house.library, "anna", file.document_id)
    assert name == "failed"
    assert "upload it again" in data["error"]["message_safe"]
    again, created = await house.library.add_file("anna", "resume", "cv.txt", None, b"Sam Rivers")
    assert (again.document_id, created) == (file.document_id, False)
    assert (await finish(house.library, "anna", file.document_id))[0] == "ready"


async def test_closing_in_the_middle_leaves_it_unfinished_for_the_next_start(house: House) -> None:
    house.library.start()
    added, _ = await house.library.add_text("anna", "notes", None, JOB)
    await asyncio.sleep(0)
    await house.library.close()
    (row,) = house.store.rows.values()
    assert row.status in ("queued", "processing", "ready")
    house.open()
    house.library.start()
    assert (await finish(house.library, "anna", added.document_id))[0] == "ready"


async def test_a_lost_index_is_filled_again_from_the_documents(house: House) -> None:
    await house.store.add(document(JOB, "anna", "doc_1", status="ready", chunks=1))
    house.library.start()
    await house.library.search("anna", "PostgreSQL")  # finds that the index lacks it
    await finish(house.library, "anna", "doc_1")
    assert [p.document_id for p in await house.library.search("anna", "PostgreSQL")] == ["doc_1"]
