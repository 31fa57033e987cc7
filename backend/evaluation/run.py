"""One evaluation from end to end: every area, in order, timed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from backend.asr.ports import Transcriber
from backend.coaching.analysis import Source
from backend.coaching.coach import Coach
from backend.evaluation.figures import Absent, Report
from backend.evaluation.hesitations import evaluate_hesitations
from backend.evaluation.honesty import evaluate_honesty
from backend.evaluation.ladders import evaluate_ladders
from backend.evaluation.level_scores import evaluate_levels
from backend.evaluation.questions import evaluate_questions
from backend.evaluation.ratings import evaluate_ratings
from backend.evaluation.retrieval import evaluate_retrieval
from backend.evaluation.side_by_side import Made, compare_models
from backend.evaluation.speech import evaluate_speech
from backend.evaluation.stories import evaluate_kinds, evaluate_stories
from backend.interview.questions import Interviewer
from backend.jobs.role_packs import RolePacks
from backend.llm.ports import ChatModel
from backend.rag.ports import Embedder


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The parts that are measured, and where the data lies."""

    coach: Coach
    interviewer: Interviewer
    packs: RolePacks
    embedder: Embedder
    ears: Transcriber | None
    shared: Path
    """Folder of the shared data; data sets that are not there are named in the report."""
    speech_sample: Path
    job: Source
    documents: int
    """How many texts of Cranfield are searched; 1400 is all, and takes minutes."""
    chats: tuple[ChatModel, ...] = ()
    """Language models to put side by side."""
    made: Made | None = None
    """Makes the coach and the interviewer that speak through one of them."""


async def evaluate(parts: Evaluated, say: Callable[[str], object]) -> Report:
    """Measure everything; `say` hears the name of each area as it begins."""
    report = Report()

    async def speech() -> None:
        await evaluate_speech(report, parts.shared, parts.speech_sample, parts.ears)
        await evaluate_hesitations(report, parts.shared, parts.ears)

    async def stories() -> None:
        evaluate_stories(report, parts.shared)
        evaluate_kinds(report)

    async def scores() -> None:
        evaluate_ladders(report, parts.coach)
        evaluate_levels(report, parts.coach)
        evaluate_ratings(report, parts.shared, parts.embedder)

    async def honesty() -> None:
        evaluate_honesty(report, parts.coach)

    async def questions() -> None:
        await evaluate_questions(report, parts.coach, parts.interviewer, parts.packs, [parts.job])

    async def language() -> None:
        if parts.made is not None and parts.chats:
            await compare_models(report, parts.chats, parts.made, parts.packs, [parts.job])
        else:
            report.absent.append(Absent("Language model", "a language model"))

    async def retrieval() -> None:
        with tempfile.TemporaryDirectory() as work:
            await evaluate_retrieval(report, parts.shared, Path(work), parts.embedder, parts.documents)

    areas: dict[str, Callable[[], Awaitable[None]]] = {
        "stories": stories, "scores": scores, "honesty": honesty, "questions": questions, "speech": speech,
        "retrieval": retrieval, "language": language,
    }  # fmt: skip
    for name, area in areas.items():
        say(name)
        begun = time.perf_counter()
        await area()
        report.seconds[name] = round(time.perf_counter() - begun, 1)
    return report
