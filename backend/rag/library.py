"""The library of an owner: documents come in, are read and indexed in the background, are searched and erased."""

from __future__ import annotations

import asyncio
import builtins
import hashlib
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from backend.errors import (
    AppError,
    AtCapacity,
    Conflict,
    DocumentEmpty,
    DocumentQuota,
    DocumentTooLarge,
    DocumentUnreadable,
    IngestError,
    NotFound,
    RetrievalUnavailable,
    StorageUnavailable,
)
from backend.rag import titles
from backend.rag.clean_text import clean, smuggled
from backend.rag.documents import (
    KEYS_OWNER,
    PACKS_OWNER,
    Document,
    DocumentKind,
    HiddenText,
    Passage,
    PassageKind,
    TakenFor,
)
from backend.rag.ingest_job import DocumentEvent, IngestJob, ended
from backend.rag.ports import DocumentStore, PassageIndex
from backend.rag.readers import MIMES, Reader, ReadLimits, file_kind, refusal

log = logging.getLogger(__name__)

TakeFor = Callable[[DocumentKind, str], TakenFor]
_WAITING = 200
_POLL_S = 0.5
_LOOK_S = 60.0
_LEFT_S = 300.0
"""An unfinished document of this age has been left by the process that took it in."""
_OWNERS_SEEN = 1000


@dataclass(frozen=True)
class LibraryLimits:
    """How much one owner may keep, and what one file may cost to read."""

    documents_per_owner: int = 20
    read: ReadLimits = field(default_factory=ReadLimits)


