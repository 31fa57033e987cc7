"""Pace: words a minute over stretches of speaking time, and whether a sustained part of an answer is fast or slow.

A pace is left alone from 110 to 190 words a minute: a convention, wide on purpose (conversation runs at about 150; Miller
1976 on the faster side; no norm for interviews was found). One quick sentence is no pace: it takes several windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from statistics import fmean
from typing import Literal

from backend.asr.ports import Word
from backend.coaching.feedback import PaceStretch, PaceWindow

PACE_BAND = (110.0, 190.0)
"""Words a minute that draw no comment."""
WINDOW_S, STEP_S = 15.0, 5.0
SHORT_REST_S = 1.0
"""The rests between phrases belong to a pace as the band means it. Tried on the recognised words of four LibriSpeech readers
(43 to 59 s each, 133 to 193 words a minute with every silence): with rests of more than 0.3 s left out, one of 164 a minute
came out as fast for 30 s; from 1 s on nobody did.
"""
FEWEST_WINDOWS = 4
"""Half a minute of speaking: less is too short to comment on."""
FEWEST_IN_A_ROW = 3
LEAST_SHARE = 1 / 3


def pace_windows(heard: Sequence[Word]) -> list[PaceWindow]:
    """The pace over 15 s of speaking time, a window every 5 s; silences of more than 1 s are no speaking time.

    Empty where less than 15 s were spoken; a rest at the end shorter than 5 s stands in the last window.
    """
    told = _spoken_before(heard)
    windows: list[PaceWindow] = []
    last, next_at = 0, 0.0
    for first, before_s in enumerate(told[:-1]):
        if before_s < next_at:
            continue
        while last < len(heard) and told[last + 1] - before_s < WINDOW_S:
            last += 1
        if last == len(heard):
            break
        rate = (last + 1 - first) / ((told[last + 1] - before_s) / 60)
        windows.append(PaceWindow(from_s=heard[first].start_s, to_s=heard[last].end_s, words_per_minute=round(rate, 1)))
        next_at += STEP_S
    return windows


def spoken_s(heard: Sequence[Word]) -> float:
    """Seconds of speaking: the words, and the rests of at most 1 s between them."""
    return _spoken_before(heard)[-1]


def _spoken_before(heard: Sequence[Word]) -> list[float]:
    """Seconds of speaking before each word, and before the end; a short rest belongs to the word after it."""
    told = [0.0]
    for i, word in enumerate(heard):
        rest_s = word.start_s - heard[i - 1].end_s if i else 0.0
        told.append(told[-1] + word.end_s - word.start_s + (max(0.0, rest_s) if rest_s <= SHORT_REST_S else 0.0))
    return told


def sustained(windows: Sequence[PaceWindow]) -> PaceStretch | None:
    """The longest stretch outside the band where a sustained part of the answer is: at least a third of the windows and
    three in a row, out of four or more. None otherwise."""
    if len(windows) < FEWEST_WINDOWS:
        return None
    runs = [(way, list(run)) for way, run in groupby(windows, key=_way)]
    found: list[tuple[int, PaceStretch]] = []
    for way in ("fast", "slow"):
        ours = [run for which, run in runs if which == way]
        share = sum(len(run) for run in ours) / len(windows)
        longest = max(ours, key=len, default=[])
        if share < LEAST_SHARE or len(longest) < FEWEST_IN_A_ROW:
            continue
        stretch = PaceStretch(
            way=way,
            from_s=longest[0].from_s,
            to_s=longest[-1].to_s,
            words_per_minute=round(fmean(w.words_per_minute for w in longest), 1),
            share=round(share, 2),
        )
        found.append((len(longest), stretch))
    return max(found, key=lambda f: f[0])[1] if found else None


def _way(window: PaceWindow) -> Literal["fast", "slow"] | None:
    low, high = PACE_BAND
    if low <= window.words_per_minute <= high:
        return None
    return "slow" if window.words_per_minute < low else "fast"
