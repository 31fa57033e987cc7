"""One voice for several people: the pitch moves, the tempo stays."""

from __future__ import annotations

import numpy as np
import pytest

from backend.evaluation.panel_voices import measure, pitch_of, sentences
from backend.interview.modes import InterviewData
from backend.tests.tts.test_piper import JOE
from backend.tts.piper import PiperVoice
from backend.tts.shifted import ShiftedVoice
from backend.tts.tone import ToneVoice

TEXT = "Tell me about a time when you had to decide fast."


@pytest.mark.parametrize("pitch", [0.85, 1.0, 1.2])
async def test_the_pitch_moves_and_the_tempo_stays(pitch: float) -> None:
    plain = await ToneVoice().speak(TEXT)
    shifted = await ShiftedVoice(ToneVoice(), pitch=pitch).speak(TEXT)
    assert np.median(pitch_of(shifted)) / np.median(pitch_of(plain)) == pytest.approx(pitch, rel=0.03)
    assert shifted.duration_ms == pytest.approx(plain.duration_ms, rel=0.01)
    assert shifted.sample_rate == plain.sample_rate


async def test_pace_and_rate_shorten_a_piece() -> None:
    plain = await ToneVoice().speak(TEXT)
    brisk = await ShiftedVoice(ToneVoice(), pitch=0.9, pace=1.1).speak(TEXT, rate=1.2)
    assert brisk.duration_ms == pytest.approx(plain.duration_ms / 1.32, rel=0.01)


def test_members_of_the_panel_are_told_apart() -> None:
    pitches = sorted(m.voice.pitch for m in InterviewData().panel.values())
    assert all(high / low >= 1.08 for low, high in zip(pitches, pitches[1:], strict=False))
    assert len({m.voice.sounds for m in InterviewData().panel.values()}) == len(pitches)


@pytest.mark.models
async def test_the_real_voice_becomes_somebody_else() -> None:
    piper = PiperVoice(JOE, name="en_US-joe-medium")
    try:
        texts = sentences(4)
        plain = await measure(piper, None, texts)
        lower = await measure(ShiftedVoice(piper, pitch=0.88), None, texts)
        higher = await measure(ShiftedVoice(piper, pitch=1.14), None, texts)
    finally:
        await piper.close()
    assert lower.pitch_hz / plain.pitch_hz == pytest.approx(0.88, rel=0.06)
    assert higher.pitch_hz / plain.pitch_hz == pytest.approx(1.14, rel=0.06)
    assert lower.sound_s == pytest.approx(plain.sound_s, rel=0.15)
