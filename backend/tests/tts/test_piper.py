"""The real voice in its own process: sound, loudness, pace, crashes, cancellation, and no orphans."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from backend.errors import AtCapacity, SpeechTextTooLong, TtsTimeout, TtsUnavailable
from backend.tts.piper import PiperVoice
from backend.tts.ports import Manner, Speech

pytestmark = pytest.mark.models
ROOT = Path(__file__).resolve().parents[3]
JOE = Path("~/.cache/interview-helper/models/joe/en_US-joe-medium.onnx").expanduser()
LONG = "This is one sentence of a rather long text. " * 20


@pytest.fixture
async def voice() -> AsyncIterator[PiperVoice]:
    piper = PiperVoice(JOE, name="en_US-joe-medium", waiting=3)
    yield piper
    await piper.close()


def children() -> set[int]:
    """Process ids of the voices that this process started."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return {pid for pid in map(int, listed) if b"piper_worker" in Path(f"/proc/{pid}/cmdline").read_bytes()}


def loudness(speech: Speech) -> float:
    """Level of the loud half, in decibels."""
    samples = np.abs(np.frombuffer(speech.pcm, "<i2") / 32768)
    return float(20 * np.log10(np.sqrt(np.mean(samples[samples > np.median(samples)] ** 2))))


async def test_a_manner_is_heard_in_pace_volume_rhythm_and_pauses(voice: PiperVoice) -> None:
    text = "Good structure, and the result is clear. What would you do otherwise?"

    async def said(manner: Manner) -> list[Speech]:
        return [await voice.speak(text, manner=manner) for _ in range(3)]

    def lengths(pieces: list[Speech]) -> list[int]:
        return [piece.duration_ms for piece in pieces]

    plain = await said(Manner())
    assert min(lengths(await said(Manner(pace=0.7)))) > 1.15 * max(lengths(plain))
    quiet = await said(Manner(volume=0.5))
    assert np.median([*map(loudness, plain)]) - np.median([*map(loudness, quiet)]) == pytest.approx(6, abs=1.5)
    rests = (await said(Manner(pause_s=1.0)))[0]
    samples = np.frombuffer(rests.pcm, "<i2")
    assert rests.duration_ms > max(lengths(plain)) + 1_500 and not samples[-rests.sample_rate :].any()
    flat = [await voice.speak(text, manner=Manner(liveliness=0.0)) for _ in range(3)]
    assert len({piece.pcm for piece in flat}) == 1 and len({piece.pcm for piece in plain}) == 3, (
        "all that varies is gone"
    )


async def test_it_speaks_evenly(voice: PiperVoice) -> None:
    await voice.warm_up()
    pieces = [await voice.speak(text) for text in ("Yes.", "Good structure, and the result is clear.", LONG[:130])]
    assert all(piece.sample_rate == 22_050 for piece in pieces)
    durations = [piece.duration_ms for piece in pieces]
    assert durations == sorted(durations) and durations[0] > 200 and durations[1] > 1_500
    levels = [loudness(piece) for piece in pieces]
    assert max(levels) - min(levels) < 6
    assert max(np.abs(np.frombuffer(piece.pcm, "<i2")).max() for piece in pieces) < 32_700
    fast = await voice.speak("Good structure, and the result is clear.", rate=1.6)
    assert fast.duration_ms < 0.9 * durations[1]


async def test_odd_texts(voice: PiperVoice) -> None:
    assert (await voice.speak("")).pcm == b""
    assert (await voice.speak("...")).duration_ms < 500
    assert (await voice.speak("[[həlˈoʊ]] [[ ]] ok")).duration_ms > 300
    assert (await voice.speak("naïve 你好 \u202e🙂 ok\x00")).duration_ms > 300
    with pytest.raises(SpeechTextTooLong):
        await voice.speak("x" * 1_001)


async def test_a_crash_is_survived(voice: PiperVoice) -> None:
    await voice.warm_up()
    (pid,) = children()
    work = asyncio.create_task(voice.speak(LONG))
    await asyncio.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(TtsUnavailable):
        await work
    with pytest.raises(TtsUnavailable) as refused:
        await voice.speak("Too soon.")
    assert refused.value.retry_after_s
    await asyncio.sleep(0.6)
    assert (await voice.speak("Back again.")).pcm
    assert pid not in children() and len(children()) == 1


async def test_ctrl_c_is_not_for_it_but_the_processor_is_shared_alike(voice: PiperVoice) -> None:
    """Linux may share the processor out by sessions first: one of its own would get as much as all else together."""
    await voice.warm_up()
    (pid,) = children()
    assert os.getpgid(pid) != os.getpgid(0)
    assert os.getsid(pid) == os.getsid(0)


async def test_a_process_that_hangs_is_replaced() -> None:
    piper = PiperVoice(JOE, name="joe", timeout_s=1.5)
    await piper.warm_up()
    (pid,) = children()
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(TtsTimeout):
        await piper.speak("Nobody answers.")
    assert pid not in children()
    patient = PiperVoice(JOE, name="joe")
    assert (await patient.speak("And again.")).pcm
    await patient.close()
    await piper.close()


async def test_cancelled_pieces_are_dropped_and_the_next_is_right(voice: PiperVoice) -> None:
    await voice.warm_up()
    alone = await voice.speak("Short.")
    running = [asyncio.create_task(voice.speak(LONG)) for _ in range(4)]
    await asyncio.sleep(0.15)
    with pytest.raises(AtCapacity):
        await voice.speak("No place left.")
    for task in running:
        task.cancel()
    results = await asyncio.gather(*running, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    after = await voice.speak("Short.")
    assert abs(after.duration_ms - alone.duration_ms) < 300


async def test_several_at_once_get_their_own(voice: PiperVoice) -> None:
    texts = ["One.", "This one is quite a bit longer than the first.", "Two.", "And this is long again, as you hear."]
    lengths = [piece.duration_ms for piece in await asyncio.gather(*map(voice.speak, texts))]
    assert lengths[0] < lengths[1] and lengths[2] < lengths[3] and lengths[2] < lengths[1]


async def test_close_leaves_nothing(voice: PiperVoice) -> None:
    await voice.warm_up()
    work = asyncio.create_task(voice.speak(LONG))
    await asyncio.sleep(0.05)
    assert len(children()) == 1
    await voice.close()
    with pytest.raises(TtsUnavailable):
        await work
    assert children() == set()
    with pytest.raises(TtsUnavailable):
        await voice.speak("Closed.")


async def test_without_piper_it_says_unavailable(tmp_path: Path) -> None:
    nothing = PiperVoice(tmp_path / "en_US-none.onnx", name="none")
    with pytest.raises(TtsUnavailable):
        await nothing.warm_up()
    assert children() == set()
    await nothing.close()


def test_it_never_outlives_its_parent() -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "backend.tts.piper_worker", "--model", str(JOE)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT,
    )  # fmt: skip
    assert worker.stdin is not None and worker.stdout is not None
    assert len(worker.stdout.read(4)) == 4
    worker.stdin.close()
    assert worker.wait(60) == 0
    worker.stdout.close()
