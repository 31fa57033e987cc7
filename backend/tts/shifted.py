"""A voice made lower or higher, so that several people can speak with one: the pitch moves, the tempo stays.

The piece is spoken slower or faster by the ratio and then resampled by it, which undoes the change of tempo and moves
pitch and formants together, as a larger or smaller speaker would. The resampler is FFmpeg's.
"""

from __future__ import annotations

import asyncio

import av
import numpy as np

from backend.tts.ports import PLAIN, Manner, Speech, Voice


class ShiftedVoice:
    """`voice` with its pitch times `pitch` (0.8 to 1.25 sounds natural), and `pace` times as fast as it usually is.

    The voice itself belongs to whoever made it: closing this one leaves it open.
    """

    def __init__(self, voice: Voice, *, pitch: float, pace: float = 1.0) -> None:
        self._voice = voice
        self._pitch = pitch
        self._pace = pace

    @property
    def name(self) -> str:
        return f"{self._voice.name}@{self._pitch:g}x{self._pace:g}"

    @property
    def languages(self) -> tuple[str, ...]:
        return self._voice.languages

    async def speak(self, text: str, *, rate: float = 1.0, manner: Manner = PLAIN) -> Speech:
        """See `Voice`."""
        speech = await self._voice.speak(text, rate=rate * self._pace / self._pitch, manner=manner)
        return await asyncio.to_thread(_resampled, speech, self._pitch)

    async def warm_up(self) -> None:
        """The voice warms up for everybody."""

    async def close(self) -> None: ...


def _resampled(speech: Speech, ratio: float) -> Speech:
    """The same sound `ratio` times as high and as fast, at the same sample rate."""
    if ratio == 1.0 or not speech.pcm:
        return speech
    frame = av.AudioFrame.from_ndarray(np.frombuffer(speech.pcm, "<i2").reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = round(speech.sample_rate * ratio)
    resampler = av.AudioResampler("s16", "mono", speech.sample_rate)
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    return Speech(b"".join(f.to_ndarray().astype("<i2").tobytes() for f in frames), speech.sample_rate)
