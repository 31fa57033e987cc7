"""The local ear on its real model: word error rate, noise that must stay silence, deadlines and cancellation."""

from __future__ import annotations

import asyncio
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from backend.asr.decode import decode
from backend.asr.faster_whisper import FasterWhisper
from backend.asr.ports import SAMPLE_RATE, Samples
from backend.errors import AtCapacity, Invalid, NoSpeech, SttTimeout, SttUnavailable
from backend.evaluation.speech import plain_words
from backend.evaluation.words_kept import kept, spoken_answers
from backend.tests.conftest import SAMPLE, SHARED

pytestmark = pytest.mark.models
WHISPER = Path("~/.cache/interview-helper/models/whisper-base").expanduser()
SPOKEN = (
    "but i am hugely pleased that you have seen my lady my best qualities if i have any that are good served but for "
    "aggravations of my fault and i was allowed to have wit and understanding and discretion in other things that it "
    "might appear i had none in this"
)
FILLERS = {"um", "uh", "uhm", "er", "ah", "hmm", "mm"}


@pytest.fixture(scope="module")
def ear() -> Iterator[FasterWhisper]:
    local = FasterWhisper(WHISPER, model="whisper-base")
    yield local
    asyncio.run(local.close())


def answer() -> Samples:
    return decode((SAMPLE / "answer.flac").read_bytes(), None, max_s=60)


def words(text: str) -> list[str]:
    """Lower case, no punctuation, fillers dropped (the measure of ../shared/data/README.md)."""
    plain = re.sub(r"[^a-z0-9' ]", " ", text.lower().replace("’", "'").replace("-", " "))
    return [word for word in plain.split() if word not in FILLERS]


def errors(reference: list[str], heard: list[str]) -> int:
    """Levenshtein distance in words."""
    row = list(range(len(heard) + 1))
    for i, wanted in enumerate(reference, 1):
        before, row[0] = row[0], i
        for j, got in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (wanted != got))
    return row[-1]


async def test_the_sample_is_understood(ear: FasterWhisper) -> None:
    heard = await ear.transcribe(answer())
    rate = errors(words(SPOKEN), words(heard.text)) / len(words(SPOKEN))
    print(f"\nword error rate of the sample: {rate:.3f}")
    assert rate <= 0.08
    assert heard.text[0].isupper() and heard.text[-1] in ".,?!"
    assert 12 < heard.speech_s < 20


@pytest.mark.timeout(600)
@pytest.mark.long
async def test_word_error_rate_of_real_recordings(ear: FasterWhisper) -> None:
    table = SHARED / "MANIFEST.tsv"
    if not table.exists():
        pytest.skip("../shared/data is not here")
    wrong = total = 0
    with table.open() as source:
        for row in csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["kind"] != "speech":
                continue
            heard = await ear.transcribe(decode((SHARED / row["file"]).read_bytes(), None, max_s=60))
            wrong += errors(words(row["transcript"]), words(heard.text))
            total += len(words(row["transcript"]))
    print(f"\nword error rate of ../shared/data/speech: {wrong / total:.3f} ({wrong} of {total} words)")
    assert total > 700
    assert wrong / total <= 0.12


@pytest.mark.timeout(600)
@pytest.mark.long
async def test_documents_take_no_word_away_and_every_run_says_the_same(ear: FasterWhisper) -> None:
    """Long answers, each with the names of a real posting and resume that are not said in it."""
    if not (SHARED / "documents").exists():
        pytest.skip("../shared/data is not here")
    for answer in spoken_answers(SHARED, 3):
        without = await ear.transcribe(answer.samples)
        with_them = await ear.transcribe(answer.samples, hotwords=answer.names)
        again = await ear.transcribe(answer.samples, hotwords=answer.names)
        assert again == with_them
        assert errors(words(without.text), words(with_them.text)) <= 0.01 * len(answer.words)
        assert kept(answer.words, plain_words(with_them.text)) > 0.8 * len(answer.words)
        assert with_them.not_understood == ()


