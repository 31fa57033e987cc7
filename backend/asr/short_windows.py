"""A Whisper that hears one window at a time: it encodes only the sound there is, and takes names for what they are.

Half the time for an answer's last seconds, in the same words.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Any, TypeVar

import numpy as np
from faster_whisper import WhisperModel

from backend.asr.names import Guess, guesses

FRAMES_PER_S = 100
_SHORTEST, _MARGIN = 10 * FRAMES_PER_S, 4 * FRAMES_PER_S
"""Frames that are encoded at least, and beyond the sound.

Whisper has learned from windows of 30 s and loops where the window ends with the speech: with half a second beyond it
13 % of 832 words became 92 % wrong, with 4 s and at least 10 s in all 8.1 % (whole windows: 8.4 %), which takes half the
time on two cores (a window of 10 s 0.07 s, of 30 s 0.54 s; ../shared/data/speech, whisper base, int8).
"""
_WORTH_IT = 24 * FRAMES_PER_S
_TOKENS_PER_S, _TOKENS_AT_LEAST, _TOKENS_AT_MOST = 12, 32, 200
"""More than anybody says in a second; a loop ends here."""
_HEARD_NO_BETTER = 5 * FRAMES_PER_S
"""So little sound that is unclear stays unclear when it is heard again: all but one of 14 windows gave the same words."""


_SURE = 0.8
"""Probability of a word from which it is no misheard name: names that were misheard had less, but for two whose spelling
alone was another, and most of the ordinary words that sound like one have more, which saves judging them."""
_TOKENS_AFTER = 2
"""Tokens after a name that are judged with it: what follows depends on it."""
T = TypeVar("T")
Timed = dict[str, Any]
"""A word as the library has it: `word` with its space and punctuation, `start`, `end`, `probability`."""


class ShortWindows(WhisperModel):  # type: ignore[misc]  # the library comes without types
    """`WhisperModel` for one thread and for sound of at most 30 s, which is one window and is heard to its end.

    A window that went wrong is heard again as the library does it, all 30 s of it. `names` are words to expect: they never
    steer what is heard, see `_with_names`.
    """

    names: Sequence[str] = ()
    _window: np.ndarray[Any, Any]
    _frames: int
    """Frames of sound in a shortened window; 0: it was not shortened."""

    def encode(self, features: np.ndarray[Any, Any]) -> Any:
        """Features of one window, padded with zeros to 30 s, shape (mels, frames)."""
        heard = np.flatnonzero(features.any(axis=0))
        frames = int(heard[-1]) + 1 if len(heard) else 0
        enough = max(_SHORTEST, frames + _MARGIN)
        enough += enough % 2
        self._window, self._frames = features, frames if enough < _WORTH_IT else 0
        return super().encode(np.ascontiguousarray(features[:, :enough]) if self._frames else features)

    def generate_with_fallback(self, encoder_output: Any, prompt: list[int], tokenizer: Any, options: Any) -> Any:
        """(result, mean log probability, temperature, compression ratio) of one window."""
        if not self._frames:
            return super().generate_with_fallback(encoder_output, prompt, tokenizer, options)
        most = min(_TOKENS_AT_LEAST + self._frames * _TOKENS_PER_S // FRAMES_PER_S, _TOKENS_AT_MOST)
        once = replace(options, temperatures=[0.0], max_new_tokens=most)
        found = super().generate_with_fallback(encoder_output, prompt, tokenizer, once)
        result, mean_log_probability, _, compression = found
        loops = compression > options.compression_ratio_threshold
        complete = not loops and len(result.sequences_ids[0]) < most
        clear = mean_log_probability >= options.log_prob_threshold
        if complete and (clear or self._frames < _HEARD_NO_BETTER):
            return found
        again = replace(options, max_new_tokens=most) if loops else options
        return super().generate_with_fallback(super().encode(self._window), prompt, tokenizer, again)

    def add_word_timestamps(
        self, segments: list[list[dict[str, Any]]], tokenizer: Any, encoder_output: Any, *args: Any, **options: Any
    ) -> None:
        """Give every segment its words with their times, and put the names among them right."""
        super().add_word_timestamps(segments, tokenizer, encoder_output, *args, **options)
        cut = list(itertools.chain.from_iterable(segments))
        if not self.names:
            return
        for segment, words in zip(
            cut, self._with_names([segment["words"] for segment in cut], encoder_output, tokenizer), strict=True
        ):
            segment["words"] = words

    def _with_names(self, parts: list[list[Timed]], encoded: Any, tokenizer: Any) -> list[list[Timed]]:
        """The words of a window by segment, those runs of them turned into names that the model then finds more likely.

        Names in the prompt of the decoder would be simpler. But there they end sentences early, and whole seconds are
        lost (docs/decisions/0008). Here the window has been heard without them: what sounds like a name and was unsure is
        put in its place, and where the sound, read with the names in mind, speaks for it, it stays.
        """
        words = _flat(parts)
        segment_of = [number for number, part in enumerate(parts) for _ in part]
        found = [
            guess
            for guess in guesses([word["word"] for word in words], self.names)
            if min(word["probability"] for word in words[guess.first : guess.end]) < _SURE
        ]
        for guess, text in reversed(self._more_likely(words, found, encoded, tokenizer) if found else []):
            words[guess.first : guess.end] = [_as_one(words[guess.first : guess.end], text)]
            del segment_of[guess.first + 1 : guess.end]
        return [[w for w, of in zip(words, segment_of, strict=True) if of == number] for number in range(len(parts))]

    def _more_likely(
        self, words: list[Timed], found: list[Guess], encoded: Any, tokenizer: Any
    ) -> list[tuple[Guess, str]]:
        """Those guesses that the model prefers to what it heard, and how each is written there."""
        heard: list[str] = []  # in turn what stays, and what may be a name
        for start, end in itertools.pairwise([0, *_flat([(g.first, g.end) for g in found]), len(words)]):
            heard.append("".join(word["word"] for word in words[start:end]))
        named = [found[n // 2].written(text) if n % 2 else text for n, text in enumerate(heard)]
        prompt = [tokenizer.sot_prev, *tokenizer.encode(" " + ", ".join({guess.name: None for guess in found}))]
        prompt += tokenizer.sot_sequence
        was, may_be = (self._likelihoods(each, encoded, prompt, tokenizer) for each in (heard, named))
        return [(g, named[n]) for n, g in zip(range(1, len(named), 2), found, strict=True) if may_be[n] > was[n]]

    def _likelihoods(self, runs: list[str], encoded: Any, start: list[int], tokenizer: Any) -> list[float]:
        """For each run of text: the log probability of its tokens and of those right after it, after all before it."""
        spoken = [tokenizer.encode(run) if run else [] for run in runs]
        found = self.model.align(encoded, start, [_flat(spoken)], self._frames or self._window.shape[1])[0]
        each = np.log(np.maximum(found.text_token_probs, 1e-9))
        ends = list(itertools.accumulate(len(run) for run in spoken))
        return [float(each[end - len(run) : end + _TOKENS_AFTER].sum()) for end, run in zip(ends, spoken, strict=True)]

    def _split_segments_by_timestamps(
        self,
        tokenizer: Any,
        tokens: list[int],
        time_offset: float,
        segment_size: int,
        segment_duration: float,
        seek: int,
    ) -> tuple[list[dict[str, Any]], int, bool]:
        """(segments, frame to go on from, whether the window is done with): one window is one answer, whole.

        The library goes on behind the last time stamp, or skips the rest of the window where the model has ended early.
        """
        if tokens and tokens[-1] < tokenizer.timestamp_begin:  # a last sentence without an end is one too
            tokens = [*tokens, tokenizer.timestamp_begin + round(segment_duration / self.time_precision)]
        segments, _, _ = super()._split_segments_by_timestamps(
            tokenizer, tokens, time_offset, segment_size, segment_duration, seek
        )
        return segments, seek + segment_size, True


def _as_one(run: list[Timed], text: str) -> Timed:
    """Several words with times as one."""
    return {**run[0], "word": text, "end": run[-1]["end"], "probability": fmean(word["probability"] for word in run)}


def _flat(runs: Iterable[Sequence[T]]) -> list[T]:
    return [each for run in runs for each in run]
