"""Retrieval on Cranfield: hybrid search against meaning alone and words alone, nDCG@10 and recall@5 (binary)."""

from __future__ import annotations

import hashlib
import re
from math import log2
from pathlib import Path

from backend.evaluation.figures import Absent, Report, mean, measured
from backend.rag.documents import Document
from backend.rag.hybrid import Bm25
from backend.rag.index import open_index
from backend.rag.ports import Embedder

AREA = "Retrieval"
_OWNER = "evaluation"
_SEEN = 900
"""Characters of an abstract that are searched: one passage each."""


def load(folder: Path, documents: int, queries: int) -> tuple[dict[str, str], list[tuple[str, set[str]]]]:
    """Texts by number, and (query, numbers of its relevant texts). The qrels number queries by their position."""
    raw = (folder / "cranfield_cran.all.1400.xml").read_text("utf-8", "replace")
    texts = {}
    for block in re.findall(r"<doc>(.*?)</doc>", raw, re.DOTALL):
        number, body = re.search(r"<docno>\s*(\d+)", block), re.search(r"<text>(.*?)</text>", block, re.DOTALL)
        if number and body and body[1].strip():
            texts[number[1]] = " ".join(body[1].split())
    raw = (folder / "cranfield_cran.qry.xml").read_text("utf-8", "replace")
    titles = [" ".join(q.split()) for q in re.findall(r"<title>(.*?)</title>", raw, re.DOTALL)]
    relevant: dict[int, set[str]] = {}
    for row in (folder / "cranfield_cranqrel.trec.txt").read_text(encoding="utf-8").splitlines():
        query, _, text, grade = row.split()
        if int(grade) > 0:
            relevant.setdefault(int(query), set()).add(text)
    judged = [(q, relevant.get(n, set()) & set(texts)) for n, q in enumerate(titles, start=1)]
    judged = [(q, found) for q, found in judged if found][:queries]
    wanted = {d for _, found in judged for d in found}
    chosen = [*sorted(wanted, key=int), *(d for d in texts if d not in wanted)][: max(documents, len(wanted))]
    return {d: texts[d] for d in chosen}, judged


def ndcg(found: list[str], relevant: set[str]) -> float:
    """Normalised discounted cumulative gain of the first ten, binary (Jarvelin and Kekalainen 2002)."""
    gain = sum(1 / log2(rank + 2) for rank, number in enumerate(found[:10]) if number in relevant)
    return gain / sum(1 / log2(rank + 2) for rank in range(min(10, len(relevant))))


def recall(found: list[str], relevant: set[str]) -> float:
    """Part of the relevant texts (five at most) among the first five."""
    return len(set(found[:5]) & relevant) / min(5, len(relevant))


async def evaluate_retrieval(report: Report, shared: Path, work: Path, embedder: Embedder, documents: int) -> None:
    """Index at least `documents` texts in `work` and ask the judged queries three ways. Minutes for all 1,400."""
    folder = shared / "retrieval"
    if not (folder / "cranfield_cran.all.1400.xml").exists():
        report.absent.append(Absent(AREA, "retrieval/cranfield_*"))
        return
    texts, judged = load(folder, documents, 225 if documents >= 1400 else 30)
    index = open_index(embedder, folder=work)
    try:
        for number, text in texts.items():
            seen = text[:_SEEN]
            digest = hashlib.sha256(seen.encode()).hexdigest()
            await index.add(
                Document(document_id=number, owner_id=_OWNER, kind="notes", title=number, mime="text/plain",
                         sha256=digest, text=seen)
            )  # fmt: skip
        passages = await index.stored(_OWNER)
        words = Bm25(passages)
        vectors = embedder.embed([p.text for p in passages])
        ways: dict[str, list[tuple[float, float]]] = {"hybrid": [], "dense alone": [], "BM25 alone": []}
        for query, relevant in judged:
            by_words = sorted(zip(words.scores(query), passages, strict=True), key=lambda pair: -pair[0])
            asked = embedder.embed([query])[0]
            near = [sum(a * b for a, b in zip(asked, v, strict=True)) for v in vectors]
            by_meaning = sorted(zip(near, passages, strict=True), key=lambda pair: -pair[0])
            hybrid = await index.search(_OWNER, query, top_k=30)
            for name, found in (
                ("hybrid", [p.document_id for p in hybrid]),
                ("dense alone", [p.document_id for _, p in by_meaning]),
                ("BM25 alone", [p.document_id for _, p in by_words]),
            ):
                once = list(dict.fromkeys(found))
                ways[name].append((ndcg(once, relevant), recall(once, relevant)))
    finally:
        await index.close()
    name = f"Cranfield, {len(texts)} texts"
    for way, values in ways.items():
        for at, what in ((0, "nDCG@10"), (1, "recall@5")):
            figure = measured(AREA, f"{what}, {way}", [v[at] for v in values], mean, data=name, of="queries")
            report.figures.append(figure)
