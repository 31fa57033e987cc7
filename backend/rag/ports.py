"""What retrieval asks of its surroundings: an index of passages, a store of documents, an embedder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from backend.rag.documents import Document, Passage, PassageKind

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total); stage is `reading | chunking | embedding | indexing`."""


class Embedder(Protocol):
    """Sentences to unit vectors. Blocking and thread-safe; callers run it off the event loop."""

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int:
        """Numbers per vector; known before anything is loaded."""
        ...

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One L2-normalised vector per text, so that a dot product is the cosine similarity."""
        ...


class PassageIndex(Protocol):
    """Passages of many owners; nothing is ever found without naming the owner first."""

    async def add(self, document: Document, on_progress: Progress | None = None) -> int:
        """Split, embed and store `document.text`; what was stored for this document before is replaced.

        Returns the number of passages. Errors: `RetrievalUnavailable`.
        """
        ...

    async def vectors(self, owner_id: str) -> dict[str, list[float]]:
        """Passage's text -> its vector, of all of an owner's documents. Errors: `RetrievalUnavailable`."""
        ...

    async def search(
        self,
        owner_id: str,
        query: str,
        *,
        document_ids: Sequence[str] | None = None,
        kinds: Sequence[PassageKind] | None = None,
        top_k: int = 6,
    ) -> list[Passage]:
        """Best passages of this owner's documents and of the role packs, best first, hybrid dense + BM25.

        `document_ids=None` means all of the owner's documents; role packs are addressed as `pack:<name>` and are
        always the fallback. An empty list means no document of the owner at all. Errors: `RetrievalUnavailable`.
        """
        ...

    async def erase(self, owner_id: str, document_ids: Sequence[str] | None = None) -> int:
        """Erase documents (None: all of this owner) so that no byte of text or vector remains in any file.

        Returns the number of passages erased.
        """
        ...

    async def digests(self, owner_id: str) -> dict[str, str]:
        """document id -> sha256 of the document as it was indexed; what is missing here has to be added again."""
        ...

    def renew(self, owner_id: str) -> None:
        """Forget what is remembered of this owner's passages: another process has changed them."""
        ...

    async def close(self) -> None: ...


class DocumentStore(Protocol):
    """Where documents are kept: the source of truth, of which the index is a rebuildable copy."""

    async def add(self, document: Document) -> None: ...

    async def update(self, document: Document) -> None: ...

    async def get(self, owner_id: str, document_id: str) -> Document | None: ...

    async def by_sha256(self, owner_id: str, sha256: str, kind: str) -> Document | None: ...

    async def unfinished(self) -> list[Document]:
        """Documents of any owner left `queued` or `processing` by a crash."""
        ...

    async def delete(self, owner_id: str, document_id: str) -> bool: ...

    async def ready(self, owner_id: str) -> dict[str, str]:
        """document id -> sha256 of this owner's ready documents, without their texts."""
        ...

    async def list(self, owner_id: str) -> list[Document]: ...
