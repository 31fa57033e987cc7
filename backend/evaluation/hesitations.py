"""Hesitations: how many of the sounds that recognition leaves out are found, and how many of the found ones are some.

Real ones with marked times are few, so held vowels and cut-out "uh"s are also inserted into real recordings at known
places between words. Limits were chosen on the recordings whose name has an even checksum; figures are of the others.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backend.asr.decode import decode
from backend.asr.ports import SAMPLE_RATE, Samples, Transcriber, Transcript
from backend.errors import NoSpeech
from backend.evaluation.figures import Absent, Report, measured

AREA = "Hesitations"
FILLERS = frozenset({"um", "uh", "uhm", "er", "erm", "hmm", "mm", "ah", "huh"})
_NEAR_S = 0.3
"""A find belongs to a hesitation that it begins at most so long before or after."""
_GAP = np.zeros(int(0.08 * SAMPLE_RATE), dtype=np.float32)

Place = tuple[float, float]
"""Where a hesitation begins and ends, in seconds."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One recording: finds that are hesitations, all finds, all hesitations that no word covers."""

    right: int
    found: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Altered:
    """A recording with hesitations put in."""

    name: str
    samples: Samples
    places: tuple[Place, ...]


def precision(items: Sequence[Counted]) -> float:
    found = sum(i.found for i in items)
    return sum(i.right for i in items) / found if found else 1.0


def recall(items: Sequence[Counted]) -> float:
    wanted = sum(i.wanted for i in items)
    return sum(i.right for i in items) / wanted if wanted else 1.0


def counted(found: Sequence[float], places: Sequence[Place]) -> Counted:
    """Every place is found at most once."""
    left = list(found)
    right = 0
    for start, end in places:
        near = [at for at in left if start - _NEAR_S <= at <= end]
        if near:
            left.remove(near[0])
            right += 1
    return Counted(right, len(found), len(places))


