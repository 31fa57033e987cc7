"""`make eval`: measures the product, writes docs/evaluation.md and one MLflow run."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from backend import __version__
from backend.asr.faster_whisper import FasterWhisper
from backend.asr.ports import Transcriber
from backend.coaching.analysis import Source
from backend.coaching.coach import Coach, evidence_of
from backend.coaching.rubric import rubric_text
from backend.coaching.star_shape import WEIGHTS
from backend.commands import sample
from backend.commands.page import machine
from backend.config import ROOT, Settings
from backend.evaluation.figures import Report
from backend.evaluation.page import page as written
from backend.evaluation.page import table
from backend.evaluation.run import Evaluated, evaluate
from backend.evaluation.training import STORIES, STRENGTH
from backend.evaluation.training import train as fit
from backend.interview.modes import InterviewData
from backend.interview.questions import Interviewer
from backend.jobs.role_packs import RolePacks
from backend.llm.local_server import LocalChat
from backend.llm.openai_compatible import OpenAiChat
from backend.llm.ports import ChatModel
from backend.llm.prompts import FilePrompts
from backend.mlops.evaluations import log_evaluation, log_training
from backend.models.manifest import where
from backend.rag.embedders import HashEmbedder, MiniLm
from backend.rag.ports import Embedder

PAGE = ROOT / "docs" / "evaluation.md"


@dataclass(frozen=True, slots=True)
class Other:
    """A second language model behind an OpenAI-compatible address that ends in `/v1`."""

    url: str
    model: str
    key: str | None = None


def run(
    shared: Path, documents: int, page: Path, *, speech: bool, language: bool = True, other: Other | None = None
) -> bool:
    """Measure, print the table, write the page and the run. False when a bar was missed.

    `language`: whether the embedded language model is asked too; `other` is put next to it.
    """
    settings = Settings()
    embedder, ears = _embedder(settings), _ears(settings) if speech else None
    prompts, packs = FilePrompts(ROOT / "backend" / "interview" / "prompts"), RolePacks()
    meaning = embedder if isinstance(embedder, MiniLm) else None

    def made(chat: ChatModel | None) -> tuple[Coach, Interviewer]:
        return Coach(chat, prompts, meaning), Interviewer(
            chat, prompts, packs=packs, embedder=meaning, grounding=lambda a: lambda s: evidence_of(a).check(s).ok,
            data=InterviewData(),
        )  # fmt: skip

    coach, interviewer = made(None)
    chats = _chats(settings, language, other)
    parts = Evaluated(
        coach=coach, interviewer=interviewer, packs=packs, embedder=embedder, ears=ears, chats=chats, made=made,
        shared=shared, speech_sample=sample.SPEECH, documents=documents,
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
        "side by side": ", ".join(chat.name for chat in chats) or "off",
    }
    report = asyncio.run(_measured(parts))
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(written(report, versions, now, machine()), encoding="utf-8")
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
        for part in (parts.ears, *parts.chats):
            if part is not None:
                await part.close()


def _chats(settings: Settings, language: bool, other: Other | None) -> tuple[ChatModel, ...]:
    """The embedded model where its file is here, and the other one."""
    model = where(settings.llm_model, settings.models_dir)
    chats: list[ChatModel] = []
    if language and model.exists():
        chats.append(LocalChat(model, slots=1, context=settings.llm_context, threads=settings.llm_threads))
    if other is not None:
        chats.append(OpenAiChat(other.url, other.key, other.model))
    return tuple(chats)


def _embedder(settings: Settings) -> Embedder:
    folder = where("minilm", settings.models_dir)
    return MiniLm(folder) if folder.exists() and settings.embedder == "minilm" else HashEmbedder()


def _ears(settings: Settings) -> Transcriber | None:
    folder = where(settings.asr_model, settings.models_dir)
    return FasterWhisper(folder, model=settings.asr_model, threads=settings.asr_threads) if folder.exists() else None


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
    """`make train`: the weights of the STAR shape from the committed stories, and a run in MLflow with both."""
    trained = fit()
    trained.write(weights)
    print(f"{trained.stories} stories, {trained.sentences} sentences -> {weights}")
    where_to = _mlflow(Settings())
    if where_to is not None:
        sizes = {"stories": float(trained.stories), "sentences": float(trained.sentences)}
        params = {"data": trained.data, "inverse_l2": str(STRENGTH), "trained_on": " ".join(STORIES)}
        done = log_training(*where_to, sizes, params, weights)
        print("logged to MLflow" if done else "MLflow could not be reached; the weights are written")
    print("`make eval` measures them on stories they have not seen.")
