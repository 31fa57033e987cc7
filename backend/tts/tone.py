"""A voice that needs no model: a soft tone as long as the sentence would take to say. For tests and demonstrations."""

from __future__ import annotations

import asyncio

import numpy as np
import numpy.typing as npt

from backend.tts.ports import PLAIN, Manner, Speech

_RATE = 16_000
_CHARACTERS_PER_S = 15.0
_SHORTEST_S, _LONGEST_S = 0.2, 20.0
_HERTZ, _LOUDNESS, _FADE_S = 220.0, 0.1, 0.02


class ToneVoice:
    """Beeps. `delay_s` is waited before each piece."""

    def __init__(self, *, delay_s: float = 0.0) -> None:
        self._delay_s = delay_s
        self._longest = _wave(0, round(_LONGEST_S * _RATE), _LONGEST_S)

    @property
    def name(self) -> str:
        return "tone"

    @property
    def languages(self) -> tuple[str, ...]:
        return ("en",)

    async def speak(self, text: str, *, rate: float = 1.0, manner: Manner = PLAIN) -> Speech:
        """See `Voice`: 15 characters a second, at least 0.2 s, at most 20 s. A beep has no liveliness."""
        await asyncio.sleep(self._delay_s)
        speed = min(max(rate * manner.pace, 0.5), 2.0)
        length = min(max(len(text) / _CHARACTERS_PER_S / speed, _SHORTEST_S), _LONGEST_S)
        samples = int(length * _RATE)
        fades_at = int((length - _FADE_S) * _RATE)
        wave = np.concatenate((self._longest[:fades_at], _wave(fades_at, samples, length)))
        silence = np.zeros(round(manner.pause_s * _RATE), "<i2")
        return Speech(np.concatenate(((wave * manner.volume).astype("<i2"), silence)).tobytes(), _RATE)

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...


def _wave(first: int, end: int, length_s: float) -> npt.NDArray[np.int16]:
    """Samples `first` to `end` of a tone of this length, which fades in and out."""
    time = np.arange(first, end) / _RATE
    fade = np.minimum(1.0, np.minimum(time, length_s - time) / _FADE_S)
    wave = _LOUDNESS * fade * np.sin(2 * np.pi * _HERTZ * time)
    return (wave * 32767).astype("<i2")
