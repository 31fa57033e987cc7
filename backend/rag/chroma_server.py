"""Chroma on a server of its own, for more than one process."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import chromadb
from llama_index.core.schema import BaseNode

from backend.rag.chroma_rows import (
    collection_of,
    digests_of,
    nearest_in,
    owner_key,
    passages_of,
    quiet,
    replace_document,
)
from backend.rag.documents import Passage


class ServerShelves:
    """A collection per owner on a Chroma server.

    Erasing deletes the rows, or the whole collection, through Chroma's API. That the server's files then hold no byte
    of them is not guaranteed: Chroma keeps pages and vectors, and saves unused memory (see `chroma.py`). Where that
    matters, use the embedded shelves, or run the server on an encrypted volume and rebuild it from the documents.
    """

    def __init__(self, url: str, collection: str) -> None:
        parts = urlsplit(url)
        self._client = chromadb.HttpClient(
            host=parts.hostname or "localhost",
            port=parts.port or (443 if parts.scheme == "https" else 80),
            ssl=parts.scheme == "https",
            settings=quiet(),
        )
        self._prefix = collection

    def _name(self, owner_id: str) -> str:
        return f"{self._prefix}-{owner_key(owner_id)}"

    def _exists(self, owner_id: str) -> bool:
        try:
            self._client.get_collection(self._name(owner_id), embedding_function=None)
        except chromadb.errors.NotFoundError:
            return False
        return True

    def passages(self, owner_id: str) -> list[Passage]:
        """Every passage of this owner, in no order."""
        if not self._exists(owner_id):
            return []
        return passages_of(collection_of(self._client, self._name(owner_id)), owner_id)

    def digests(self, owner_id: str) -> dict[str, str]:
        """document id -> sha256 of what was indexed."""
        return digests_of(collection_of(self._client, self._name(owner_id)), owner_id) if self._exists(owner_id) else {}

    def write(self, owner_id: str, document_id: str, nodes: list[BaseNode]) -> None:
        """Replaces the passages of one document."""
        replace_document(collection_of(self._client, self._name(owner_id)), document_id, nodes)

    def nearest(
        self, owner_id: str, vector: Sequence[float], document_ids: Sequence[str], limit: int
    ) -> list[tuple[str, float]]:
        if not self._exists(owner_id):
            return []
        return nearest_in(self._client, self._name(owner_id), owner_id, vector, document_ids, limit)

    def erase(self, owner_id: str, document_ids: Sequence[str] | None) -> int:
        """Deletes by API; see the class for what that does not promise."""
        if not self._exists(owner_id):
            return 0
        collection = collection_of(self._client, self._name(owner_id))
        before = int(collection.count())
        if document_ids is None:
            self._client.delete_collection(self._name(owner_id))
            return before
        if document_ids:
            collection.delete(where={"document_id": {"$in": list(document_ids)}})
        return before - int(collection.count())

    def close(self) -> None:
        self._client.close()
