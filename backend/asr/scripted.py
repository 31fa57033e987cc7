"""A scripted ear: says what it was told to hear, with evenly spaced words; for tests and demos without weights."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import numpy as np

from backend.asr.ports import SAMPLE_RATE, Samples, Transcript, Urgency, Word
from backend.errors import NoSpeech

_WINDOW = 512
DEFAULT = (
    "In my last role the weekly report took most of Friday, so I was asked to make it faster. "
    "I measured where the time went, moved the joins into the database and wrote a short guide for the team. "
    "After that it took twenty minutes."
)


class ScriptedEar:
    """Implements `Transcriber`. The last text is repeated when the script runs out; silence is still no speech."""

    def __init__(self, texts: Sequence[str] = (DEFAULT,), *, delay_s: float = 0.0) -> None:
        self._texts = list(texts)
        self._delay_s = delay_s

    @property
    def name(self) -> str:
        return "scripted"

    async def transcribe(
        self,
        samples: Samples,
        *,
        language: str | None = "en",
        hotwords: Sequence[str] = (),
        on_partial: Callable[[str], None] | None = None,
        urgency: Urgency | None = None,
    ) -> Transcript:
        await asyncio.sleep(self._delay_s)
        if len(samples) == 0 or float(np.abs(samples).max()) < 0.01:
            raise NoSpeech
        text = self._texts.pop(0) if len(self._texts) > 1 else self._texts[0]
        duration_s = len(samples) / SAMPLE_RATE
        spoken = text.split()
        step = duration_s / len(spoken)
        words = tuple(Word(w, n * step, (n + 0.8) * step, 0.95) for n, w in enumerate(spoken))
        if on_partial is not None:
            on_partial(text)
        return Transcript(text, language or "en", duration_s, duration_s, words)

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...


def loud(samples: Samples) -> list[float]:
    """A detector of speech for the scripted ear: 1.0 for each window of 512 samples with a sound in it."""
    return [float(peak >= 0.01) for peak in np.abs(samples.reshape(-1, _WINDOW)).max(axis=1)]


def finished(samples: Samples) -> float:
    """A judge of pauses for the scripted ear: every pause is the end."""
    return 1.0
