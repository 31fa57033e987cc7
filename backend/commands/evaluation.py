"""`make eval`: measures the product, writes docs/evaluation.md and one MLflow run."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime
from pathlib import Path

from backend import __version__
from backend.asr.faster_whisper import FasterWhisper
from backend.asr.ports import Transcriber
from backend.coaching.analysis import Source
from backend.coaching.author.reply import SCHEMA_VERSION
from backend.coaching.coach import Coach
from backend.coaching.intake import Intake
from backend.coaching.lines.model import WEIGHTS as LINE_WEIGHTS
from backend.coaching.lines.read import LineReader
from backend.coaching.rubric import rubric_text
from backend.coaching.story_model import WEIGHTS
from backend.commands import sample
from backend.commands.authors import SECTION as AUTHORS
from backend.commands.intake import SECTION as INTAKE
from backend.commands.intake import reader
from backend.commands.page import machine, section_of, write_section
from backend.config import ROOT, Settings
from backend.evaluation import follow_up_pairs
from backend.evaluation.answers import TRAINED_ON
from backend.evaluation.figures import Report
from backend.evaluation.intake_training import train as fit_intake
from backend.evaluation.line_training import train as fit_lines
from backend.evaluation.page import page as written
from backend.evaluation.page import table
from backend.evaluation.run import Evaluated, evaluate
from backend.evaluation.training import STORIES, STRENGTH
from backend.evaluation.training import train as fit
from backend.interview.follow_up_ranker import WEIGHTS as FOLLOW_UP_WEIGHTS
from backend.interview.modes import InterviewData
from backend.interview.question_search import QuestionSearch
from backend.interview.questions import Interviewer
from backend.jobs.question_lines import QuestionLines
from backend.jobs.role_packs import built_in_packs
from backend.llm.prompts import FilePrompts
from backend.mlops.evaluations import log_evaluation, log_training
from backend.models.manifest import where
from backend.rag.embedders import HashEmbedder, MiniLm, RememberingEmbedder
from backend.rag.ports import Embedder
from backend.tts.piper import PiperVoice
from backend.tts.ports import Voice

PAGE = ROOT / "docs" / "evaluation.md"


def run(shared: Path, documents: int, page: Path, *, speech: bool, answers: int = 6, hearings: int = 2) -> bool:
    """Measure, print the table, write the page and the run. False when a bar was missed.

    `answers`: long spoken answers that are heard whole and live, `hearings` times each.
    """
    settings = Settings()
    embedder, ears = _embedder(settings), _ears(settings) if speech else None
    prompts, packs = FilePrompts(ROOT / "backend" / "interview" / "prompts", SCHEMA_VERSION), built_in_packs()
    meaning = embedder if isinstance(embedder, MiniLm) else None

    by_meaning = reader(settings)
    coach = Coach(meaning, Intake(by_meaning), LineReader(by_meaning, meaning))
    interviewer = Interviewer(packs=packs, embedder=meaning, data=InterviewData(), reader=coach.lines)
    parts = Evaluated(
        coach=coach, interviewer=interviewer, prompts=prompts, packs=packs, embedder=embedder, ears=ears,
        shared=shared, speech_sample=sample.SPEECH, documents=documents,
        voice=_voice(settings) if speech else None, answers=answers, hearings=hearings,
        job=Source("job", "job_description", "Software developer", sample.JOB.read_text(encoding="utf-8")),
    )  # fmt: skip
    versions = {
        "product": __version__,
        "prompts": prompts.current().version,
        "rubric": hashlib.sha256(rubric_text().encode()).hexdigest()[:12],
        "rules": _rules(),
        "embedder": embedder.name,
        "asr": ears.name if ears is not None else "off",
        "model": "rules",
    }
    report = asyncio.run(_measured(parts))
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    page.parent.mkdir(parents=True, exist_ok=True)
    others = {name: section_of(page, name) for name in (INTAKE, AUTHORS)}
    page.write_text(written(report, versions, now, machine()), encoding="utf-8")
    for name, lines in others.items():
        if lines is not None:
            write_section(page, name, lines)
    print("\n".join(table(report.figures)))
    for absent in report.absent:
        print(f"not measured, {absent.area}: {absent.what} is not here")
    _log(settings, report, versions, page)
    missed = [f"{f.area}: {f.name} is {f.value:.3f}, wanted {f.wanted}" for f in report.figures if f.ok is False]
    print("\n".join([f"wrote {page}", *(f"missed: {m}" for m in missed)]))
    return not missed


async def _measured(parts: Evaluated) -> Report:
    try:
        return await evaluate(parts, lambda area: print(f"==> {area}", flush=True))
    finally:
        for part in (parts.ears, parts.voice):
            if part is not None:
                await part.close()


def _embedder(settings: Settings) -> Embedder:
    folder = where("minilm", settings.models_dir)
    return MiniLm(folder) if folder.exists() and settings.embedder == "minilm" else HashEmbedder()


def _ears(settings: Settings) -> Transcriber | None:
    folder = where(settings.asr_model, settings.models_dir)
    return FasterWhisper(folder, model=settings.asr_model, threads=settings.asr_threads) if folder.exists() else None


def _voice(settings: Settings) -> Voice | None:
    model = where(settings.tts_model, settings.models_dir)
    return PiperVoice(model, name=model.stem) if model.exists() else None


def _rules() -> str:
    """One short name for the code that judges: any change to it is another version."""
    together = hashlib.sha256()
    for path in sorted((ROOT / "backend" / "coaching").glob("*.*")):
        together.update(path.read_bytes())
    return together.hexdigest()[:12]


def _log(settings: Settings, report: Report, versions: dict[str, str], page: Path) -> None:
    where_to = _mlflow(settings)
    if where_to is not None:
        done = log_evaluation(*where_to, report, versions, page)
        print("logged to MLflow" if done else "MLflow could not be reached; the page has everything")


def _mlflow(settings: Settings) -> tuple[str, Path | None] | None:
    """Address and folder of artifacts; None where MLflow is off."""
    uri = settings.mlflow_tracking_uri
    if uri == "off":
        return None
    home = ROOT / "mlruns"
    return uri or f"sqlite:///{home / 'mlflow.db'}", None if uri else home / "artifacts"


def train(weights: Path = WEIGHTS) -> None:
    """`make train`: the weights of the intake, the reader of lines, the ranker of follow-ups and the story model from the
    committed texts, and a run in MLflow.

    Exits where the sentence model is not there: weights for hashed words alone would be half of them.
    """
    embedder = _embedder(Settings())
    if isinstance(embedder, HashEmbedder):
        raise SystemExit("make train needs the files of all-MiniLM-L6-v2: run `make models` first")
    by_meaning, embedder = reader(Settings()), RememberingEmbedder(embedder, most=50_000)
    fit_intake(by_meaning).write()
    lines = fit_lines([e for e in (embedder, by_meaning) if e is not None], LINE_WEIGHTS)
    print(f"{lines['documents']} postings, resumes and other texts -> {LINE_WEIGHTS}")
    follow_ups = follow_up_pairs.train(built_in_packs(), QuestionLines(), QuestionSearch(embedder))
    follow_up_pairs.write(follow_ups)
    print(f"follow-ups to {len(follow_up_pairs.judged())} answers -> {FOLLOW_UP_WEIGHTS}")
    trained = fit(embedder)
    trained.write(weights)
    print(f"{trained.answers} answers, {trained.sentences} sentences -> {weights}")
    where_to = _mlflow(Settings())
    if where_to is not None:
        sizes = {"answers": float(trained.answers), "sentences": float(trained.sentences)}
        params = {
            "data": trained.data,
            "lines": lines["data"],
            "follow_ups": follow_ups["data"],
            "inverse_l2": str(STRENGTH),
            "trained_on": " ".join([*TRAINED_ON, *STORIES]),
        }
        done = log_training(*where_to, sizes, params, weights)
        print("logged to MLflow" if done else "MLflow could not be reached; the weights are written")
    print("`make eval` measures them on stories and documents they have not seen.")
