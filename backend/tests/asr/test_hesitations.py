"""Hesitations in the sound: held voiced sounds that no word covers, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backend.asr.hesitations import find_hesitations
from backend.asr.ports import SAMPLE_RATE, Samples, Transcript, Word
from backend.asr.voice_activity import Stretch
from backend.evaluation.hesitations import Counted, altered, counted, held_vowel, precision, recall, uncovered
from backend.tests.conftest import SHARED

SPEECH = Path(SHARED) / "speech"


def vowel(seconds: float, hertz: float = 120.0, *, glide: float = 0.0) -> Samples:
    """A buzz with two formants; `glide` moves its pitch and colour, as running speech does."""
    t = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    sound = np.zeros_like(t)
    for n in range(1, 24):
        centre = 600 + glide * 6000 * t
        gain = 1 / (1 + ((n * hertz - centre) / 250) ** 2) + 0.4 / (
            1 + ((n * hertz - 1200 - glide * 7000 * t) / 300) ** 2
        )
        sound += gain * np.sin(2 * np.pi * n * (hertz + glide * 60 * t) * t)
    edge = np.minimum(1.0, np.minimum(t, t[::-1]) / 0.03)
    return (0.15 * sound * edge).astype(np.float32)


def recording(*parts: Samples) -> tuple[Samples, list[Stretch]]:
    hiss = np.random.default_rng(1).normal(0, 0.0005, sum(map(len, parts))).astype(np.float32)
    samples = np.concatenate(parts) + hiss
    return samples, [Stretch(0, len(samples))]


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * SAMPLE_RATE), dtype=np.float32)


SPEAKING = vowel(0.5, glide=1.0)


def test_a_held_sound_between_words_is_found_where_it_begins() -> None:
    samples, spoken = recording(SPEAKING, silence(0.2), vowel(0.5), silence(0.2), SPEAKING)
    words = (Word("hello", 0.0, 0.5, 0.9), Word("there", 1.4, 1.9, 0.9))
    assert find_hesitations(samples, words, spoken) == pytest.approx((0.7,), abs=0.1)


def test_a_held_sound_inside_an_overlong_word_is_found() -> None:
    samples, spoken = recording(SPEAKING, silence(0.2), vowel(0.5), silence(0.2), SPEAKING)
    words = (Word("hello", 0.0, 0.5, 0.9), Word("or", 0.5, 1.9, 0.9))
    assert len(find_hesitations(samples, words, spoken)) == 1


@pytest.mark.parametrize(
    ("middle", "word"),
    [
        (silence(0.5), None),
        (SPEAKING, None),  # speech that moves
        (vowel(0.1), None),  # too short
        (vowel(1.6), None),  # humming
        (vowel(0.5), Word("um", 0.7, 1.2, 0.9)),  # written down
        (vowel(0.5), Word("aaah", 0.7, 1.2, 0.9)),  # covered
    ],
)
def test_what_is_no_hesitation_is_not_found(middle: Samples, word: Word | None) -> None:
    samples, spoken = recording(SPEAKING, silence(0.2), middle, silence(0.2), SPEAKING)
    end = len(samples) / SAMPLE_RATE
    words = [Word("hello", 0.0, 0.5, 0.9), Word("there", end - 0.5, end, 0.9)]
    assert find_hesitations(samples, words[:1] + ([word] if word else []) + words[1:], spoken) == ()


def test_noise_is_no_hesitation_and_nothing_is_found_without_words() -> None:
    noise = np.random.default_rng(2).normal(0, 0.1, SAMPLE_RATE).astype(np.float32)
    samples, spoken = recording(SPEAKING, noise, SPEAKING)
    assert find_hesitations(samples, (Word("a", 0, 0.5, 0.9), Word("b", 1.5, 2.0, 0.9)), spoken) == ()
    assert find_hesitations(samples, (), spoken) == find_hesitations(samples, (Word("a", 0, 1, 0.9),), []) == ()


def test_a_find_counts_for_one_place_only() -> None:
    assert counted([1.0, 1.1, 5.0], [(1.05, 1.5), (3.0, 3.4)]) == Counted(1, 3, 2)
    assert precision([Counted(1, 3, 2)]) == pytest.approx(1 / 3) and recall([Counted(1, 3, 2)]) == 0.5
    heard = Transcript("", "en", 9, 9, (Word("Um,", 1.0, 1.4, 0.9),))
    assert uncovered([(1.05, 1.5), (3.0, 3.4)], heard) == [(3.0, 3.4)]


def test_inserted_sounds_lie_where_they_are_said_to_lie() -> None:
    samples, _ = recording(*[SPEAKING] * 8)
    words = tuple(Word("word", n * 0.5, n * 0.5 + 0.5, 0.9) for n in range(8))
    made = altered("x", samples, Transcript("", "en", 4, 4, words), [vowel(0.4)])
    assert len(made.places) == 2
    added = sum(end - start for start, end in made.places) + 4 * 0.08
    assert len(made.samples) / SAMPLE_RATE == pytest.approx(4 + added, abs=0.01)
    assert len(held_vowel(samples, 0.5, 1)) == SAMPLE_RATE // 2


@pytest.mark.models
@pytest.mark.skipif(not SPEECH.is_dir(), reason="the recordings lie in ../shared/data/speech")
async def test_real_read_speech_has_no_hesitations_and_a_held_vowel_in_it_is_often_found() -> None:
    from backend.asr.decode import decode
    from backend.asr.faster_whisper import FasterWhisper
    from backend.tests.asr.test_faster_whisper import WHISPER

    ear = FasterWhisper(WHISPER, model="whisper-base")
    found = wanted = 0
    for name in ("librispeech_2033-164914-0008", "librispeech_3080-5032-0009", "librispeech_1998-15444-0000"):
        samples = decode((SPEECH / f"{name}.flac").read_bytes(), None, max_s=60)
        heard = await ear.transcribe(samples)
        assert heard.hesitations == ()
        made = altered(name, samples, heard, [])
        again = await ear.transcribe(made.samples)
        result = counted(again.hesitations or (), made.places)
        assert result.right == result.found
        found, wanted = found + result.right, wanted + result.wanted
    await ear.close()
    assert found >= wanted / 3
