"""Words kept: long spoken answers, sent whole and live, with a posting and a resume in the session and without.

The answers are the shared recordings, joined with pauses: by one speaker, and by several in turn. One that is sent live is
fed faster than it was spoken, in pieces of another length on every run.
"""

from __future__ import annotations

import asyncio
import csv
import difflib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import yaml

from backend.asr.decode import decode
from backend.asr.live import LiveEar
from backend.asr.ports import SAMPLE_RATE, Samples, Transcriber, Transcript
from backend.coaching.coach import Source
from backend.errors import NoSpeech
from backend.evaluation.figures import Absent, Figure, Report, measured, ratio
from backend.evaluation.panel_voices import heard_samples
from backend.evaluation.speech import errors, plain_words
from backend.interview.hotwords import hotwords
from backend.interview.session import SessionPlan
from backend.rag.pdf_text import read_pdf
from backend.tts.ports import Voice

AREA = "Words kept"
Way = Literal["whole", "live"]
WAYS: tuple[Way, ...] = ("whole", "live")
_LENGTHS_S = (30, 45, 60, 35, 90, 50, 32, 120, 40, 300, 60, 30, 75, 38, 100, 45, 31, 180, 55, 65)
_PAUSES_S = (0.3, 0.3, 0.5, 0.5, 0.8, 1.0, 1.5, 2.2, 3.5)
_LEVEL = 0.06
"""Standard deviation that every clip is brought to, so that no speaker is lost beside a louder one."""
_PAIRS = (
    ("jd_dfe_software-developer.md", "resume_information-technology_16186411.pdf"),
    ("jd_dfe_devops-engineer.md", "resume_awesome_cv.pdf"),
    ("jd_la_financial_analyst_1549.txt", "resume_finance_28758002.pdf"),
    ("jd_la_licensed_vocational_nurse.txt", "resume_healthcare_14062078.pdf"),
    ("jd_la_civil_engineer_7237.txt", "resume_construction_63145386.pdf"),
    ("jd_dfe_lead-developer.md", "resume_awesome_cv_long.pdf"),
)
_NAMES = Path(__file__).parent / "data" / "spoken_names.yaml"


@dataclass(frozen=True, slots=True)
class SpokenAnswer:
    """A joined recording and the words that are said in it."""

    samples: Samples
    words: list[str]
    names: tuple[str, ...]
    """Names of a posting and a resume, as a session with these has them."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one hearing made of an answer."""

    kept: int
    """Words of the answer that stand in the transcript, in order."""
    wrong: int
    words: list[str]
    not_understood_s: float


def kept(wanted: Sequence[str], heard: Sequence[str]) -> int:
    """Words that stand in both, in order."""
    blocks = difflib.SequenceMatcher(None, wanted, heard, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)


