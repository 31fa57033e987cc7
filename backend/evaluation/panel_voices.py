"""Panel voices: how high each member speaks, and how well the recogniser still understands them.

Run: `python -m backend.evaluation.panel_voices`. The pitch is the median over 40 ms frames of the autocorrelation's peak
between 60 and 320 Hz; frames whose peak is below 0.5 of the frame's energy are no voice.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from backend.asr.faster_whisper import FasterWhisper
from backend.asr.ports import SAMPLE_RATE, Samples, Transcriber
from backend.errors import NoSpeech
from backend.evaluation.speech import errors, plain_words
from backend.interview.modes import InterviewData
from backend.tts.piper import PiperVoice
from backend.tts.ports import Speech, Voice
from backend.tts.shifted import ShiftedVoice

_MODELS = Path("~/.cache/interview-helper/models").expanduser()
_FRAME_S, _LOWEST_HZ, _HIGHEST_HZ = 0.04, 60.0, 320.0


@dataclass(frozen=True, slots=True)
class Measured:
    """One voice over all sentences: pitch in hertz, seconds of sound, and the recogniser's mistakes."""

    pitch_hz: float
    sound_s: float
    wrong: int
    words: int


def sentences(count: int = 20) -> list[str]:
    """What the coach says in English."""
    english = InterviewData().languages["en"]
    return [*english.conversation, *english.tell_more][:count]


def pitch_of(speech: Speech) -> list[float]:
    """The pitch of each voiced frame in hertz."""
    sound = np.frombuffer(speech.pcm, "<i2").astype(np.float64) / 32768
    size = int(speech.sample_rate * _FRAME_S)
    shortest, longest = int(speech.sample_rate / _HIGHEST_HZ), int(speech.sample_rate / _LOWEST_HZ)
    found: list[float] = []
    for start in range(0, len(sound) - 2 * size, size):
        lag = _lag(sound[start : start + 2 * size], shortest, longest)
        if lag is not None:
            found.append(speech.sample_rate / lag)
    return found


def _lag(frame: npt.NDArray[np.float64], shortest: int, longest: int) -> int | None:
    centred = frame - frame.mean()
    if float(np.sqrt(np.mean(centred**2))) < 0.01:
        return None
    whole = np.correlate(centred, centred, "full")[len(centred) - 1 :]
    best = shortest + int(np.argmax(whole[shortest:longest]))
    return best if whole[best] > 0.5 * whole[0] else None


async def measure(voice: Voice, ears: Transcriber | None, texts: list[str]) -> Measured:
    """Speak all texts; `ears`: hear them again."""
    pitches: list[float] = []
    sound_s, wrong, words = 0.0, 0, 0
    for text in texts:
        speech = await voice.speak(text)
        pitches += pitch_of(speech)
        sound_s += speech.duration_ms / 1000
        if ears is not None:
            wanted = plain_words(text)
            words += len(wanted)
            try:
                heard = (await ears.transcribe(heard_samples(speech), language="en")).text
            except NoSpeech:
                heard = ""
            wrong += errors(wanted, plain_words(heard))
    return Measured(float(np.median(pitches)), sound_s, wrong, words)


def heard_samples(speech: Speech) -> Samples:
    """The piece as the ear takes it, with half a second of silence on each side."""
    frame = av.AudioFrame.from_ndarray(np.frombuffer(speech.pcm, "<i2").reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = speech.sample_rate
    resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE)
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    quiet = np.zeros(SAMPLE_RATE // 2, np.float32)
    return np.concatenate([quiet, *(f.to_ndarray().reshape(-1).astype(np.float32) for f in frames), quiet])


async def compare(voice: Voice, ears: Transcriber) -> Mapping[str, Measured]:
    """The coach's voice and each panel member's, over the same sentences."""
    texts = sentences()
    found = {"coach": await measure(voice, ears, texts)}
    for member in InterviewData().panel.values():
        shifted = ShiftedVoice(voice, pitch=member.voice.pitch, pace=member.voice.pace)
        found[member.name] = await measure(shifted, ears, texts)
    return found


async def main() -> None:
    """Write the table. Needs both models."""
    voice = PiperVoice(_MODELS / "joe" / "en_US-joe-medium.onnx", name="en_US-joe-medium")
    ears = FasterWhisper(_MODELS / "whisper-base", model="whisper-base")
    lines = ["| voice | pitch, Hz | sound, s | wrong words | of |", "| --- | --- | --- | --- | --- |"]
    try:
        for name, m in (await compare(voice, ears)).items():
            lines.append(
                f"| {name} | {m.pitch_hz:.0f} | {m.sound_s:.1f} | {m.wrong} ({m.wrong / m.words:.1%}) | {m.words} |"
            )
    finally:
        await voice.close()
        await ears.close()
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
