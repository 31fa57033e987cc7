"""Documents of owners, in SQL: the source of truth of retrieval."""

from __future__ import annotations

import builtins
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Transaction

from backend.errors import Conflict, NotFound
from backend.rag.documents import Document
from backend.storage.database import Database, is_duplicate, reading, writing
from backend.storage.tables import DocumentRow


class SqlDocuments:
    """Implements `backend.rag.ports.DocumentStore`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, document: Document) -> None:
        """Keep a new document. Raises `Conflict` where this owner has the same bytes as the same kind already, and
        `NotFound` where the owner was erased meanwhile."""
        await self._add(_values(document))

    @writing
    def _add(self, tx: Transaction, values: dict[str, Any]) -> None:
        try:
            tx.execute(insert(DocumentRow).values(values))
        except IntegrityError as error:
            if is_duplicate(error):
                raise Conflict("You have uploaded this document already.") from None
            raise NotFound from None

    async def update(self, document: Document) -> None:
        """Store the document's present values; one that was deleted meanwhile stays deleted."""
        statement = update(DocumentRow).where(*_is(document.owner_id, document.document_id)).values(_values(document))
        await self._db.write(lambda tx: tx.execute(statement))

    @reading
    def get(self, tx: Transaction, owner_id: str, document_id: str) -> Document | None:
        row = tx.scalar(select(DocumentRow).where(*_is(owner_id, document_id)))
        return _value(row) if row is not None else None

    @reading
    def by_sha256(self, tx: Transaction, owner_id: str, sha256: str, kind: str) -> Document | None:
        query = select(DocumentRow).where(
            DocumentRow.owner_id == owner_id, DocumentRow.sha256 == sha256, DocumentRow.kind == kind
        )
        row = tx.scalar(query)
        return _value(row) if row is not None else None

    @reading
    def list(self, tx: Transaction, owner_id: str) -> builtins.list[Document]:
        """All documents of an owner, newest first."""
        newest_first = (DocumentRow.created_at.desc(), DocumentRow.document_id)
        query = select(DocumentRow).where(DocumentRow.owner_id == owner_id).order_by(*newest_first)
        return [_value(row) for row in tx.scalars(query)]

    @reading
    def ready(self, tx: Transaction, owner_id: str) -> dict[str, str]:
        columns = select(DocumentRow.document_id, DocumentRow.sha256)
        rows = tx.execute(columns.where(DocumentRow.owner_id == owner_id, DocumentRow.status == "ready"))
        return {document_id: sha256 for document_id, sha256 in rows}

    @reading
    def unfinished(self, tx: Transaction) -> builtins.list[Document]:
        query = select(DocumentRow).where(DocumentRow.status.in_(("queued", "processing")))
        return [_value(row) for row in tx.scalars(query.order_by(DocumentRow.created_at))]

    async def delete(self, owner_id: str, document_id: str) -> bool:
        """Erase a document from every file of the database. False where there was none."""
        found = await self._delete(owner_id, document_id)
        if found:
            await self._db.scrub()
        return found

    @writing
    def _delete(self, tx: Transaction, owner_id: str, document_id: str) -> bool:
        query = delete(DocumentRow).where(*_is(owner_id, document_id)).returning(DocumentRow.document_id)
        return (tx.scalar(query)) is not None


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
