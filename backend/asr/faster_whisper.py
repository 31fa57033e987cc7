"""Speech to text with faster-whisper on the processor: one recording at a time, the most urgent first."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel

from backend.asr.hearing import Hearing
from backend.asr.hesitations import find_hesitations
from backend.asr.ports import SAMPLE_RATE, Samples, Transcript, Urgency, Word
from backend.asr.short_windows import ShortWindows
from backend.asr.voice_activity import seconds, stretches
from backend.asr.windows import not_understood
from backend.errors import AtCapacity, Invalid, NoSpeech, SttTimeout, SttUnavailable

_SHORTEST_SPEECH_S = 0.15
_HOTWORDS, _HOTWORD_CHARACTERS = 40, 400


@dataclass(slots=True, eq=False)
class _Job:
    """One recording that waits for the model."""

    urgency: Urgency
    listen: Callable[[], Transcript]
    result: Future[Transcript] = field(default_factory=Future)


class FasterWhisper:
    """A Whisper model in this process: one recording at a time, the most urgent first.

    `waiting` more may queue, the next gets `AtCapacity`.

    `on_begin` is told, from the thread of the model, how many seconds a recording waited.

    A call may take `timeout_s` and the length of its recording, its time in the queue included.
    """

    def __init__(
        self,
        folder: Path,
        *,
        model: str,
        threads: int = 2,
        waiting: int = 7,
        timeout_s: float = 60.0,
        on_begin: Callable[[float], None] = lambda waited_s: None,
    ) -> None:
        self._folder = folder
        self._model_name = model
        self._threads = threads
        self._places = 1 + waiting
        self._taken = 0
        self._count = threading.Lock()
        self._timeout_s = timeout_s
        self._on_begin = on_begin
        self._model: ShortWindows | None = None
        self._queue: list[_Job] = []
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="asr")

    @property
    def name(self) -> str:
        return f"faster-{self._model_name}-int8"

    @property
    def waiting(self) -> int:
        """Recordings here that are not finished, the one being heard included."""
        return self._taken

    async def transcribe(
        self,
        samples: Samples,
        *,
        language: str | None = "en",
        hotwords: Sequence[str] = (),
        on_partial: Callable[[str], None] | None = None,
        urgency: Urgency | None = None,
    ) -> Transcript:
        """See `Transcriber`. `language` None: detected. Raises `Invalid` for a language the model does not know."""
        loop = asyncio.get_running_loop()
        stop = threading.Event()
        asked_at = time.monotonic()

        def tell(text: str) -> None:
            if on_partial is not None and not stop.is_set():
                loop.call_soon_threadsafe(on_partial, text)

        def listen() -> Transcript:
            self._on_begin(time.monotonic() - asked_at)
            return self._listen(samples, language, _names(hotwords), tell, stop)

        job = _Job(urgency or Urgency(), listen)
        with self._count:
            if self._taken >= self._places:
                raise AtCapacity(retry_after_s=3)
            self._taken += 1
            self._queue.append(job)
        try:
            self._pool.submit(self._run_most_urgent)
            async with asyncio.timeout(self._timeout_s + len(samples) / SAMPLE_RATE):
                return await asyncio.wrap_future(job.result)
        except TimeoutError:
            raise SttTimeout from None
        except RuntimeError:  # closed
            raise SttUnavailable from None
        finally:
            # Reached on a deadline and on cancellation too: the thread cannot be killed, it looks at this flag.
            stop.set()
            with self._count:
                if job in self._queue:
                    self._queue.remove(job)
                    self._taken -= 1

    async def warm_up(self) -> None:
        """Load the model and let it hear a second of hiss, so that the first answer is as fast as the next."""
        hiss = np.random.default_rng(0).normal(0, 0.01, SAMPLE_RATE).astype(np.float32)
        await asyncio.wrap_future(self._pool.submit(self._run_once, hiss))

    async def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._count:
            for job in self._queue:
                job.result.cancel()
        self._model = None

    def _run_most_urgent(self) -> None:
        """Do one job, the most urgent of those that wait; of equals the oldest. Its place is free when the thread is."""
        with self._count:
            if not self._queue:  # nobody wants it any more
                return
            job = min(self._queue, key=lambda each: each.urgency.rank)
            self._queue.remove(job)
        try:
            heard: Transcript | BaseException = job.listen()
        except BaseException as error:
            heard = error
        with self._count:
            self._taken -= 1
        if job.result.set_running_or_notify_cancel():
            if isinstance(heard, Transcript):
                job.result.set_result(heard)
            else:
                job.result.set_exception(heard)

    def _loaded(self) -> ShortWindows:
        if self._model is None:
            try:
                self._model = ShortWindows(
                    str(self._folder), device="cpu", compute_type="int8", cpu_threads=self._threads, num_workers=1
                )
            except (RuntimeError, OSError, ValueError) as error:
                raise SttUnavailable from error
        return self._model

    def _run_once(self, samples: Samples) -> None:
        stretches(samples)
        segments, _ = self._loaded().transcribe(samples, language="en", beam_size=1, temperature=[0.0])
        for _ in segments:
            pass

    def _listen(
        self,
        samples: Samples,
        language: str | None,
        names: tuple[str, ...],
        tell: Callable[[str], None],
        stop: threading.Event,
    ) -> Transcript:
        """The work of the thread. What it returns after `stop` is set is read by nobody."""
        if stop.is_set():
            raise NoSpeech
        spoken = stretches(samples)
        if seconds(spoken) < _SHORTEST_SPEECH_S:
            raise NoSpeech
        model = self._loaded()
        hearing = Hearing(model, samples, spoken, _known(language, model))
        duration = len(samples) / SAMPLE_RATE
        words: list[str] = []
        timed: list[Word] = []
        # The work happens here: the words come one window after the other.
        for window in hearing.words(names):
            if stop.is_set():
                raise NoSpeech
            for word in window:
                words.append(word.text)
                timed.append(_word(word, timed, duration))
            tell(_joined(words))
        if not any(word.text.strip(".…-") for word in timed):
            raise NoSpeech
        heard = tuple(word for word in timed if word.text)
        return Transcript(
            text=_joined(words),
            language=hearing.language or "en",
            duration_s=round(duration, 3),
            speech_s=round(seconds(spoken), 3),
            words=heard,
            hesitations=find_hesitations(samples, heard, spoken),
            not_understood=not_understood(spoken, heard),
        )


def _joined(words: list[str]) -> str:
    """The text, made from the words as the model wrote them (their leading spaces), so that both always agree."""
    return re.sub(r"\s+", " ", "".join(words)).strip()


def _word(raw: Word, before: list[Word], duration: float) -> Word:
    """A word whose times lie in the recording and never run backwards (the aligner's sometimes do)."""
    start_s = min(max(raw.start_s, before[-1].start_s if before else 0.0), duration)
    end_s = min(max(raw.end_s, start_s), duration)
    return Word(raw.text.strip(), round(start_s, 3), round(end_s, 3), round(min(max(raw.probability, 0.0), 1.0), 3))


def _names(hotwords: Sequence[str]) -> tuple[str, ...]:
    """The words to listen for, without doubles, capped."""
    kept: dict[str, None] = {}
    length = 0
    for word in (" ".join(raw.split()) for raw in hotwords):
        if not word or word in kept:
            continue
        length += len(word) + 2
        if len(kept) >= _HOTWORDS or length > _HOTWORD_CHARACTERS:
            break
        kept[word] = None
    return tuple(kept)


def _known(language: str | None, model: WhisperModel) -> str | None:
    if language is None:
        return None
    code = language.strip().lower().replace("_", "-").partition("-")[0]
    if code not in model.supported_languages:
        raise Invalid("This language is not one the speech recognition knows.", details={"language": language[:20]})
    return code
