"""A document's text to embedded passages, by llama-index: split, locate, embed."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from typing import Any

from llama_index.core import Document as LlamaDocument
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import BaseNode, NodeRelationship, TextNode, TransformComponent
from pydantic import ConfigDict, PrivateAttr

from backend.rag.documents import PACK_PREFIX, Document, PassageKind
from backend.rag.ports import Embedder, Progress

CHUNK_TOKENS = 200
OVERLAP_TOKENS = 24
_EMBED_BATCH = 16


class Stopped(Exception):
    """The ingest was told to stop; nothing was stored."""


class EmbedderAdapter(BaseEmbedding):  # type: ignore[misc, unused-ignore]
    """An `Embedder` as llama-index wants it, with progress and a stop flag checked between batches."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    _embedder: Any = PrivateAttr()
    _on_progress: Any = PrivateAttr()
    _stop: Any = PrivateAttr()

    def __init__(
        self, embedder: Embedder, on_progress: Progress | None = None, stop: threading.Event | None = None
    ) -> None:
        super().__init__(model_name=embedder.name, embed_batch_size=_EMBED_BATCH)
        self._embedder = embedder
        self._on_progress = on_progress
        self._stop = stop or threading.Event()

    def get_text_embedding_batch(
        self, texts: list[str], show_progress: bool = False, **kwargs: Any
    ) -> list[list[float]]:
        vectors: list[list[float]] = []
        for start in range(0, len(texts), _EMBED_BATCH):
            if self._stop.is_set():
                raise Stopped
            vectors.extend(self._embedder.embed(texts[start : start + _EMBED_BATCH]))
            if self._on_progress is not None:
                self._on_progress("embedding", len(vectors), len(texts))
        return vectors

    def _get_text_embedding(self, text: str) -> list[float]:
        return list(self._embedder.embed([text])[0])

    def _get_query_embedding(self, query: str) -> list[float]:
        return list(self._embedder.embed([query])[0])

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class Locate(TransformComponent):  # type: ignore[misc, unused-ignore]
    """Gives every passage its exact place in the text, drops repeats and empty ones."""

    text: str

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> Sequence[BaseNode]:
        kept: list[BaseNode] = []
        start, end = -1, 0
        seen: set[str] = set()
        for node in nodes:
            content = node.get_content()
            start, end = place(self.text, content, start, end)
            if content in seen or not any(c.isalnum() for c in content):
                continue
            seen.add(content)
            node.metadata.update(char_start=start, char_end=end)
            kept.append(node)
        return kept


def place(text: str, piece: str, last_start: int, last_end: int) -> tuple[int, int]:
    """Where `piece` stands in `text`, given where the piece before it stood.

    A piece begins after the start of its predecessor and at the latest on the first visible character after its end;
    the last occurrence in that range leaves no gap between pieces. Errors: `ValueError` where it stands nowhere.
    """
    latest = last_end
    while latest < len(text) and text[latest].isspace():
        latest += 1
    start = text.rfind(piece, last_start + 1, latest + len(piece))
    if start < 0:
        start = text.find(piece, max(0, last_start))
    if start < 0:
        start = text.find(piece)
    if start < 0:
        raise ValueError("a passage is not part of its text")
    return start, start + len(piece)


def splitter() -> SentenceSplitter:
    """Sentences gathered to about 200 tokens (tiktoken), 24 of them shared with the passage before."""
    return SentenceSplitter(
        chunk_size=CHUNK_TOKENS,
        chunk_overlap=OVERLAP_TOKENS,
        paragraph_separator="\n\n",
        include_prev_next_rel=False,
        id_func=lambda number, document: passage_id(document.id_, number),
    )


def passage_id(document_id: str, number: int) -> str:
    """The same passage of the same document has the same id in every run."""
    return hashlib.blake2b(f"{document_id}/{number}".encode(), digest_size=12).hexdigest()


def kind_of(document: Document) -> PassageKind:
    return "role_pack" if document.document_id.startswith(PACK_PREFIX) else document.kind


class GivenPlaces(TransformComponent):  # type: ignore[misc, unused-ignore]
    """One passage for each place that is given, instead of a splitter."""

    places: list[tuple[int, int]]

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> Sequence[BaseNode]:
        return [
            TextNode(
                id_=passage_id(source.node_id, number),
                text=source.get_content()[start:end],
                metadata={**source.metadata, "char_start": start, "char_end": end},
                excluded_embed_metadata_keys=source.excluded_embed_metadata_keys,
                excluded_llm_metadata_keys=source.excluded_llm_metadata_keys,
                metadata_template="",
                relationships={NodeRelationship.SOURCE: source.as_related_node_info()},
            )
            for source in nodes
            for number, (start, end) in enumerate(self.places)
        ]


def to_nodes(
    document: Document,
    embedder: Embedder,
    on_progress: Progress | None = None,
    stop: threading.Event | None = None,
    places: Sequence[tuple[int, int]] | None = None,
) -> list[BaseNode]:
    """Passages of a document with vectors, ids and places; `text[char_start:char_end]` is each one's text.

    `places`: where they stand; None: it is split here. Blocking. Errors: `Stopped`.
    """
    if on_progress is not None:
        on_progress("chunking", 0, 1)
    metadata = {
        "owner_id": document.owner_id,
        "kind": kind_of(document),
        "title": document.title,
        "sha256": document.sha256,
    }
    source = LlamaDocument(
        text=document.text,
        id_=document.document_id,
        metadata=metadata,
        excluded_embed_metadata_keys=[*metadata, "char_start", "char_end"],
        excluded_llm_metadata_keys=[*metadata, "char_start", "char_end"],
    )
    source.metadata_template = ""
    parts: list[TransformComponent] = [splitter(), Locate(text=document.text)]
    if places is not None:
        parts = [GivenPlaces(places=list(places))]
    pieces = IngestionPipeline(transformations=parts, disable_cache=True).run(documents=[source])
    if on_progress is not None:
        on_progress("chunking", 1, 1)
    if stop is not None and stop.is_set():
        raise Stopped
    if not pieces:
        return []
    embed = IngestionPipeline(transformations=[EmbedderAdapter(embedder, on_progress, stop)], disable_cache=True)
    return list(embed.run(nodes=pieces))
