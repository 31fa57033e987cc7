"""The example interviews: sixteen of every sort, their pages whole, and lines of the documents beside the questions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from backend.coaching.analysis import Source
from backend.coaching.coach import Coach
from backend.commands import examples
from backend.commands.examples import run, sources_of
from backend.config import ROOT
from backend.evaluation.examples import scripts, transcript
from backend.interview.questions import Interviewer
from backend.interview.session import SessionPlan

PAGES = ROOT / "docs" / "examples"
LARGEST = 60_000  # bytes of a page
SCRIPTS = scripts()
RESUME = "Work\n\nWarehouse clerk, Halden Logistics, 2019 to 2023\n- Cut the time of a stocktake from two days to one\n"


def test_there_are_sixteen_of_every_sort() -> None:
    plans = [SessionPlan.model_validate(script["plan"]) for script in SCRIPTS]
    assert len({script["name"] for script in SCRIPTS}) == 16
    modes = Counter(plan.mode for plan in plans)
    assert modes["technical"] and modes["cultural_fit"] and modes["intro_call"] and modes["behavioral"] >= 8
    assert [plan.language for plan in plans].count("de") == 1 and sum(bool(plan.panel) for plan in plans) == 1
    assert sum("job" not in script and "resume" not in script for script in SCRIPTS) == 2
    assert {plan.question_count for plan in plans} == {5, 6}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script["name"]))
def test_the_committed_page_holds_every_answer(script: dict[str, Any]) -> None:
    page = (PAGES / f"{script['name']}.md").read_text(encoding="utf-8")
    assert [a["say"] for a in script["answers"] if " ".join(a["say"].split()) not in page] == []
    assert page.count("**Candidate:**") == len(script["answers"])  # no question went without one of its own
    assert len(page.encode()) < LARGEST


@pytest.mark.parametrize("document", ["resume", "job"])
async def test_the_line_that_is_asked_about_stands_beside_the_question(document: str) -> None:
    kind = {"resume": "resume", "job": "job_description"}[document]
    script = {
        "title": "Clerk",
        "plan": {"role": "Warehouse worker", "question_count": 5},
        "answers": [{"say": "Yes."}] * 9,
    }
    source = Source(document, kind, f"the {document}", RESUME)
    page = await transcript(script, [source], Coach(None), Interviewer())
    assert f"beside it, from the {document}: “" in page
    assert {"resume": "Documents: a resume.", "job": "Documents: a posting."}[document] in page


async def test_documents_are_read_as_uploads_are() -> None:
    script = {"title": "Developer", "job": {"sample": True}}
    (job,) = await sources_of(script, Path("nowhere"))
    assert (job.kind, job.title) == ("job_description", "Developer") and len(job.text) > 500


def test_what_is_not_here_is_left_out_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absent = {"name": "one", "title": "One", "plan": {}, "answers": [], "resume": {"shared": "documents/none.pdf"}}
    monkeypatch.setattr(examples, "scripts", lambda: [absent])
    monkeypatch.setattr(examples, "parts", lambda settings: (Coach(None), Interviewer()))
    assert list(run(tmp_path, tmp_path)) == ["left out one: none.pdf is not here"]
