"""What every ear offers: samples in, words with times out; and what an ear offers that hears while one speaks."""

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
    hesitations: tuple[float, ...] | None = None
    """Seconds at which a sound like "um" begins that no word covers; None where nobody looked for them."""
    not_understood: tuple[tuple[float, float], ...] = ()
    """(start, end) in seconds of the stretches in which somebody speaks for long and no words were found."""


@dataclass(slots=True)
class Urgency:
    """How much a transcription is wanted. It may change while the work waits: a guess becomes an answer."""

    rank: int = 0
    """0: somebody waits for it. 1: part of an answer that is still being spoken. 2: a guess that may be thrown away."""


@dataclass(frozen=True, slots=True)
class Partial:
    """What has been heard of an answer so far; the first `stable_chars` characters will not change any more."""

    text: str = ""
    stable_chars: int = 0


@dataclass(frozen=True, slots=True)
class PauseScore:
    """How finished an answer sounds in the pause that lasts now."""

    complete: float
    """0..1: 1 is an answer that is over."""
    at_s: float
    """Seconds of sound that had been heard when this was judged."""
    text_until_s: float
    """Seconds of sound that the partial text covers by now: whether it is about the words before this pause."""


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
        urgency: Urgency | None = None,
    ) -> Transcript:
        """Transcribe one recording (16 kHz mono float32).

        `hotwords`: names and terms of the job and resume that help recognition (capped by the provider).
        `on_partial`: called on the event loop with the text so far, as it grows.
        `urgency`: who goes first when several wait; None is rank 0. A provider without a queue ignores it.
        """
        ...

    async def warm_up(self) -> None:
        """Load the model and run it once, so that the first turn is as fast as the next."""
        ...

    async def close(self) -> None: ...


class Listening(Protocol):
    """One answer being heard while it is spoken."""

    @property
    def partial(self) -> Partial: ...

    @property
    def pause(self) -> PauseScore | None:
        """The pause that lasts now, once it has been judged; None while somebody speaks, or where nothing judges."""
        ...

    @property
    def duration_s(self) -> float:
        """Seconds of sound so far."""
        ...

    def add(self, samples: Samples) -> None:
        """Take in the next sound (16 kHz mono float32). Never blocks. Raises `AudioTooLong` past the limit."""
        ...

    def end(self) -> None:
        """The candidate has finished: what is left is heard from now on. Nothing can be added any more."""
        ...

    async def finish(self) -> Transcript:
        """`end`, then the transcript of everything. What failed is tried once more when it is called again.

        Errors as `Transcriber.transcribe`.
        """
        ...

    def stop(self) -> None:
        """Throw the recording away; work in hand is cancelled."""
        ...


class LiveTranscriber(Protocol):
    """An ear that hears while the candidate speaks, so that at the end only the last words are left to do."""

    def begin(
        self,
        *,
        language: str | None = "en",
        hotwords: Sequence[str] = (),
        on_settled: Callable[[str], None] | None = None,
        on_guessed: Callable[[str], None] | None = None,
        judge_pauses: bool = False,
    ) -> Listening:
        """Begin to listen.

        `on_settled`: called on the event loop with all text that will not change any more, each time it has grown and the
        candidate goes on speaking. `on_guessed`: called with all text there is, the newest of it unsure. `judge_pauses`:
        say of each pause how finished it sounds, where that is possible.
        """
        ...