def spoken_answers(shared: Path, count: int, *, seed: int = 3) -> list[SpokenAnswer]:
    """`count` answers of 30 to 300 s; the same ones every time. Of clips of one speaker in turn, and of all."""
    speakers = _clips(shared)
    every = [clip for clips in speakers.values() for clip in clips]
    names = [_names(shared, *pair) for pair in _PAIRS]
    made = []
    for number in range(count):
        draw = np.random.default_rng((seed, number))
        clips = list(speakers.values())[number // 2 % len(speakers)] if number % 2 == 0 else every
        samples, words = _joined(clips, every, _LENGTHS_S[number % len(_LENGTHS_S)], draw)
        made.append(SpokenAnswer(samples, words, names[number % len(names)]))
    return made


def _clips(shared: Path) -> dict[str, list[tuple[Samples, str]]]:
    found: dict[str, list[tuple[Samples, str]]] = {}
    with (shared / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if len(row) > 6 and row[1] == "speech":
                sound = decode((shared / row[0]).read_bytes(), None, max_s=300.0)
                sound = np.clip(sound * np.float32(_LEVEL / max(float(np.std(sound)), 1e-6)), -1, 1)
                found.setdefault(Path(row[0]).stem.split("-")[0].rsplit("_", 1)[0], []).append((sound, row[6]))
    return dict(sorted(found.items()))


def _joined(
    clips: Sequence[tuple[Samples, str]],
    others: Sequence[tuple[Samples, str]],
    length_s: float,
    draw: np.random.Generator,
) -> tuple[Samples, list[str]]:
    """Clips in a random order with pauses between, those of others too once each has been said."""
    parts: list[Samples] = []
    words: list[str] = []
    order = [clips[n] for n in draw.permutation(len(clips))]
    while sum(map(len, parts)) < length_s * SAMPLE_RATE:
        order = order or [others[n] for n in draw.permutation(len(others))]
        sound, text = order.pop(0)
        pause = round(float(draw.choice(_PAUSES_S)) * SAMPLE_RATE)
        parts += [sound, draw.normal(0, 0.0005, pause).astype(np.float32)]
        words += plain_words(text)
    return np.concatenate(parts), words


def _names(shared: Path, posting: str, resume: str) -> tuple[str, ...]:
    sources = []
    for file, kind in ((posting, "job_description"), (resume, "resume")):
        data = (shared / "documents" / file).read_bytes()
        text = read_pdf(data, 50, 200_000)["text"] if file.endswith(".pdf") else data.decode("utf-8", "replace")
        sources.append(Source(file, kind, file, text))
    return hotwords(SessionPlan(), sources)


async def hear(ears: Transcriber, answer: SpokenAnswer, way: Way, names: tuple[str, ...], run: int) -> Heard:
    """One answer, once."""
    try:
        if way == "whole":
            found = await ears.transcribe(answer.samples, hotwords=names)
        else:
            found = await _heard_live(ears, answer.samples, names, run)
    except NoSpeech:
        found = Transcript("", "en", 0.0, 0.0, ())
    words = plain_words(found.text)
    return Heard(
        kept(answer.words, words),
        errors(answer.words, words),
        words,
        sum(end - start for start, end in found.not_understood),
    )


async def _heard_live(ears: Transcriber, samples: Samples, names: tuple[str, ...], run: int) -> Transcript:
    live = LiveEar(ears, max_s=600.0)
    listening = live.begin(hotwords=names)
    draw = random.Random(run)
    at = 0
    while at < len(samples):
        size = draw.randint(SAMPLE_RATE // 20, SAMPLE_RATE // 2)
        listening.add(samples[at : at + size])
        at += size
        await asyncio.sleep(draw.choice((0.0, 0.0, 0.02)))
    try:
        return await listening.finish()
    finally:
        listening.stop()
        await live.close()


async def evaluate_words_kept(
    report: Report, shared: Path, ears: Transcriber | None, voice: Voice | None, *, answers: int, runs: int
) -> None:
    """Words kept and wrong by way, documents and run; what the documents change; names that are heard."""
    if ears is None or not (shared / "MANIFEST.tsv").exists() or not (shared / "documents").exists():
        report.absent.append(Absent(AREA, "speech/, documents/ or a speech model"))
        return
    said = spoken_answers(shared, answers)
    data = f"joined recordings of 30 to 300 s, {sum(len(a.samples) for a in said) / SAMPLE_RATE / 60:.0f} minutes"
    for way in WAYS:
        with_and_without = [
            [[await hear(ears, a, way, a.names if documents else (), run) for a in said] for run in range(runs)]
            for documents in (False, True)
        ]
        report.figures += _figures(way, said, with_and_without, data)
    if voice is not None:
        report.figures += await _names_heard(shared, ears, voice)
    else:
        report.absent.append(Absent(AREA, "a voice that says names"))


def _figures(
    way: Way, said: Sequence[SpokenAnswer], heard: Sequence[Sequence[Sequence[Heard]]], data: str
) -> Iterator[Figure]:
    """`heard`: by documents (without, with), run and answer."""
    of = "answers"
    for documents, runs in zip(("without documents", "with documents"), heard, strict=True):
        for number, run in enumerate(runs, start=1):
            kept_words = [(float(h.kept), float(len(a.words))) for h, a in zip(run, said, strict=True)]
            wrong = [(float(h.wrong), float(len(a.words))) for h, a in zip(run, said, strict=True)]
            name = f"{way}, {documents}, run {number}"
            yield measured(AREA, f"words kept, {name}", kept_words, ratio, data=data, of=of)
            yield measured(AREA, f"word error rate, {name}", wrong, ratio, data=data, of=of)
        same = [float(len({tuple(run[n].words) for run in runs}) == 1) for n in range(len(said))]
        if len(runs) > 1:
            yield measured(
                AREA, f"the same words on every run, {way}, {documents}", [(s, 1.0) for s in same], ratio, data=data,
                of=of, wanted="= 1",
            )  # fmt: skip
    without, with_them = heard[0][0], heard[1][0]
    differ = [(float(errors(a.words, b.words)), float(len(a.words))) for a, b in zip(without, with_them, strict=True)]
    yield measured(AREA, f"words that documents change, {way}", differ, ratio, data=data, of=of, wanted="<= 0.01")
    empty = [(h.not_understood_s, len(a.samples) / SAMPLE_RATE) for h, a in zip(with_them, said, strict=True)]
    yield measured(AREA, f"time not understood, and said so, {way}", empty, ratio, data=data, of=of)


async def _names_heard(shared: Path, ears: Transcriber, voice: Voice) -> list[Figure]:
    """How many of the names in spoken sentences are read in the transcript as the documents write them."""
    found: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for entry in yaml.safe_load(_NAMES.read_text(encoding="utf-8")):
        speech = heard_samples(await voice.speak(entry["say"]))
        for documents, pairs in found.items():
            names = _names(shared, *entry["documents"]) if documents else ()
            text = (await ears.transcribe(speech, hotwords=names)).text
            pairs.append((float(sum(name in text for name in entry["names"])), float(len(entry["names"]))))
    return [
        measured(
            AREA, f"names heard, {'with' if documents else 'without'} documents", pairs, ratio,
            data=f"sentences said by {voice.name}", of="sentences",
        )
        for documents, pairs in found.items()
    ]  # fmt: skip
