"""Chroma as the vector store, one collection per owner: embedded in a folder per owner, or on a Chroma server.

Deleting from Chroma does not erase: texts stay in its SQLite pages and vectors in its HNSW files. The embedded shelf
therefore erases by building the remaining passages into a new folder, switching to it, and removing the old folder.
And its HNSW library saves memory that it never wrote: whatever the process freed before, another owner's text among
it, lands in `data_level0.bin`. So the unused part of that file is overwritten after every use.

    <root>/<hash of owner>/current         name of the folder in use, replaced atomically
    <root>/<hash of owner>/<random>/       one Chroma database

Everything here blocks and is called from the index's own threads. One process at a time may use a root folder.
"""

from __future__ import annotations

import os
import secrets
import shutil
import struct
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import chromadb
from llama_index.core.schema import BaseNode

from backend.rag.chroma_rows import (
    PAGE,
    all_rows,
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

MAX_OPEN = 16
"""Embedded databases kept open; each holds about a dozen file handles and half a dozen threads."""


class EmbeddedShelves:
    """A Chroma database per owner below `root`, the most recently used ones kept open."""

    def __init__(self, root: Path, collection: str, max_open: int = MAX_OPEN, *, scrub: bool = True) -> None:
        """`scrub`: overwrite what the engine leaves unused in its files; False where nothing is private."""
        self._root = root
        self._collection = collection
        self._max_open = max_open
        self._scrubs = scrub
        self._lock = threading.Lock()
        self._owners: dict[str, threading.RLock] = {}
        self._open: OrderedDict[str, tuple[Any, Any]] = OrderedDict()
        """Owner -> client and collection."""
        self._scrubbed: dict[Path, int] = {}
        """Header of an HNSW file -> time of the file's last change when its unused part was overwritten."""

    # --- the shelf ---
    def passages(self, owner_id: str) -> list[Passage]:
        """Every passage of this owner, in no order."""
        with self._shelf(owner_id, create=False) as collection:
            return [] if collection is None else passages_of(collection, owner_id)

    def vectors(self, owner_id: str) -> dict[str, list[float]]:
        """Text -> vector of every passage of this owner."""
        with self._shelf(owner_id, create=False) as collection:
            return {} if collection is None else vectors_of(collection)

    def digests(self, owner_id: str) -> dict[str, str]:
        """document id -> sha256 of what was indexed."""
        with self._shelf(owner_id, create=False) as collection:
            return {} if collection is None else digests_of(collection, owner_id)

    def write(self, owner_id: str, document_id: str, nodes: list[BaseNode]) -> None:
        """Replaces the passages of one document: the old ones go first, since Chroma's `add` keeps what it has."""
        with self._shelf(owner_id, create=True) as collection:
            replace_document(collection, document_id, nodes)

    def nearest(
        self, owner_id: str, vector: Sequence[float], document_ids: Sequence[str], limit: int
    ) -> list[tuple[str, float]]:
        with self._shelf(owner_id, create=False) as collection:
            return [] if collection is None else nearest_in(collection, owner_id, vector, document_ids, limit)

    def erase(self, owner_id: str, document_ids: Sequence[str] | None) -> int:
        """Leaves no byte of these documents (None: of this owner) in any file; returns the passages erased."""
        with self._exclusive(owner_id):
            folder = self._folder(owner_id)
            if not folder.is_dir():
                return 0
            with self._shelf(owner_id, create=False) as collection:
                rows = all_rows(collection) if collection is not None else []
            kept = [r for r in rows if document_ids is not None and r["metadata"]["document_id"] not in document_ids]
            self._shut(owner_id)
            if kept:
                self._rebuild(owner_id, kept)
            else:
                shutil.rmtree(folder)
            return len(rows) - len(kept)

    def close(self) -> None:
        with self._lock:
            open_now = list(self._open)
        for owner_id in open_now:
            with self._exclusive(owner_id):
                self._shut(owner_id)

    # --- folders ---
    def _folder(self, owner_id: str) -> Path:
        return self._root / owner_key(owner_id)

    def _current(self, owner_id: str) -> Path | None:
        """The folder in use; folders that an interrupted rebuild left are removed on the way."""
        folder = self._folder(owner_id)
        pointer = folder / "current"
        name = pointer.read_text("ascii").strip() if pointer.is_file() else ""
        current = folder / name if name and (folder / name).is_dir() else None
        if folder.is_dir():
            for other in folder.iterdir():
                if other.is_dir() and other != current:
                    shutil.rmtree(other)
        return current

    def _switch(self, owner_id: str, name: str) -> None:
        folder = self._folder(owner_id)
        draft = folder / "current.new"
        draft.write_text(name, "ascii")
        draft.replace(folder / "current")

    def _rebuild(self, owner_id: str, rows: list[dict[str, Any]]) -> None:
        name = secrets.token_hex(8)
        fresh = self._folder(owner_id) / name
        client = _persistent(fresh)
        try:
            collection = collection_of(client, self._collection)
            for start in range(0, len(rows), PAGE):
                page = rows[start : start + PAGE]
                collection.add(
                    ids=[r["id"] for r in page],
                    embeddings=[r["embedding"] for r in page],
                    metadatas=[r["metadata"] for r in page],
                    documents=[r["text"] for r in page],
                )
        finally:
            client.close()
        self._scrub(owner_id)
        self._switch(owner_id, name)
        self._current(owner_id)  # removes the old folder

    # --- clients ---
    @contextmanager
    def _exclusive(self, owner_id: str) -> Iterator[None]:
        with self._lock:
            lock = self._owners.setdefault(owner_id, threading.RLock())
        with lock:
            yield

    @contextmanager
    def _shelf(self, owner_id: str, *, create: bool) -> Iterator[Any]:
        """This owner's collection; None where there is none and none is to be made."""
        with self._exclusive(owner_id):
            collection = self._opened(owner_id, create)
            try:
                yield collection
            finally:
                if self._scrubs:
                    self._scrub(owner_id)
                self._evict()

    def _opened(self, owner_id: str, create: bool) -> Any:
        with self._lock:
            if owner_id in self._open:
                self._open.move_to_end(owner_id)
                return self._open[owner_id][1]
        current = self._current(owner_id)
        if current is None:
            if not create:
                return None
            name = secrets.token_hex(8)
            current = self._folder(owner_id) / name
            current.mkdir(parents=True)
            self._switch(owner_id, name)
        client = _persistent(current)
        try:
            collection = collection_of(client, self._collection)
        except BaseException:
            client.close()
            raise
        with self._lock:
            self._open[owner_id] = client, collection
        return collection

    def _evict(self) -> None:
        """Closes the least recently used databases that nobody is working with."""
        with self._lock:
            surplus = list(self._open)[: max(0, len(self._open) - self._max_open)]
        for owner_id in surplus:
            lock = self._owners[owner_id]
            if lock.acquire(blocking=False):
                try:
                    self._shut(owner_id)
                finally:
                    lock.release()

    def _shut(self, owner_id: str) -> None:
        with self._lock:
            opened = self._open.pop(owner_id, None)
        if opened is not None:
            opened[0].close()
            self._scrub(owner_id)
            home = self._folder(owner_id)
            for header in [h for h in list(self._scrubbed) if home in h.parents]:
                del self._scrubbed[header]

    def _scrub(self, owner_id: str) -> None:
        for header in self._folder(owner_id).glob("*/*/header.bin"):
            written = header.with_name("data_level0.bin").stat().st_mtime_ns
            if self._scrubbed.get(header) != written:
                self._scrubbed[header] = scrub_unused(header)


_LENGTH = 4
"""Bytes per element of `length.bin`, a file of Chroma's own hnswlib."""


def scrub_unused(header: Path) -> int:
    """Overwrites with zeros the elements that an HNSW file has room for but does not hold.

    `header.bin` of hnswlib: version (int32), then as 64-bit numbers the offset of level 0, room for elements, elements
    held, bytes per element. A file that is not as expected is left. Returns the time of the file's last change (ns).
    """
    data = header.with_name("data_level0.bin")
    fields = header.read_bytes()[:36]
    if len(fields) == 36:
        _, _, room, held, size = struct.unpack("<iqqqq", fields)
        for file, each in ((data, size), (header.with_name("length.bin"), _LENGTH)):
            if 0 <= held <= room and file.is_file() and room * each == file.stat().st_size:
                with file.open("r+b") as out:
                    out.seek(held * each)
                    out.write(bytes((room - held) * each))
                    out.flush()
                    os.fsync(out.fileno())
    return data.stat().st_mtime_ns


def _persistent(folder: Path) -> Any:
    return chromadb.PersistentClient(path=str(folder), settings=quiet())
