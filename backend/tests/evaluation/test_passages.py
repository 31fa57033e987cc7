"""The prompt of a turn holds the passages that answer the question, by the product's own retrieval."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.evaluation.figures import Report
from backend.evaluation.passages import SAMPLE, Asked, cases, evaluate_passages, shown
from backend.rag.embedders import HashEmbedder, MiniLm
from backend.tests.conftest import SHARED
from backend.tests.interview.building import PROMPTS

MINILM = Path("~/.cache/interview-helper/models/minilm").expanduser()
DOCUMENTS = SHARED / "documents"


def written_wrongly(asked: list[Asked]) -> list[str]:
    """Cases whose wanted words stand in none of their documents: they could never be found."""
    texts = {one.question: " ".join(" ".join(d.text for d in one.documents).split()) for one in asked}
    return [a.question for a in asked if not any(" ".join(w.split()) in texts[a.question] for w in a.want)]


async def test_the_samples_passages_are_in_the_prompt_by_words_alone(tmp_path: Path) -> None:
    asked = await cases("sample", SAMPLE)
    assert len(asked) == 6 and written_wrongly(asked) == []
    assert [
        s.asked.question for s in await shown(asked, tmp_path, HashEmbedder(), PROMPTS) if not s.among_passages
    ] == []


async def test_a_clone_without_shared_data_says_what_it_searched(tmp_path: Path) -> None:
    report = Report()
    await evaluate_passages(report, tmp_path / "nowhere", tmp_path / "index", HashEmbedder(), PROMPTS)
    assert [f.size for f in report.figures] == [6, 6, 6] and "documents/*" in report.absent[0].what


@pytest.mark.models
@pytest.mark.skipif(not DOCUMENTS.exists(), reason="the real postings and resumes lie in ../shared/data/documents")
@pytest.mark.skipif(not MINILM.exists(), reason="MiniLM is fetched by `make models`")
@pytest.mark.long
async def test_of_thirty_questions_at_least_27_have_their_passage_in_the_prompt(tmp_path: Path) -> None:
    asked = await cases("shared", DOCUMENTS)
    assert len(asked) == 30 and written_wrongly(asked) == []
    missing = [s.asked.question for s in await shown(asked, tmp_path, MiniLm(MINILM), PROMPTS) if not s.in_prompt]
    assert len(missing) <= 3, missing
