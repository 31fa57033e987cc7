"""Words kept: how they are counted, and the same answers every time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backend.asr.ports import SAMPLE_RATE, Samples, Transcript, Word
from backend.asr.scripted import ScriptedEar
from backend.evaluation.figures import Report
from backend.evaluation.words_kept import evaluate_words_kept, kept, spoken_answers
from backend.tests.conftest import SHARED

here = pytest.mark.skipif(not (SHARED / "documents").exists(), reason="../shared/data is not here")


def test_words_are_kept_in_their_order() -> None:
    wanted = ["one", "two", "three", "four", "five"]
    assert kept(wanted, ["one", "three", "four", "five", "six"]) == 4
    assert kept(wanted, []) == 0
    assert kept(wanted, ["five", "four", "three"]) == 1


@here
def test_answers_are_long_of_every_speaker_and_always_the_same() -> None:
    made, again = spoken_answers(SHARED, 4), spoken_answers(SHARED, 2)
    assert all(30 <= len(a.samples) / SAMPLE_RATE <= 120 for a in made)
    assert all(len(a.words) > 20 and a.names for a in made)
    for one, two in zip(made, again, strict=False):
        assert np.array_equal(one.samples, two.samples)
        assert (one.words, one.names) == (two.words, two.names)


class LosesWords(ScriptedEar):
    """Hears half as much once there are documents."""

    async def transcribe(self, samples: Samples, **options: object) -> Transcript:
        texts = "a b c d e f g h i j" if not options.get("hotwords") else "a b c d e"
        return Transcript(texts, "en", 1.0, 1.0, (Word("a", 0.0, 0.1, 0.9),), not_understood=((0.0, 5.0),))


@here
@pytest.mark.timeout(300)
async def test_what_documents_take_away_is_a_figure_with_a_bar() -> None:
    report = Report()
    await evaluate_words_kept(report, SHARED, LosesWords(), None, answers=1, runs=2)
    figures = {f.name: f for f in report.figures}
    assert figures["words that documents change, whole"].ok is False
    assert figures["the same words on every run, whole, with documents"].ok is True
    assert {f"words kept, {way}, {d} documents, run {n}" for way in ("whole", "live") for d in ("with", "without")
            for n in (1, 2)} <= set(figures)  # fmt: skip
    assert figures["time not understood, and said so, whole"].value > 0
    assert [a.what for a in report.absent] == ["a voice that says names"]


async def test_without_data_it_is_named(tmp_path: Path) -> None:
    report = Report()
    await evaluate_words_kept(report, tmp_path, ScriptedEar(), None, answers=1, runs=1)
    assert [a.area for a in report.absent] == ["Words kept"]
