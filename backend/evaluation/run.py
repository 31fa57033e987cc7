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
from backend.evaluation.bank import evaluate_bank
from backend.evaluation.figures import Report
from backend.evaluation.hesitations import evaluate_hesitations
from backend.evaluation.injections import evaluate_injections
from backend.evaluation.ladders import evaluate_ladders
from backend.evaluation.languages import evaluate_languages
from backend.evaluation.lines import evaluate_lines
from backend.evaluation.passages import evaluate_passages
from backend.evaluation.points import evaluate_points
from backend.evaluation.questions import evaluate_questions
from backend.evaluation.retrieval import evaluate_retrieval
from backend.evaluation.speech import evaluate_speech
from backend.evaluation.stories import evaluate_kinds, evaluate_stories, evaluate_unseen
from backend.evaluation.story_questions import evaluate_story_questions
from backend.evaluation.surfaces import evaluate_surfaces, labelled
from backend.evaluation.words_kept import evaluate_words_kept
from backend.interview.coverage import StoryMatcher
from backend.interview.questions import Interviewer
from backend.jobs.role_packs import RolePacks
from backend.llm.prompts import PromptBook
from backend.rag.ports import Embedder
from backend.tts.ports import Voice


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The parts that are measured, and where the data lies."""

    coach: Coach
    interviewer: Interviewer
    prompts: PromptBook
    packs: RolePacks
    embedder: Embedder
    ears: Transcriber | None
    shared: Path
    """Folder of the shared data; data sets that are not there are named in the report."""
    speech_sample: Path
    job: Source
    documents: int
    """How many texts of Cranfield are searched; 1400 is all, and takes minutes."""
    voice: Voice | None = None
    """Says the sentences with names that the ears are tried on."""
    answers: int = 6
    """Long spoken answers for the words kept, each heard `hearings` times in each way; 40 and 5 take an hour."""
    hearings: int = 2


async def evaluate(parts: Evaluated, say: Callable[[str], object]) -> Report:
    """Measure everything; `say` hears the name of each area as it begins."""
    report = Report()

    async def speech() -> None:
        await evaluate_speech(report, parts.shared, parts.speech_sample, parts.ears)
        await evaluate_hesitations(report, parts.shared, parts.ears)

    async def words_kept() -> None:
        await evaluate_words_kept(
            report, parts.shared, parts.ears, parts.voice, answers=parts.answers, runs=parts.hearings
        )

    async def stories() -> None:
        evaluate_stories(report, parts.shared, parts.coach.embedder)
        evaluate_kinds(report, parts.coach.embedder)
        evaluate_unseen(report, parts.coach)

    async def scores() -> None:
        evaluate_ladders(report, parts.coach)
        evaluate_surfaces(report, parts.coach, labelled(every=4))

    async def language() -> None:
        evaluate_languages(report)

    async def lines() -> None:
        evaluate_lines(report, parts.coach.lines)

    async def injections() -> None:
        evaluate_injections(report, parts.coach)

    async def points() -> None:
        await evaluate_points(report, parts.prompts)

    async def bank() -> None:
        evaluate_bank(report, parts.interviewer, parts.packs)

    async def story_questions() -> None:
        evaluate_story_questions(report, parts.packs, StoryMatcher(parts.coach.embedder))

    async def questions() -> None:
        await evaluate_questions(report, parts.coach, parts.interviewer, parts.packs, [parts.job])

    async def retrieval() -> None:
        with tempfile.TemporaryDirectory() as work:
            await evaluate_retrieval(report, parts.shared, Path(work), parts.embedder, parts.documents)

    async def passages() -> None:
        with tempfile.TemporaryDirectory() as work:
            await evaluate_passages(report, parts.shared, Path(work), parts.embedder, parts.prompts)

    areas: dict[str, Callable[[], Awaitable[None]]] = {
        "stories": stories, "scores": scores, "lines": lines, "language": language, "injections": injections, "points": points, "bank": bank, "story questions": story_questions, "questions": questions, "speech": speech, "words kept": words_kept,
        "retrieval": retrieval, "passages": passages,
    }  # fmt: skip
    for name, area in areas.items():
        say(name)
        begun = time.perf_counter()
        await area()
        report.seconds[name] = round(time.perf_counter() - begun, 1)
    return report
