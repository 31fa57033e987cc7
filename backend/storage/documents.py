"""Documents of owners, in SQL: the source of truth of retrieval."""

from __future__ import annotations

import builtins
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.errors import Conflict, NotFound
from backend.rag.documents import Document
from backend.storage.database import Database, is_duplicate, reading, writing
from backend.storage.tables import DocumentRow


class SqlDocuments:
    """Implements `backend.rag.ports.DocumentStore`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    @writing
    async def add(self, tx: AsyncSession, document: Document) -> None:
        """Keep a new document. Raises `Conflict` where this owner has the same bytes as the same kind already, and
        `NotFound` where the owner was erased meanwhile."""
        try:
            await tx.execute(insert(DocumentRow).values(_values(document)))
        except IntegrityError as error:
            if is_duplicate(error):
                raise Conflict("You have uploaded this document already.") from None
            raise NotFound from None

    @writing
    async def update(self, tx: AsyncSession, document: Document) -> None:
        """Store the document's present values; one that was deleted meanwhile stays deleted."""
        await tx.execute(
            update(DocumentRow).where(*_is(document.owner_id, document.document_id)).values(_values(document))
        )

    @reading
    async def get(self, tx: AsyncSession, owner_id: str, document_id: str) -> Document | None:
        row = await tx.scalar(select(DocumentRow).where(*_is(owner_id, document_id)))
        return _value(row) if row is not None else None

    @reading
    async def by_sha256(self, tx: AsyncSession, owner_id: str, sha256: str, kind: str) -> Document | None:
        query = select(DocumentRow).where(
            DocumentRow.owner_id == owner_id, DocumentRow.sha256 == sha256, DocumentRow.kind == kind
        )
        row = await tx.scalar(query)
        return _value(row) if row is not None else None

    @reading
    async def list(self, tx: AsyncSession, owner_id: str) -> builtins.list[Document]:
        """All documents of an owner, newest first."""
        newest_first = (DocumentRow.created_at.desc(), DocumentRow.document_id)
        query = select(DocumentRow).where(DocumentRow.owner_id == owner_id).order_by(*newest_first)
        return [_value(row) for row in await tx.scalars(query)]

    @reading
    async def ready(self, tx: AsyncSession, owner_id: str) -> dict[str, str]:
        columns = select(DocumentRow.document_id, DocumentRow.sha256)
        rows = await tx.execute(columns.where(DocumentRow.owner_id == owner_id, DocumentRow.status == "ready"))
        return {document_id: sha256 for document_id, sha256 in rows}

    @reading
    async def unfinished(self, tx: AsyncSession) -> builtins.list[Document]:
        query = select(DocumentRow).where(DocumentRow.status.in_(("queued", "processing")))
        return [_value(row) for row in await tx.scalars(query.order_by(DocumentRow.created_at))]

    async def delete(self, owner_id: str, document_id: str) -> bool:
        """Erase a document from every file of the database. False where there was none."""
        found = await self._delete(owner_id, document_id)
        if found:
            await self._db.scrub()
        return found

    @writing
    async def _delete(self, tx: AsyncSession, owner_id: str, document_id: str) -> bool:
        query = delete(DocumentRow).where(*_is(owner_id, document_id)).returning(DocumentRow.document_id)
        return (await tx.scalar(query)) is not None


def _is(owner_id: str, document_id: str) -> tuple[Any, Any]:
    return DocumentRow.owner_id == owner_id, DocumentRow.document_id == document_id


def _values(document: Document) -> dict[str, Any]:
    return {
        "document_id": document.document_id,
        "owner_id": document.owner_id,
        "kind": document.kind,
        "sha256": document.sha256,
        "status": document.status,
        "created_at": document.created_at,
        "text": document.text,
        "payload": document.model_dump(mode="json", exclude={"text"}),
    }


def _value(row: DocumentRow) -> Document:
    return Document(**row.payload, text=row.text)
