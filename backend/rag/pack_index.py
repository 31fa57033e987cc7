"""The index of the built-in question bank: made once for each bank and embedder, then only read, by every process here."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path

import numpy as np
from llama_index.core.schema import BaseNode

from backend.rag.chroma import EmbeddedShelves
from backend.rag.chroma_rows import Shelves, collection_name
from backend.rag.documents import KEYS_OWNER, PACK_PREFIX, PACKS_OWNER, Document, PackText, Passage
from backend.rag.embedders import RememberingEmbedder
from backend.rag.hybrid import Bm25
from backend.rag.ingest import to_nodes
from backend.rag.ports import Embedder, Progress

_AT_ONCE = 1024
"""Texts between two reports of progress."""
_LAYOUT = "2"
"""Counts how the index is laid out; a new number makes it anew."""


def pack_folder(root: Path, packs: Sequence[PackText], embedder: Embedder) -> Path:
    """Where the index of these packs belongs below `root`: its name tells the bank's content and the embedder."""
    digest = hashlib.sha256(_LAYOUT.encode())
    for pack in packs:
        digest.update(repr((pack.name, pack.title, pack.text, list(pack.passages), list(pack.keys))).encode())
    return root / f"{collection_name(embedder.name, embedder.dimensions)}-{digest.hexdigest()[:16]}"


def build_pack_index(
    folder: Path, packs: Sequence[PackText], embedder: Embedder, on_progress: Progress = lambda stage, done, total: None
) -> bool:
    """Make the index in `folder` unless it is there. Returns whether it was made.

    Blocking, for a minute or more with real vectors. Several processes may do so at once: the first that is ready stays.
    """
    if folder.is_dir():
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    try:
        shelves = EmbeddedShelves(draft, collection_name(embedder.name, embedder.dimensions), scrub=False)
        try:
            _write(shelves, packs, embedder, on_progress)
        finally:
            shelves.close()
        try:
            draft.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
            return False
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return True


def _write(shelves: EmbeddedShelves, packs: Sequence[PackText], embedder: Embedder, on_progress: Progress) -> None:
    known = _Known(embedder, most=sum(len(pack.keys) + len(pack.passages) for pack in packs))
    asides = [pack.text[p.start : p.end] for pack in packs for p in pack.passages if not p.found_by]
    texts = sorted({*asides, *(key for pack in packs for key in pack.keys)}, key=len)
    for start in range(0, len(texts), _AT_ONCE):  # together, by length: pack by pack takes four times as long
        known.embed(texts[start : start + _AT_ONCE])
        on_progress("embedding", min(start + _AT_ONCE, len(texts)), len(texts))
    for done, pack in enumerate(packs, 1):
        for document, places in (_keys(pack), _passages(pack, known)):
            if places:
                shelves.write(document.owner_id, document.document_id, to_nodes(document, known, places=places))
        on_progress("indexing", done, len(packs))


class _Known(RememberingEmbedder):
    """Remembers all it has embedded, and knows the vectors of passages that keys stand for."""

    def stands_for(self, text: str, keys: Sequence[str]) -> None:
        """The text means what these keys mean together: the mean of their vectors, of length 1."""
        mean = np.mean(self.embed(keys), axis=0)
        self.remember(text, mean / np.linalg.norm(mean))


def _passages(pack: PackText, known: _Known) -> tuple[Document, list[tuple[int, int]]]:
    for passage in pack.passages:
        if passage.found_by:
            known.stands_for(pack.text[passage.start : passage.end], passage.found_by)
    return _document(PACKS_OWNER, pack, pack.text), [(p.start, p.end) for p in pack.passages]


def _keys(pack: PackText) -> tuple[Document, list[tuple[int, int]]]:
    ends = list(accumulate(len(key) + 1 for key in pack.keys))
    places = [(end - 1 - len(key), end - 1) for key, end in zip(pack.keys, ends, strict=True)]
    return _document(KEYS_OWNER, pack, "\n".join(pack.keys)), places


def _document(owner_id: str, pack: PackText, text: str) -> Document:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(
        document_id=f"{PACK_PREFIX}{pack.name}", owner_id=owner_id, kind="notes", title=pack.title, mime="", sha256=digest,
        text=text,
    )  # fmt: skip


class WithPacks:
    """The shelves of all owners, with the bank's index beside them. Implements `Shelves`; of the bank it only reads."""

    def __init__(self, own: Shelves, folder: Path, collection: str) -> None:
        self._own = own
        self._packs = EmbeddedShelves(folder, collection, scrub=False)
        self.folder, self.collection = folder, collection

    def _of(self, owner_id: str) -> Shelves:
        return self._packs if owner_id in (PACKS_OWNER, KEYS_OWNER) else self._own

    def passages(self, owner_id: str) -> list[Passage]:
        return self._of(owner_id).passages(owner_id)

    def vectors(self, owner_id: str) -> dict[str, list[float]]:
        return self._of(owner_id).vectors(owner_id)

    def digests(self, owner_id: str) -> dict[str, str]:
        return self._of(owner_id).digests(owner_id)

    def write(self, owner_id: str, document_id: str, nodes: list[BaseNode]) -> None:
        self._own.write(owner_id, document_id, nodes)

    def nearest(
        self, owner_id: str, vector: Sequence[float], document_ids: Sequence[str], limit: int
    ) -> list[tuple[str, float]]:
        return self._of(owner_id).nearest(owner_id, vector, document_ids, limit)

    def erase(self, owner_id: str, document_ids: Sequence[str] | None) -> int:
        return self._own.erase(owner_id, document_ids)

    def close(self) -> None:
        self._own.close()
        self._packs.close()


@cache
def pack_words(folder: Path, collection: str) -> Bm25:
    """The bank's passages ready for words, read once a process. `folder` must be complete."""
    shelves = EmbeddedShelves(folder, collection, scrub=False)
    try:
        return Bm25(shelves.passages(PACKS_OWNER))
    finally:
        shelves.close()
