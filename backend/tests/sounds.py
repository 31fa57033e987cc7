"""Small generated sounds: silence, noise, and something with the rhythm of speech."""

from __future__ import annotations

import io
import wave

import numpy as np

RATE = 16_000


def wav(samples: np.ndarray, rate: int = RATE) -> bytes:
    """Mono 16-bit WAV of float samples in -1..1."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return out.getvalue()


def silence_wav(seconds: float) -> bytes:
    return wav(np.zeros(round(seconds * RATE), dtype=np.float32))


def noise_wav(seconds: float, level: float = 0.02) -> bytes:
    return wav(np.random.default_rng(7).normal(0, level, round(seconds * RATE)).astype(np.float32))


def speech_like_wav(seconds: float) -> bytes:
    """Loud syllables of a buzz with pauses: enough for a scripted ear, not for a real one."""
    t = np.arange(round(seconds * RATE)) / RATE
    return wav((0.4 * np.sin(2 * np.pi * 140 * t) * (np.sin(2 * np.pi * 3 * t) > -0.3)).astype(np.float32))
