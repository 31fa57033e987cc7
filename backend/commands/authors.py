"""`interview-helper eval --other-llm-url`: compares the model behind a URL with the rules, into docs/evaluation.md."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from backend.coaching.author.reply import SCHEMA_VERSION
from backend.coaching.coach import Coach
from backend.commands.page import write_section
from backend.config import ROOT, Settings
from backend.evaluation.authors import by_model, by_rules, own_cases, rated_cases, table
from backend.llm.openai_compatible import OpenAiChat
from backend.llm.prompts import FilePrompts
from backend.models.manifest import ModelMissing, where
from backend.rag.embedders import MiniLm

_GRADED = 30
SECTION = "authors"


def run(
    shared: Path,
    page: Path,
    say: Callable[[str], object],
    *,
    url: str,
    model: str,
    key: str | None,
    answers: int,
    runs: int,
) -> None:
    """Ask both authors about `answers` own answers and as many graded ones (30 at most), `runs` times each; write the
    table into a section of `page`. Every case costs a reply and up to two second looks."""
    coach = Coach(meaning())
    prompts = FilePrompts(ROOT / "backend" / "interview" / "prompts", SCHEMA_VERSION)
    cases = [*own_cases(answers), *rated_cases(shared, min(answers, _GRADED))]

    async def asked() -> list[str]:
        chat = OpenAiChat(url, key, model)
        try:
            told = await by_model(cases, chat, coach, prompts, runs=runs, say=say)
        finally:
            await chat.close()
        return table([told, by_rules(cases, coach, runs)], cases, runs)

    lines = asyncio.run(asked())
    head = [
        "## Authors compared",
        "",
        f"Written by `interview-helper eval --other-llm-url`, {datetime.now(UTC):%Y-%m-%d}.",
        "",
    ]
    write_section(page, SECTION, [*head, *lines])
    for line in lines:
        say(line)


def meaning() -> MiniLm | None:
    """What compares sentences by their meaning; None where it has not been fetched."""
    try:
        return MiniLm(where("minilm", Settings().models_dir))
    except ModelMissing:
        return None
