"""Chroma: one collection per owner, embedded in a folder of its own or on a server.

Chroma keeps deleted texts and vectors in its files. Embedded, erasing therefore means: copy what remains into a new
folder, point to it, remove the old one. On a server the rows are deleted, and what the server's files keep until its
own clean-up is beyond our reach (docs/decisions says what to do about it).
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import chromadb
from chromadb.config import Settings as ChromaSettings
from llama_index.core.schema import BaseNode, TextNode
from llama_index.vector_stores.chroma import ChromaVectorStore

_OPEN_MAX = 24


class Shelf(Protocol):
    """The passages of all owners; every call names one owner. Blocking."""

    def replace(self, owner_id: str, document_id: str, nodes: Sequence[BaseNode]) -> None: ...

    def nearest(self, owner_id: str, vector: list[float], top_k: int) -> list[tuple[str, float]]:
        """(passage id, cosine similarity), best first."""
        ...

    def all(self, owner_id: str) -> list[dict[str, Any]]:
        """Every passage: {"id", "text", **metadata}."""
        ...

    def erase(self, owner_id: str, document_ids: Sequence[str] | None) -> None: ...

    def close(self) -> None: ...


def _collection(client: Any, name: str) -> Any:
    return client.get_or_create_collection(
        name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )


def _put(collection: Any, document_id: str, nodes: Sequence[BaseNode]) -> None:
    """Delete first: Chroma's add silently keeps the old text of an id that exists."""
    collection.delete(where={"document_id": document_id})
    if nodes:
        ChromaVectorStore(chroma_collection=collection).add(list(nodes))


def _nearest(collection: Any, vector: list[float], top_k: int) -> list[tuple[str, float]]:
    count = collection.count()
    if count == 0:
        return []
    found = collection.query(query_embeddings=[vector], n_results=min(top_k, count), include=["distances"])
    return [(i, 1.0 - d) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)]


def _all(collection: Any) -> list[dict[str, Any]]:
    got = collection.get(include=["documents", "metadatas"])
    return [
        {"id": i, "text": t, **m} for i, t, m in zip(got["ids"], got["documents"], got["metadatas"], strict=True)
    ]