def noises() -> dict[str, Samples]:
    """Sounds in which nobody speaks."""
    random = np.random.default_rng(0)
    seconds = np.arange(8 * SAMPLE_RATE) / SAMPLE_RATE
    clicks = np.zeros(8 * SAMPLE_RATE)
    clicks[::6000], clicks[1::6000] = 0.9, -0.9
    brown = np.cumsum(random.normal(0, 0.01, 8 * SAMPLE_RATE))
    brown -= np.linspace(brown[0], brown[-1], len(brown))
    made = {
        "silence": np.zeros(5 * SAMPLE_RATE),
        "too short": np.zeros(800),
        "white, loud": random.normal(0, 0.3, 8 * SAMPLE_RATE),
        "white": random.normal(0, 0.1, 8 * SAMPLE_RATE),
        "white, faint": random.normal(0, 0.003, 8 * SAMPLE_RATE),
        "hum": 0.2 * np.sin(2 * np.pi * 50 * seconds) + 0.05 * np.sin(2 * np.pi * 150 * seconds),
        "clicks": clicks,
        "rumble": 0.3 * brown / np.abs(brown).max(),
    }
    for name in ("noise2", "noise3"):
        path = SHARED / "speech" / f"{name}.wav"
        if path.exists():
            real = decode(path.read_bytes(), None, max_s=60)
            made |= {name: real, f"{name}, faint": real * 0.02, f"{name}, long": np.tile(real, 4)}
    return {name: samples.astype(np.float32) for name, samples in made.items()}


NOISES = noises()


@pytest.mark.parametrize("name", NOISES)
async def test_noise_gives_no_text(ear: FasterWhisper, name: str) -> None:
    with pytest.raises(NoSpeech):
        await ear.transcribe(NOISES[name], hotwords=["Kubernetes", "stakeholders"])


async def test_silence_around_speech_adds_nothing(ear: FasterWhisper) -> None:
    speech = answer()
    hiss = np.random.default_rng(1).normal(0, 0.002, 15 * SAMPLE_RATE).astype(np.float32)
    heard = await ear.transcribe(np.concatenate([hiss, speech, hiss]))
    assert errors(words(SPOKEN), words(heard.text)) <= 5
    assert heard.words[0].start_s == pytest.approx(15.4, abs=0.8)
    assert heard.words[-1].end_s < 15 + len(speech) / SAMPLE_RATE + 0.1


@pytest.mark.parametrize("gain", [0.02, 0.2])
async def test_a_quiet_voice_is_heard(ear: FasterWhisper, gain: float) -> None:
    heard = await ear.transcribe(answer() * np.float32(gain))
    assert errors(words(SPOKEN), words(heard.text)) <= 6


async def test_languages(ear: FasterWhisper) -> None:
    assert (await ear.transcribe(answer(), language=None)).language == "en"
    assert (await ear.transcribe(answer(), language="en-GB")).language == "en"
    with pytest.raises(Invalid):
        await ear.transcribe(answer(), language="klingon")


async def test_the_loop_stays_free(ear: FasterWhisper) -> None:
    began = last = asyncio.get_running_loop().time()
    longest = 0.0
    work = asyncio.create_task(ear.transcribe(answer()))
    while not work.done():
        await asyncio.sleep(0.01)
        now = asyncio.get_running_loop().time()
        longest, last = max(longest, now - last), now
    # A machine that has little time for the loop has little for the model too.
    assert longest < max(1.0, (last - began) / 2), "a step of the model ran on the event loop"


async def test_a_full_queue_and_a_deadline() -> None:
    small = FasterWhisper(WHISPER, model="whisper-base", waiting=1, timeout_s=0.0)
    await small.warm_up()
    first = asyncio.create_task(small.transcribe(np.tile(answer(), 6)))
    await asyncio.sleep(0)
    second = asyncio.create_task(small.transcribe(answer()[:1600]))
    await asyncio.sleep(0)
    with pytest.raises(AtCapacity):
        await small.transcribe(answer())
    # A tenth of a second is its deadline, and two minutes of speech are before it.
    with pytest.raises(SttTimeout):
        await second
    first.cancel()
    await small.close()
    with pytest.raises(SttUnavailable):
        await small.transcribe(answer())


async def test_cancelled_work_stops_and_tells_nobody(ear: FasterWhisper) -> None:
    told: list[str] = []
    work = asyncio.create_task(ear.transcribe(np.tile(answer(), 6), on_partial=told.append))
    await asyncio.sleep(0.3)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    before = len(told)
    # The next recording is not kept waiting by the minutes of the first.
    await ear.transcribe(answer()[: 5 * SAMPLE_RATE])
    assert len(told) == before


async def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    nothing = FasterWhisper(tmp_path, model="nothing")
    with pytest.raises(SttUnavailable):
        await nothing.transcribe(answer())
    await nothing.close()
