"""`interview-helper examples`: plays the example interviews into docs/examples."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backend.coaching.analysis import Source
from backend.coaching.coach import Coach
from backend.coaching.intake import Intake
from backend.coaching.lines.read import LineReader
from backend.commands import sample
from backend.commands.intake import reader
from backend.config import Settings
from backend.evaluation.examples import scripts, transcript
from backend.interview.modes import InterviewData
from backend.interview.questions import Interviewer
from backend.jobs.role_packs import GENERAL, built_in_packs
from backend.models.manifest import where
from backend.rag.embedders import MiniLm, RememberingEmbedder
from backend.rag.readers import Reader, ReadLimits

_REMEMBERED = 100_000  # texts: more than the whole bank and all that is said
_KINDS = {"job": "job_description", "resume": "resume"}


def run(shared: Path, folder: Path) -> Iterator[str]:
    """Write every interview whose documents are here; yields a line about each."""
    coach, interviewer = parts(Settings())
    folder.mkdir(parents=True, exist_ok=True)
    for script in scripts():
        absent = [path.name for path in _paths(script, shared).values() if not path.exists()]
        if absent:
            yield f"left out {script['name']}: {', '.join(absent)} is not here"
            continue
        page = folder / f"{script['name']}.md"
        page.write_text(asyncio.run(_page(script, shared, coach, interviewer)), encoding="utf-8")
        yield f"wrote {page}"


def parts(settings: Settings) -> tuple[Coach, Interviewer]:
    """The coach and the interviewer as the product has them, with the models that are here."""
    model = where("minilm", settings.models_dir)
    meaning = RememberingEmbedder(MiniLm(model, threads=1, batch=32), most=_REMEMBERED) if model.exists() else None
    by_meaning, packs = reader(settings), built_in_packs()
    if meaning is not None:  # all at once: question by question it would take minutes
        meaning.embed([text for q in packs.get(GENERAL).questions for text in (q.text, q.topic or q.text, *q.calls)])
    coach = Coach(meaning, Intake(by_meaning), LineReader(by_meaning, meaning))
    return coach, Interviewer(packs=packs, embedder=meaning, data=InterviewData(), reader=coach.lines)


async def sources_of(script: dict[str, Any], shared: Path) -> list[Source]:
    """The posting and the resume of a script, read as uploads are."""
    found: list[Source] = []
    for name, path in _paths(script, shared).items():
        title = script["title"] if name == "job" else "the resume"
        read = await Reader().read(path.read_bytes(), path.name, None, ReadLimits())
        found.append(Source(name, _KINDS[name], title, read.text))
    return found


async def _page(script: dict[str, Any], shared: Path, coach: Coach, interviewer: Interviewer) -> str:
    return await transcript(script, await sources_of(script, shared), coach, interviewer)


def _paths(script: dict[str, Any], shared: Path) -> dict[str, Path]:
    given = {name: script[name] for name in _KINDS if name in script}
    return {name: sample.JOB if at.get("sample") else shared / str(at["shared"]) for name, at in given.items()}
