"""Library: takes documents in, reads and indexes them in the background, finds passages, erases."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from backend.errors import AppError, DocumentEmpty, DocumentQuota, DocumentTooLarge, DocumentUnreadable, IngestError
from backend.rag.clean_text import clean
from backend.rag.documents import Document, DocumentKind, Passage, PassageKind
from backend.rag.index import PACKS_OWNER
from backend.rag.ports import DocumentStore, PassageIndex
from backend.rag.readers import Reader, ReadLimits

log = logging.getLogger(__name__)

Event = tuple[str, dict[str, Any]]


class Pack(Protocol):
    """A role pack as the library sees it."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(slots=True)
class _Job:
    """A document in work and who watches it."""

    document: Document
    data: bytes | None
    filename: str | None
    mime: str | None
    task: asyncio.Task[None] | None = None
    progress: dict[str, Any] | None = None
    changed: asyncio.Event | None = None


class Library:
    """Everything about the documents of owners, and the role packs."""

    def __init__(
        self,
        store: DocumentStore,
        index: PassageIndex,
        *,
        limits: ReadLimits,
        per_owner: int,
        reader: Reader | None = None,
        at_once: int = 2,
    ) -> None:
        self._store = store
        self._index = index
        self._limits = limits
        self._per_owner = per_owner
        self._reader = reader or Reader()
        self._places = asyncio.Semaphore(at_once)
        self._jobs: dict[str, _Job] = {}
        self._adding = asyncio.Lock()

    async def recover(self) -> None:
        """After a crash: documents whose bytes were lost ask to be uploaded again; pasted texts go on."""
        for document in await self._store.unfinished():
            if document.text:
                self._begin(_Job(document, None, None, None))
            else:
                lost = DocumentUnreadable("The server restarted while this was being read. Please upload it again.")
                await self._fail(document, lost)

    # --- adding ----------------------------------------------------------------------------------------------------

    async def add_file(
        self, owner_id: str, kind: DocumentKind, filename: str | None, mime: str | None, data: bytes
    ) -> tuple[Document, bool]:
        """Take an upload; (document, whether it is new). Errors: `DocumentTooLarge`, `DocumentQuota`."""
        if len(data) > self._limits.max_bytes:
            raise DocumentTooLarge
        title = _title(filename) or kind.replace("_", " ").capitalize()
        return await self._add(owner_id, kind, title, data, filename, mime or "application/octet-stream", None)

    async def add_text(self, owner_id: str, kind: DocumentKind, title: str, text: str) -> tuple[Document, bool]:
        """Take pasted text. Errors: `DocumentEmpty`, `DocumentTooLarge`, `DocumentQuota`."""
        if len(text) > self._limits.max_characters:
            raise DocumentTooLarge
        cleaned = clean(text)
        if not cleaned.strip():
            raise DocumentEmpty("This text is empty. Please paste the document's words.")
        title = _title(title) or _title(cleaned.strip().splitlines()[0][:80]) or kind.replace("_", " ").capitalize()
        return await self._add(owner_id, kind, title, text.encode(), None, "text/plain", cleaned)

    async def _add(
        self,
        owner_id: str,
        kind: DocumentKind,
        title: str,
        data: bytes,
        filename: str | None,
        mime: str,
        text: str | None,
    ) -> tuple[Document, bool]:
        sha256 = hashlib.sha256(data).hexdigest()
        async with self._adding:
            if (known := await self._store.by_sha256(owner_id, sha256, kind)) is not None:
                if known.status != "failed":
                    return known, False
                await self._store.delete(owner_id, known.document_id)
            if len(await self._store.list(owner_id)) >= self._per_owner:
                raise DocumentQuota
            document = Document(
                document_id=f"doc_{secrets.token_urlsafe(12)}",
                owner_id=owner_id,
                kind=kind,
                title=title,
                mime=mime,
                sha256=sha256,
                text=text or "",
                characters=len(text or ""),
                created_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            )
            await self._store.add(document)
        self._begin(_Job(document, None if text is not None else data, filename, mime))
        return document, True

    def _begin(self, job: _Job) -> None:
        job.changed = asyncio.Event()
        self._jobs[job.document.document_id] = job
        job.task = asyncio.create_task(self._process(job), name=f"ingest {job.document.document_id}")

    async def _process(self, job: _Job) -> None:
        try:
            async with self._places:
                await self._read_and_index(job)
        except AppError as error:
            await self._fail(job.document, error)
        except Exception:
            log.exception("document not ingested")
            await self._fail(job.document, IngestError())
        finally:
            self._jobs.pop(job.document.document_id, None)
            self._poke(job)

    async def _read_and_index(self, job: _Job) -> None:
        document = job.document
        document.status = "processing"
        await self._store.update(document)
        if job.data is not None:
            self._progress(job, "reading", 0, 1)
            read = await self._reader.read(job.data, job.filename, job.mime, self._limits)
            job.data = None
            document.text, document.pages, document.hidden = read.text, read.pages, read.hidden
            document.characters = len(read.text)
            await self._store.update(document)
        self._progress(job, "reading", 1, 1)
        document.chunks = await self._index.add(document, lambda *step: self._progress(job, *step))
        document.status = "ready"
        await self._store.update(document)

    async def _fail(self, document: Document, error: AppError) -> None:
        document.status = "failed"
        document.error = error.as_wire("-")
        await self._store.update(document)

    def _progress(self, job: _Job, stage: str, done: int, total: int) -> None:
        job.progress = {"stage": stage, "done": done, "total": total}
        self._poke(job)

    @staticmethod
    def _poke(job: _Job) -> None:
        if job.changed is not None:
            job.changed.set()
            job.changed = asyncio.Event()

    # --- looking ---------------------------------------------------------------------------------------------------

    async def events(self, owner_id: str, document_id: str) -> AsyncIterator[Event]:
        """("progress" | "ready" | "failed", data): the present state first, then what changes, until the end."""
        shown: dict[str, Any] | None = None
        while True:
            job = self._jobs.get(document_id)
            changed = job.changed if job is not None else None
            if job is not None and job.progress is not None and job.progress != shown:
                shown = job.progress
                yield "progress", shown
                continue
            document = await self._store.get(owner_id, document_id)
            if document is None:
                return
            if document.status == "ready":
                yield "ready", {"chunks": document.chunks}
                return
            if document.status == "failed":
                yield "failed", {"error": document.error}
                return
            if changed is not None:
                await changed.wait()
            else:
                await asyncio.sleep(0.2)  # between the job's last word and its record

    async def get(self, owner_id: str, document_id: str) -> Document | None:
        return await self._store.get(owner_id, document_id)

    async def list(self, owner_id: str) -> list[Document]:
        return await self._store.list(owner_id)

    async def search(
        self,
        owner_id: str,
        query: str,
        *,
        document_ids: Sequence[str] | None = None,
        kinds: Sequence[PassageKind] | None = None,
        top_k: int = 6,
    ) -> list[Passage]:
        """The best passages of this owner's documents and of the role packs (see `PassageIndex.search`)."""
        return await self._index.search(owner_id, query, document_ids=document_ids, kinds=kinds, top_k=top_k)

    # --- erasing ---------------------------------------------------------------------------------------------------

    async def delete(self, owner_id: str, document_id: str) -> bool:
        """Erase a document from the index and the store; one in work is stopped first."""
        if await self._store.get(owner_id, document_id) is None:
            return False
        await self._stop(document_id)
        await self._index.erase(owner_id, [document_id])
        return await self._store.delete(owner_id, document_id)

    async def delete_all(self, owner_id: str) -> int:
        """Erase every document of an owner; returns the number of passages."""
        for document in await self._store.list(owner_id):
            await self._stop(document.document_id)
            await self._store.delete(owner_id, document.document_id)
        return await self._index.erase(owner_id, None)

    async def _stop(self, document_id: str) -> None:
        job = self._jobs.get(document_id)
        if job is not None and job.task is not None:
            job.task.cancel()
            await asyncio.wait({job.task})

    # --- role packs ------------------------------------------------------------------------------------------------

    async def index_packs(self, packs: Sequence[Pack], known: dict[str, str]) -> dict[str, str]:
        """Index packs whose content is not in `known` (name -> SHA-256); returns what is indexed now."""
        now = {pack.name: hashlib.sha256(pack.text.encode()).hexdigest() for pack in packs}
        gone = [f"pack:{name}" for name in known if name not in now]
        if gone:
            await self._index.erase(PACKS_OWNER, gone)
        for pack in packs:
            if known.get(pack.name) == now[pack.name]:
                continue
            await self._index.add(
                Document.model_construct(
                    document_id=f"pack:{pack.name}",
                    owner_id=PACKS_OWNER,
                    kind="role_pack",
                    title=pack.title,
                    text=pack.text,
                )
            )
        return now

    async def close(self) -> None:
        tasks = [job.task for job in self._jobs.values() if job.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._index.close()


def _title(name: str | None) -> str:
    """A file name or first line as a title: no folders, no extension, no control characters."""
    plain = re.sub(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", "", name or "")
    plain = re.split(r"[\\/]", plain)[-1]
    plain = re.sub(r"\.(pdf|docx|txt|text|md|markdown)$", "", plain, flags=re.I)
    return " ".join(plain.replace("_", " ").lstrip("# ").split())[:120]
