"""Documents of owners, in SQL: the source of truth of retrieval."""

from __future__ import annotations

from sqlalchemy import delete, select

from backend.rag.documents import Document
from backend.storage.database import Database
from backend.storage.tables import DocumentRow


class SqlDocuments:
    """Implements `backend.rag.ports.DocumentStore`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, document: Document) -> None:
        async with self._db.transaction() as session:
            session.add(_row(document))

    async def update(self, document: Document) -> None:
        async with self._db.transaction() as session:
            await session.merge(_row(document))

    async def get(self, owner_id: str, document_id: str) -> Document | None:
        async with self._db.transaction() as session:
            row = await session.get(DocumentRow, document_id)
            return _value(row) if row is not None and row.owner_id == owner_id else None

    async def by_sha256(self, owner_id: str, sha256: str, kind: str) -> Document | None:
        query = select(DocumentRow).where(
            DocumentRow.owner_id == owner_id, DocumentRow.sha256 == sha256, DocumentRow.kind == kind
        )
        async with self._db.transaction() as session:
            row = (await session.scalars(query)).one_or_none()
            return _value(row) if row is not None else None

    async def list(self, owner_id: str) -> list[Document]:
        query = select(DocumentRow).where(DocumentRow.owner_id == owner_id).order_by(DocumentRow.created_at.desc())
        async with self._db.transaction() as session:
            return [_value(row) for row in await session.scalars(query)]

    async def unfinished(self) -> list[Document]:
        query = select(DocumentRow).where(DocumentRow.status.in_(("queued", "processing")))
        async with self._db.transaction() as session:
            return [_value(row) for row in await session.scalars(query)]

    async def delete(self, owner_id: str, document_id: str) -> bool:
        query = delete(DocumentRow).where(DocumentRow.owner_id == owner_id, DocumentRow.document_id == document_id)
        async with self._db.transaction() as session:
            found = (await session.execute(query)).rowcount > 0  # type: ignore[attr-defined]
        await self._db.scrub()
        return bool(found)


def _row(document: Document) -> DocumentRow:
    return DocumentRow(
        document_id=document.document_id,
        owner_id=document.owner_id,
        kind=document.kind,
        sha256=document.sha256,
        status=document.status,
        created_at=document.created_at,
        text=document.text,
        payload=document.model_dump(mode="json", exclude={"text"}),
    )


def _value(row: DocumentRow) -> Document:
    return Document(**row.payload, text=row.text)
