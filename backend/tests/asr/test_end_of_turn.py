"""Judging pauses: when, on what sound, and that an old judgement never speaks for a new pause."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import numpy as np
import pytest

from backend.asr.live import LiveEar
from backend.asr.ports import SAMPLE_RATE, Listening, Samples
from backend.asr.scripted import ScriptedEar, loud
from backend.tests.asr.test_live import say, silence, speech


class Judge:
    """Says how long the sound was that it was given, as a share of 8 s; `gate` holds it up."""

    def __init__(self) -> None:
        self.asked: list[Samples] = []
        self.gate = threading.Event()
        self.gate.set()
        self.fails = False

    def __call__(self, samples: Samples) -> float:
        self.asked.append(samples)
        self.gate.wait(60)
        if self.fails:
            raise RuntimeError("broken")
        return len(samples) / (8 * SAMPLE_RATE)


def begin(judge: Judge | None, *, wanted: bool = True) -> Listening:
    return LiveEar(ScriptedEar(), max_s=120, detector=lambda: loud, judge=judge).begin(judge_pauses=wanted)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.005)


async def judged(listening: Listening, after_s: float = 0.0) -> None:
    """Wait for a judgement of the sound after so many seconds of the recording."""
    await until(lambda: listening.pause is not None and listening.pause.at_s > after_s)


async def test_a_pause_is_judged_and_speech_forgets_it() -> None:
    listening = begin(Judge())
    await say(listening, speech(20, 23))
    assert listening.pause is None
    await say(listening, silence(0.5))
    await judged(listening)
    assert listening.pause is not None
    assert listening.pause.complete == pytest.approx(4.5 / 8, abs=0.04)
    assert listening.pause.at_s == pytest.approx(4.5, abs=0.3)
    await say(listening, speech(24, 25))
    assert listening.pause is None
    listening.stop()


async def test_it_is_judged_again_while_it_lasts_on_the_last_eight_seconds() -> None:
    judge = Judge()
    listening = begin(judge)
    await say(listening, speech(20, 30), silence(0.5))
    await judged(listening)
    first = listening.pause
    for _ in range(3):
        assert listening.pause is not None
        before = listening.pause.at_s
        await say(listening, silence(0.25))
        await judged(listening, before)
    assert first is not None and listening.pause is not None
    assert listening.pause.at_s > first.at_s
    assert len(judge.asked) >= 3
    assert all(len(samples) == 8 * SAMPLE_RATE for samples in judge.asked)
    assert float(np.abs(judge.asked[-1][-SAMPLE_RATE // 2 :]).max()) == 0.0
    listening.stop()


async def test_a_judgement_that_comes_too_late_says_nothing_about_the_next_pause() -> None:
    judge = Judge()
    judge.gate.clear()
    listening = begin(judge)
    listening.add(np.concatenate([speech(20, 23), silence(0.5)]))
    await until(lambda: bool(judge.asked))
    listening.add(speech(24, 26))
    judge.gate.set()
    await say(listening, speech(27, 27))
    await asyncio.sleep(0.05)
    assert len(judge.asked) == 1
    assert listening.pause is None
    listening.stop()


async def test_the_text_says_how_far_it_goes() -> None:
    listening = begin(Judge())
    await say(listening, speech(20, 23), silence(0.75))
    await judged(listening)
    assert listening.pause is not None and listening.partial.text
    assert 4.0 <= listening.pause.text_until_s <= 4.75
    listening.stop()


async def test_nobody_is_judged_unasked_before_speech_or_after_a_long_silence() -> None:
    judge = Judge()
    for listening, parts in (
        (begin(judge, wanted=False), (speech(20, 22), silence(1))),
        (begin(judge), (silence(3),)),
        (begin(None), (speech(20, 22), silence(1))),
    ):
        await say(listening, *parts)
        await asyncio.sleep(0.05)
        assert listening.pause is None
        listening.stop()
    assert judge.asked == []
    listening = begin(judge)
    await say(listening, speech(20, 22), silence(6))
    await asyncio.sleep(0.05)
    assert len(judge.asked) < 20
    listening.stop()


async def test_a_judge_that_breaks_leaves_the_hearing_alone(caplog: pytest.LogCaptureFixture) -> None:
    judge = Judge()
    judge.fails = True
    listening = begin(judge)
    await say(listening, speech(20, 23), silence(0.75))
    await until(lambda: "could not be judged" in caplog.text)
    assert listening.pause is None
    assert (await listening.finish()).text
