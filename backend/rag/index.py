"""HybridIndex: dense and BM25 retrieval, fused, one owner at a time."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import bm25s
import Stemmer

from backend.errors import RetrievalUnavailable
from backend.rag.chroma import Shelf
from backend.rag.documents import Document, Passage, PassageKind
from backend.rag.ingest import to_nodes
from backend.rag.ports import Embedder, Progress

PACKS_OWNER = "packs"
"""The owner of the built-in role packs; their documents are called `pack:<name>`."""

_RRF_K = 60
"""Reciprocal rank fusion's constant (Cormack, Clarke & Büttcher, SIGIR 2009)."""
_DEPTH = 30
_CACHED_OWNERS = 64

T = TypeVar("T")


@dataclass(slots=True)
class _Texts:
    """An owner's passages as they are searched: rows by id, and the BM25 statistics over them."""

    rows: dict[str, dict[str, Any]]
    ids: list[str]
    bm25: Any | None


class HybridIndex:
    """Implements `PassageIndex`. All blocking work runs on one thread, which is also what Chroma wants."""

    def __init__(self, shelf: Shelf, embedder: Embedder) -> None:
        self._shelf = shelf
        self._embedder = embedder
        self._texts: OrderedDict[str, _Texts] = OrderedDict()
        self._stemmer = Stemmer.Stemmer("english")
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="index")
        self._embedding = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embed")

    async def add(self, document: Document, on_progress: Progress | None = None) -> int:
        loop = asyncio.get_running_loop()

        def progress(stage: str, done: int, total: int) -> None:
            if on_progress is not None:
                loop.call_soon_threadsafe(on_progress, stage, done, total)

        # embedding a long document must not keep searches of others waiting, hence a thread of its own
        nodes = await loop.run_in_executor(self._embedding, lambda: to_nodes(document, self._embedder, progress))
        progress("indexing", 0, len(nodes))
        await self._run(lambda: self._store(document, nodes))
        progress("indexing", len(nodes), len(nodes))
        return len(nodes)

    def _store(self, document: Document, nodes: Sequence[Any]) -> None:
        self._shelf.replace(document.owner_id, document.document_id, nodes)
        self._texts.pop(document.owner_id, None)

    async def search(
        self,
        owner_id: str,
        query: str,
        *,
        document_ids: Sequence[str] | None = None,
        kinds: Sequence[PassageKind] | None = None,
        top_k: int = 6,
    ) -> list[Passage]:
        mine = None if document_ids is None else {d for d in document_ids if not d.startswith("pack:")}
        packs = None if document_ids is None else {d for d in document_ids if d.startswith("pack:")}

        def find() -> list[Passage]:
            vector = self._embedder.embed([query])[0]
            found: list[Passage] = []
            if mine is None or mine:
                found += self._search(owner_id, query, vector, mine, kinds)
            if (packs is None or packs) and (kinds is None or "role_pack" in kinds):
                found += self._search(PACKS_OWNER, query, vector, packs, kinds)
            return _distinct(sorted(found, key=lambda p: -p.score))[:top_k]

        return await self._run(find)

    def _search(
        self,
        owner_id: str,
        query: str,
        vector: list[float],
        document_ids: set[str] | None,
        kinds: Sequence[PassageKind] | None,
    ) -> list[Passage]:
        texts = self._of(owner_id)
        wanted = {
            i
            for i, row in texts.rows.items()
            if row["owner_id"] == owner_id  # checked again on every row, whatever the store returned
            and (document_ids is None or row["document_id"] in document_ids)
            and (kinds is None or row["kind"] in kinds)
        }
        if not wanted:
            return []
        similar = self._similar(owner_id, vector, texts, wanted)
        dense = sorted(similar, key=lambda i: -similar[i])[:_DEPTH]
        sparse = self._sparse(texts, query, wanted)
        fused: dict[str, float] = {}
        for ranking in (dense, sparse):
            for rank, passage_id in enumerate(ranking):
                fused[passage_id] = fused.get(passage_id, 0.0) + 1.0 / (_RRF_K + rank + 1)
        best = 2.0 / (_RRF_K + 1)
        return [
            # rank decides, similarity separates: a lone weak passage must not look like a good one
            _passage(texts.rows[i], round(0.5 * score / best + 0.5 * max(0.0, similar.get(i, 0.0)), 4))
            for i, score in fused.items()
        ]

    def _similar(self, owner_id: str, vector: list[float], texts: _Texts, wanted: set[str]) -> dict[str, float]:
        try:
            nearest = self._shelf.nearest(owner_id, vector, len(texts.ids) if len(wanted) < len(texts.ids) else 100)
        except Exception:  # noqa: BLE001  # the store is broken, the texts are known: words still find
            return {}
        return {i: similarity for i, similarity in nearest if i in wanted}

    def _sparse(self, texts: _Texts, query: str, wanted: set[str]) -> list[str]:
        if texts.bm25 is None:
            return []
        tokens = bm25s.tokenize([query], stopwords="en", stemmer=self._stemmer, show_progress=False, return_ids=False)[0]
        if not tokens:
            return []
        scores = texts.bm25.get_scores(tokens)
        ranked = sorted(((s, i) for s, i in zip(scores, texts.ids, strict=True) if s > 0 and i in wanted), reverse=True)
        return [i for _, i in ranked[:_DEPTH]]

    def _of(self, owner_id: str) -> _Texts:
        if owner_id not in self._texts:
            rows = {row["id"]: row for row in self._shelf.all(owner_id)}
            ids = list(rows)
            self._texts[owner_id] = _Texts(rows, ids, self._statistics([rows[i]["text"] for i in ids]))
            while len(self._texts) > _CACHED_OWNERS:
                self._texts.popitem(last=False)
        self._texts.move_to_end(owner_id)
        return self._texts[owner_id]

    def _statistics(self, texts: list[str]) -> Any | None:
        tokens = bm25s.tokenize(texts, stopwords="en", stemmer=self._stemmer, show_progress=False)
        if not texts or not tokens.vocab:
            return None
        bm25 = bm25s.BM25()
        bm25.index(tokens, show_progress=False)
        return bm25

    async def erase(self, owner_id: str, document_ids: Sequence[str] | None = None) -> int:
        def work() -> int:
            rows = self._of(owner_id).rows.values()
            count = sum(document_ids is None or row["document_id"] in document_ids for row in rows)
            self._texts.pop(owner_id, None)
            self._shelf.erase(owner_id, document_ids)
            return count

        return await self._run(work)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        except (OSError, RuntimeError, ValueError) as error:
            raise RetrievalUnavailable from error
        except Exception as error:
            if type(error).__module__.startswith(("chromadb", "httpx", "httpcore")):
                raise RetrievalUnavailable from error
            raise

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._executor, self._shelf.close)
        self._embedding.shutdown(wait=False, cancel_futures=True)
        self._executor.shutdown(wait=False)


def _passage(row: dict[str, Any], score: float) -> Passage:
    return Passage(
        passage_id=row["id"],
        document_id=row["document_id"],
        kind=row["kind"],
        title=row["title"],
        text=row["text"],
        score=score,
        char_start=row["char_start"],
        char_end=row["char_end"],
    )


def _distinct(passages: list[Passage]) -> list[Passage]:
    """Without passages that mostly repeat a better one of the same document."""
    kept: list[Passage] = []
    for passage in passages:
        overlaps = (
            min(p.char_end, passage.char_end) - max(p.char_start, passage.char_start)
            for p in kept
            if p.document_id == passage.document_id
        )
        if all(o < 0.6 * len(passage.text) for o in overlaps):
            kept.append(passage)
    return kept
