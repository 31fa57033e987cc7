"""How well passages are found, on Cranfield: hybrid against meaning alone and words alone (nDCG@10, binary).

The whole collection takes minutes to embed, so by default a part is searched: the judged documents of the first 30
queries and other documents up to 240. `CRANFIELD_DOCUMENTS=1400` measures all of it.
"""

from __future__ import annotations

import os
import re
from math import log2
from pathlib import Path

import pytest

from backend.rag.chroma import EmbeddedShelves
from backend.rag.documents import Passage
from backend.rag.embedders import MiniLm
from backend.rag.hybrid import Bm25
from backend.rag.index import ChromaIndex
from backend.tests.rag.makers import DATA, document

FOLDER = DATA / "retrieval"
MINILM = Path("~/.cache/interview-helper/models/minilm").expanduser()
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared Cranfield collection is not here")
SIZE = int(os.environ.get("CRANFIELD_DOCUMENTS", "240"))
QUERIES = 225 if SIZE >= 1400 else 30


def load(size: int = SIZE, queries: int = QUERIES) -> tuple[dict[str, str], list[tuple[str, set[str]]]]:
    """Documents by number, and (query, numbers of its relevant documents)."""
    raw = (FOLDER / "cranfield_cran.all.1400.xml").read_text("utf-8", "replace")
    texts = {}
    for block in re.findall(r"<doc>(.*?)</doc>", raw, re.DOTALL):
        number = re.search(r"<docno>\s*(\d+)", block)
        body = re.search(r"<text>(.*?)</text>", block, re.DOTALL)
        if number and body and body[1].strip():
            texts[number[1]] = " ".join(body[1].split())
    raw = (FOLDER / "cranfield_cran.qry.xml").read_text("utf-8", "replace")
    titles = [" ".join(q.split()) for q in re.findall(r"<title>(.*?)</title>", raw, re.DOTALL)]
    relevant: dict[int, set[str]] = {}
    for row in (FOLDER / "cranfield_cranqrel.trec.txt").read_text().splitlines():
        query, _, doc, grade = row.split()
        if int(grade) > 0:
            relevant.setdefault(int(query), set()).add(doc)
    judged = [(q, relevant.get(n, set()) & set(texts)) for n, q in enumerate(titles, start=1)]
    judged = [(q, docs) for q, docs in judged if docs][:queries]
    wanted = {d for _, docs in judged for d in docs}
    chosen = [*sorted(wanted, key=int), *(d for d in texts if d not in wanted)][: max(size, len(wanted))]
    return {d: texts[d] for d in chosen}, judged


def ndcg(found: list[str], relevant: set[str]) -> float:
    gain = sum(1 / log2(rank + 2) for rank, doc in enumerate(found[:10]) if doc in relevant)
    return gain / sum(1 / log2(rank + 2) for rank in range(min(10, len(relevant))))


@pytest.mark.models
@pytest.mark.skipif(not MINILM.is_dir(), reason="MiniLM is not assembled here")
@pytest.mark.timeout(1200)
@pytest.mark.long
async def test_hybrid_beats_either_half(tmp_path: Path) -> None:
    texts, judged = load()
    embedder = MiniLm(MINILM)
    shelves = EmbeddedShelves(tmp_path, "passages-cranfield")
    index = ChromaIndex(embedder, shelves)
    for number, text in texts.items():
        await index.add(document(text[:900], "anna", number))
    passages = await index.stored("anna")
    words = Bm25(passages)
    scores: dict[str, list[float]] = {"hybrid": [], "dense": [], "bm25": []}
    for query, relevant in judged:
        hybrid = [p.document_id for p in await index.search("anna", query, top_k=30)]
        by_words = sorted(zip(words.scores(query), passages, strict=True), key=lambda pair: -pair[0])
        nearest = shelves.nearest("anna", embedder.embed([query])[0], sorted(texts), 60)
        of = {p.passage_id: p.document_id for p in passages}
        for name, found in (
            ("hybrid", hybrid),
            ("dense", [of[i] for i, _ in nearest]),
            ("bm25", [p.document_id for _, p in by_words]),
        ):
            scores[name].append(ndcg(list(dict.fromkeys(found)), relevant))
    means = {name: sum(values) / len(values) for name, values in scores.items()}
    print(f"\nCranfield, {len(texts)} documents, {len(judged)} queries, nDCG@10: {means}")
    await index.close()
    assert means["hybrid"] >= max(means["dense"], means["bm25"]) - 0.01
    assert means["hybrid"] > 0.35


def test_words_alone_reach_the_known_figure() -> None:
    """Our BM25 over the whole collection; plain BM25 is known for 0.344 (binary nDCG@10)."""
    texts, judged = load(size=1400, queries=225)
    passages = [
        Passage(passage_id=n, document_id=n, kind="notes", title="", text=t, score=0, char_start=0, char_end=len(t))
        for n, t in texts.items()
    ]
    words = Bm25(passages)
    values = []
    for query, relevant in judged:
        ranked = sorted(zip(words.scores(query), texts, strict=True), key=lambda pair: -pair[0])
        values.append(ndcg([number for _, number in ranked], relevant))
    mean = sum(values) / len(values)
    print(f"\nCranfield, {len(texts)} documents, {len(judged)} queries, BM25 nDCG@10: {mean:.3f}")
    assert mean > 0.34
