"""How a recording is cut for an ear that hears some seconds at a time, and which speech its words leave out."""

from __future__ import annotations

from collections.abc import Sequence

from backend.asr.ports import SAMPLE_RATE, Word
from backend.asr.voice_activity import LONGEST_S, Stretch, between, overlap, with_margins

NOT_UNDERSTOOD_FROM_S = 4.0
"""Speech without words from which it is said that it was not understood."""
_AT_MOST_S = LONGEST_S + 1.0
_LETTER_S, _WORD_S = 0.07, 0.6
"""A word covers at most so much: an aligner stretches the words beside a sentence that was left out over its place."""
_EDGE_S = 0.3
"""How far the aligner and the detector are apart at the edge of a word."""
_BREATH = SAMPLE_RATE
"""A shorter silence is part of what was not understood."""


def windows(spoken: Sequence[Stretch], length: int, at_most_s: float = _AT_MOST_S) -> list[list[Stretch]]:
    """What is heard at a time: parts of the recording, their silences shortened, together at most `at_most_s`.

    Cut in the longest pause of the window's second half. `length`: samples of the recording. A single stretch of speech
    is not cut.
    """
    found: list[list[Stretch]] = []
    rest = list(spoken)
    start = 0
    while rest:
        count = _fitting(rest, at_most_s)
        end = (rest[count - 1].end + rest[count].start) // 2 if count < len(rest) else length
        found.append([Stretch(max(p.start, start), min(p.end, end)) for p in with_margins(rest[:count], length)])
        rest, start = rest[count:], end
    return found


def _fitting(spoken: list[Stretch], at_most_s: float) -> int:
    """How many of these stretches make the next window."""
    lengths: list[float] = []
    for count in range(1, len(spoken) + 1):
        parts = with_margins(spoken[:count], spoken[count - 1].end)
        lengths.append(sum(part.end - part.start for part in parts) / SAMPLE_RATE)
        if lengths[-1] > at_most_s:
            break
    else:
        return len(spoken)
    fit = range(1, max(2, len(lengths)))
    enough = [count for count in fit if lengths[count - 1] >= at_most_s / 2] or [fit[-1]]
    return max(enough, key=lambda count: (spoken[count].start - spoken[count - 1].end, count))


def unheard(spoken: Sequence[Stretch], words: Sequence[Word], at_least_s: float) -> list[Stretch]:
    """The places between words in which somebody speaks for `at_least_s` and more, from there to where it ends."""
    if not spoken:
        return []
    found: list[Stretch] = []
    at = 0.0
    last = spoken[-1].end / SAMPLE_RATE
    for start, end in [*(_covered(word) for word in words), (last, last)]:
        if overlap(spoken, at, start) >= at_least_s:
            inside = between(spoken, round(at * SAMPLE_RATE), round(start * SAMPLE_RATE))
            found.append(Stretch(inside[0].start, inside[-1].end))
        at = max(at, end)
    return found


def not_understood(spoken: Sequence[Stretch], words: Sequence[Word]) -> tuple[tuple[float, float], ...]:
    """(start, end) in seconds of the speech without words that is long enough to be told; no longer silence is in it."""
    found: list[Stretch] = []
    for left in unheard(spoken, words, NOT_UNDERSTOOD_FROM_S):
        for part in between(spoken, left.start, left.end):
            start = found.pop().start if found and part.start - found[-1].end < _BREATH else part.start
            found.append(Stretch(start, part.end))
    return tuple((round(part.start / SAMPLE_RATE, 2), round(part.end / SAMPLE_RATE, 2)) for part in found)


def _covered(word: Word) -> tuple[float, float]:
    """Seconds that a word can take."""
    most = _WORD_S + _LETTER_S * sum(letter.isalnum() for letter in word.text)
    return max(word.start_s, word.end_s - most) - _EDGE_S, word.end_s + _EDGE_S
