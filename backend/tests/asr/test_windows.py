"""How recordings are cut for the ear, and which speech words leave out."""

from __future__ import annotations

import numpy as np

from backend.asr.ports import SAMPLE_RATE, Word
from backend.asr.voice_activity import Stretch
from backend.asr.windows import not_understood, unheard, windows


def spoken(*times: tuple[float, float]) -> list[Stretch]:
    return [Stretch(round(start * SAMPLE_RATE), round(end * SAMPLE_RATE)) for start, end in times]


def said(*times: tuple[float, float], text: str = "word") -> list[Word]:
    return [Word(text, start, end, 0.9) for start, end in times]


def test_every_sample_of_speech_is_in_exactly_one_window() -> None:
    draw = np.random.default_rng(5)
    for _ in range(50):
        edges = np.cumsum(draw.uniform(0.3, 5.0, 60))
        speech = spoken(*zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
        length = round((edges[-1] + 1) * SAMPLE_RATE)
        covered = np.zeros(length, dtype=int)
        for window in windows(speech, length):
            assert sum(part.end - part.start for part in window) <= 19.5 * SAMPLE_RATE
            for part in window:
                covered[part.start : part.end] += 1
        assert covered.max() == 1
        for stretch in speech:
            assert covered[stretch.start : stretch.end].all()


def test_a_window_ends_in_the_longest_pause_of_its_second_half() -> None:
    speech = spoken((0, 4), (4.4, 11), (12.5, 15), (15.4, 18), (18.4, 24))
    first, second = windows(speech, 25 * SAMPLE_RATE)
    assert first[-1].end <= 12.5 * SAMPLE_RATE <= second[0].start + SAMPLE_RATE
    assert second[-1].end > 24 * SAMPLE_RATE


def test_long_silences_are_left_out() -> None:
    ((first, second),) = windows(spoken((1, 3), (20, 22)), 30 * SAMPLE_RATE)
    assert first == Stretch(round(0.6 * SAMPLE_RATE), round(3.4 * SAMPLE_RATE))
    assert second.start == round(19.6 * SAMPLE_RATE)


def test_speech_without_words_is_found_and_silence_is_not() -> None:
    speech = spoken((0, 3), (3.4, 9), (12, 15))
    words = said((0.2, 0.6), (0.7, 1.2), (1.3, 3.0), (12.1, 12.5), (12.6, 14.8), text="considerably longer")
    assert unheard(speech, words, 4.0) == spoken((3.4, 9))
    assert unheard(speech, words, 6.0) == []
    assert unheard(speech, said((0.2, 0.6)), 4.0) == spoken((0.9, 15))
    assert not_understood(speech, said((0.2, 0.6))) == ((0.9, 9.0), (12.0, 15.0))
    assert not_understood(speech, words) == ((3.4, 9.0),)


def test_a_word_stretched_over_a_sentence_does_not_hide_it() -> None:
    (found,) = unheard(spoken((0, 10)), said((0.0, 0.4), (0.4, 9.0), (9.0, 10.0)), 4.0)
    assert found.start < SAMPLE_RATE and 7 * SAMPLE_RATE < found.end < 9 * SAMPLE_RATE


def test_speech_after_the_last_word_and_speech_without_any_word() -> None:
    assert not_understood(spoken((0, 1), (1.5, 8)), said((0.0, 1.0))) == ((1.5, 8.0),)
    assert not_understood(spoken((2, 7)), []) == ((2.0, 7.0),)
    assert not_understood([], []) == ()
