"""Hearing while somebody speaks: any ear, given one stretch between two pauses after the other, each of them once."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import numpy as np

from backend.asr.end_of_turn import Judge, PauseWatch
from backend.asr.ports import SAMPLE_RATE, Listening, Partial, PauseScore, Samples, Transcriber, Transcript, Urgency
from backend.asr.voice_activity import WINDOW, LiveDetector
from backend.asr.windows import NOT_UNDERSTOOD_FROM_S
from backend.errors import AppError, AudioTooLong, NoSpeech

log = logging.getLogger(__name__)

Detector = Callable[[Samples], list[float]]
"""Judges whole windows in order; it remembers what it has heard before."""


def _samples(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


_BEGINS, _GOES_ON = 0.5, 0.35
"""Probability from which a window is speech, and from which it still is."""
_SETTLES = ((_samples(18), _samples(0.2)), (_samples(15), _samples(0.3)), (_samples(12), _samples(0.4)))
"""(this much speech, a pause this long) may end a piece: the more there is, the shorter a pause will do.

Short pieces cost twice: Whisper pays for a 30 s window whatever is in it, and hears worse without context. On joined
LibriSpeech answers (1,144 words) these give 8.8 % word errors and the whole at once 10.8 %; from 8 s on it was worse,
and so was telling the model the text before (13 %: it then leaves sentences out).
"""
_GOES_ON_FOR = _samples(3.0)
"""Speech after a pause that makes it the end of a piece. An answer that ends sooner is heard with what came before."""
_LONGEST = _samples(26)
"""A piece is cut here even in the middle of speech, at the quietest moment of its last seconds."""
_LOOK_BACK = _samples(8)
_GUESS_AFTER, _GUESS_SURELY_AFTER = _samples(0.2), _samples(0.4)
_WORTH_A_GUESS = _samples(1.0)
_WORTH_BUILDING_ON = _samples(8.0)
"""A guess of so much sound is left as it is, and only what follows is heard: the same cut as between two pieces."""
_SPEECH_AGAIN = 4 * WINDOW
"""Speech that makes a guess worthless: a click or a breath after the last word does not."""
_LEAD = _samples(0.5)
"""Silence kept before speech: the beginning of the first word."""
_NOT_UNDERSTOOD_FROM = _samples(NOT_UNDERSTOOD_FROM_S)
_WAITS_IN_LINE = 1
_GUESSED = 2


class LiveEar:
    """`LiveTranscriber` on any `Transcriber`.

    Voice activity cuts at pauses. When speech stops, what was said since the last cut is transcribed at once as a
    guess: the end of the transcript when the silence lasts. When speech goes on, a long guess is what later ones build
    on, and a short one is thrown away. `guesses` False does without, for services that are paid by the second. `max_s`
    is the longest recording. `working` is entered while the ear works. `judge` says of a pause how finished the answer
    sounds, for recordings that want it.
    """

    def __init__(
        self,
        ear: Transcriber,
        *,
        max_s: float,
        guesses: bool = True,
        detector: Callable[[], Detector] = LiveDetector,
        working: Callable[[], AbstractContextManager[None]] = nullcontext,
        judge: Judge | None = None,
    ) -> None:
        self._ear = ear
        self._working = working
        self._judge = judge
        self._max_s = max_s
        self._guesses = guesses
        self._detector = detector
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="voice activity")

    def begin(
        self,
        *,
        language: str | None = "en",
        hotwords: Sequence[str] = (),
        on_settled: Callable[[str], None] | None = None,
        on_guessed: Callable[[str], None] | None = None,
        judge_pauses: bool = False,
    ) -> Listening:
        """See `LiveTranscriber`."""
        return _Answer(
            self._ear,
            self._detector(),
            self._pool,
            self._working,
            language=language,
            hotwords=tuple(hotwords),
            max_s=self._max_s,
            guesses=self._guesses,
            on_settled=on_settled or (lambda text: None),
            on_guessed=on_guessed or (lambda text: None),
            watch=PauseWatch(self._judge, self._pool) if judge_pauses and self._judge is not None else None,
        )

    async def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


@dataclass(slots=True, eq=False)
class _Piece:
    """A part of the recording that is transcribed as one; `start` and `end` in samples of the whole recording."""

    start: int
    end: int
    samples: Samples
    urgency: Urgency
    task: asyncio.Task[Transcript | None] | None = None
    spoken: int = 0
    """Samples of speech between the last cut and its end."""
    dropped: bool = False
    """Nobody wanted it any more; it can be heard anew, see `_Answer._wanted`."""
    before: _Piece | None = None
    """The guess at whose end this one begins; None where a piece begins at the last cut."""

    @property
    def chain(self) -> list[_Piece]:
        """The guesses this one is built on, and itself, in order."""
        return [*(self.before.chain if self.before is not None else ()), self]

    @property
    def heard(self) -> Transcript | None:
        """The transcript, once it is there and says something."""
        task = self.task
        return task.result() if task and task.done() and not task.cancelled() and not task.exception() else None

    @property
    def done(self) -> bool:
        return self.task is not None and self.task.done()

    @property
    def tells(self) -> bool:
        """Whether there is a text that reaches from the last cut to its end."""
        return self.heard is not None and all(piece.done for piece in self.chain)

    @property
    def speech(self) -> int:
        """Samples of speech in it."""
        return self.spoken - (self.before.spoken if self.before is not None else 0)


class _Answer:
    """One recording. All of it runs on the event loop but the detector, which has a thread."""

    def __init__(
        self,
        ear: Transcriber,
        detector: Detector,
        pool: ThreadPoolExecutor,
        working: Callable[[], AbstractContextManager[None]],
        *,
        language: str | None,
        hotwords: tuple[str, ...],
        max_s: float,
        guesses: bool,
        on_settled: Callable[[str], None],
        on_guessed: Callable[[str], None],
        watch: PauseWatch | None,
    ) -> None:
        self._ear, self._detector, self._pool, self._working = ear, detector, pool, working
        self._language, self._hotwords = language, hotwords
        self._max_s, self._guesses, self._on_settled, self._on_guessed = max_s, guesses, on_settled, on_guessed
        self._watch = watch
        self._sound: list[Samples] = []  # from sample `_kept` on
        self._kept = 0
        self._total = 0
        self._unjudged: list[Samples] = []
        self._arrived = asyncio.Event()
        self._ended = False
        # What the detector has said so far.
        self._seen = 0
        self._speaking = False
        self._speech_end = 0
        self._probabilities: list[float] = []  # since the last cut
        # The part since the last cut, and what was cut off before.
        self._cut = 0
        self._spoken = 0
        self._guess: _Piece | None = None
        self._spoken_at_guess = 0
        self._spares: list[_Piece] = []
        self._ripe: _Piece | None = None
        self._pieces: list[_Piece] = []
        self._told = ""
        self._told_guess: _Piece | None = None
        self._reader = asyncio.create_task(self._read(), name="live recording")
        self._ending: asyncio.Task[Transcript] | None = None

    # --- what the outside sees ---------------------------------------------------------------------------------------

    @property
    def partial(self) -> Partial:
        """What is settled, and the guess about the rest while there is one."""
        settled = self._settled_text()
        return Partial(self._text_up_to(self._unsettled), len(settled))

    @property
    def pause(self) -> PauseScore | None:
        """See `Listening`."""
        if self._watch is None or self._watch.score is None:
            return None
        settled = [piece.end for piece in itertools.takewhile(lambda piece: piece.done, self._pieces)]
        guessed = [piece.end for piece in (self._unsettled,) if piece is not None and piece.tells]
        return PauseScore(*self._watch.score, text_until_s=round(max([0, *settled, *guessed]) / SAMPLE_RATE, 3))

    @property
    def _unsettled(self) -> _Piece | None:
        return self._guess if self._guess is not None and self._guess.tells else self._ripe

    @property
    def duration_s(self) -> float:
        return self._total / SAMPLE_RATE

    def add(self, samples: Samples) -> None:
        """See `Listening`."""
        if self._total + len(samples) > self._max_s * SAMPLE_RATE:
            raise AudioTooLong(details={"max_s": self._max_s})
        self._total += len(samples)
        self._sound.append(samples)
        self._unjudged.append(samples)
        self._arrived.set()

    def end(self) -> None:
        """See `Listening`."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._end(), name="end of a live recording")
            self._ending.add_done_callback(lambda task: task.cancelled() or task.exception())

    async def finish(self) -> Transcript:
        """See `Listening`."""
        self.end()
        assert self._ending is not None
        try:
            return await self._ending
        except BaseException:
            self._ending = None
            raise

    async def _end(self) -> Transcript:
        self._ended = True
        self._arrived.set()
        try:
            await self._reader
        except Exception:
            log.exception("voice activity failed, the rest is transcribed as it is")
            self._spoken = self._total - self._cut
        if self._guess is not None:
            self._settle(self._guess)
        elif self._spoken:
            self._settle(self._piece(self._total, rank=0, after=self._newest_spare(0)))
        for piece in self._pieces:
            piece.urgency.rank = 0
        heard: list[tuple[_Piece, Transcript]] = []
        empty: list[_Piece] = []
        for piece in self._pieces:
            if (found := await self._result(piece)) is not None:
                heard.append((piece, found))
            elif piece.speech >= _NOT_UNDERSTOOD_FROM:
                empty.append(piece)
        if not heard:
            raise NoSpeech
        return _joined(heard, empty, self._total)

    def stop(self) -> None:
        """See `Listening`."""
        self._ended = True
        self._reader.cancel()
        if self._ending is not None:
            self._ending.cancel()
        if self._watch is not None:
            self._watch.stop()
        for piece in (*self._pieces, *self._unsure()):
            _drop(piece)
        self._sound, self._unjudged, self._pieces = [], [], []

    # --- cutting -----------------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        """Judge sound as it arrives, until the end."""
        rest: Samples = np.zeros(0, dtype=np.float32)
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            ended, (new, self._unjudged) = self._ended, (self._unjudged, [])
            rest = np.concatenate([rest, *new])
            if ended:
                rest = np.pad(rest, (0, -len(rest) % WINDOW))
            whole = len(rest) - len(rest) % WINDOW
            if whole:
                now, rest = rest[:whole], rest[whole:]
                for speech in await asyncio.get_running_loop().run_in_executor(self._pool, self._detector, now):
                    self._step(speech)
                if self._watch is not None and not ended:
                    silent = 0 if self._speaking or not self._speech_end else self._seen - self._speech_end
                    self._watch.hear(now, silent_s=silent / SAMPLE_RATE, at_s=self._seen / SAMPLE_RATE)
            if ended:
                return

    def _step(self, speech: float) -> None:
        """One more window: begin a guess, drop one, or cut."""
        self._seen += WINDOW
        self._probabilities.append(speech)
        self._speaking = speech >= (_GOES_ON if self._speaking else _BEGINS)
        if self._speaking:
            self._spoken += WINDOW
            self._speech_end = self._seen
            self._speech_goes_on()
        elif not self._spoken:
            self._cut_at(max(self._cut, self._seen - _LEAD))
        else:
            self._silence(self._seen - self._speech_end)
        if self._spoken and self._seen - self._cut >= _LONGEST:
            self._settle(self._piece(self._quietest(), rank=_WAITS_IN_LINE))

    def _speech_goes_on(self) -> None:
        if self._guess is not None and self._since(self._guess) >= _SPEECH_AGAIN:
            self._spares.append(self._guess)  # what it has heard is no end any more, but what follows can build on it
            self._guess = None
        if self._ripe is not None and self._since(self._ripe) >= _GOES_ON_FOR:
            self._settle(self._ripe)

    def _silence(self, silent: int) -> None:
        """Speech has stopped for so many samples."""
        enough = self._spoken - self._spoken_at_guess >= _WORTH_A_GUESS or silent >= _GUESS_SURELY_AFTER
        if self._guesses and self._guess is None and silent >= _GUESS_AFTER and enough:
            needed = self._ripe.chain if self._ripe is not None else []
            for late in self._spares:
                if not late.done and late not in needed:
                    _drop(late)
            self._guess = self._piece(self._seen, rank=_GUESSED, after=self._newest_spare(_WORTH_BUILDING_ON))
            self._spoken_at_guess = self._spoken
        if self._ripe is None and any(self._spoken >= much and silent >= pause for much, pause in _SETTLES):
            self._ripe = self._guess or self._piece(self._seen, rank=_WAITS_IN_LINE)
            self._ripe.urgency.rank = _WAITS_IN_LINE

    def _since(self, piece: _Piece) -> int:
        """Samples of speech since a piece of the present part was cut off."""
        return self._spoken - piece.spoken

    def _newest_spare(self, length: int) -> _Piece | None:
        """The newest guess of so much sound that is followed by enough speech to stand alone.

        Whether it has been heard by now does not matter: where a recording is cut must depend on its sound alone, or the
        same answer gives other words on a slower machine.
        """
        fit = (p for p in self._spares if p.end - p.start >= length and self._since(p) >= _GOES_ON_FOR)
        newest = max(fit, key=lambda piece: piece.end, default=None)
        return self._wanted(newest) if newest is not None else None

    def _wanted(self, piece: _Piece) -> _Piece:
        """A piece that was dropped before it was heard is heard after all."""
        for each in piece.chain:
            if each.dropped:
                each.dropped = False
                each.task = asyncio.create_task(self._hear(each, self._pieces[-1] if self._pieces else None))
        return piece

    def _unsure(self) -> list[_Piece]:
        """Everything on its way to the ear that is not settled."""
        return [piece for piece in (self._guess, self._ripe, *self._spares) if piece is not None]

    def _settle(self, piece: _Piece) -> None:
        """This piece is final, with what it is built on: the next one begins where it ends."""
        for other in self._unsure():
            if other not in piece.chain:
                _drop(other)
        self._guess = self._ripe = None
        self._spares = []
        self._pieces += self._wanted(piece).chain
        self._cut_at(piece.end)
        self._spoken = WINDOW * sum(each >= _BEGINS for each in self._probabilities)
        self._spoken_at_guess = 0
        self._tell()

    def _cut_at(self, position: int) -> None:
        """Forget what lies before this sample."""
        position = min(position, self._total)
        # Windows count from the start of the recording, and so do cuts: always at a window's edge but for the very end.
        self._probabilities = self._probabilities[(position - self._cut) // WINDOW :]
        self._cut = position
        while self._sound and self._kept + len(self._sound[0]) <= position:
            self._kept += len(self._sound.pop(0))

    def _quietest(self) -> int:
        """The edge of a window in the last seconds around which the detector is least sure of speech."""
        first = len(self._probabilities) - _LOOK_BACK // WINDOW
        smooth = np.convolve(self._probabilities[first:], np.ones(5) / 5, mode="valid")
        return self._cut + (first + 2 + int(np.argmin(smooth))) * WINDOW

    # --- hearing -----------------------------------------------------------------------------------------------------

    def _piece(self, end: int, *, rank: int, after: _Piece | None = None) -> _Piece:
        """Everything from the last cut, or from the end of the guess `after`, to `end`, on its way to the ear."""
        start, end = self._cut if after is None else after.end, min(end, self._total)
        sound = np.concatenate(self._sound)[start - self._kept : end - self._kept]
        piece = _Piece(start, end, sound, Urgency(rank), spoken=self._spoken, before=after)
        piece.task = asyncio.create_task(self._hear(piece, self._pieces[-1] if self._pieces else None))
        return piece

    async def _hear(self, piece: _Piece, previous: _Piece | None) -> Transcript | None:
        """None where nobody speaks. Pieces are heard in order, each knowing what was said before it."""
        if previous is not None and previous.task is not None and not previous.task.done():
            await asyncio.wait({previous.task})
        language = self._language or next((p.heard.language for p in self._pieces if p.heard), None)
        try:
            with self._working():
                heard = await self._ear.transcribe(
                    piece.samples, language=language, hotwords=self._hotwords, urgency=piece.urgency
                )
        except NoSpeech:
            heard = None
        piece.samples = np.zeros(0, dtype=np.float32)
        asyncio.get_running_loop().call_soon(self._tell)
        return heard

    async def _result(self, piece: _Piece) -> Transcript | None:
        assert piece.task is not None
        with contextlib.suppress(AppError):
            return await piece.task
        piece.task = asyncio.create_task(self._hear(piece, None))
        return await piece.task

    def _settled_text(self) -> str:
        """The text of the pieces that are done, up to the first that is not."""
        texts = []
        for piece in self._pieces:
            if not piece.done:
                break
            if piece.heard is not None:
                texts.append(piece.heard.text)
        return " ".join(texts)

    def _text_up_to(self, unsure: _Piece | None) -> str:
        """The settled text and that of a guess."""
        guessed = [p.heard.text for p in unsure.chain if p.heard] if unsure is not None and unsure.tells else []
        return " ".join(filter(None, [self._settled_text(), *guessed]))

    def _tell(self) -> None:
        """Report a guess at once, and settled text once speech has gone on: in the pause before, it may have been the end."""
        if self._ended:
            return
        newest = max((p for p in self._unsure() if p.tells), key=lambda piece: piece.end, default=None)
        if newest is not None and newest is not self._told_guess:
            self._told_guess = newest
            self._on_guessed(self._text_up_to(newest))
        if self._spoken < _SPEECH_AGAIN:
            return
        text = self._settled_text()
        if len(text) > len(self._told):
            self._told = text
            self._on_settled(text)


def _drop(piece: _Piece) -> None:
    """Nobody wants this any more."""
    if piece.task is not None:
        piece.dropped = piece.dropped or not piece.task.done()
        piece.task.cancel()
        piece.task.add_done_callback(lambda task: task.cancelled() or task.exception())


def _joined(heard: list[tuple[_Piece, Transcript]], empty: list[_Piece], total: int) -> Transcript:
    """One transcript of all pieces, its times from the start of the recording. `empty`: speech that gave no words."""
    duration = total / SAMPLE_RATE
    words = tuple(
        replace(
            word,
            start_s=round(min(word.start_s + piece.start / SAMPLE_RATE, duration), 3),
            end_s=round(min(word.end_s + piece.start / SAMPLE_RATE, duration), 3),
        )
        for piece, transcript in heard
        for word in transcript.words
    )
    looked = all(transcript.hesitations is not None for _, transcript in heard)
    return Transcript(
        text=" ".join(transcript.text for _, transcript in heard),
        language=heard[0][1].language,
        duration_s=round(duration, 3),
        speech_s=round(sum(transcript.speech_s for _, transcript in heard), 3),
        words=words,
        hesitations=tuple(
            round(at + piece.start / SAMPLE_RATE, 2) for piece, each in heard for at in each.hesitations or ()
        )
        if looked
        else None,
        not_understood=tuple(
            sorted(
                [(p.start / SAMPLE_RATE, p.end / SAMPLE_RATE) for p in empty]
                + [
                    (round(start + piece.start / SAMPLE_RATE, 2), round(end + piece.start / SAMPLE_RATE, 2))
                    for piece, each in heard
                    for start, end in each.not_understood
                ]
            )
        ),
    )
