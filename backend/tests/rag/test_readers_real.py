"""Readers on real documents: words kept, order kept, nothing flagged that is visible."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from backend.rag.readers import Reader, ReadLimits
from backend.tests.rag.makers import DATA

FOLDER = DATA / "documents"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared real documents are not here")
BULLETINS = sorted(p.name for p in FOLDER.glob("jd_la_*.pdf"))
RESUMES = sorted(p.name for p in FOLDER.glob("resume_*.pdf"))


async def read(name: str):
    return await Reader().read((FOLDER / name).read_bytes(), name, None, ReadLimits())


def token_f1(one: str, other: str) -> float:
    a, b = (Counter(re.findall(r"\w+", t.lower())) for t in (one, other))
    shared = sum((a & b).values())
    return 2 * shared / (sum(a.values()) + sum(b.values()))


@pytest.mark.parametrize("name", BULLETINS)
async def test_bulletin_has_the_words_of_its_text_twin(name: str) -> None:
    found = await read(name)
    twin = await read(name.replace(".pdf", ".txt"))
    f1 = token_f1(found.text, twin.text)
    print(f"{name}: token F1 {f1:.4f}")
    assert f1 >= 0.97
    assert found.hidden == []


@pytest.mark.parametrize("name", RESUMES)
async def test_resume_is_read_cleanly(name: str) -> None:
    found = await read(name)
    assert len(found.text) > 2000
    assert found.hidden == []
    assert not re.search(r"ï¼|â€|Â(?=\s|$)|\ufffd|\(cid:|[\u200b\u00ad\ufb00-\ufb06\ue000-\uf8ff]", found.text)
    assert max(len(w) for w in found.text.split()) < 60  # no lines whose spaces were lost


async def test_two_column_latex_resume_keeps_titles_with_their_dates() -> None:
    text = (await read("resume_awesome_cv.pdf")).text
    assert "DevOps Engineer Sep. 2023 - Mar. 2024" in text
    assert "infrastructure operations, and security engineering" in text
    assert "multi-account" in text
    assert text.index("Summary") < text.index("Work Experience") < text.index("Education")


async def test_real_word_document() -> None:
    found = await read("doc_la_promotions.docx")
    assert "Two years of full-time paid experience in a class at the level of Systems Analyst" in found.text
    assert found.pages is None
