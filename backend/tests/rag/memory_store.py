"""A document store in memory, as strict as the one in SQL."""

from __future__ import annotations

from backend.rag.documents import Document


class MemoryDocuments:
    """Implements `DocumentStore`; hands out copies, as a database does."""

    def __init__(self) -> None:
        self.rows: dict[str, Document] = {}

    async def add(self, document: Document) -> None:
        assert document.document_id not in self.rows
        self.rows[document.document_id] = document.model_copy(deep=True)

    async def update(self, document: Document) -> None:
        self.rows[document.document_id] = document.model_copy(deep=True)

    async def get(self, owner_id: str, document_id: str) -> Document | None:
        row = self.rows.get(document_id)
        return row.model_copy(deep=True) if row is not None and row.owner_id == owner_id else None

    async def by_sha256(self, owner_id: str, sha256: str, kind: str) -> Document | None:
        for row in self.rows.values():
            if (row.owner_id, row.sha256, row.kind) == (owner_id, sha256, kind):
                return row.model_copy(deep=True)
        return None

    async def list(self, owner_id: str) -> list[Document]:
        return [r.model_copy(deep=True) for r in self.rows.values() if r.owner_id == owner_id]

    async def ready(self, owner_id: str) -> dict[str, str]:
        rows = self.rows.values()
        return {r.document_id: r.sha256 for r in rows if r.owner_id == owner_id and r.status == "ready"}

    async def unfinished(self):
        return [r.model_copy(deep=True) for r in self.rows.values() if r.status in ("queued", "processing")]

    async def delete(self, owner_id: str, document_id: str) -> bool:
        row = self.rows.get(document_id)
        if row is None or row.owner_id != owner_id:
            return False
        del self.rows[document_id]
        return True