class Library:
    """Documents of all owners. `start()` begins the background work, `close()` ends it."""

    def __init__(
        self,
        store: DocumentStore,
        index: PassageIndex,
        limits: LibraryLimits | None = None,
        *,
        reader: Reader | None = None,
        at_once: int = 2,
        shared: bool = False,
        on_processed: Callable[[IngestJob], None] = lambda job: None,
        take_for: TakeFor = lambda kind, text: TakenFor(),
    ) -> None:
        """`on_processed` is told of each document that was read and indexed, or failed. `take_for` says what a text that
        was given as this kind is written in, and what its owner should know; it blocks, on a thread.

        `shared`: other processes work on the same store and index.
        """
        self._store = store
        self._index = index
        self._limits = limits or LibraryLimits()
        self._reader = reader or Reader()
        self._at_once = at_once
        self._shared = shared
        self._on_processed = on_processed
        self._take_for = take_for
        self._jobs: dict[str, IngestJob] = {}
        self._queue: asyncio.Queue[IngestJob] = asyncio.Queue(_WAITING)
        self._adding = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._checked: set[str] = set()
        self._seen: OrderedDict[str, dict[str, str]] = OrderedDict()
        """The ready documents of owners as of their last search here."""
        self._leaving: set[str] = set()
        """Documents being deleted right now, which nothing may bring back."""

    # --- life ---
    def start(self) -> None:
        """Begin working, with what a crash left unfinished first. Call inside the running event loop."""
        self._tasks = [asyncio.create_task(self._work(), name=f"library-{n}") for n in range(self._at_once)]
        self._tasks.append(asyncio.create_task(self._resume(), name="library-resume"))

    async def close(self) -> None:
        """Stop working; what is unfinished is taken up at the next start."""
        running = [job.task for job in self._jobs.values() if job.task is not None]
        for task in (*self._tasks, *running):
            task.cancel()
        await asyncio.gather(*self._tasks, *running, return_exceptions=True)
        self._tasks = []
        await self._index.close()

    @property
    def waiting(self) -> int:
        """Documents taken in and not yet processed, those in work included."""
        return len(self._jobs)

    # --- documents in ---
    async def add_file(
        self,
        owner_id: str,
        kind: DocumentKind,
        filename: str | None,
        mime: str | None,
        data: bytes,
        *,
        consent: str | None = None,
    ) -> tuple[Document, bool]:
        """Take an uploaded file; it is read and indexed in the background. `consent`: see `Document`.

        Returns the document and whether it is new: the same bytes of the same kind are the same document.
        Errors: `DocumentTypeUnsupported`, `DocumentUnreadable`, `DocumentEncrypted`, `DocumentEmpty`,
        `DocumentTooLarge`, `DocumentQuota`, `AtCapacity`.
        """
        if len(data) > self._limits.read.max_bytes:
            raise DocumentTooLarge
        file_type = file_kind(data, filename, mime)
        document = self._new(owner_id, kind, hashlib.sha256(data).hexdigest())
        document.mime = MIMES[file_type]
        document.title = titles.from_filename(filename)
        document.consent = consent
        return await self._add(document, data)

    async def add_text(
        self, owner_id: str, kind: DocumentKind, title: str | None, text: str, *, consent: str | None = None
    ) -> tuple[Document, bool]:
        """Take pasted text. Errors: `DocumentEmpty`, `DocumentTooLarge`, `DocumentQuota`, `AtCapacity`."""
        if len(text) > 2 * self._limits.read.max_characters:
            raise refusal("too_large", self._limits.read)
        cleaned = clean(text)
        if not any(c.isalnum() for c in cleaned):
            raise DocumentEmpty("The text is empty. Please paste the text of the document.")
        if len(cleaned) > self._limits.read.max_characters:
            raise refusal("too_large", self._limits.read)
        document = self._new(owner_id, kind, hashlib.sha256(cleaned.encode()).hexdigest())
        document.mime = MIMES["txt"]
        document.text, document.characters = cleaned, len(cleaned)
        document.title = titles.shorten(titles.one_line(title or "")) or titles.from_text(cleaned) or "Pasted text"
        document.consent = consent
        document.hidden = [HiddenText(reason="invisible characters", text=piece) for piece in smuggled(text)]
        return await self._add(document, None)

    def _new(self, owner_id: str, kind: DocumentKind, sha256: str) -> Document:
        return Document(
            document_id=f"doc_{secrets.token_urlsafe(18)}",
            owner_id=owner_id,
            kind=kind,
            title="",
            mime="",
            sha256=sha256,
            created_at=datetime.now(UTC).isoformat(timespec="microseconds"),
        )

    async def _add(self, document: Document, data: bytes | None) -> tuple[Document, bool]:
        async with self._adding:
            known = await self._store.by_sha256(document.owner_id, document.sha256, document.kind)
            if known is not None and known.document_id in self._leaving:
                raise Conflict("This document is being deleted. Please upload it again in a moment.")
            if known is not None and (known.status != "failed" or known.document_id in self._jobs):
                if document.consent is not None and known.status == "ready":
                    known.consent = document.consent
                    await self._store.update(known)
                return known, False
            if self._queue.full():
                raise AtCapacity(retry_after_s=5)
            if known is not None:  # it failed before; the same bytes again are another try
                known.status, known.error, known.consent = "queued", None, document.consent
                await self._store.update(known)
                self._enqueue(known, data)
                return known, False
            if len(await self._store.list(document.owner_id)) >= self._limits.documents_per_owner:
                raise DocumentQuota
            if not document.title:
                document.title = {"resume": "Resume", "job_description": "Job description"}.get(
                    document.kind, "Document"
                )
            await self._store.add(document)
            self._enqueue(document, data)
            return document, True

    # --- documents out ---
    async def get(self, owner_id: str, document_id: str) -> Document | None:
        """One document of this owner; None for somebody else's, as for one that does not exist."""
        return await self._store.get(owner_id, document_id)

    async def _held(self, owner_id: str, document_id: str) -> Document:
        document = await self._store.get(owner_id, document_id)
        if document is None:
            raise NotFound
        return document

    async def list(self, owner_id: str) -> builtins.list[Document]:
        """This owner's documents, newest first."""
        return sorted(await self._store.list(owner_id), key=lambda d: d.created_at, reverse=True)

    async def events(self, owner_id: str, document_id: str) -> AsyncGenerator[DocumentEvent, None]:
        """The present state of a document and what follows, to `ready` or `failed`. Errors: `NotFound`."""
        document = await self._held(owner_id, document_id)
        job = self._jobs.get(document_id)
        if job is not None:
            async for event in job.follow():
                yield event
            return
        while document.status not in ("ready", "failed"):  # another process is working on it
            yield "progress", {"stage": "reading", "done": 0, "total": 1}
            await asyncio.sleep(_POLL_S)
            document = await self._held(owner_id, document_id)
        yield ended(document)

    async def search(
        self,
        owner_id: str,
        query: str,
        *,
        document_ids: Sequence[str] | None = None,
        kinds: Sequence[PassageKind] | None = None,
        top_k: int = 6,
    ) -> builtins.list[Passage]:
        """See `PassageIndex.search`. Errors: `RetrievalUnavailable`."""
        await self._repair(owner_id)
        if self._shared:
            await self._notice_changes(owner_id)
        return await self._index.search(owner_id, query, document_ids=document_ids, kinds=kinds, top_k=top_k)

    # --- erasure ---
    async def delete(self, owner_id: str, document_id: str) -> None:
        """Erase one document: its record, text and vectors. Errors: `NotFound`, `RetrievalUnavailable`."""
        await self._held(owner_id, document_id)
        self._leaving.add(document_id)
        try:
            await self._drop(document_id)
            await self._index.erase(owner_id, [document_id])
            await self._store.delete(owner_id, document_id)
        finally:
            self._leaving.discard(document_id)

    async def delete_all(self, owner_id: str) -> int:
        """Erase everything of this owner; returns the number of passages erased."""
        erased = 0
        while True:
            documents = await self._store.list(owner_id)
            for document in documents:
                await self._drop(document.document_id)
            erased += await self._index.erase(owner_id)
            for document in documents:
                await self._store.delete(owner_id, document.document_id)
            if not documents:
                break
        self._checked.discard(owner_id)
        return erased

    async def _drop(self, document_id: str) -> None:
        """Stop working on a document and tell those who watch it."""
        job = self._jobs.pop(document_id, None)
        if job is None:
            return
        job.dropped = True
        if job.task is not None:
            job.task.cancel()
            await asyncio.wait({job.task})
        job.data = None
        job.publish(("failed", {"error": NotFound("This document was deleted.").as_wire("-")}))

    # --- the question bank ---
    async def ready_for_packs(self) -> None:
        """Read the bank's passages once, so that no search waits for it. Errors: `RetrievalUnavailable`."""
        await self._index.search(PACKS_OWNER, "ready", kinds=["role_pack"], top_k=1)

    async def key_vectors(self) -> dict[str, builtins.list[float]]:
        """Vectors of what the bank's questions and follow-ups are found by, by text. Errors: `RetrievalUnavailable`."""
        return await self._index.vectors(KEYS_OWNER)

    # --- the background ---
    def _enqueue(self, document: Document, data: bytes | None) -> None:
        job = IngestJob(document.model_copy(), data)
        self._jobs[document.document_id] = job
        self._queue.put_nowait(job)

    async def _notice_changes(self, owner_id: str) -> None:
        """What other processes added or erased is searched, or no longer found, from the next search on."""
        ready = await self._store.ready(owner_id)
        if self._seen.get(owner_id) != ready:
            self._index.renew(owner_id)
        self._seen[owner_id] = ready
        self._seen.move_to_end(owner_id)
        while len(self._seen) > _OWNERS_SEEN:
            gone, _ = self._seen.popitem(last=False)
            self._index.renew(gone)

    async def settle(self, timeout_s: float) -> None:
        """Wait for the documents that were taken in, at most `timeout_s`: a file's bytes are in this process alone."""
        waiting = [job.done() for job in self._jobs.values()]
        if waiting:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.gather(*waiting), timeout_s)

    async def _resume(self) -> None:
        """Take up what a crash left. Where others work on the same store: what they have long left, now and then."""
        while True:
            try:
                await self._take_up(_LEFT_S if self._shared else 0.0)
            except StorageUnavailable:
                if not self._shared:
                    raise
            if not self._shared:
                return
            await asyncio.sleep(_LOOK_S)

    async def _take_up(self, older_than_s: float) -> None:
        """With its text a document goes on; without its bytes it asks for them again."""
        latest = (datetime.now(UTC) - timedelta(seconds=older_than_s)).isoformat(timespec="microseconds")
        for document in await self._store.unfinished():
            if document.document_id in self._jobs or document.created_at > latest:
                continue
            if document.text:
                job = IngestJob(document, None)
                self._jobs[document.document_id] = job
                await self._queue.put(job)
                continue
            error = DocumentUnreadable("The server restarted while it read this file. Please upload it again.")
            document.status, document.error = "failed", error.as_wire("-")
            await self._store.update(document)

    async def _repair(self, owner_id: str) -> None:
        """Once per owner: ready documents that the index does not hold (a lost or renewed index) are added again."""
        if owner_id in self._checked:
            return
        ready = [d for d in await self._store.list(owner_id) if d.status == "ready" and d.chunks]
        try:
            held = await self._index.digests(owner_id) if ready else {}
        except RetrievalUnavailable:
            return  # searched by what is known, checked the next time
        self._checked.add(owner_id)
        for document in ready:
            lost = held.get(document.document_id) != document.sha256
            known = document.document_id in self._jobs or document.document_id in self._leaving
            if lost and not known and not self._queue.full():
                self._enqueue(document, None)

    async def _work(self) -> None:
        while True:
            job = await self._queue.get()
            if job.dropped:
                continue
            job.task = asyncio.create_task(self._process(job), name=f"ingest-{job.document.document_id}")
            await asyncio.wait({job.task})

    async def _process(self, job: IngestJob) -> None:
        """Read and index one document; whatever happens to it is written down and told."""
        job.begun_at = time.monotonic()
        try:
            await self._ingest(job)
        except AppError as error:
            await self._fail(job, error)
        except Exception:
            log.exception("ingest failed", extra={"document_id": job.document.document_id})
            await self._fail(job, IngestError())
        finally:
            if self._jobs.get(job.document.document_id) is job and job.over:
                del self._jobs[job.document.document_id]
            if job.over and not job.dropped:
                self._on_processed(job)

    async def _ingest(self, job: IngestJob) -> None:
        document = job.document
        document.status = "processing"
        await self._store.update(document)
        job.publish(("progress", {"stage": "reading", "done": 0, "total": 1}))
        if job.data is not None:
            read = await self._reader.read(job.data, _named(document), document.mime, self._limits.read)
            document.text, document.characters = read.text, len(read.text)
            document.pages, document.hidden = read.pages, read.hidden
            if document.title in ("Resume", "Job description", "Document"):
                document.title = titles.from_text(read.text) or document.title
            await self._store.update(document)  # from here on a crash can go on without the bytes
            job.data = None
        job.publish(("progress", {"stage": "reading", "done": 1, "total": 1}))
        loop = asyncio.get_running_loop()

        def on_progress(stage: str, done: int, total: int) -> None:
            event = ("progress", {"stage": stage, "done": done, "total": total})
            with suppress(RuntimeError):  # the loop is gone when the server is
                loop.call_soon_threadsafe(job.publish, event)

        document.chunks = await self._index.add(document, on_progress)
        taken = TakenFor()
        try:
            taken = await asyncio.to_thread(self._take_for, document.kind, document.text)
        except Exception:  # it is found and cited all the same
            log.exception("a document was not looked at", extra={"document_id": document.document_id})
        document.language, document.notices, document.lines = taken.language, list(taken.notices), taken.lines
        document.status, document.error = "ready", None
        await self._store.update(document)
        job.publish(ended(document))

    async def _fail(self, job: IngestJob, error: AppError) -> None:
        job.document.status, job.document.error = "failed", error.as_wire("-")
        job.data = None
        try:
            await self._store.update(job.document)
        except AppError:
            log.exception("a failed document could not be written down")
        job.publish(ended(job.document))


def _named(document: Document) -> str:
    """A name with the extension of the type that was found when the file came in."""
    return next(f"upload.{kind}" for kind, mime in MIMES.items() if mime == document.mime)
