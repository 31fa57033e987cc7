"""`interview-helper eval-intake`: measures the intake on texts it has never seen, into docs/evaluation.md. Figures alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from backend.coaching.intake import Intake
from backend.coaching.intake.classifier import load
from backend.commands.page import machine, write_section
from backend.config import Settings
from backend.evaluation.figures import Figure
from backend.evaluation.intake import evaluate_intake, unlike
from backend.evaluation.intake_texts import read, unseen_answers
from backend.evaluation.page import table
from backend.models.manifest import ModelMissing, where
from backend.rag.embedders import RememberingEmbedder
from backend.rag.multilingual_e5 import MultilingualE5
from backend.rag.ports import Embedder

SECTION = "intake"
_HEAD = """## Intake

Written by `interview-helper eval-intake`. What people say and type is read before anybody judges it. The texts were written by
others, who had seen neither the training texts nor the program; what is more than 0.8 alike, by words, to a text trained on was left out. The
intervals are Wilson's, 95 %. *At once*: everything waits. *A concern at either level*: at once, or a kind line and no score.
Weights, their mixture and the levels come from the training texts alone, by cross-validation."""


def reader(settings: Settings) -> Embedder | None:
    """What reads by meaning; None where its file is not there."""
    bare = _bare(settings)
    return RememberingEmbedder(bare) if bare is not None else None


def _bare(settings: Settings) -> Embedder | None:
    try:
        return MultilingualE5(where("multilingual-e5", settings.models_dir))
    except ModelMissing:
        return None


def run(page: Path, name: str, say: Callable[[str], object], *, write: bool = True) -> None:
    """Measure, print the figures, write the section. `name`: what the files' names begin with."""
    settings = Settings()
    by_meaning = reader(settings)
    texts = read(name)
    kept = unlike(texts, read("train"))
    found = evaluate_intake(Intake(by_meaning), kept)
    by_words = evaluate_intake(Intake(None), kept) if by_meaning is not None else []
    lines = [
        _HEAD,
        "",
        *table(found),
        "",
        "By words alone, where the model of meaning is not there:",
        "",
        *table(_chief(by_words)),
    ]
    left_out = f"- {len(texts) - len(kept)} of {len(texts)} texts were left out as too like one that was trained on"
    lines += [
        "",
        left_out,
        *_times(_bare(settings)),
        f"- weights of the texts {load().data}",
        f"- machine: {machine()}",
    ]
    say("\n".join(lines))
    if write:
        write_section(page, SECTION, lines)


def _chief(figures: list[Figure]) -> list[Figure]:
    wanted = (
        "urgent found, en",
        "urgent found, other",
        "other weighty kinds found, en",
        "ordinary answers with a concern at",
    )
    return [f for f in figures if f.name.startswith(wanted)]


def _times(by_meaning: Embedder | None) -> list[str]:
    """Milliseconds of reading an answer whose sentences but the last were taken in while it was spoken."""
    after, known = [], []
    if by_meaning is not None:
        by_meaning.embed(["We are ready."])
    for text in [t.text for t in unseen_answers()][:40]:
        intake = Intake(RememberingEmbedder(by_meaning) if by_meaning is not None else None)
        intake.read_ahead(text[: text.rstrip(".!? ").rfind(". ") + 1])
        after.append(_took_ms(intake, text))
        known.append(_took_ms(intake, text))
    return [
        f"- after the last word, the last sentence not taken in before: median {np.median(after):.0f} ms, "
        f"p95 {np.percentile(after, 95):.0f} ms; taken in too, as at a pause: median {np.median(known):.0f} ms, "
        f"p95 {np.percentile(known, 95):.0f} ms ({len(after)} answers)"
    ]


def _took_ms(intake: Intake, text: str) -> float:
    start = time.perf_counter()
    intake.read(text)
    return (time.perf_counter() - start) * 1000
