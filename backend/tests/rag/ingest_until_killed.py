"""Adds the same document in two versions, over and over, until it is killed. Run by test_crash."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from backend.rag.embedders import HashEmbedder
from backend.rag.index import open_index
from backend.tests.rag.makers import document


def version(number: int) -> str:
    return "\n\n".join(f"Version {number}, paragraph {n}, about {n * 17} things. " * 10 for n in range(60))


async def main(folder: Path) -> None:
    index = open_index(HashEmbedder(32), folder=folder)
    for number in range(10_000):
        await index.add(document(version(number % 2), "anna", "doc_1", sha256=str(number % 2)))
        await index.add(document(version(2), "anna", "doc_2", sha256="2"))
        await index.erase("anna", ["doc_2"])
        print(number, flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
