"""A Whisper that encodes only the sound there is: half the time for an answer's last seconds, in the same words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from faster_whisper import WhisperModel

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
_SCRAP = 70
"""Frames. Whisper often sets the end of a sentence a little early, and is then asked about the half second after it.

Of 87 windows in 712 that went wrong (pauses of 30 joined answers, with and without hotwords) 64 were such scraps. To hear
them again whole took 0.6 s at least, and brought a word that nobody said.
"""
_HEARD_NO_BETTER = 5 * FRAMES_PER_S
"""So little sound that is unclear stays unclear when it is heard again: all but one of 14 windows gave the same words."""


class ShortWindows(WhisperModel):  # type: ignore[misc]  # the library comes without types
    """`WhisperModel` for one thread. A window that went wrong is heard again as the library does it, all 30 s of it."""

    _window: np.ndarray[Any, Any]
    _frames: int
    """Frames of sound in a shortened window; 0: it was not shortened."""
    _before = 0
    """Windows of this recording that were heard before this one."""

    def generate_segments(self, *args: Any, **options: Any) -> Iterable[Any]:
        """The segments of one recording, window by window."""
        self._before = -1
        return super().generate_segments(*args, **options)  # type: ignore[no-any-return]

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
        self._before += 1
        if not self._frames:
            return super().generate_with_fallback(encoder_output, prompt, tokenizer, options)
        most = min(_TOKENS_AT_LEAST + self._frames * _TOKENS_PER_S // FRAMES_PER_S, _TOKENS_AT_MOST)
        once = replace(options, temperatures=[0.0], max_new_tokens=most)
        found = super().generate_with_fallback(encoder_output, prompt, tokenizer, once)
        result, mean_log_probability, _, compression = found
        loops = compression > options.compression_ratio_threshold
        complete = not loops and len(result.sequences_ids[0]) < most
        clear = mean_log_probability >= options.log_prob_threshold
        if complete and clear:
            return found
        if self._before and self._frames < _SCRAP:
            return _NOTHING
        if complete and self._frames < _HEARD_NO_BETTER:
            return found
        again = replace(options, max_new_tokens=most) if loops else options
        return super().generate_with_fallback(super().encode(self._window), prompt, tokenizer, again)


_NOTHING = SimpleNamespace(sequences_ids=[[]], scores=[0.0], no_speech_prob=1.0), float("-inf"), 0.0, 1.0
"""What the library takes for a window without speech."""
