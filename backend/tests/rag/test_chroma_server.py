"""The same index on a Chroma server of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.errors import RetrievalUnavailable
from backend.rag.embedders import HashEmbedder
from backend.rag.index import open_index
from backend.tests.processes import chroma_server, running
from backend.tests.rag.makers import document


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with running(chroma_server(tmp_path)) as child:
        yield f"http://127.0.0.1:{child.port}"


async def test_add_search_replace_and_erase(server: str, tmp_path: Path) -> None:
    index = open_index(HashEmbedder(), folder=tmp_path, url=server)
    await index.add(document("Python services on PostgreSQL.", "anna", "doc_1", sha256="1"))
    await index.add(document("Care for patients.", "anna", "doc_2"))
    await index.add(document("Python services on PostgreSQL, too.", "boris", "doc_3"))
    assert [p.document_id for p in await index.search("anna", "PostgreSQL", top_k=1)] == ["doc_1"]
    assert await index.search("anna", "PostgreSQL", document_ids=["doc_3"]) == []
    assert (await index.digests("anna"))["doc_1"] == "1"
    await index.add(document("Something else.", "anna", "doc_1"))
    assert {p.text for p in await index.stored("anna")} == {"Something else.", "Care for patients."}
    assert await index.erase("anna", ["doc_1"]) == 1
    assert await index.erase("anna") == 1
    assert await index.stored("anna") == []
    assert await index.erase("nobody") == 0
    assert len(await index.stored("boris")) == 1
    await index.close()


async def test_a_server_that_is_down_is_named(tmp_path: Path) -> None:
    index = open_index(HashEmbedder(), folder=tmp_path, url="http://127.0.0.1:9")
    with pytest.raises(RetrievalUnavailable):
        await index.search("anna", "PostgreSQL")
    with pytest.raises(RetrievalUnavailable):
        await index.add(document("words", "anna", "doc_1"))
    await index.close()
