"""Where in a recording somebody speaks: the Silero detector that faster-whisper carries, at once or as sound comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from faster_whisper.vad import VadOptions, get_speech_timestamps, get_vad_model

from backend.asr.ports import SAMPLE_RATE, Samples

_SPEECH = 0.35
"""Probability from which a window is speech. At 0.5 a hoarse voice after a clear one was taken for silence and cut out: 114
and 222 of 143 and 274 words were kept in two joined recordings, and 136 and 237 at 0.35. Noise stays silent at both.
"""
# A pause longer than this ends a stretch of speech; shorter ones are part of speaking.
_PAUSE_MS = 300
# Shorter sounds are clicks and coughs. A spoken "yes" takes 250 ms and more.
_SHORTEST_MS = 120
# What is handed to the recogniser: stretches with a margin, silences longer than two seconds left out.
_MARGIN = int(0.4 * SAMPLE_RATE)
_LONGEST_SILENCE = 2 * SAMPLE_RATE
LONGEST_S = 18.0
"""Speech without a pause is cut here, at its last short silence."""
WINDOW = 512
"""Samples that the detector judges at a time (32 ms)."""
_CONTEXT = 64


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a recording, in samples; `end` is exclusive."""

    start: int
    end: int


def stretches(samples: Samples) -> list[Stretch]:
    """The stretches of speech in a recording (16 kHz), in order; empty for silence and noise."""
    options = VadOptions(
        threshold=_SPEECH,
        min_speech_duration_ms=_SHORTEST_MS,
        max_speech_duration_s=LONGEST_S,
        min_silence_duration_ms=_PAUSE_MS,
        speech_pad_ms=0,
    )
    return [Stretch(int(found["start"]), int(found["end"])) for found in get_speech_timestamps(samples, options)]


def seconds(spoken: list[Stretch]) -> float:
    """How long these stretches are together, in seconds."""
    return sum(stretch.end - stretch.start for stretch in spoken) / SAMPLE_RATE


def with_margins(spoken: list[Stretch], length: int) -> list[Stretch]:
    """The stretches widened and joined, as the recogniser wants them: context around words, no long silences."""
    wide: list[Stretch] = []
    for stretch in spoken:
        start, end = max(0, stretch.start - _MARGIN), min(length, stretch.end + _MARGIN)
        if wide and start - wide[-1].end < _LONGEST_SILENCE - 2 * _MARGIN:
            start = wide.pop().start
        wide.append(Stretch(start, end))
    return wide


def between(spoken: Sequence[Stretch], start: int, end: int) -> list[Stretch]:
    """The speech between two samples."""
    return [Stretch(max(s.start, start), min(s.end, end)) for s in spoken if s.end > start and s.start < end]


def overlap(spoken: Sequence[Stretch], start_s: float, end_s: float) -> float:
    """Seconds of speech between two times."""
    start, end = start_s * SAMPLE_RATE, end_s * SAMPLE_RATE
    return sum(max(0.0, min(end, part.end) - max(start, part.start)) for part in spoken) / SAMPLE_RATE


class LiveDetector:
    """The same detector for sound that arrives in pieces: it remembers where it was, so nothing is judged twice."""

    def __init__(self) -> None:
        self._hidden = np.zeros((1, 1, 128), dtype=np.float32)
        self._cell = np.zeros((1, 1, 128), dtype=np.float32)
        self._context = np.zeros(_CONTEXT, dtype=np.float32)

    def __call__(self, samples: Samples) -> list[float]:
        """Whether somebody speaks (0..1), for each `WINDOW` of the next samples; their number is a multiple of it."""
        windows = samples.reshape(-1, WINDOW)
        contexts = np.vstack([self._context[None], windows[:-1, -_CONTEXT:]])
        found, self._hidden, self._cell = get_vad_model().session.run(
            None, {"input": np.concatenate([contexts, windows], axis=1), "h": self._hidden, "c": self._cell}
        )
        self._context = windows[-1, -_CONTEXT:].copy()
        return [float(each) for each in np.asarray(found).reshape(-1)]
