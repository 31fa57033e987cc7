"""The passage index: llama-index ingestion into Chroma, hybrid search, erasure; off the event loop throughout."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from backend.errors import AppError, RetrievalUnavailable
from backend.rag.chroma import EmbeddedShelves
from backend.rag.chroma_rows import Shelves, collection_name
from backend.rag.chroma_server import ServerShelves
from backend.rag.clean_text import clean
from backend.rag.documents import PACK_PREFIX, PACKS_OWNER, Document, Passage, PassageKind
from backend.rag.hybrid import Bm25, fuse, without_repeats
from backend.rag.ingest import Stopped, to_nodes
from backend.rag.pack_index import WithPacks, pack_words
from backend.rag.ports import Embedder, Progress

T = TypeVar("T")
log = logging.getLogger(__name__)

_CANDIDATES = 50
_QUERY_CHARACTERS = 2_000
_BM25_OWNERS = 64


def open_index(
    embedder: Embedder,
    *,
    folder: Path,
    url: str | None = None,
    packs: Path | None = None,
    on_degraded: Callable[[str], None] = lambda part: None,
) -> ChromaIndex:
    """The index over Chroma in `folder`, or on the server at `url`. Nothing is loaded or connected yet.

    `packs`: the folder of the bank's index (`pack_index`), beside it.

    `on_degraded` is told, from a thread, of each search by words alone, and which part failed: embedder or chroma.
    """
    name = collection_name(embedder.name, embedder.dimensions)
    shelves: Shelves = ServerShelves(url, name) if url else EmbeddedShelves(folder, name)
    if packs is not None:
        shelves = WithPacks(shelves, packs, name)
    return ChromaIndex(embedder, shelves, on_degraded)


@dataclass(frozen=True)
class _Scope:
    """What one owner's part of a search may see. `None`: every document."""

    owner_id: str
    document_ids: frozenset[str] | None
    kinds: frozenset[PassageKind] | None

    def admits(self, passage: Passage) -> bool:
        return (self.document_ids is None or passage.document_id in self.document_ids) and (
            self.kinds is None or passage.kind in self.kinds
        )


