"""Hearing while somebody speaks: what is cut where, what is thrown away, what is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from backend.asr.live import LiveEar
from backend.asr.ports import SAMPLE_RATE, Listening, Samples, Transcript, Urgency, Word
from backend.asr.scripted import loud
from backend.errors import AtCapacity, AudioTooLong, NoSpeech, SttTimeout, SttUnavailable


class CountingEar:
    """Hears one word for every second of sound with something in it: `w12` for the twelfth second of the recording.

    Seconds are told by their loudness, so that a double or a lost second is seen in the text.
    """

    name = "counting"

    def __init__(self, *, fails: Sequence[Exception] = (), wait: asyncio.Event | None = None) -> None:
        self.heard: list[tuple[str, int]] = []  # text, rank when it was asked for
        self.urgencies: list[Urgency] = []
        self.cancelled = 0
        self._fails = list(fails)
        self._wait = wait

    async def transcribe(
        self,
        samples: Samples,
        *,
        language: str | None = "en",
        hotwords: Sequence[str] = (),
        on_partial: Callable[[str], None] | None = None,
        urgency: Urgency | None = None,
    ) -> Transcript:
        assert urgency is not None
        self.urgencies.append(urgency)
        rank = urgency.rank
        try:
            if self._wait is not None:
                await self._wait.wait()
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self._fails:
            raise self._fails.pop(0)
        words: list[Word] = []
        for start in range(0, len(samples) - SAMPLE_RATE // 8, SAMPLE_RATE // 8):
            level = float(np.abs(samples[start : start + SAMPLE_RATE // 8]).max())
            name = f"w{round(level * 1000)}"
            if level >= 0.01 and (not words or words[-1].text != name):
                words.append(Word(name, start / SAMPLE_RATE, start / SAMPLE_RATE + 0.1, 0.9))
        if not words:
            raise NoSpeech
        text = " ".join(word.text for word in words)
        self.heard.append((text, rank))
        return Transcript(text, language or "en", len(samples) / SAMPLE_RATE, len(words) * 1.0, tuple(words))

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...


def speech(first: int, last: int) -> Samples:
    """A second of sound for each number, as loud as the number says; no pauses."""
    return np.concatenate([np.full(SAMPLE_RATE, n / 1000, dtype=np.float32) for n in range(first, last + 1)])


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)


def names(first: int, last: int) -> str:
    return " ".join(f"w{n}" for n in range(first, last + 1))


async def say(listening: Listening, *parts: Samples, piece: int = 4_000) -> None:
    """Send sound in pieces of a quarter of a second, each judged before the next comes."""
    sound = np.concatenate(parts)
    for start in range(0, len(sound), piece):
        listening.add(sound[start : start + piece])
        while listening._total - listening._seen >= 512:  # type: ignore[attr-defined]
            await asyncio.sleep(0.001)
    for _ in range(10):
        await asyncio.sleep(0)


def live(ear: CountingEar, **options: object) -> LiveEar:
    return LiveEar(ear, max_s=120, detector=lambda: loud, **options)  # type: ignore[arg-type]


async def test_every_second_is_heard_once_and_words_keep_their_times() -> None:
    ear = CountingEar()
    listening = live(ear).begin()
    await say(listening, silence(3), speech(20, 33), silence(0.7), speech(40, 53), silence(0.7), speech(60, 64))
    found = await listening.finish()
    assert found.text == f"{names(20, 33)} {names(40, 53)} {names(60, 64)}"
    assert found.text == " ".join(word.text for word in found.words)
    at = {word.text: word.start_s for word in found.words}
    assert at["w20"] == pytest.approx(3.0, abs=0.15)
    assert at["w40"] == pytest.approx(17.7, abs=0.15)
    assert at["w64"] == pytest.approx(36.4, abs=0.15)
    assert found.duration_s == pytest.approx(37.4, abs=0.01)


class HesitantEar(CountingEar):
    """Finds a hesitation at each second whose number ends in nought."""

    async def transcribe(self, samples: Samples, **options: Any) -> Transcript:
        heard = await super().transcribe(samples, **options)
        return replace(heard, hesitations=tuple(w.start_s for w in heard.words if w.text.endswith("0")))


async def test_hesitations_keep_their_times_and_are_unknown_where_nobody_looked() -> None:
    for ear, wanted in ((HesitantEar(), [3.0, 13.0, 17.7]), (CountingEar(), None)):
        listening = live(ear).begin()
        await say(listening, silence(3), speech(20, 33), silence(0.7), speech(40, 45))
        found = (await listening.finish()).hesitations
        assert (None if found is None else list(found)) == (wanted and pytest.approx(wanted, abs=0.15))


async def test_what_is_settled_is_told_and_never_changes() -> None:
    settled: list[str] = []
    listening = live(CountingEar()).begin(on_settled=settled.append)
    stable: list[str] = []
    for part in (speech(20, 33), silence(0.7), speech(40, 45), speech(46, 53), silence(0.7), speech(60, 64)):
        await say(listening, part)
        stable.append(listening.partial.text[: listening.partial.stable_chars])
    final = (await listening.finish()).text
    assert settled == [names(20, 33), f"{names(20, 33)} {names(40, 53)}"]
    assert all(final.startswith(text) for text in stable)
    assert stable[-1] == settled[-1]


async def test_silence_makes_a_guess_that_is_the_answer_when_nothing_more_comes() -> None:
    ear = CountingEar()
    listening = live(ear).begin()
    await say(listening, speech(20, 25), silence(0.6))
    assert listening.partial.text == names(20, 25)
    assert listening.partial.stable_chars == 0
    before = len(ear.heard)
    found = await listening.finish()
    assert found.text == names(20, 25)
    assert len(ear.heard) == before == 1


async def test_a_guess_is_thrown_away_when_speech_goes_on() -> None:
    ear = CountingEar(wait=(never := asyncio.Event()))
    listening = live(ear).begin()
    await say(listening, speech(20, 22), silence(0.4))
    assert [u.rank for u in ear.urgencies] == [2]
    await say(listening, speech(30, 31), silence(0.4))
    assert ear.cancelled == 1
    never.set()
    assert (await listening.finish()).text == f"{names(20, 22)} {names(30, 31)}"
    assert len(ear.heard) == 1


async def test_an_answer_that_ends_in_mid_speech_leaves_only_what_was_said_since_the_last_pause() -> None:
    ear = CountingEar()
    listening = live(ear).begin()
    await say(listening, speech(20, 26), silence(0.3), speech(30, 34))
    found = await listening.finish()
    assert found.text == f"{names(20, 26)} {names(30, 34)}"
    assert [text for text, _ in ear.heard] == [names(20, 26), names(30, 34)]


async def test_a_click_after_the_last_word_does_not_cost_the_guess() -> None:
    ear = CountingEar()
    listening = live(ear).begin()
    await say(listening, speech(20, 25), silence(0.5), np.full(800, 0.5, dtype=np.float32), silence(0.3))
    assert (await listening.finish()).text == names(20, 25)
    assert len(ear.heard) == 1


async def test_an_answer_that_ends_soon_after_a_pause_is_heard_with_what_came_before() -> None:
    ear = CountingEar()
    listening = live(ear).begin()
    await say(listening, speech(20, 33), silence(0.7), speech(40, 41))
    found = await listening.finish()
    assert found.text == f"{names(20, 33)} {names(40, 41)}"
    assert ear.heard[-1][0] == found.text, "two words alone are heard badly"


async def test_speech_without_pauses_is_cut_somewhere_and_nothing_is_lost() -> None:
    ear = CountingEar()
    listening = live(ear).begin()
    await say(listening, speech(20, 90))
    found = await listening.finish()
    assert list(dict.fromkeys(found.text.split())) == names(20, 90).split()
    assert len(ear.heard) >= 3


async def test_at_the_end_everything_is_urgent() -> None:
    ear = CountingEar(wait=(go := asyncio.Event()))
    listening = live(ear).begin()
    await say(listening, speech(20, 33), silence(0.7), speech(40, 46))
    assert [u.rank for u in ear.urgencies] == [1]
    finishing = asyncio.create_task(listening.finish())
    async with asyncio.timeout(60):
        while {u.rank for u in ear.urgencies} != {0}:
            await asyncio.sleep(0.005)
    go.set()
    assert (await finishing).text == f"{names(20, 33)} {names(40, 46)}"


async def test_the_rest_is_heard_from_the_end_on_and_once() -> None:
    ear = CountingEar()
    listening = live(ear).begin()
    await say(listening, speech(20, 24))
    assert ear.heard == []
    listening.end()
    async with asyncio.timeout(60):
        while not ear.heard:
            await asyncio.sleep(0.001)
    listening.end()
    assert (await listening.finish()).text == (await listening.finish()).text == names(20, 24)
    assert ear.heard == [(names(20, 24), 0)]


async def test_thrown_away_after_its_end_nothing_is_heard_any_more() -> None:
    ear = CountingEar(wait=asyncio.Event())
    listening = live(ear).begin()
    await say(listening, speech(20, 24))
    listening.end()
    async with asyncio.timeout(60):
        while not ear.urgencies:
            await asyncio.sleep(0.001)
        listening.stop()
        while not ear.cancelled:
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("failure", [AtCapacity(retry_after_s=1), SttTimeout()])
async def test_a_piece_that_failed_is_tried_again_at_the_end(failure: Exception) -> None:
    ear = CountingEar(fails=[failure])
    listening = live(ear).begin()
    await say(listening, speech(20, 33), silence(0.7), speech(40, 46))
    assert (await listening.finish()).text == f"{names(20, 33)} {names(40, 46)}"


async def test_an_ear_that_stays_away_is_an_error() -> None:
    ear = CountingEar(fails=[SttUnavailable()] * 9)
    listening = live(ear).begin()
    await say(listening, speech(20, 25))
    with pytest.raises(SttUnavailable):
        await listening.finish()


async def test_silence_is_no_speech_and_costs_nothing() -> None:
    ear = CountingEar()
    listening = live(ear).begin()
    await say(listening, silence(40), piece=16_000)
    with pytest.raises(NoSpeech):
        await listening.finish()
    assert ear.urgencies == []
    with pytest.raises(NoSpeech):
        await live(ear).begin().finish()


async def test_a_detector_that_breaks_leaves_the_whole_recording_to_the_ear() -> None:
    def broken(samples: Samples) -> list[float]:
        raise RuntimeError("no model")

    listening = LiveEar(CountingEar(), max_s=60, detector=lambda: broken).begin()
    listening.add(speech(20, 24))
    assert (await listening.finish()).text == names(20, 24)


async def test_all_at_once_is_the_same_as_piece_by_piece() -> None:
    sound = np.concatenate([speech(20, 33), silence(0.7), speech(40, 53), silence(0.7), speech(60, 64)])
    listening = live(CountingEar()).begin()
    listening.add(sound)
    assert (await listening.finish()).text == f"{names(20, 33)} {names(40, 53)} {names(60, 64)}"


async def test_a_recording_has_a_longest_length() -> None:
    listening = LiveEar(CountingEar(), max_s=2, detector=lambda: loud).begin()
    listening.add(speech(20, 21))
    with pytest.raises(AudioTooLong):
        listening.add(np.zeros(1, dtype=np.float32))
    listening.stop()


async def test_stopping_cancels_what_is_being_heard() -> None:
    ear = CountingEar(wait=asyncio.Event())
    listening = live(ear).begin()
    await say(listening, speech(20, 33), silence(0.7), speech(40, 45), silence(0.5))
    listening.stop()
    await asyncio.sleep(0.01)
    assert ear.cancelled == len(ear.urgencies) == 1, "the guess was still waiting for the piece before it"


async def test_a_guess_builds_on_one_before_that_is_long_enough() -> None:
    ear, guessed = CountingEar(), list[str]()
    listening = live(ear).begin(on_guessed=guessed.append)
    await say(listening, speech(20, 24), silence(0.3), speech(30, 33), silence(0.3), speech(40, 43), silence(0.7))
    assert guessed[0] == names(20, 24)
    assert guessed[-1] == f"{names(20, 24)} {names(30, 33)} {names(40, 43)}"
    assert [text for text, _ in ear.heard] == [
        names(20, 24),
        f"{names(20, 24)} {names(30, 33)}",  # five seconds alone are too short to be left as they are
        names(40, 43),
    ]
    assert listening.partial.text == f"{names(20, 24)} {names(30, 33)} {names(40, 43)}"
    found = await listening.finish()
    assert found.text == f"{names(20, 24)} {names(30, 33)} {names(40, 43)}"
    assert {word.text: word.start_s for word in found.words}["w40"] == pytest.approx(9.6, abs=0.15)
    assert len(ear.heard) == 3


async def test_what_guesses_have_heard_is_settled_with_them() -> None:
    ear, settled = CountingEar(), list[str]()
    listening = live(ear).begin(on_settled=settled.append)
    await say(listening, speech(20, 29), silence(0.3), speech(30, 34), silence(0.5), speech(40, 44))
    assert settled == [f"{names(20, 29)} {names(30, 34)}"]
    assert (await listening.finish()).text == f"{names(20, 29)} {names(30, 34)} {names(40, 44)}"
    assert [text for text, _ in ear.heard] == [names(20, 29), names(30, 34), names(40, 44)]


class CutEar(CountingEar):
    """Says how much sound it was given: as with a real model, the words depend on the cut."""

    async def transcribe(self, samples: Samples, **options: Any) -> Transcript:
        heard = await super().transcribe(samples, **options)
        return replace(heard, text=f"{heard.text} ({len(samples)})")


@pytest.mark.parametrize("end", [silence(0.3), silence(0.0)], ids=["in a pause", "in mid speech"])
async def test_a_slow_machine_hears_the_same_words(end: Samples) -> None:
    sound = np.concatenate(
        [speech(20, 24), silence(0.3), speech(30, 34), silence(0.3), speech(40, 41), silence(0.3), speech(50, 53),
         silence(0.5), speech(60, 63), silence(0.3), speech(70, 73), end]
    )  # fmt: skip
    texts = set()
    for piece in (4_000, 1_000, 16_000):
        for slow in (False, True):  # slow: nothing has been heard before the end
            ear = CutEar(wait=(go := asyncio.Event()))
            listening = live(ear).begin()
            if not slow:
                go.set()
            await say(listening, sound, piece=piece)
            go.set()
            texts.add((await listening.finish()).text)
    assert len(texts) == 1


class DeafEar(CountingEar):
    """Hears nothing in sound that is louder than w50."""

    async def transcribe(self, samples: Samples, **options: Any) -> Transcript:
        if float(samples.max(initial=0.0)) > 0.05:
            raise NoSpeech
        return replace(await super().transcribe(samples, **options), not_understood=((1.0, 6.0),))


async def test_what_was_not_understood_keeps_its_times_and_a_part_without_words_is_named() -> None:
    listening = live(DeafEar()).begin()
    await say(listening, speech(20, 33), silence(0.7), speech(60, 73), silence(0.7), speech(40, 44))
    found = await listening.finish()
    assert found.text == f"{names(20, 33)} {names(40, 44)}"
    first, second, third = found.not_understood
    assert first == (1.0, 6.0)
    assert second == (pytest.approx(14.4, abs=0.5), pytest.approx(29.1, abs=0.5))
    assert third == (pytest.approx(30.1, abs=0.5), pytest.approx(35.1, abs=0.5))


async def test_without_guesses_nothing_is_heard_twice() -> None:
    ear = CountingEar()
    listening = live(ear, guesses=False).begin()
    for n in range(20, 28):
        await say(listening, speech(n, n), silence(0.3))
    await listening.finish()
    assert len(ear.heard) == 1
