"""The contract of every passage index: finds, filters, never mixes owners, survives parts that fail."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from backend.errors import RetrievalUnavailable
from backend.rag.chroma import EmbeddedShelves
from backend.rag.chroma_rows import collection_name
from backend.rag.documents import PACKS_OWNER
from backend.rag.embedders import HashEmbedder, MiniLm
from backend.rag.index import ChromaIndex, open_index
from backend.rag.ports import Embedder
from backend.tests.rag.makers import document

MINILM = Path("~/.cache/interview-helper/models/minilm").expanduser()
JOB = (
    "Backend developer at Harbour Freight Systems.\n\nYou will build Python services on PostgreSQL.\n\n"
    "We offer a bicycle and free fruit."
)
RESUME = "Sam Rivers, nurse.\n\nCared for patients in intensive care.\n\nTrained three new colleagues."
PACK = "Data engineering.\n\nExplain how you would design an idempotent pipeline in Airflow."


@pytest.fixture(
    params=[
        "hash",
        pytest.param(
            "minilm",
            marks=[pytest.mark.models, pytest.mark.skipif(not MINILM.is_dir(), reason="MiniLM is not assembled here")],
        ),
    ],
    scope="module",
)
def embedder(request: pytest.FixtureRequest) -> Embedder:
    return HashEmbedder() if request.param == "hash" else MiniLm(MINILM)


@pytest.fixture
async def index(embedder: Embedder, tmp_path: Path) -> AsyncIterator[ChromaIndex]:
    opened = open_index(embedder, folder=tmp_path / "index")
    yield opened
    await opened.close()


async def fill(index: ChromaIndex) -> None:
    await index.add(document(JOB, "anna", "doc_job", kind="job_description", title="Backend developer"))
    await index.add(document(RESUME, "anna", "doc_cv"))
    await index.add(document(JOB.replace("Harbour", "Mountain"), "boris", "doc_boris"))
    await index.add(document(PACK, PACKS_OWNER, "pack:data-engineer", kind="notes"))


async def test_finds_the_right_passage_with_its_place(index: ChromaIndex) -> None:
    await fill(index)
    found = await index.search("anna", "Python services on PostgreSQL", top_k=3)
    assert found[0].document_id == "doc_job"
    assert found[0].kind == "job_description"
    assert found[0].title == "Backend developer"
    assert all(0 <= p.score <= 1 for p in found)
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    for passage in found:
        source = {"doc_job": JOB, "doc_cv": RESUME, "pack:data-engineer": PACK}[passage.document_id]
        assert source[passage.char_start : passage.char_end] == passage.text


@pytest.mark.parametrize(
    ("ids", "kinds", "allowed"),
    [
        (None, None, {"doc_job", "doc_cv", "pack:data-engineer"}),
        (["doc_cv"], None, {"doc_cv"}),
        (["doc_cv", "doc_boris"], None, {"doc_cv"}),
        (["doc_boris"], None, set()),
        (["doc_none"], None, set()),
        ([], None, {"pack:data-engineer"}),
        (["pack:data-engineer"], None, {"pack:data-engineer"}),
        (["doc_job", "pack:data-engineer"], None, {"doc_job", "pack:data-engineer"}),
        (["doc_job"], ["role_pack", "job_description"], {"doc_job", "pack:data-engineer"}),
        (None, ["resume"], {"doc_cv"}),
        (None, ["role_pack"], {"pack:data-engineer"}),
        (None, [], set()),
        (["doc_job"], ["resume"], set()),
    ],
)
async def test_filters(index: ChromaIndex, ids: list[str] | None, kinds: list | None, allowed: set[str]) -> None:
    await fill(index)
    found = set()
    for query in ("Python pipeline Airflow", "patients nurse", "colleagues developer"):
        found |= {p.document_id for p in await index.search("anna", query, document_ids=ids, kinds=kinds, top_k=20)}
    assert found == allowed


@pytest.mark.parametrize("query", ["", "   ", "\u200b", "{$or: []}", "' OR 1=1 --", "\ud800 bad", "日本語", "a" * 5000])
async def test_odd_queries_find_nothing_of_others(index: ChromaIndex, query: str) -> None:
    await fill(index)
    for passage in await index.search("anna", query, top_k=1000):
        assert passage.document_id in {"doc_job", "doc_cv", "pack:data-engineer"}
    assert await index.search("nobody", query, kinds=["resume"], top_k=1000) == []


async def test_adding_again_replaces(index: ChromaIndex) -> None:
    await index.add(document("The old text speaks of elephants and zebras.", "anna", "doc_1"))
    assert await index.add(document("The new text speaks of bridges.", "anna", "doc_1")) == 1
    stored = await index.stored("anna")
    assert [p.text for p in stored] == ["The new text speaks of bridges."]
    assert "elephants" not in str(await index.search("anna", "elephants zebras", document_ids=["doc_1"]))


async def test_repeats_and_overlaps_come_once(index: ChromaIndex) -> None:
    await index.add(document(JOB, "anna", "doc_1"))
    await index.add(document(JOB, "anna", "doc_2"))
    found = await index.search("anna", "Python services on PostgreSQL", kinds=["resume"], top_k=10)
    assert len(found) == len({p.text for p in found}) == 1


async def test_erase_counts_and_forgets(index: ChromaIndex) -> None:
    await fill(index)
    assert await index.erase("anna", ["doc_job"]) >= 1
    assert {p.document_id for p in await index.stored("anna")} == {"doc_cv"}
    assert {p.document_id for p in await index.search("anna", "Python", kinds=["resume"])} <= {"doc_cv"}
    assert await index.erase("anna", ["doc_job"]) == 0
    assert await index.erase("anna") >= 1
    assert await index.stored("anna") == []
    assert await index.erase("nobody") == 0
    assert {p.document_id for p in await index.stored("boris")} == {"doc_boris"}


async def test_digests_say_what_is_held(index: ChromaIndex) -> None:
    await index.add(document(JOB, "anna", "doc_1", sha256="aa"))
    assert await index.digests("anna") == {"doc_1": "aa"}
    assert await index.digests("boris") == {}


async def test_progress_goes_through_every_stage(index: ChromaIndex) -> None:
    seen: list[tuple[str, int, int]] = []
    await index.add(document(JOB, "anna"), lambda stage, done, total: seen.append((stage, done, total)))
    assert list(dict.fromkeys(stage for stage, _, _ in seen)) == ["chunking", "embedding", "indexing"]
    assert seen[-1][1] == seen[-1][2] >= 1


async def test_what_was_indexed_is_there_after_a_restart(embedder: Embedder, tmp_path: Path) -> None:
    first = open_index(embedder, folder=tmp_path)
    await first.add(document(JOB, "anna", "doc_job"))
    before = await first.search("anna", "PostgreSQL")
    await first.close()
    second = open_index(embedder, folder=tmp_path)
    assert await second.search("anna", "PostgreSQL") == before
    await second.close()


async def test_owners_never_see_each_other(tmp_path: Path) -> None:
    """Near-identical texts of many owners, searched at once, with more owners than databases kept open."""
    embedder = HashEmbedder()
    index = ChromaIndex(embedder, EmbeddedShelves(tmp_path, collection_name(embedder.name, 256), max_open=3))
    owners = [f"owner{n}" for n in range(10)]
    for number, owner in enumerate(owners):
        text = "\n\n".join(f"We build Python services number {i}. canary{number:04}" for i in range(6))
        await index.add(document(text, owner, f"doc_{number}"))

    async def look(number: int, canary: int) -> None:
        query = f"Python services canary{canary:04}"
        everyone = [f"doc_{n}" for n in range(10)]
        for ids in (None, everyone):
            found = await index.search(owners[number], query, document_ids=ids, top_k=1000)
            assert found
            assert {p.document_id for p in found} == {f"doc_{number}"}
            assert all(f"canary{number:04}" in p.text for p in found)

    await asyncio.gather(*(look(n, c) for n in range(10) for c in (n, (n + 1) % 10, 7)))
    await index.close()


class BrokenShelves(EmbeddedShelves):
    """Chroma that fails when told to."""

    broken: frozenset[str] = frozenset()

    def nearest(self, owner_id: str, vector: Sequence[float], document_ids: Sequence[str], limit: int):
        if "nearest" in self.broken:
            raise RuntimeError("chroma is down")
        return super().nearest(owner_id, vector, document_ids, limit)

    def passages(self, owner_id: str):
        if "passages" in self.broken:
            raise RuntimeError("chroma is down")
        return super().passages(owner_id)

    def write(self, owner_id: str, document_id: str, nodes: list) -> None:
        if "write" in self.broken:
            raise RuntimeError("disk full")
        super().write(owner_id, document_id, nodes)


async def test_words_still_work_when_chroma_fails_and_total_failure_is_named(tmp_path: Path) -> None:
    shelves = BrokenShelves(tmp_path, "passages-test")
    told: list[str] = []
    index = ChromaIndex(HashEmbedder(), shelves, told.append)
    await index.add(document(JOB, "anna", "doc_job"))
    assert await index.search("anna", "PostgreSQL")
    assert told == []
    shelves.broken = frozenset({"nearest", "passages"})
    assert (await index.search("anna", "PostgreSQL"))[0].document_id == "doc_job"
    assert told == ["chroma"]
    with pytest.raises(RetrievalUnavailable):
        await index.search("boris", "PostgreSQL")
    await index.close()


async def test_a_failed_write_leaves_the_old_and_adding_again_repairs(tmp_path: Path) -> None:
    shelves = BrokenShelves(tmp_path, "passages-test")
    index = ChromaIndex(HashEmbedder(), shelves)
    await index.add(document("The old text.", "anna", "doc_1"))
    shelves.broken = frozenset({"write"})
    with pytest.raises(RetrievalUnavailable):
        await index.add(document("The new text.", "anna", "doc_1"))
    assert [p.text for p in await index.stored("anna")] == ["The old text."]
    shelves.broken = frozenset()
    await index.add(document("The new text.", "anna", "doc_1"))
    assert [p.text for p in await index.stored("anna")] == ["The new text."]
    await index.close()


class HeldEmbedder(HashEmbedder):
    """Stops in its third batch until it is let go, so that a test can come in between."""

    def __init__(self) -> None:
        super().__init__()
        self.batches = 0
        self.go = threading.Event()

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.batches += 1
        if self.batches == 3:
            self.go.wait(60)
        return super().embed(texts)


async def test_a_cancelled_ingest_stops_and_stores_nothing(tmp_path: Path) -> None:
    embedder = HeldEmbedder()
    index = open_index(embedder, folder=tmp_path)
    text = "\n\n".join(f"Paragraph {n} with its own words {n * n} and more. " * 9 for n in range(400))
    adding = asyncio.create_task(index.add(document(text, "anna", "doc_1")))
    while embedder.batches < 3:
        await asyncio.sleep(0.01)
    adding.cancel()
    await asyncio.sleep(0.01)
    embedder.go.set()
    with pytest.raises(asyncio.CancelledError):
        await adding
    assert await index.erase("anna", ["doc_1"]) == 0
    stopped_at = embedder.batches
    assert stopped_at < 15
    assert await index.stored("anna") == []
    await index.close()
