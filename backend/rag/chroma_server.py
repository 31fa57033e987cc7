"""Chroma on a server of its own, for more than one process."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any
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
    vectors_of,
)
from backend.rag.documents import Passage

TIMEOUT_S = 10.0
"""Longest wait for one answer of the server."""


class ServerShelves:
    """A collection per owner on a Chroma server.

    Erasing deletes the rows, or the whole collection, through Chroma's API. That the server's files then hold no byte
    of them is not guaranteed: Chroma keeps pages and vectors, and saves unused memory (see `chroma.py`). Where that
    matters, use the embedded shelves, or run the server on an encrypted volume and rebuild it from the documents.
    """

    def __init__(self, url: str, collection: str) -> None:
        self._url = urlsplit(url)
        self._prefix = collection
        self._lock = threading.Lock()
        self._connected: Any = None

    @property
    def _client(self) -> Any:
        """The client, connected on first use, so that a server that is down now may be up later."""
        with self._lock:
            if self._connected is None:
                url = self._url
                self._connected = chromadb.HttpClient(
                    host=url.hostname or "localhost",
                    port=url.port or (443 if url.scheme == "https" else 8000),
                    ssl=url.scheme == "https",
                    settings=quiet(),
                )
                for session in self._sessions():
                    session.timeout = TIMEOUT_S
            return self._connected

    def _sessions(self) -> list[Any]:
        """The client's HTTP sessions: Chroma gives them no time limit and never closes them."""
        servers = (self._connected._server, self._connected._admin_client._server)
        return [server._session for server in servers]

    def _name(self, owner_id: str) -> str:
        return f"{self._prefix}-{owner_key(owner_id)}"

    def _held(self, owner_id: str) -> Any:
        """This owner's collection; None where there is none."""
        try:
            return self._client.get_collection(self._name(owner_id), embedding_function=None)
        except chromadb.errors.NotFoundError:
            return None

    def passages(self, owner_id: str) -> list[Passage]:
        """Every passage of this owner, in no order."""
        collection = self._held(owner_id)
        return [] if collection is None else passages_of(collection, owner_id)

    def vectors(self, owner_id: str) -> dict[str, list[float]]:
        """Text -> vector of every passage of this owner."""
        collection = self._held(owner_id)
        return {} if collection is None else vectors_of(collection)

    def digests(self, owner_id: str) -> dict[str, str]:
        """document id -> sha256 of what was indexed."""
        collection = self._held(owner_id)
        return {} if collection is None else digests_of(collection, owner_id)

    def write(self, owner_id: str, document_id: str, nodes: list[BaseNode]) -> None:
        """Replaces the passages of one document."""
        replace_document(collection_of(self._client, self._name(owner_id)), document_id, nodes)

    def nearest(
        self, owner_id: str, vector: Sequence[float], document_ids: Sequence[str], limit: int
    ) -> list[tuple[str, float]]:
        collection = self._held(owner_id)
        return [] if collection is None else nearest_in(collection, owner_id, vector, document_ids, limit)

    def erase(self, owner_id: str, document_ids: Sequence[str] | None) -> int:
        """Deletes by API; see the class for what that does not promise."""
        collection = self._held(owner_id)
        if collection is None:
            return 0
        before = int(collection.count())
        if document_ids is None:
            self._client.delete_collection(self._name(owner_id))
            return before
        if document_ids:
            collection.delete(where={"document_id": {"$in": list(document_ids)}})
        return before - int(collection.count())

    def close(self) -> None:
        with self._lock:
            if self._connected is not None:
                for session in self._sessions():
                    session.close()
                self._connected.close()
                self._connected = None
