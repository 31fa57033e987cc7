"""Hesitations in the sound: held voiced sounds ("um", "uh") that the recogniser left out of the words.

Recognisers delete fillers. A filled pause keeps its pitch and its spectrum nearly still for some tenths of a second (Goto,
Itou & Hayamizu 1999, Eurospeech, "A real-time filled pause detection system"), which running speech hardly ever does. So
the stretches are looked at that somebody voices and no word covers, and those are taken that stand still.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backend.asr.ports import SAMPLE_RATE, Samples, Word
from backend.asr.voice_activity import Stretch

SHORTEST_S, LONGEST_S = 0.2, 1.2
"""A shorter one is the end of a word; a longer one is humming, or speech that was not recognised."""
_HOP = 160
_WINDOW = 640
_LONGEST_LAG, _SHORTEST_LAG = SAMPLE_RATE // 70, SAMPLE_RATE // 400
"""Pitch of voices, 70 to 400 Hz."""
_BANDS = 20
_BESIDE_S = 0.15
_TAIL_S = 0.15
SOUNDS = frozenset({"um", "uh", "uhm", "umm", "er", "erm", "hmm", "hm", "mm", "mhm", "ah", "huh", "ha", "haha"})
"""Fillers and laughter, where the recogniser wrote them down."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as held. Found on one half of the recordings that the evaluation inserts hesitations into."""

    periodic: float = 0.4
    """Height of the autocorrelation peak, 0..1, from which a frame is voiced."""
    loud_db: float = -22.0
    """Below the loudest speech of the recording (95th percentile of its frames)."""
    still_db: float = 4.0
    """Mean change of the spectrum's bands over 50 ms, in dB, up to which a frame stands still."""
    letter_s: float = 0.07
    word_s: float = 0.22
    """A word may take `word_s` and `letter_s` for each letter; what it takes beyond is not its own."""
    sure: float = 0.3
    """Probability of the words beside it, below which the sound may be one of them misheard."""
    after_word_s: float = 0.25
    """How long it has to be right after a word, whose last sound may be drawn out."""


def find_hesitations(
    samples: Samples, words: Sequence[Word], spoken: Sequence[Stretch], limits: Limits | None = None
) -> tuple[float, ...]:
    """Seconds at which each begins, in order. `samples`: 16 kHz; `spoken`: where voice activity found speech."""
    limits = limits or Limits()
    if not words or not spoken:
        return ()
    loud = _loudness(samples, spoken)
    found: list[tuple[float, float]] = []
    for start_s, end_s in _uncovered(words, len(samples) / SAMPLE_RATE, limits):
        for part in spoken:
            start = max(int(start_s * SAMPLE_RATE), part.start - _WINDOW)
            end = min(int(end_s * SAMPLE_RATE), part.end + _WINDOW)
            if end - start >= SHORTEST_S * SAMPLE_RATE:
                at = start / SAMPLE_RATE
                found += [(at + a, at + b) for a, b in _held(samples[start:end], loud, limits)]
    return tuple(round(begins, 2) for begins, ends in sorted(found) if _is_sure(begins, ends, words, limits))


def _is_sure(begins: float, ends: float, words: Sequence[Word], limits: Limits) -> bool:
    """Not the drawn-out end of a word, not a filler that was written after all, not beside a word hardly understood."""
    for word in words:
        if word.end_s < begins - _BESIDE_S or word.start_s > ends + _BESIDE_S:
            continue
        if word.probability < limits.sure or word.text.lower().strip(" .,!?…-") in SOUNDS:
            return False
        if -0.05 <= begins - word.end_s < _TAIL_S and ends - begins < limits.after_word_s:
            return False
    return True


def _uncovered(words: Sequence[Word], end_s: float, limits: Limits) -> Iterable[tuple[float, float]]:
    """Stretches of time that no word can be: gaps, and what a word takes beyond its letters."""
    at = 0.0
    for word in words:
        needs = limits.word_s + limits.letter_s * sum(c.isalnum() for c in word.text)
        begins = max(at, word.end_s - needs) if word.end_s - word.start_s > needs else word.start_s
        if begins - at >= SHORTEST_S:
            yield at, begins
        at = max(at, word.end_s)
    if end_s - at >= SHORTEST_S:
        yield at, end_s


def _loudness(samples: Samples, spoken: Sequence[Stretch]) -> float:
    """Level of the louder speech, in dB."""
    levels = [_levels(samples[part.start : part.end]) for part in spoken if part.end - part.start >= _HOP]
    return float(np.percentile(np.concatenate(levels), 95)) if levels else 0.0


def _levels(samples: Samples) -> npt.NDArray[np.float32]:
    frames = samples[: len(samples) // _HOP * _HOP].reshape(-1, _HOP)
    return np.asarray(10 * np.log10(np.mean(frames**2, axis=1) + 1e-10), dtype=np.float32)


def _held(samples: Samples, loud: float, limits: Limits) -> list[tuple[float, float]]:
    """Seconds from the start of `samples` at which each held voiced sound begins and ends."""
    count = (len(samples) - _WINDOW) // _HOP + 1
    if count < 10:
        return []
    frames = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP][:count] * np.hanning(_WINDOW)
    spectrum = np.abs(np.fft.rfft(frames, 2 * _WINDOW, axis=1)) ** 2
    correlation = np.fft.irfft(spectrum, axis=1)[:, : _LONGEST_LAG + 1]
    # The window itself makes long lags smaller (Boersma 1993): its own autocorrelation is divided out.
    taper = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(_WINDOW), 2 * _WINDOW)) ** 2)[: _LONGEST_LAG + 1]
    periodic = (correlation[:, _SHORTEST_LAG:] / (taper[_SHORTEST_LAG:] / taper[0])).max(axis=1)
    periodic = periodic / np.maximum(correlation[:, 0], 1e-9)
    level = 10 * np.log10(np.mean(frames**2, axis=1) * 8 / 3 + 1e-10)
    bands = 10 * np.log10(spectrum @ _filters(spectrum.shape[1]) + 1e-7)
    change = np.full(count, np.inf)
    change[2:-3] = np.abs(bands[5:] - bands[:-5]).mean(axis=1)
    held = (periodic >= limits.periodic) & (level >= loud + limits.loud_db) & (change <= limits.still_db)
    found = [(start * _HOP / SAMPLE_RATE, (end * _HOP + _WINDOW - _HOP) / SAMPLE_RATE) for start, end in _runs(held)]
    return [(start, end) for start, end in found if SHORTEST_S <= end - start <= LONGEST_S]


def _filters(bins: int) -> npt.NDArray[np.float64]:
    """Triangles from 100 to 4,000 Hz, evenly spaced on the mel scale (Stevens & Volkmann 1940)."""
    mel = np.linspace(1127 * np.log1p(100 / 700), 1127 * np.log1p(4000 / 700), _BANDS + 2)
    edges = 700 * np.expm1(mel / 1127) / (SAMPLE_RATE / 2) * (bins - 1)
    at = np.arange(bins)[:, None]
    up = (at - edges[:-2]) / (edges[1:-1] - edges[:-2])
    down = (edges[2:] - at) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(0.0, np.minimum(up, down)))


def _runs(held: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of held frames; a break of two frames does not end one."""
    runs: list[tuple[int, int]] = []
    for at in np.flatnonzero(held):
        if runs and at - runs[-1][1] <= 2:
            runs[-1] = (runs[-1][0], int(at) + 1)
        else:
            runs.append((int(at), int(at) + 1))
    return runs
