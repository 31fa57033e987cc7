"""What every voice offers: a sentence in, sound out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Speech:
    """One spoken piece: mono 16-bit little-endian PCM."""

    pcm: bytes
    sample_rate: int

    @property
    def duration_ms(self) -> int:
        return round(len(self.pcm) / 2 / self.sample_rate * 1000)


@dataclass(frozen=True, slots=True)
class Manner:
    """How a piece is said: factors of the voice's own, and the silence after each sentence in seconds. A voice does of it
    what it can."""

    pace: float = 1.0
    volume: float = 1.0
    liveliness: float = 1.0
    """How much tone and rhythm vary."""
    pause_s: float = 0.0


PLAIN = Manner()


class Voice(Protocol):
    """Text to speech. Errors: `TtsTimeout`, `TtsUnavailable`, `AtCapacity`."""

    @property
    def name(self) -> str:
        """Voice and version, as recorded in `versions.tts`, e.g. `piper-en_US-joe-medium`."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """Language codes this voice can speak, e.g. `("en",)`."""
        ...

    async def speak(self, text: str, *, rate: float = 1.0, manner: Manner = PLAIN) -> Speech:
        """Speak one piece of plain text (already made speakable). `rate` 0.5..2.0, 1.0 is the voice's own pace; that of the
        manner comes on top."""
        ...

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...
