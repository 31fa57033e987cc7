"""The turn model itself: what it says of real speech that is whole and of the same speech cut off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backend.asr.decode import decode
from backend.asr.ports import SAMPLE_RATE, Samples
from backend.asr.smart_turn import SmartTurn
from backend.asr.voice_activity import stretches
from backend.models.manifest import where

pytestmark = pytest.mark.models

SAMPLE = Path(__file__).resolve().parents[1] / "sample" / "answer.flac"


@pytest.fixture(scope="module")
def judge() -> SmartTurn:
    return SmartTurn(where("smart-turn", Path("~/.cache/interview-helper/models")))


def paused(samples: Samples, seconds: float = 0.25) -> Samples:
    hush = np.random.default_rng(3).normal(0, 0.0005, round(seconds * SAMPLE_RATE)).astype(np.float32)
    return np.concatenate([samples, hush])


def test_a_whole_clause_sounds_more_finished_than_one_that_breaks_off(judge: SmartTurn) -> None:
    sound = decode(SAMPLE.read_bytes(), None, max_s=60)
    first, second = stretches(sound)[:2]
    whole = [judge(paused(sound[: stretch.end])) for stretch in (first, second)]
    broken = [judge(paused(sound[: first.end - round(back * SAMPLE_RATE)])) for back in (0.5, 0.8, 1.1, 1.4, 1.7)]
    assert min(whole) > 0.5
    assert sorted(broken)[2] < 0.5


def test_any_length_and_silence_give_a_probability(judge: SmartTurn) -> None:
    for seconds in (0.0, 0.1, 3.0, 20.0):
        assert 0.0 <= judge(np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)) <= 1.0