class EmbeddedShelf:
    """A Chroma folder per owner: `<root>/<owner>/<generation>`, with `<root>/<owner>/current` naming the one in use."""

    def __init__(self, root: Path, collection: str) -> None:
        self._root = root
        self._name = collection
        self._open: OrderedDict[str, Any] = OrderedDict()
        self._sweep()

    def replace(self, owner_id: str, document_id: str, nodes: Sequence[BaseNode]) -> None:
        _put(self._of(owner_id), document_id, nodes)

    def nearest(self, owner_id: str, vector: list[float], top_k: int) -> list[tuple[str, float]]:
        return _nearest(self._of(owner_id), vector, top_k) if self._generation(owner_id) else []

    def all(self, owner_id: str) -> list[dict[str, Any]]:
        return _all(self._of(owner_id)) if self._generation(owner_id) else []

    def erase(self, owner_id: str, document_ids: Sequence[str] | None) -> None:
        if self._generation(owner_id) is None:
            return
        kept = self._kept(owner_id, set(document_ids)) if document_ids is not None else []
        self._shut(owner_id)
        old = self._folder(owner_id)
        if kept:
            self._rebuild(owner_id, kept)
        else:
            shutil.rmtree(old)

    def _kept(self, owner_id: str, erased: set[str]) -> list[TextNode]:
        got = self._of(owner_id).get(include=["documents", "metadatas", "embeddings"])
        rows = zip(got["ids"], got["documents"], got["metadatas"], got["embeddings"], strict=True)
        nodes = []
        for id_, text, metadata, vector in rows:
            if metadata["document_id"] in erased:
                continue
            content = json.loads(metadata["_node_content"])
            node = TextNode(id_=id_, text=text, metadata=content["metadata"], embedding=[float(x) for x in vector])
            nodes.append(node)
        return nodes

    def _rebuild(self, owner_id: str, nodes: Sequence[TextNode]) -> None:
        generation = secrets.token_hex(4)
        folder = self._folder(owner_id)
        client = self._client(folder / generation)
        collection = _collection(client, self._name)
        ChromaVectorStore(chroma_collection=collection).add(list(nodes))
        client.close()
        self._point(owner_id, generation)
        self._sweep_owner(folder)

    # --- folders ---------------------------------------------------------------------------------------------------

    def _folder(self, owner_id: str) -> Path:
        return self._root / hashlib.sha256(owner_id.encode()).hexdigest()[:32]

    def _generation(self, owner_id: str) -> str | None:
        pointer = self._folder(owner_id) / "current"
        return pointer.read_text().strip() if pointer.is_file() else None

    def _point(self, owner_id: str, generation: str) -> None:
        folder = self._folder(owner_id)
        fresh = folder / "current.new"
        fresh.write_text(generation)
        fresh.replace(folder / "current")

    def _of(self, owner_id: str) -> Any:
        if owner_id not in self._open:
            generation = self._generation(owner_id)
            if generation is None:
                generation = secrets.token_hex(4)
                self._folder(owner_id).mkdir(parents=True, exist_ok=True)
                self._point(owner_id, generation)
            self._open[owner_id] = self._client(self._folder(owner_id) / generation)
            while len(self._open) > _OPEN_MAX:
                self._shut(next(iter(self._open)))
        self._open.move_to_end(owner_id)
        return _collection(self._open[owner_id], self._name)

    @staticmethod
    def _client(folder: Path) -> Any:
        folder.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(
            path=str(folder), settings=ChromaSettings(anonymized_telemetry=False, is_persistent=True)
        )

    def _shut(self, owner_id: str) -> None:
        if (client := self._open.pop(owner_id, None)) is not None:
            client.close()

    def _sweep(self) -> None:
        """Remove what a crash in the middle of an erasure left behind."""
        for folder in self._root.glob("*/") if self._root.is_dir() else ():
            self._sweep_owner(folder)

    @staticmethod
    def _sweep_owner(folder: Path) -> None:
        pointer = folder / "current"
        current = pointer.read_text().strip() if pointer.is_file() else ""
        for generation in folder.iterdir():
            if generation.is_dir() and generation.name != current:
                shutil.rmtree(generation)

    def close(self) -> None:
        for owner_id in list(self._open):
            self._shut(owner_id)


class ServerShelf:
    """A collection per owner on a Chroma server (which has no login of its own: keep it on an internal network)."""

    def __init__(self, url: str, collection: str) -> None:
        parts = urlsplit(url)
        self._name = collection
        self._client = chromadb.HttpClient(
            host=parts.hostname or "localhost",
            port=parts.port or (443 if parts.scheme == "https" else 8000),
            ssl=parts.scheme == "https",
            settings=ChromaSettings(anonymized_telemetry=False),
        )

    def _of(self, owner_id: str) -> Any:
        return _collection(self._client, f"{self._name}-{hashlib.sha256(owner_id.encode()).hexdigest()[:32]}")

    def replace(self, owner_id: str, document_id: str, nodes: Sequence[BaseNode]) -> None:
        _put(self._of(owner_id), document_id, nodes)

    def nearest(self, owner_id: str, vector: list[float], top_k: int) -> list[tuple[str, float]]:
        return _nearest(self._of(owner_id), vector, top_k)

    def all(self, owner_id: str) -> list[dict[str, Any]]:
        return _all(self._of(owner_id))

    def erase(self, owner_id: str, document_ids: Sequence[str] | None) -> None:
        collection = self._of(owner_id)
        if document_ids is None:
            self._client.delete_collection(collection.name)
        else:
            for document_id in document_ids:
                collection.delete(where={"document_id": document_id})

    def close(self) -> None:
        self._client.close()
