"""Answer: what was asked, what was said, and when each word was said."""

from __future__ import annotations

from dataclasses import dataclass

from backend.asr.ports import Word


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. A typed one has no words and no duration."""

    question: str
    text: str
    mode: str = "behavioral"
    question_kind: str = "main"
    language: str = "en"
    words: tuple[Word, ...] = ()
    duration_s: float | None = None
    speech_s: float | None = None
    hesitations: tuple[float, ...] | None = None
    """Seconds at which a sound like "um" begins that no word covers; None where nobody looked for them."""
    not_understood: tuple[tuple[float, float], ...] = ()
    """(start, end) in seconds of speech that gave no words: neither a pause nor time to measure a pace on."""

    @property
    def spoken(self) -> bool:
        return self.duration_s is not None


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text: `text == source[start:end]`."""

    text: str
    start: int
    end: int
