"""What every ear offers: samples in, words with times out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 16_000
"""Samples per second of all audio inside the product (mono, float32 in -1..1)."""

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word. Times are seconds from the start of the recording; `probability` is 0..1."""

    text: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was heard. `duration_s` is the whole recording, `speech_s` the part of it in which somebody spoke."""

    text: str
    language: str
    duration_s: float
    speech_s: float
    words: tuple[Word, ...]


class Transcriber(Protocol):
    """Speech to text.

    Errors: `NoSpeech` for silence or noise (never invented text), `SttTimeout`, `SttUnavailable`, `AtCapacity`.
    """

    @property
    def name(self) -> str:
        """Model and settings, as recorded in `versions.asr`, e.g. `faster-whisper-base-int8`."""
        ...

    async def transcribe(
        self,
        samples: Samples,
        *,
        language: str | None = "en",
        hotwords: Sequence[str] = (),
        on_partial: Callable[[str], None] | None = None,
    ) -> Transcript:
        """Transcribe one recording (16 kHz mono float32).

        `hotwords`: names and terms of the job and resume that help recognition (capped by the provider).
        `on_partial`: called on the event loop with the text so far, as it grows.
        """
        ...

    async def warm_up(self) -> None:
        """Load the model and run it once, so that the first turn is as fast as the next."""
        ...

    async def close(self) -> None: ...
