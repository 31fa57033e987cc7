"""Decoding an upload: every browser format, and nothing that is not a recording."""

from __future__ import annotations

import asyncio
import contextlib
import http.server
import io
import struct
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from backend.asr.decode import decode, decode_async
from backend.errors import AudioEmpty, AudioTooLong, AudioTypeUnsupported, AudioUnreadable
from backend.tests.asr.recordings import KINDS, SAMPLE, recording, tone

ROOT = Path(__file__).resolve().parents[3]


def pitch(samples: np.ndarray) -> float:
    """The loudest frequency, in hertz."""
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * 16_000 / len(samples))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mime", [None, "audio/webm;codecs=opus", "application/octet-stream"])
def test_every_format_is_told_by_its_bytes(kind: str, mime: str | None) -> None:
    samples = decode(recording(tone(2.0), kind), mime, max_s=60)
    assert samples.dtype == np.float32 and samples.ndim == 1
    assert len(samples) / 16_000 == pytest.approx(2.0, abs=0.08)
    assert pitch(samples) == pytest.approx(300, abs=3)
    assert 0.1 < np.abs(samples).max() <= 1.0


def test_stereo_is_mixed_so_that_neither_side_is_lost() -> None:
    left, right = tone(1.0, hertz=300), tone(1.0, hertz=1000)
    both = np.stack([left, right], axis=1)
    data = _wav((both * 32767).astype("<i2").tobytes(), channels=2)
    spectrum = np.abs(np.fft.rfft(decode(data, None, max_s=5)))
    assert spectrum[300] > spectrum.max() / 3 and spectrum[1000] > spectrum.max() / 3


@pytest.mark.parametrize("kind", ["webm-opus", "ogg-opus", "mp4-fragmented", "mp3", "flac", "wav-8k"])
def test_a_recording_that_breaks_off_gives_what_was_there(kind: str) -> None:
    whole = recording(tone(5.0), kind)
    heard = []
    for cut in np.linspace(0.4, 0.99, 12):
        samples = decode(whole[: int(len(whole) * cut)], None, max_s=60)
        heard.append(len(samples) / 16_000)
    assert heard == sorted(heard)
    assert heard[0] > 0.9 and heard[-1] > 3.5


@pytest.mark.parametrize("kind", KINDS)
def test_any_cut_is_an_answer_or_a_clear_error(kind: str) -> None:
    whole = recording(tone(0.5), kind)
    for cut in np.linspace(1, len(whole) - 1, 50).astype(int):
        with contextlib.suppress(AudioEmpty, AudioUnreadable, AudioTypeUnsupported):
            assert len(decode(whole[:cut], None, max_s=60)) > 0


def test_damage_in_the_middle_is_survived() -> None:
    whole = bytearray(recording(tone(5.0), "webm-opus"))
    middle = len(whole) // 2
    whole[middle : middle + 40] = np.random.default_rng(1).bytes(40)
    assert len(decode(bytes(whole), None, max_s=60)) > 2 * 16_000


@pytest.mark.parametrize("kind", ["webm-opus", "mp3", "wav-8k"])
def test_too_long_is_counted_while_decoding(kind: str) -> None:
    data = recording(tone(12.0), kind)
    with pytest.raises(AudioTooLong):
        decode(data, None, max_s=10)
    assert len(decode(data, None, max_s=13)) > 11 * 16_000


