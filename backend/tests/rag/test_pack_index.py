"""The bank's index: made once, whole, and read by everybody beside their own documents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backend.rag import pack_index
from backend.rag.documents import KEYS_OWNER, PACKS_OWNER, PackPassage, PackText
from backend.rag.embedders import HashEmbedder
from backend.rag.index import open_index
from backend.rag.pack_index import build_pack_index, pack_folder
from backend.tests.rag.makers import document

EMBEDDER = HashEmbedder(64)
TEXT = "When did a dough fail you? Dough rests. Bread is baked hot."
PACK = PackText(
    "baker", "Baker", TEXT,
    [PackPassage(0, 39, ("When did a dough fail you?", "sourdough")), PackPassage(40, len(TEXT))],
    ["When did a dough fail you?", "sourdough"],
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = pack_folder(tmp_path / "bank", [PACK], EMBEDDER)
    assert build_pack_index(made, [PACK], EMBEDDER)
    return made


async def test_passages_are_found_by_everybody_and_keys_by_nobody(folder: Path, tmp_path: Path) -> None:
    index = open_index(EMBEDDER, folder=tmp_path / "index", packs=folder)
    try:
        await index.add(document("Bread for the whole town.", "anna", "doc_1"))
        found = await index.search("anna", "bread")
        assert {p.document_id for p in found} == {"doc_1", "pack:baker"}
        (asked,) = await index.search("boris", "a dough that failed", kinds=["role_pack"], top_k=1)
        assert (asked.kind, asked.text) == ("role_pack", TEXT[asked.char_start : asked.char_end])
        assert all(p.text != "sourdough" for p in await index.search("boris", "sourdough"))
    finally:
        await index.close()


async def test_a_passage_that_keys_stand_for_has_their_vector(folder: Path, tmp_path: Path) -> None:
    index = open_index(EMBEDDER, folder=tmp_path / "index", packs=folder)
    try:
        keys, passages = await index.vectors(KEYS_OWNER), await index.vectors(PACKS_OWNER)
        assert set(keys) == set(PACK.keys)
        mean = np.mean([keys[k] for k in PACK.keys], axis=0)
        assert np.allclose(passages[TEXT[:39]], mean / np.linalg.norm(mean), atol=1e-5)
        assert np.allclose(passages[TEXT[40:]], EMBEDDER.embed([TEXT[40:]])[0], atol=1e-5)
    finally:
        await index.close()


async def test_an_owner_can_erase_everything_of_their_own_and_nothing_of_the_bank(folder: Path, tmp_path: Path) -> None:
    index = open_index(EMBEDDER, folder=tmp_path / "index", packs=folder)
    try:
        await index.erase(PACKS_OWNER)
        assert await index.search("anna", "bread")
    finally:
        await index.close()


def test_it_is_made_once(folder: Path) -> None:
    before = sorted(p.name for p in folder.parent.iterdir())
    assert not build_pack_index(folder, [PACK], EMBEDDER)
    assert sorted(p.name for p in folder.parent.iterdir()) == before == [folder.name]


def test_another_bank_or_embedder_has_another_folder(tmp_path: Path) -> None:
    other = PackText("baker", "Baker", TEXT + "!", PACK.passages, PACK.keys)
    folders = {pack_folder(tmp_path, [p], e) for p in (PACK, other) for e in (EMBEDDER, HashEmbedder(32))}
    assert len(folders) == 4


def test_what_is_broken_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(pack_index, "to_nodes", broken)
    folder = pack_folder(tmp_path / "bank", [PACK], EMBEDDER)
    with pytest.raises(RuntimeError):
        build_pack_index(folder, [PACK], EMBEDDER)
    assert list(folder.parent.iterdir()) == []
