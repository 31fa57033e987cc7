"""Ears that need no model: they hear given texts in order. For tests, demonstrations and development."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import numpy as np

from backend.asr.ports import SAMPLE_RATE, Samples, Transcript, Word
from backend.errors import NoSpeech

STAR_ANSWER = (
    "In my last job our nightly report failed about twice a week. I was asked to find out why before the end of the "
    "quarter. I read the logs, found that two jobs wrote to the same table, and I put a queue between them. After that "
    "the report ran for three months without a failure."
)
_SILENT = 1e-3
_MARGIN_S = 0.1


class ScriptedTranscriber:
    """Hears `texts` in order and starts again after the last; silent samples are `NoSpeech` and use up no text.

    Word times are spread evenly over the recording. `delay_s` is waited before the answer.
    """

    def __init__(self, texts: Sequence[str] = (STAR_ANSWER,), *, delay_s: float = 0.0) -> None:
        self._texts = tuple(texts)
        self._next = 0
        self._delay_s = delay_s

    @property
    def name(self) -> str:
        return "scripted-ears"

    async def transcribe(
        self,
        samples: Samples,
        *,
        language: str | None = "en",
        hotwords: Sequence[str] = (),
        on_partial: Callable[[str], None] | None = None,
    ) -> Transcript:
        """See `Transcriber`; `language` is echoed, `hotwords` change nothing."""
        await asyncio.sleep(self._delay_s)
        if len(samples) == 0 or float(np.abs(samples).max()) < _SILENT:
            raise NoSpeech
        text = self._texts[self._next % len(self._texts)]
        self._next += 1
        words = text.split()
        duration = len(samples) / SAMPLE_RATE
        margin = min(_MARGIN_S, duration / 10)
        step = (duration - 2 * margin) / len(words)
        if on_partial is not None:
            on_partial(" ".join(words[: len(words) // 2]))
            on_partial(text)
        return Transcript(
            text=text,
            language=language or "en",
            duration_s=round(duration, 3),
            speech_s=round(duration - 2 * margin, 3),
            words=tuple(
                Word(word, round(margin + n * step, 3), round(margin + (n + 0.85) * step, 3), 1.0)
                for n, word in enumerate(words)
            ),
        )

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...
