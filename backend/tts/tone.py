"""A voice that needs no model: a soft tone as long as the sentence would take to say. For tests and demonstrations."""

from __future__ import annotations

import asyncio

import numpy as np

from backend.tts.ports import Speech

_RATE = 16_000
_CHARACTERS_PER_S = 15.0
_SHORTEST_S, _LONGEST_S = 0.2, 20.0
_HERTZ, _LOUDNESS, _FADE_S = 220.0, 0.1, 0.02


class ToneVoice:
    """Beeps. `delay_s` is waited before each piece."""

    def __init__(self, *, delay_s: float = 0.0) -> None:
        self._delay_s = delay_s

    @property
    def name(self) -> str:
        return "tone"

    @property
    def languages(self) -> tuple[str, ...]:
        return ("en",)

    async def speak(self, text: str, *, rate: float = 1.0) -> Speech:
        """See `Voice`: 15 characters a second, at least 0.2 s, at most 20 s."""
        await asyncio.sleep(self._delay_s)
        length = min(max(len(text) / _CHARACTERS_PER_S / min(max(rate, 0.5), 2.0), _SHORTEST_S), _LONGEST_S)
        time = np.arange(int(length * _RATE)) / _RATE
        fade = np.minimum(1.0, np.minimum(time, length - time) / _FADE_S)
        wave = _LOUDNESS * fade * np.sin(2 * np.pi * _HERTZ * time)
        return Speech((wave * 32767).astype("<i2").tobytes(), _RATE)

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...
