"""A process killed in the middle of ingesting and erasing leaves whole documents or none, and goes on."""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path

from backend.rag.embedders import HashEmbedder
from backend.rag.index import open_index
from backend.tests.rag.ingest_until_killed import version
from backend.tests.rag.makers import document

ROOT = Path(__file__).resolve().parents[3]


async def test_killed_anywhere_it_holds_the_old_the_new_or_nothing(tmp_path: Path) -> None:
    chance = random.Random(7)
    whole = {}
    for number in range(3):
        fresh = open_index(HashEmbedder(32), folder=tmp_path / f"fresh{number}")
        whole[str(number)] = await fresh.add(document(version(number), sha256=str(number)))
        await fresh.close()
    for _ in range(4):
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "backend.tests.rag.ingest_until_killed",
            str(tmp_path / "index"),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        assert child.stdout is not None
        assert await child.stdout.readline()  # it has begun
        await asyncio.sleep(chance.uniform(0, 0.4))
        child.kill()
        await child.wait()
        index = open_index(HashEmbedder(32), folder=tmp_path / "index")
        digests = await index.digests("anna")
        stored = await index.stored("anna")
        for document_id, digest in digests.items():
            texts = [p.text for p in stored if p.document_id == document_id]
            assert len(texts) == whole[digest]
            assert all(f"Version {digest}," in t for t in texts)
        assert await index.add(document(version(1), "anna", "doc_1", sha256="1")) == whole["1"]
        assert (await index.digests("anna"))["doc_1"] == "1"
        await index.close()