class ChromaIndex:
    """Implements `PassageIndex`. Searching and ingesting have threads of their own; both are bounded."""

    def __init__(
        self, embedder: Embedder, shelves: Shelves, on_degraded: Callable[[str], None] = lambda part: None
    ) -> None:
        self._embedder = embedder
        self._on_degraded = on_degraded
        self._shelves = shelves
        self._searching = ThreadPoolExecutor(2, thread_name_prefix="search")
        self._ingesting = ThreadPoolExecutor(1, thread_name_prefix="ingest")
        self._erasing = ThreadPoolExecutor(1, thread_name_prefix="erase")
        self._running: dict[Future[int], tuple[str, str, threading.Event]] = {}
        self._known: OrderedDict[str, Bm25] = OrderedDict()
        self._changes: dict[str, int] = {}
        self._lock = threading.Lock()

    async def add(self, document: Document, on_progress: Progress | None = None) -> int:
        """See `PassageIndex.add`. `on_progress` is called from a thread. Cancelling stops between batches."""
        stop = threading.Event()
        running = self._ingesting.submit(self._add, document, on_progress, stop)
        self._running[running] = (document.owner_id, document.document_id, stop)
        running.add_done_callback(lambda done: self._running.pop(done, None))
        try:
            return await asyncio.wrap_future(running)
        except asyncio.CancelledError:
            stop.set()
            raise
        except Exception as error:
            raise RetrievalUnavailable from error

    async def search(
        self,
        owner_id: str,
        query: str,
        *,
        document_ids: Sequence[str] | None = None,
        kinds: Sequence[PassageKind] | None = None,
        top_k: int = 6,
    ) -> list[Passage]:
        """See `PassageIndex.search`."""
        scopes = _scopes(owner_id, document_ids, kinds)
        query = clean(query[:_QUERY_CHARACTERS]).strip()
        if not query or top_k < 1 or not scopes:
            return []
        return await self._run(self._searching, lambda: self._search(scopes, query, top_k))

    async def erase(self, owner_id: str, document_ids: Sequence[str] | None = None) -> int:
        """See `PassageIndex.erase`. Stops a running ingest of these documents first, so that nothing comes after."""
        return await self._run(self._erasing, lambda: self._erase(owner_id, document_ids))

    async def stored(self, owner_id: str) -> list[Passage]:
        """Every passage of an owner, as stored."""
        return await self._run(self._searching, lambda: self._shelves.passages(owner_id))

    async def vectors(self, owner_id: str) -> dict[str, list[float]]:
        """See `PassageIndex.vectors`."""
        return await self._run(self._searching, lambda: self._shelves.vectors(owner_id))

    async def digests(self, owner_id: str) -> dict[str, str]:
        """See `PassageIndex.digests`."""
        return await self._run(self._searching, lambda: self._shelves.digests(owner_id))

    def renew(self, owner_id: str) -> None:
        """See `PassageIndex.renew`."""
        self._changed(owner_id)

    async def close(self) -> None:
        for _, _, stop in list(self._running.values()):
            stop.set()
        for executor in (self._ingesting, self._erasing, self._searching):
            await asyncio.to_thread(executor.shutdown, cancel_futures=True)
        await asyncio.to_thread(self._shelves.close)

    async def _run(self, executor: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(executor, work)
        except AppError:
            raise
        except Exception as error:
            raise RetrievalUnavailable from error

    # --- blocking ---
    def _add(self, document: Document, on_progress: Progress | None, stop: threading.Event) -> int:
        nodes = to_nodes(document, self._embedder, on_progress, stop)
        if stop.is_set():
            raise Stopped
        if on_progress is not None:
            on_progress("indexing", 0, len(nodes))
        try:
            self._shelves.write(document.owner_id, document.document_id, nodes)
        finally:
            self._changed(document.owner_id)
        if on_progress is not None:
            on_progress("indexing", len(nodes), len(nodes))
        return len(nodes)

    def _erase(self, owner_id: str, document_ids: Sequence[str] | None) -> int:
        ours = [
            (running, stop)
            for running, (owner, document_id, stop) in list(self._running.items())
            if owner == owner_id and (document_ids is None or document_id in document_ids)
        ]
        for running, stop in ours:
            stop.set()
            running.cancel()
        wait([running for running, _ in ours])
        try:
            return self._shelves.erase(owner_id, document_ids)
        finally:
            self._changed(owner_id)

    def _changed(self, owner_id: str) -> None:
        with self._lock:
            self._changes[owner_id] = self._changes.get(owner_id, 0) + 1
            self._known.pop(owner_id, None)

    def _bm25(self, owner_id: str) -> Bm25:
        """This owner's passages, ready for words; rebuilt after a change."""
        if owner_id == PACKS_OWNER and isinstance(self._shelves, WithPacks) and self._shelves.folder.is_dir():
            return pack_words(self._shelves.folder, self._shelves.collection)
        with self._lock:
            known = self._known.get(owner_id)
            if known is not None:
                self._known.move_to_end(owner_id)
                return known
            version = self._changes.get(owner_id, 0)
        built = Bm25(self._shelves.passages(owner_id))
        with self._lock:
            if self._changes.get(owner_id, 0) == version:
                self._known[owner_id] = built
                while len(self._known) > _BM25_OWNERS:
                    self._known.popitem(last=False)
        return built

    def _search(self, scopes: list[_Scope], query: str, top_k: int) -> list[Passage]:
        wanted = max(_CANDIDATES, 4 * top_k)
        found: dict[str, Passage] = {}
        by_words: list[tuple[float, str]] = []
        by_meaning: list[tuple[float, str]] = []
        vector = self._vector(query)
        for scope in scopes:
            words = self._bm25(scope.owner_id)
            admitted = {p.passage_id: p for p in words.passages if scope.admits(p)}
            if not admitted:
                continue
            found |= admitted
            for passage, score in zip(words.passages, words.scores(query), strict=True):
                if score > 0 and passage.passage_id in admitted:
                    by_words.append((float(score), passage.passage_id))
            if vector is not None:
                by_meaning.extend(self._nearest(scope.owner_id, vector, admitted, wanted))
        rankings = [
            [passage_id for _, passage_id in sorted(pairs, key=lambda pair: (-pair[0], pair[1]))[:wanted]]
            for pairs in (by_meaning, by_words)
        ]
        ranked = [found[item].model_copy(update={"score": score}) for item, score in fuse(rankings)]
        return without_repeats(ranked, top_k)

    def _vector(self, query: str) -> list[float] | None:
        """None where the embedder fails: words alone still find something."""
        try:
            return self._embedder.embed([query])[0]
        except Exception as error:
            log.warning("the embedder failed; searching by words", extra={"error": type(error).__name__})
            self._on_degraded("embedder")
            return None

    def _nearest(
        self, owner_id: str, vector: list[float], admitted: dict[str, Passage], limit: int
    ) -> list[tuple[float, str]]:
        documents = sorted({p.document_id for p in admitted.values()})
        try:
            pairs = self._shelves.nearest(owner_id, vector, documents, limit)
        except Exception as error:  # the texts are known, so words alone must do
            log.warning("Chroma failed; searching by words", extra={"error": type(error).__name__})
            self._on_degraded("chroma")
            return []
        return [
            (similarity, passage_id) for passage_id, similarity in pairs if passage_id in admitted and similarity > 0
        ]


def _scopes(owner_id: str, document_ids: Sequence[str] | None, kinds: Sequence[PassageKind] | None) -> list[_Scope]:
    """Whose passages a search looks at: the caller's own, and the built-in role packs where they are asked for."""
    wanted = None if kinds is None else frozenset(kinds)
    ids = None if document_ids is None else frozenset(document_ids)
    own = None if ids is None else frozenset(i for i in ids if not i.startswith(PACK_PREFIX))
    packs = None if ids is None else frozenset(i for i in ids if i.startswith(PACK_PREFIX))
    scopes: list[_Scope] = []
    if (own is None or own) and (wanted is None or wanted - {"role_pack"}):
        scopes.append(_Scope(owner_id, own, wanted))
    if wanted is None or "role_pack" in wanted:
        if packs:
            scopes.append(_Scope(PACKS_OWNER, packs, None))
        elif not ids or (wanted is not None and "role_pack" in wanted):
            scopes.append(_Scope(PACKS_OWNER, None, None))
    return scopes
