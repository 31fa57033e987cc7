"""Ingestion by llama-index: split a document into passages with exact places, embed them, hand them to the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llama_index.core import Document as LlamaDocument
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import BaseNode, MetadataMode, TransformComponent
from pydantic import PrivateAttr

from backend.rag.documents import Document
from backend.rag.ports import Embedder, Progress

CHUNK_TOKENS = 180
"""MiniLM reads 256 word pieces; llama-index counts in tokens of another vocabulary, hence the margin."""
OVERLAP_TOKENS = 24


class LlamaEmbedding(BaseEmbedding):
    """Our embedder in llama-index's clothes."""

    _embedder: Embedder = PrivateAttr()
    _progress: Progress | None = PrivateAttr()
    _done: int = PrivateAttr(default=0)
    _total: int = PrivateAttr(default=0)

    def __init__(self, embedder: Embedder, progress: Progress | None = None, **values: Any) -> None:
        super().__init__(model_name=embedder.name, embed_batch_size=16, **values)
        self._embedder = embedder
        self._progress = progress

    def __call__(self, nodes: Sequence[BaseNode], **values: Any) -> Sequence[BaseNode]:
        self._total = len(nodes)
        return super().__call__(nodes, **values)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors = self._embedder.embed(texts)
        self._done += len(texts)
        if self._progress is not None:
            self._progress("embedding", min(self._done, self._total), self._total)
        return vectors

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._embedder.embed([query])[0]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class ExactPlaces(TransformComponent):
    """Gives every node the place of its text in the document: `text[char_start:char_end] == node text`."""

    source: str
    labels: dict[str, str]

    def __call__(self, nodes: Sequence[BaseNode], **_: Any) -> Sequence[BaseNode]:
        placed, search_from = [], 0
        for node in nodes:
            text = node.get_content(metadata_mode=MetadataMode.NONE)
            start = self.source.find(text, search_from)
            if start < 0:
                start = self.source.find(text)
            if start < 0:
                raise ValueError("a passage is not verbatim in its document")
            search_from = start + 1
            node.metadata = {**self.labels, "char_start": start, "char_end": start + len(text)}
            node.excluded_embed_metadata_keys = list(node.metadata)
            node.excluded_llm_metadata_keys = list(node.metadata)
            placed.append(node)
        return placed


def to_nodes(document: Document, embedder: Embedder, progress: Progress | None = None) -> list[BaseNode]:
    """The document's passages as embedded llama-index nodes with deterministic ids `<document id>:<n>`."""
    if progress is not None:
        progress("chunking", 0, 1)
    labels = {
        "owner_id": document.owner_id,
        "document_id": document.document_id,
        "kind": document.kind,
        "title": document.title,
    }
    splitter = SentenceSplitter(
        chunk_size=CHUNK_TOKENS,
        chunk_overlap=OVERLAP_TOKENS,
        include_metadata=False,
        id_func=lambda number, source: f"{source.node_id}:{number}",
    )
    pipeline = IngestionPipeline(
        transformations=[splitter, ExactPlaces(source=document.text, labels=labels), LlamaEmbedding(embedder, progress)],
        disable_cache=True,
    )
    source = LlamaDocument(text=document.text, id_=document.document_id)
    return list(pipeline.run(documents=[source], show_progress=False))
