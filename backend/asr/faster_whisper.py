"""The local ear: faster-whisper on the processor, with gates against text that nobody said."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.vad import VadOptions, get_speech_timestamps

from backend.asr.ports import SAMPLE_RATE, Samples, Transcript, Word
from backend.errors import AtCapacity, NoSpeech, SttError, SttTimeout

_VAD = VadOptions(threshold=0.5, min_speech_duration_ms=120, min_silence_duration_ms=1200, speech_pad_ms=300)
_SHORTEST_SPEECH_S = 0.25
_HOTWORDS_MAX = 40
_QUEUE_MAX = 8

# Phrases Whisper invents over noise, from its training on video subtitles; only refused when nothing else was heard.
_PHANTOMS = {
    "thank you", "thank you for watching", "thanks for watching", "you", "bye", "the end", "please subscribe",
    "subtitles by the amara.org community", "thank you very much", "so", "oh", "okay",
}  # fmt: skip


class _Stopped(Exception):
    """The caller no longer waits."""


class FasterWhisper:
    """Implements `Transcriber` on one worker thread."""

    def __init__(self, folder: Path, *, model: str, threads: int, timeout_s: float = 60.0) -> None:
        self._folder = folder
        self._model_name = model
        self._threads = threads
        self._timeout_s = timeout_s
        self._model: WhisperModel | None = None
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ear")
        self._waiting = 0

    @property
    def name(self) -> str:
        return f"faster-{self._model_name}-int8"

    @property
    def waiting(self) -> int:
        """Recordings in work or waiting."""
        return self._waiting

    async def transcribe(
        self,
        samples: Samples,
        *,
        language: str | None = "en",
        hotwords: Sequence[str] = (),
        on_partial: Callable[[str], None] | None = None,
    ) -> Transcript:
        if self._waiting >= _QUEUE_MAX:
            raise AtCapacity(retry_after_s=5)
        loop = asyncio.get_running_loop()
        stop = threading.Event()

        def partial(text: str) -> None:
            if on_partial is not None and not stop.is_set():
                loop.call_soon_threadsafe(on_partial, text)

        self._waiting += 1
        try:
            async with asyncio.timeout(self._timeout_s + len(samples) / SAMPLE_RATE):
                return await loop.run_in_executor(
                    self._executor, lambda: self._work(samples, language, hotwords, partial, stop)
                )
        except TimeoutError:
            raise SttTimeout from None
        finally:
            stop.set()
            self._waiting -= 1

    def _work(
        self,
        samples: Samples,
        language: str | None,
        hotwords: Sequence[str],
        partial: Callable[[str], None],
        stop: threading.Event,
    ) -> Transcript:
        if stop.is_set():
            raise _Stopped
        speech_s = _speech_seconds(samples)
        if speech_s < _SHORTEST_SPEECH_S:
            raise NoSpeech
        try:
            return self._transcribe(samples, language, hotwords, partial, stop, speech_s)
        except (RuntimeError, ValueError) as error:
            raise SttError from error

    def _transcribe(
        self,
        samples: Samples,
        language: str | None,
        hotwords: Sequence[str],
        partial: Callable[[str], None],
        stop: threading.Event,
        speech_s: float,
    ) -> Transcript:
        segments, info = self._loaded().transcribe(
            samples,
            language=language,
            beam_size=1,
            temperature=[0.0, 0.4],
            condition_on_previous_text=False,
            word_timestamps=True,
            vad_filter=True,
            vad_parameters=_VAD,
            no_speech_threshold=0.6,
            log_prob_threshold=-1.0,
            compression_ratio_threshold=2.4,
            hotwords=", ".join(hotwords[:_HOTWORDS_MAX]) or None,
        )
        text = ""
        words: list[Word] = []
        for segment in segments:  # the work happens here, a piece at a time
            if stop.is_set():
                raise _Stopped
            if _invented(segment):
                continue
            text = f"{text} {segment.text.strip()}".strip()
            words += [
                Word(w.word.strip(), w.start, w.end, w.probability) for w in segment.words or () if w.word.strip()
            ]
            partial(text)
        if not words or _phantom(text, words, speech_s):
            raise NoSpeech
        return Transcript(text, info.language, len(samples) / SAMPLE_RATE, speech_s, tuple(words))

    def _loaded(self) -> WhisperModel:
        if self._model is None:
            self._model = WhisperModel(
                str(self._folder), device="cpu", compute_type="int8", cpu_threads=self._threads, num_workers=1,
                local_files_only=True,
            )  # fmt: skip
        return self._model

    async def warm_up(self) -> None:
        """Load and run once, on two seconds of quiet noise."""

        def run() -> None:
            noise = np.random.default_rng(0).normal(0, 0.01, 2 * SAMPLE_RATE).astype(np.float32)
            _speech_seconds(noise)
            list(self._loaded().transcribe(noise, language="en", beam_size=1, temperature=[0.0])[0])

        await asyncio.get_running_loop().run_in_executor(self._executor, run)

    async def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._model = None


def _speech_seconds(samples: Samples) -> float:
    """How long somebody speaks, by the bundled Silero voice activity detector."""
    return float(sum(s["end"] - s["start"] for s in get_speech_timestamps(samples, _VAD)) / SAMPLE_RATE)


def _invented(segment: Any) -> bool:
    """A segment that the model itself does not believe in."""
    return bool(
        (segment.no_speech_prob > 0.6 and segment.avg_logprob < -0.7)
        or segment.avg_logprob < -1.3
        or segment.compression_ratio > 2.8
    )


def _phantom(text: str, words: Sequence[Word], speech_s: float) -> bool:
    """A stock phrase and nothing else, said with little certainty or in too little sound."""
    plain = "".join(c for c in text.lower() if c.isalnum() or c.isspace()).strip()
    mean = sum(w.probability for w in words) / len(words)
    return (plain in _PHANTOMS and (mean < 0.6 or speech_s < 0.4)) or mean < 0.2
