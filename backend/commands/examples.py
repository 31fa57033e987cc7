"""`interview-helper examples`: plays the example interviews into docs/examples."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backend.coaching.analysis import Source
from backend.coaching.coach import Coach, evidence_of
from backend.commands import sample
from backend.config import ROOT, Settings
from backend.evaluation.examples import scripts, transcript
from backend.interview.modes import InterviewData
from backend.interview.questions import Interviewer
from backend.jobs.role_packs import RolePacks
from backend.llm.prompts import FilePrompts
from backend.models.manifest import where
from backend.rag.embedders import MiniLm


def run(shared: Path, folder: Path) -> Iterator[str]:
    """Write every interview whose documents are here; yields a line about each."""
    prompts = FilePrompts(ROOT / "backend" / "interview" / "prompts")
    model = where("minilm", Settings().models_dir)
    meaning = MiniLm(model) if model.exists() else None
    interviewer = Interviewer(
        None, prompts, packs=RolePacks(), embedder=meaning, grounding=lambda a: lambda s: evidence_of(a).check(s).ok,
        data=InterviewData(),
    )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    for script in scripts():
        path = _job(script, shared)
        if path is not None and not path.exists():
            yield f"left out {script['name']}: {path.name} is not here"
            continue
        text = path.read_text(encoding="utf-8", errors="replace") if path is not None else ""
        job = Source("job", "job_description", script["title"], text) if path is not None else None
        page = folder / f"{script['name']}.md"
        page.write_text(
            asyncio.run(transcript(script, job, Coach(None, prompts, meaning), interviewer)), encoding="utf-8"
        )
        yield f"wrote {page}"


def _job(script: dict[str, Any], shared: Path) -> Path | None:
    job = script.get("job")
    if job is None:
        return None
    return sample.JOB if job.get("sample") else shared / str(job["shared"])
