"""One recording heard by Whisper, window by window; what is no speech stays no text, and speech without text is heard again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from faster_whisper.transcribe import Segment, restore_speech_timestamps

from backend.asr.ports import SAMPLE_RATE, Samples, Word
from backend.asr.short_windows import ShortWindows
from backend.asr.voice_activity import Stretch, between, overlap
from backend.asr.windows import unheard, windows

# A greedy pass costs half of beam 5 and hears as well (73 against 71 of 832 words wrong on ../shared/data/speech).
_BEAM = 1
# No second try by chance (temperature 0.4): its words were others on every run, or there were none.
_TEMPERATURES = [0.0]
_LOOPING = 2.4
_AGAIN_FROM_S = 2.0
"""Speech without words from which a stretch is heard again."""
_AGAIN_AT_MOST_S = (12.0, 6.0)
"""Length of the windows of a second hearing, and of a third: what is left out of a long window is heard in a shorter one."""
_EDGE_S = 0.05
# Sentences that Whisper learned from film subtitles and says to itself when there is nothing to hear.
_PHANTOM = re.compile(
    r"(thank(s| you)( so much| very much)? for (watching|listening)( (this|the|my) video)?"
    r"|(please )?(like and )?subscribe.*"
    r"|subtitles? (by|made by|provided by).*|(captions|captioned|transcription|transcribed|translated) by.*"
    r"|.*amara ?org.*|see you (in the )?next (time|video)|(this video is )?sponsored by.*|music|applause|silence|you)"
)


class Hearing:
    """The words of one recording. `spoken`: where somebody speaks; `language` None: that of the first window."""

    def __init__(self, model: ShortWindows, samples: Samples, spoken: list[Stretch], language: str | None) -> None:
        self._model = model
        self._samples = samples
        self._spoken = spoken
        self.language = language

    def words(self, names: Sequence[str]) -> Iterator[list[Word]]:
        """The words of one window after the other, as the model writes them: with the spaces before them.

        `names`: words to expect; the first hearing alone looks for them.
        """
        for part in windows(self._spoken, len(self._samples)):
            spoken = between(self._spoken, part[0].start, part[-1].end)
            self._model.names = names
            words = self._window(part)
            self._model.names = ()
            for at_most_s in _AGAIN_AT_MOST_S:
                for missing in unheard(spoken, words, _AGAIN_FROM_S):
                    words = sorted([*words, *self._again(missing, at_most_s)], key=lambda word: word.start_s)
            yield words

    def _again(self, missing: Stretch, at_most_s: float) -> Iterator[Word]:
        """What is said in a stretch that no word covers."""
        start_s, end_s = missing.start / SAMPLE_RATE - _EDGE_S, missing.end / SAMPLE_RATE + _EDGE_S
        spoken = between(self._spoken, missing.start, missing.end)
        for part in windows(spoken, len(self._samples), at_most_s):
            yield from (w for w in self._window(part) if start_s <= (w.start_s + w.end_s) / 2 <= end_s)

    def _window(self, part: list[Stretch]) -> list[Word]:
        """The words of some parts of the recording, heard as one."""
        segments, info = self._model.transcribe(
            np.concatenate([self._samples[each.start : each.end] for each in part]),
            language=self.language,
            beam_size=_BEAM,
            temperature=_TEMPERATURES,
            condition_on_previous_text=False,
            compression_ratio_threshold=_LOOPING,
            word_timestamps=True,
            vad_filter=False,
        )
        self.language = info.language
        chunks = [{"start": each.start, "end": each.end} for each in part]
        return [
            Word(word.word, float(word.start), float(word.end), float(word.probability))
            for segment in restore_speech_timestamps(segments, chunks, SAMPLE_RATE)
            if not _invented(segment, self._spoken)
            for word in segment.words or ()
        ]


def _invented(segment: Segment, spoken: list[Stretch]) -> bool:
    """Whether the model wrote this by itself: nobody speaks there, it loops, or it doubts that it is speech."""
    text = re.sub(r"[^\w ]", "", segment.text.casefold()).strip()
    if not text or not segment.words:
        return True
    if segment.compression_ratio > _LOOPING and segment.avg_logprob < -0.2:
        return True
    if segment.no_speech_prob > 0.6 and segment.avg_logprob < -0.7:
        return True
    voiced = overlap(spoken, segment.start - 0.2, segment.end + 0.2)
    if voiced < min(0.1, 0.2 * (segment.end - segment.start)):
        return True
    return _PHANTOM.fullmatch(text) is not None and (voiced < 0.5 or segment.avg_logprob < -0.5)
