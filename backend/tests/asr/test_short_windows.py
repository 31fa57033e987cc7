"""What becomes of a window that Whisper got wrong: heard again whole, kept, or taken for silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from faster_whisper import WhisperModel
from faster_whisper.transcribe import TranscriptionOptions

from backend.asr.short_windows import ShortWindows

FIELDS = dict.fromkeys(TranscriptionOptions.__dataclass_fields__)
OPTIONS = replace(
    TranscriptionOptions(**FIELDS),
    temperatures=[0.0, 0.4],
    compression_ratio_threshold=2.4,
    log_prob_threshold=-1.0,
    max_new_tokens=None,
)
Answer = tuple[Any, float, float, float]


def answered(tokens: int, mean_log_probability: float = -0.3, compression: float = 1.2) -> Answer:
    return SimpleNamespace(sequences_ids=[[1] * tokens], no_speech_prob=0.1), mean_log_probability, 0.0, compression


class Library(WhisperModel):  # type: ignore[misc]
    """The library's part, which says what it was asked and answers by a script."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.encoded: list[int] = []
        self.asked: list[TranscriptionOptions] = []

    def encode(self, features: np.ndarray[Any, Any]) -> str:
        self.encoded.append(features.shape[1])
        return "sound"

    def generate_with_fallback(self, encoded: str, prompt: list[int], tokenizer: object, options: Any) -> Answer:
        assert encoded == "sound"
        self.asked.append(options)
        return self.answers.pop(0)

    def generate_segments(self, *args: Any, **options: Any) -> Iterable[Any]:
        return []


class Ear(ShortWindows, Library):
    """`ShortWindows` on the script."""

    def hear(self, *seconds: float) -> list[Answer]:
        """One recording of windows with so much sound."""
        self.generate_segments()
        found = []
        for each in seconds:
            features = np.zeros((80, 3000), dtype=np.float32)
            features[:, : round(each * 100)] = 1.0
            found.append(self.generate_with_fallback(self.encode(features), [], None, OPTIONS))
        return found


def test_a_good_window_is_encoded_short_and_heard_once() -> None:
    good = answered(30)
    ear = Ear(good, good)
    assert ear.hear(9.0, 2.0) == [good, good]
    assert ear.encoded == [1300, 1000]
    assert [(each.temperatures, each.max_new_tokens) for each in ear.asked] == [([0.0], 140), ([0.0], 56)]


def test_a_long_window_goes_to_the_library_as_it_is() -> None:
    ear = Ear(answered(80))
    ear.hear(21.0)
    assert ear.encoded == [3000]
    assert ear.asked == [OPTIONS]


def test_an_unclear_window_is_heard_again_whole() -> None:
    ear = Ear(answered(9, mean_log_probability=-2.1), again := answered(76))
    assert ear.hear(16.0) == [again]
    assert ear.encoded == [2000, 3000]
    assert ear.asked[1] == OPTIONS


def test_a_loop_is_heard_again_whole_but_ends_sooner() -> None:
    ear = Ear(answered(150, compression=7.0), again := answered(30))
    assert ear.hear(10.0) == [again]
    assert ear.encoded == [1400, 3000]
    assert (ear.asked[1].temperatures, ear.asked[1].max_new_tokens) == ([0.0, 0.4], 152)


def test_a_language_of_many_tokens_is_not_cut_off() -> None:
    ear = Ear(answered(152), again := answered(300))
    assert ear.hear(10.0) == [again]
    assert ear.asked[1].max_new_tokens is None


@pytest.mark.parametrize("wrong", [answered(4, mean_log_probability=-2.4), answered(36, compression=9.0)])
def test_what_is_left_after_the_last_sentence_is_no_speech_where_it_is_unclear(wrong: Answer) -> None:
    good = answered(50)
    ear = Ear(good, wrong)
    first, last = ear.hear(16.0, 0.6)
    assert first == good
    assert last[0].no_speech_prob == 1.0
    assert last[1] < OPTIONS.log_prob_threshold
    assert len(ear.encoded) == 2


def test_a_clear_word_after_the_last_sentence_stays() -> None:
    word = answered(2)
    assert Ear(answered(50), word).hear(16.0, 0.6)[1] == word


def test_a_recording_of_half_a_second_is_no_remainder() -> None:
    """A short answer may be unclear; the one before it was another recording."""
    ear = Ear(answered(50), unclear := answered(2, mean_log_probability=-1.3))
    ear.hear(16.0)
    assert ear.hear(0.6) == [unclear]
    assert len(ear.encoded) == 2


def test_a_short_looping_window_is_heard_again() -> None:
    ear = Ear(answered(50, compression=6.0), again := answered(6))
    assert ear.hear(3.0) == [again]
    assert ear.asked[1].max_new_tokens == 68
