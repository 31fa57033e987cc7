"""Erased is erased: no byte of a text or a vector is left in any file. And Chroma's own delete does leave them."""

from __future__ import annotations

import struct
from pathlib import Path

import chromadb
import numpy as np
from chromadb.config import Settings

from backend.rag.chroma import EmbeddedShelves
from backend.rag.chroma_rows import collection_name
from backend.rag.embedders import HashEmbedder
from backend.rag.index import ChromaIndex
from backend.rag.ingest import to_nodes
from backend.tests.rag.makers import document

EMBEDDER = HashEmbedder(64)


def text(tag: str, paragraphs: int = 40) -> str:
    return "\n\n".join(f"{tag}{n:03} did {n * 31} things for team {tag}{n * 7}. " * 12 for n in range(paragraphs))


def canaries(*, tag: str) -> list[bytes]:
    """Words of every passage in UTF-8 and UTF-16, and every vector as stored (float32)."""
    nodes = to_nodes(document(text(tag), document_id=f"doc_{tag}"), EMBEDDER)
    words = [f"{tag}{n:03}" for n in range(40)]
    vectors = [np.asarray(n.embedding, dtype="<f4").tobytes() for n in nodes]
    return [w.encode() for w in words] + [w.encode("utf-16-le") for w in words] + vectors


def found_in(folder: Path, needles: list[bytes]) -> int:
    files = [p.read_bytes() for p in folder.rglob("*") if p.is_file()]
    return sum(any(needle in data for data in files) for needle in needles)


def shelf(folder: Path) -> ChromaIndex:
    return ChromaIndex(EMBEDDER, EmbeddedShelves(folder, collection_name(EMBEDDER.name, 64)))


async def fill(index: ChromaIndex) -> None:
    for tag in ("keepword", "goneword"):
        await index.add(document(text(tag), "anna", f"doc_{tag}"))
    await index.add(document(text("otherword"), "boris", "doc_otherword"))


async def test_one_document_is_erased_from_every_file(tmp_path: Path) -> None:
    index = shelf(tmp_path)
    await fill(index)
    gone, kept = canaries(tag="goneword"), canaries(tag="keepword")
    assert found_in(tmp_path, gone) >= len(gone) // 3  # the scan does see them while they are there
    before = await index.search("anna", "keepword003 team", document_ids=["doc_keepword"])
    assert await index.erase("anna", ["doc_goneword"]) > 0
    assert found_in(tmp_path, gone) == 0
    assert found_in(tmp_path, [c for c in kept if c.startswith(b"keepword")]) == 80 - 40
    assert await index.search("anna", "keepword003 team", document_ids=["doc_keepword"]) == before
    await index.close()
    assert found_in(tmp_path, gone) == 0


async def test_what_was_replaced_is_erased_too(tmp_path: Path) -> None:
    index = shelf(tmp_path)
    await fill(index)
    await index.add(document("Something short and new.", "anna", "doc_goneword"))
    await index.erase("anna", ["doc_goneword"])
    assert found_in(tmp_path, canaries(tag="goneword")) == 0
    await index.close()


async def test_an_owner_is_erased_from_every_file(tmp_path: Path) -> None:
    index = shelf(tmp_path)
    await fill(index)
    await index.erase("anna")
    assert found_in(tmp_path, canaries(tag="goneword") + canaries(tag="keepword")) == 0
    assert {p.document_id for p in await index.stored("boris")} == {"doc_otherword"}
    await index.close()


async def test_a_rebuild_that_was_interrupted_leaves_the_old_and_is_swept_up(tmp_path: Path) -> None:
    index = shelf(tmp_path)
    await fill(index)
    await index.close()
    (home,) = [p for p in tmp_path.iterdir() if found_in(p, [b"keepword001"])]
    (home / "deadbeef").mkdir()
    (home / "deadbeef" / "half.bin").write_bytes(b"half a rebuild")
    again = shelf(tmp_path)
    assert {p.document_id for p in await again.stored("anna")} == {"doc_keepword", "doc_goneword"}
    assert not (home / "deadbeef").exists()
    await again.close()


async def test_unused_room_of_the_vector_file_is_blank(tmp_path: Path) -> None:
    """Chroma saves memory it never wrote, with whatever the process had freed there."""
    index = shelf(tmp_path)
    await fill(index)
    await index.search("anna", "team")
    for header in tmp_path.rglob("header.bin"):
        _, _, room, held, size = struct.unpack("<iqqqq", header.read_bytes()[:36])
        data = header.with_name("data_level0.bin").read_bytes()
        assert len(data) == room * size
        assert room > held
        assert not any(data[held * size :])
        lengths = header.with_name("length.bin").read_bytes()
        assert len(lengths) == room * 4
        assert not any(lengths[held * 4 :])
    await index.close()


def test_control_chromas_own_delete_leaves_text_and_vectors(tmp_path: Path) -> None:
    """If this test ever fails, Chroma has learnt to erase and the rebuilding may go."""
    client = chromadb.PersistentClient(str(tmp_path), settings=Settings(anonymized_telemetry=False))
    collection = client.create_collection("naive", embedding_function=None)
    for tag in ("keepword", "goneword"):
        nodes = to_nodes(document(text(tag), document_id=f"doc_{tag}"), EMBEDDER)
        collection.add(
            ids=[n.id_ for n in nodes],
            embeddings=[n.embedding for n in nodes],
            documents=[n.get_content() for n in nodes],
            metadatas=[{"document_id": f"doc_{tag}"} for _ in nodes],
        )
    collection.delete(where={"document_id": "doc_goneword"})
    client.close()
    assert found_in(tmp_path, canaries(tag="goneword")) > 0
