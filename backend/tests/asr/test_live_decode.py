"""Sound in pieces: the same samples as decoding the whole, while it arrives."""

from __future__ import annotations

import asyncio
import contextlib

import numpy as np
import pytest

from backend.asr.decode import decode, from_l16
from backend.asr.live_decode import piece_decoder
from backend.asr.ports import Samples
from backend.errors import AudioTypeUnsupported, AudioUnreadable
from backend.tests.asr.recordings import recording, tone


def joined(pieces: list[Samples]) -> Samples:
    return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.float32)


@pytest.mark.parametrize("kind", ["webm-opus", "ogg-opus", "mp4-fragmented"])
async def test_a_recorders_pieces_are_decoded_as_they_arrive(kind: str) -> None:
    data = recording(tone(6.0), kind)
    got: list[Samples] = []
    decoder = piece_decoder("audio/webm;codecs=opus", got.append)
    half = len(data) // 2
    for start in range(0, half, 1500):
        decoder.feed(data[start : min(start + 1500, half)])
    for _ in range(6_000):
        if sum(map(len, got)) > 16_000:
            break
        await asyncio.sleep(0.01)
    assert sum(map(len, got)) > 16_000, "nothing was decoded before the end"
    decoder.feed(data[half:])
    await decoder.end()
    np.testing.assert_array_equal(joined(got), decode(data, None, max_s=60))


async def test_an_mp4_that_is_only_readable_whole_says_so() -> None:
    decoder = piece_decoder("audio/mp4", lambda samples: None)
    decoder.feed(recording(tone(1.0), "mp4"))
    with pytest.raises(AudioUnreadable):
        await decoder.end()


async def test_other_bytes_are_refused() -> None:
    with pytest.raises(AudioTypeUnsupported):
        piece_decoder("audio/webm", lambda samples: None).feed(b"#EXTM3U\n/etc/passwd\n" * 4)
    with pytest.raises(AudioUnreadable):
        await piece_decoder("audio/webm", lambda samples: None).end()
    with pytest.raises(AudioTypeUnsupported):
        piece_decoder("audio/L16;rate=1", lambda samples: None)


async def test_a_decoder_that_is_stopped_lets_go() -> None:
    got: list[Samples] = []
    decoder = piece_decoder("audio/webm", got.append)
    decoder.feed(recording(tone(2.0), "webm-opus")[:20_000])
    decoder.stop()
    with contextlib.suppress(AudioUnreadable):  # with or without it: the end must come
        await asyncio.wait_for(decoder.end(), 60)


@pytest.mark.parametrize("order", ["<i2", ">i2"])
@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (48_000, 1), (44_100, 2)])
async def test_raw_samples_in_odd_pieces(order: str, rate: int, channels: int) -> None:
    wave = np.repeat((tone(3.0, rate) * 32767).astype(order)[:, None], channels, axis=1).tobytes()
    data = b"\0" * (rate // 2 * channels * 2) + wave
    mime = f"audio/L16;rate={rate};channels={channels}"
    got: list[Samples] = []
    decoder = piece_decoder(mime, got.append)
    for start in range(0, len(data), 3_001):
        decoder.feed(data[start : start + 3_001])
    await decoder.end()
    whole = from_l16(data, mime, max_s=60)
    assert abs(len(joined(got)) - len(whole)) < 64
    n = min(len(joined(got)), len(whole))
    np.testing.assert_allclose(joined(got)[:n], whole[:n], atol=2e-3)
