"""Spoken answers for the benchmark of the live path: real recordings of one reader, joined with pauses for thought."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backend.asr.decode import decode
from backend.asr.ports import SAMPLE_RATE, Samples
from backend.asr.voice_activity import stretches

_LONGEST_S, _MOSTLY_S, _SHORTEST_S = 60.0, 35.0, 15.0
"""Clips are joined until an answer has between the shortest and mostly so many seconds; the last clip may go beyond."""


@dataclass(frozen=True, slots=True)
class SpokenAnswer:
    """Samples from the first word to the last, without the silence around them."""

    name: str
    samples: Samples

    @property
    def seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE

    def pcm(self) -> bytes:
        """16-bit little-endian samples, as a browser's AudioWorklet sends them."""
        return (np.clip(self.samples, -1, 1) * 32767).astype("<i2").tobytes()

    def wav(self) -> bytes:
        out = io.BytesIO()
        with wave.open(out, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(SAMPLE_RATE)
            file.writeframes(self.pcm())
        return out.getvalue()


def spoken_answers(folder: Path, sample: Path, count: int, *, seed: int = 7) -> list[SpokenAnswer]:
    """`count` answers of 15 to 60 s from the LibriSpeech clips in `folder`, each by one reader; without the folder,
    the sample that the product carries, several times in a row."""
    readers: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("librispeech_*.flac")):
        readers.setdefault(path.stem.partition("-")[0], []).append(path)
    readers = readers or {"sample": [sample] * 3}
    random = np.random.default_rng(seed)
    made: list[SpokenAnswer] = []
    while len(made) < count:
        for reader, paths in readers.items():
            order = [paths[n] for n in random.permutation(len(paths))]
            made.append(_join(f"{reader} {len(made)}", order, random))
    return made[:count]


def _join(name: str, paths: Sequence[Path], random: np.random.Generator) -> SpokenAnswer:
    wanted = random.uniform(_SHORTEST_S, _MOSTLY_S)
    parts: list[Samples] = []
    for path in paths:
        clip = decode(path.read_bytes(), None, max_s=_LONGEST_S)
        if parts and sum(map(len, parts)) + len(clip) > _LONGEST_S * SAMPLE_RATE:
            continue
        pause = round(random.uniform(0.3, 1.5) * SAMPLE_RATE)
        parts += [clip, random.normal(0, 0.0005, pause).astype(np.float32)]
        if sum(map(len, parts)) > wanted * SAMPLE_RATE:
            break
    together = np.concatenate(parts)
    spoken = stretches(together)
    return SpokenAnswer(name, together[spoken[0].start : spoken[-1].end])