def held_vowel(samples: Samples, seconds: float, seed: int) -> Samples:
    """A vowel of this very voice, held: the steadiest 60 ms of the recording, repeated period by period."""
    size = int(0.06 * SAMPLE_RATE)
    best, where, lag = 0.0, 0, 160
    for start in range(0, len(samples) - 2 * size, size // 2):
        frame = samples[start : start + 2 * size].astype(np.float64)
        power = float(frame @ frame)
        if power < 0.25 * size * float(np.mean(samples**2)) * 8:
            continue
        spectrum = np.abs(np.fft.rfft(frame, 4 * size)) ** 2
        correlation = np.fft.irfft(spectrum)[: SAMPLE_RATE // 70] / power
        peak = SAMPLE_RATE // 350 + int(np.argmax(correlation[SAMPLE_RATE // 350 :]))
        if correlation[peak] > best:
            best, where, lag = float(correlation[peak]), start, peak
    draw = np.random.default_rng(seed)
    periods = max(1, size // lag)
    piece = samples[where : where + (periods + 1) * lag].astype(np.float64)
    out = np.zeros(int(seconds * SAMPLE_RATE) + 2 * len(piece))
    fade = np.linspace(0.0, 1.0, lag)
    window = np.concatenate([fade, np.ones(len(piece) - 2 * lag), fade[::-1]])
    at = 0
    while at < seconds * SAMPLE_RATE:
        out[at : at + len(piece)] += piece * window * (1 + 0.05 * draw.standard_normal())
        at += len(piece) - lag
    sound = out[: int(seconds * SAMPLE_RATE)]
    edge = int(0.04 * SAMPLE_RATE)
    sound[:edge] *= np.linspace(0, 1, edge)
    sound[-edge:] *= np.linspace(1, 0, edge)
    return (0.7 * sound).astype(np.float32)


def altered(name: str, samples: Samples, heard: Transcript, uhs: Sequence[Samples], most: int = 2) -> Altered:
    """The recording with up to `most` hesitations between words: in turn a held vowel and an "uh" of another voice."""
    draw = random.Random(zlib.crc32(name.encode()))
    ends = [w.end_s for w in heard.words[2:-2]]
    at = sorted(draw.sample(ends, min(most, len(ends))))
    pieces: list[Samples] = []
    places: list[Place] = []
    before = length = 0
    for number, end_s in enumerate(at):
        cut = int(end_s * SAMPLE_RATE)
        if number % 2 and uhs:
            uh = draw.choice(uhs)
            sound = uh * np.float32(np.std(samples) * 1.5 / max(float(np.std(uh)), 1e-6))
        else:
            sound = held_vowel(samples, draw.uniform(0.28, 0.7), number)
        pieces += [samples[before:cut], _GAP, sound.astype(np.float32), _GAP]
        begins = length + cut - before + len(_GAP)
        places.append((begins / SAMPLE_RATE, (begins + len(sound)) / SAMPLE_RATE))
        length += cut - before + 2 * len(_GAP) + len(sound)
        before = cut
    return Altered(name, np.clip(np.concatenate([*pieces, samples[before:]]), -1, 1), tuple(places))


def marked(grid: Path) -> list[tuple[str, float, float]]:
    """(word, start, end) of the first tier of a Praat TextGrid in its short form."""
    rows = re.findall(
        r'^([\d.]+)\n([\d.]+)\n"([^"]*)"$', grid.read_text(encoding="utf-8").split('"IntervalTier"')[1], re.MULTILINE
    )
    return [(word, float(start), float(end)) for start, end, word in rows if word]


def uncovered(places: Sequence[Place], heard: Transcript) -> list[Place]:
    """Hesitations that the transcript does not hold as a filler word."""
    said = [w for w in heard.words if re.sub(r"\W", "", w.text.lower()) in FILLERS]
    return [p for p in places if not any(w.start_s < p[1] and w.end_s > p[0] for w in said)]


async def evaluate_hesitations(report: Report, shared: Path, ears: Transcriber | None) -> None:
    """Precision and recall on inserted and on real hesitations, and false finds in read speech without any."""
    folder = shared / "speech"
    if ears is None or not (folder / "mfa_cold_corpus.TextGrid").exists():
        report.absent.append(Absent(AREA, "speech/ or a speech model"))
        return
    sound = {p.stem: decode(p.read_bytes(), None, max_s=300.0) for p in read_speech(folder)}
    uhs = cut_out(folder)
    clean: list[Counted] = []
    put_in: list[Counted] = []
    for name, samples in sound.items():
        if zlib.crc32(name.encode()) % 2 == 0:
            continue
        heard = await _heard(ears, samples)
        clean.append(counted(heard.hesitations or (), ()))
        with_some = altered(name, samples, heard, uhs)
        again = await _heard(ears, with_some.samples)
        put_in.append(counted(again.hesitations or (), uncovered(with_some.places, again)))
    marked_one = await marked_recording(ears, folder)
    bars = {"precision": (precision, ">= 0.8"), "recall": (recall, "")}
    for data, items in (("inserted into read speech (other half)", put_in), ("real, with marked times", [marked_one])):
        for name, (figure, wanted) in bars.items():
            report.figures.append(measured(AREA, name, items, figure, data=data, of="recordings", wanted=wanted))
    minutes = sum(len(s) for n, s in sound.items() if zlib.crc32(n.encode()) % 2) / SAMPLE_RATE / 60
    report.figures.append(
        measured(AREA, "false finds a minute of read speech", clean, lambda i: sum(c.found for c in i) / minutes,
                 data="read speech without hesitations (other half)", of="recordings")
    )  # fmt: skip


def read_speech(folder: Path) -> list[Path]:
    """Recordings without hesitations."""
    kinds = (
        "librispeech_*.flac",
        "librivox_*.wav",
        "ljspeech_*.wav",
        "moonshine_*.wav",
        "jfk.flac",
        "kennedy_1961.wav",
    )
    return sorted(p for kind in kinds for p in folder.glob(kind))


def cut_out(folder: Path) -> list[Samples]:
    """The "uh"s and "um"s of the marked recording, as sounds."""
    whole = decode((folder / "mfa_cold_corpus.wav").read_bytes(), None, max_s=300.0)
    times = [(a, b) for word, a, b in marked(folder / "mfa_cold_corpus.TextGrid") if word in FILLERS]
    return [whole[int(a * SAMPLE_RATE) : int(b * SAMPLE_RATE)] for a, b in times if b - a >= 0.2]


async def marked_recording(ears: Transcriber, folder: Path) -> Counted:
    """The one recording of free speech whose hesitations somebody has marked."""
    heard = await _heard(ears, decode((folder / "mfa_cold_corpus.wav").read_bytes(), None, max_s=300.0))
    places = [(a, b) for word, a, b in marked(folder / "mfa_cold_corpus.TextGrid") if word in FILLERS]
    return counted(heard.hesitations or (), uncovered(places, heard))


async def _heard(ears: Transcriber, samples: Samples) -> Transcript:
    try:
        return await ears.transcribe(samples, language="en")
    except NoSpeech:
        return Transcript("", "en", len(samples) / SAMPLE_RATE, 0.0, ())