_MEASURE = """
import resource, sys
from backend.asr.decode import decode
from backend.errors import AudioTooLong
from backend.tests.asr.recordings import recording, tone
decode(recording(tone(1.0), "ogg-opus"), None, max_s=300)
data = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    decode(data, None, max_s=300)
except AudioTooLong:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.long
def test_an_hour_in_a_small_file_costs_no_memory() -> None:
    data = recording(np.zeros(3600 * 16_000, dtype=np.float32), "ogg-opus", bit_rate=6_000)
    assert len(data) < 4_000_000
    done = subprocess.run([sys.executable, "-c", _MEASURE], input=data, capture_output=True, check=True, cwd=ROOT)
    assert int(done.stdout) < 64 * 1024, "kibibytes of growth; 300 s of samples are 19 MiB"


def test_a_wav_that_claims_two_gigabytes() -> None:
    data = bytearray(_wav((tone(1.0) * 32767).astype("<i2").tobytes()))
    struct.pack_into("<I", data, 40, 0x7FFFFFFF)
    assert len(decode(bytes(data), None, max_s=10)) == pytest.approx(16_000, abs=400)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", AudioEmpty),
        (b"\x00" * 4000, AudioTypeUnsupported),
        (b"%PDF-1.7 not sound", AudioTypeUnsupported),
        (b"Hello, this is a text. " * 50, AudioTypeUnsupported),
        (b"\xff\xfeH\x00e\x00l\x00l\x00o\x00" * 50, AudioTypeUnsupported),
        (b"\xff\xd8\xff\xe0 a picture", AudioTypeUnsupported),
        (b"<html><body>no</body></html>", AudioTypeUnsupported),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", AudioTypeUnsupported),
        (b"\x1aE\xdf\xa3" + b"rubbish" * 100, AudioUnreadable),
        (b"OggS" + b"\x00" * 500, AudioUnreadable),
        (b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 500, AudioUnreadable),
        (b"ID3\x04\x00\x00\x00\x00\x00\x05hello%PDF-1.7 not sound", AudioUnreadable),
    ],
)
def test_what_is_no_recording(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        decode(data, "audio/webm", max_s=10)


def test_archives_and_documents() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("answer.wav", recording(tone(1.0), "wav-8k"))
    for data in (out.getvalue(), (SAMPLE / "resume_sam_rivers.pdf").read_bytes(), (SAMPLE / "README.md").read_bytes()):
        with pytest.raises(AudioTypeUnsupported):
            decode(data, "audio/wav", max_s=10)


def test_a_wav_without_samples_and_a_click() -> None:
    for pcm in (b"", b"\x01\x00", b"\x01\x00" * 300):
        with pytest.raises((AudioEmpty, AudioUnreadable)):
            decode(_wav(pcm), None, max_s=10)


# --- playlists: FFmpeg would open the files they name ---------------------------------------------------------------------


class _Listener(http.server.BaseHTTPRequestHandler):
    hits: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.hits.append(self.path)
        self.send_error(404)

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    _Listener.hits.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Listener)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1], _Listener.hits
    server.shutdown()
    server.server_close()
    thread.join()


def test_no_playlist_opens_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listener: tuple[int, list[str]]
) -> None:
    port, hits = listener
    monkeypatch.chdir(tmp_path)
    Path("victim.wav").write_bytes(recording(tone(3.0), "wav-8k"))
    names = ["victim.wav", "file:victim.wav", str(tmp_path / "victim.wav"), f"http://127.0.0.1:{port}/victim.wav"]
    hls = "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{}\n#EXT-X-ENDLIST\n"
    lists = [
        "ffconcat version 1.0\nfile {}\n",
        "ffconcat version 1.0\n" + "file '{}'\n" * 3,
        hls,
        "#EXTM3U\n#EXTINF:5,x\n{}\n",
        '#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXT-X-KEY:METHOD=AES-128,URI="{}"\n#EXTINF:5,\n{}\n#EXT-X-ENDLIST\n',
        "[playlist]\nFile1={}\nNumberOfEntries=1\n",
        '<?xml version="1.0"?><MPD><Period><BaseURL>{}</BaseURL></Period></MPD>',
        "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\na=control:{}\n",
    ]
    for text in lists:
        for name in names:
            body = text.replace("{}", name).encode()
            for data in (body, b"\xef\xbb\xbf" + body, b"ID3\x04\x00\x00\x00\x00\x00\x00" + body, b"fLaC" + body):
                with pytest.raises((AudioTypeUnsupported, AudioUnreadable)):
                    decode(data, "audio/webm", max_s=10)
    assert hits == []


# --- raw samples ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["<i2", ">i2"])
@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_raw_samples_in_either_byte_order(order: str, rate: int) -> None:
    raw = (tone(1.0, rate) * 32767).astype(order).tobytes()
    samples = decode(raw, f"audio/L16;rate={rate}", max_s=5)
    assert len(samples) == pytest.approx(16_000, abs=50)
    assert pitch(samples) == pytest.approx(300, abs=3)


def test_real_speech_as_raw_samples() -> None:
    speech = decode((SAMPLE / "answer.flac").read_bytes(), None, max_s=60)
    for order in ("<i2", ">i2"):
        raw = (speech * 32767).astype(order).tobytes()
        assert np.allclose(decode(raw, "audio/L16;rate=16000", max_s=60), speech, atol=1e-3)
    stereo = np.repeat((speech * 32767).astype("<i2"), 2).tobytes()
    same = decode(stereo, "audio/l16; rate=16000; channels=2; endian=little", max_s=60)
    assert np.allclose(same, speech, atol=1e-3)


def test_raw_samples_have_limits_too() -> None:
    with pytest.raises(AudioTooLong):
        decode(b"\x00\x01" * 16_000 * 3, "audio/L16;rate=16000", max_s=2)
    with pytest.raises(AudioEmpty):
        decode(b"\x00", "audio/L16;rate=16000", max_s=2)
    with pytest.raises(AudioTypeUnsupported):
        decode(b"\x00\x01" * 100, "audio/L16;rate=3", max_s=2)


async def test_decoding_does_not_hold_the_loop() -> None:
    data = recording(tone(30.0), "webm-opus")
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    samples = await decode_async(data, None, max_s=60)
    ticking.cancel()
    assert len(samples) > 29 * 16_000
    assert ticks > 10


def _wav(pcm: bytes, *, channels: int = 1, rate: int = 16_000) -> bytes:
    head = struct.pack("<4sI8sIHHIIHH4sI", b"RIFF", 36 + len(pcm), b"WAVEfmt ", 16, 1, channels, rate,
                       rate * channels * 2, channels * 2, 16, b"data", len(pcm))  # fmt: skip
    return head + pcm
