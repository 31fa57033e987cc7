"""Rows of a Chroma collection, through llama-index's vector store where it has the call; and the port of a shelf."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from chromadb.config import Settings as ChromaSettings
from llama_index.core.schema import BaseNode
from llama_index.core.vector_stores.types import FilterOperator, MetadataFilter, MetadataFilters, VectorStoreQuery
from llama_index.vector_stores.chroma import ChromaVectorStore

from backend.rag.documents import Passage

PAGE = 2_000
_CONFIGURATION = {"hnsw": {"space": "cosine"}}


class Shelves(Protocol):
    """One collection of passages per owner. No method can be called without naming the owner."""

    def passages(self, owner_id: str) -> list[Passage]: ...

    def vectors(self, owner_id: str) -> dict[str, list[float]]: ...

    def digests(self, owner_id: str) -> dict[str, str]: ...

    def write(self, owner_id: str, document_id: str, nodes: list[BaseNode]) -> None: ...

    def nearest(
        self, owner_id: str, vector: Sequence[float], document_ids: Sequence[str], limit: int
    ) -> list[tuple[str, float]]:
        """(passage id, cosine similarity), nearest first."""
        ...

    def erase(self, owner_id: str, document_ids: Sequence[str] | None) -> int: ...

    def close(self) -> None: ...


def collection_name(embedder_name: str, dimensions: int) -> str:
    """Vectors of different embedders never share a collection."""
    safe = "".join(c if c.isalnum() or c in "-_" else "-" for c in embedder_name.lower()).strip("-_")
    return f"passages-{safe}-{dimensions}"[:200]


def owner_key(owner_id: str) -> str:
    return hashlib.sha256(owner_id.encode()).hexdigest()[:40]


def quiet() -> ChromaSettings:
    return ChromaSettings(anonymized_telemetry=False, _env_file=None)


def collection_of(client: Any, name: str) -> Any:
    return client.get_or_create_collection(name, embedding_function=None, configuration=_CONFIGURATION)


def replace_document(collection: Any, document_id: str, nodes: list[BaseNode]) -> None:
    store = ChromaVectorStore(chroma_collection=collection)
    store.delete(document_id)
    if nodes:
        store.add(nodes)
    held = len(collection.get(where={"document_id": document_id}, include=[])["ids"])
    if held != len(nodes):
        raise RuntimeError(f"{held} of {len(nodes)} passages were stored")


def all_rows(collection: Any) -> list[dict[str, Any]]:
    """Every row with its vector, page by page."""
    rows: list[dict[str, Any]] = []
    while True:
        got = collection.get(limit=PAGE, offset=len(rows), include=["embeddings", "documents", "metadatas"])
        for number, row_id in enumerate(got["ids"]):
            rows.append(
                {
                    "id": row_id,
                    "embedding": got["embeddings"][number],
                    "text": got["documents"][number],
                    "metadata": got["metadatas"][number],
                }
            )
        if len(got["ids"]) < PAGE:
            return rows


def _metadata(collection: Any, owner_id: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(passage id, text, metadata) of every row of this owner."""
    offset = 0
    while True:
        got = collection.get(limit=PAGE, offset=offset, include=["documents", "metadatas"])
        for row_id, text, metadata in zip(got["ids"], got["documents"], got["metadatas"], strict=True):
            if metadata.get("owner_id") == owner_id:
                yield row_id, text, metadata
        if len(got["ids"]) < PAGE:
            return
        offset += PAGE


def passages_of(collection: Any, owner_id: str) -> list[Passage]:
    return [_passage(*row) for row in _metadata(collection, owner_id)]


def digests_of(collection: Any, owner_id: str) -> dict[str, str]:
    return {metadata["document_id"]: metadata["sha256"] for _, _, metadata in _metadata(collection, owner_id)}


def vectors_of(collection: Any) -> dict[str, list[float]]:
    return {row["text"]: [float(n) for n in row["embedding"]] for row in all_rows(collection)}


def _passage(row_id: str, text: str, metadata: dict[str, Any]) -> Passage:
    return Passage(
        passage_id=row_id,
        document_id=metadata["document_id"],
        kind=metadata["kind"],
        title=metadata["title"],
        text=text,
        score=0.0,
        char_start=metadata["char_start"],
        char_end=metadata["char_end"],
    )


def nearest_in(
    collection: Any, owner_id: str, vector: Sequence[float], document_ids: Sequence[str], limit: int
) -> list[tuple[str, float]]:
    """Filtered by owner and documents in the engine, and the owner checked again on every row.

    `limit` may be more than the collection holds: Chroma then returns what there is.
    """
    if not document_ids:
        return []
    filters = MetadataFilters(
        filters=[
            MetadataFilter(key="owner_id", value=owner_id),
            MetadataFilter(key="document_id", operator=FilterOperator.IN, value=list(document_ids)),
        ]
    )
    query = VectorStoreQuery(query_embedding=list(vector), similarity_top_k=limit, filters=filters)
    result = ChromaVectorStore(chroma_collection=collection).query(query)
    out: list[tuple[str, float]] = []
    for node, score in zip(result.nodes or [], result.similarities or [], strict=True):
        if node.metadata.get("owner_id") == owner_id:
            out.append((node.node_id, _cosine(score)))
    return out


def _cosine(score: float) -> float:
    """llama-index reports exp(-distance), and Chroma's cosine distance is 1 - similarity."""
    return 1.0 + math.log(max(score, 1e-9))
