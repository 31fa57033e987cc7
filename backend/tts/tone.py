"""A tone as long as the sentence would be: a voice without weights, for tests and demos."""

from __future__ import annotations

import asyncio

import numpy as np

from backend.tts.ports import Speech

_RATE = 22_050
_SECONDS_PER_CHARACTER = 0.06


class ToneVoice:
    """Implements `Voice`."""

    def __init__(self, *, delay_s: float = 0.0) -> None:
        self._delay_s = delay_s

    @property
    def name(self) -> str:
        return "tone"

    @property
    def languages(self) -> tuple[str, ...]:
        return ("en",)

    async def speak(self, text: str, *, rate: float = 1.0) -> Speech:
        await asyncio.sleep(self._delay_s)
        t = np.arange(int(len(text) * _SECONDS_PER_CHARACTER / rate * _RATE)) / _RATE
        return Speech((np.sin(2 * np.pi * 220 * t) * 3000).astype("<i2").tobytes(), _RATE)

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...
