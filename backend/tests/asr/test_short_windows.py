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


def test_a_recording_of_half_a_second_may_be_unclear() -> None:
    ear = Ear(unclear := answered(2, mean_log_probability=-1.3))
    assert ear.hear(0.6) == [unclear]
    assert len(ear.encoded) == 1


def test_a_short_looping_window_is_heard_again() -> None:
    ear = Ear(answered(50, compression=6.0), again := answered(6))
    assert ear.hear(3.0) == [again]
    assert ear.asked[1].max_new_tokens == 68


STAMP = 1000
"""The first time stamp of the tokens below; each counts 0.02 s. A letter's token is its code."""


class Letters:
    """A tokenizer for which every letter is a token."""

    timestamp_begin, sot_prev, sot_sequence = STAMP, 996, (997, 998)

    def encode(self, text: str) -> list[int]:
        return [ord(letter) for letter in text]


def tokens(text: str, *stamps: float) -> list[int]:
    """`|` stands for the next of these time stamps, in seconds."""
    times = iter(stamps)
    return [STAMP + round(next(times) / 0.02) if letter == "|" else ord(letter) for letter in text]


class Split(ShortWindows):
    """The part that cuts a window's tokens into segments; no model."""

    time_precision, input_stride, frames_per_second = 0.02, 2, 100

    def __init__(self) -> None: ...

    def cut(self, window: list[int]) -> tuple[list[str], int, bool]:
        segments, seek, done = self._split_segments_by_timestamps(Letters(), window, 0.0, 3000, 30.0, 0)
        return ["".join(chr(t) for t in each["tokens"] if t < STAMP) for each in segments], seek, done


@pytest.mark.parametrize(
    ("window", "texts"),
    [
        (tokens("| One.|", 0, 9), [" One."]),  # ended early: the library skips what follows
        (tokens("| One.|| Two.||", 0, 4, 4, 16, 16), [" One.", " Two."]),  # the library goes on at 16 s
        (tokens("| One.|| Two", 0, 4, 4), [" One.", " Two"]),  # the library hears the second again
        (tokens("| One two", 0), [" One two"]),
    ],
)
def test_a_window_is_one_answer_and_all_of_it_is_kept(window: list[int], texts: list[str]) -> None:
    assert Split().cut(window) == (texts, 3000, True)


class Judge(ShortWindows):
    """Names are judged by a model that knows what was said: a letter that is right is likely."""

    _frames = 500

    def __init__(self, said: str, *names: str) -> None:
        self.said, self.names, self.model, self.starts = said, names, self, []

    def align(self, encoded: object, start: list[int], texts: list[list[int]], frames: int) -> list[Any]:
        self.starts.append(start)
        return [
            SimpleNamespace(text_token_probs=[0.9 if chr(t) in self.said else 0.01 for t in text]) for text in texts
        ]

    def put_right(self, text: str, sure: float = 0.5) -> list[tuple[str, float, float]]:
        words = [
            {"word": f" {word}", "start": n, "end": n + 0.8, "probability": sure} for n, word in enumerate(text.split())
        ]
        parts = self._with_names([words[:2], words[2:]], "sound", Letters())
        return [(word["word"], word["start"], word["end"]) for part in parts for word in part]


def test_what_sounds_like_a_name_becomes_one_where_the_sound_speaks_for_it() -> None:
    judge = Judge("I HashiCorp. so graph anna.", "HashiCorp", "Grafana", "Kubernetes")
    assert judge.put_right("I Tashi Corp. so graph anna.") == [
        (" I", 0, 0.8),
        (" HashiCorp.", 1, 2.8),
        (" so", 3, 3.8),
        (" graph", 4, 4.8),
        (" anna.", 5, 5.8),
    ]
    assert judge.starts[0] == [996, *(ord(c) for c in " HashiCorp, Grafana"), 997, 998], "only what may have been said"


def test_what_sounds_like_no_name_and_what_is_sure_is_not_judged() -> None:
    judge = Judge("", "HashiCorp")
    assert [word for word, *_ in judge.put_right("It was late.")] == [" It", " was", " late."]
    assert [word for word, *_ in judge.put_right("Hashi Corp.", sure=0.95)] == [" Hashi", " Corp."]
    assert judge.starts == []
