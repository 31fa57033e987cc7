"""Bounded decoding of uploaded recordings: PyAV with format and protocol white lists, never a path, never too long.

A "recording" that is really a playlist makes FFmpeg open other files; the white lists are what prevents that.
"""

from __future__ import annotations

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor

import av
import av.error
import numpy as np
from av.audio.resampler import AudioResampler

from backend.asr.ports import SAMPLE_RATE, Samples
from backend.errors import AtCapacity, AudioEmpty, AudioTooLong, AudioTypeUnsupported, AudioUnreadable

_FORMATS = "wav,matroska,webm,ogg,mov,mp4,mp3,flac"
_OPTIONS = {"format_whitelist": f"{_FORMATS},mov,m4a,3gp,3g2,mj2", "protocol_whitelist": "none"}
_SHORTEST_S = 0.05

_executor = ThreadPoolExecutor(max_workers=2, thread_name_prefix="decode")
_waiting = 0
_WAITING_MAX = 16


async def decode_async(data: bytes, mime: str | None, *, max_s: float) -> Samples:
    """`decode` off the event loop. Raises `AtCapacity` when too many recordings wait."""
    global _waiting
    if _waiting >= _WAITING_MAX:
        raise AtCapacity(retry_after_s=2)
    _waiting += 1
    try:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_executor, lambda: decode(data, mime, max_s=max_s))
    finally:
        _waiting -= 1


def decode(data: bytes, mime: str | None, *, max_s: float) -> Samples:
    """Any browser recording to 16 kHz mono float32 in -1..1.

    The length is counted in decoded samples, because WebM carries no duration. A recording that breaks off is used up
    to there. Errors: `AudioEmpty`, `AudioTooLong`, `AudioTypeUnsupported`, `AudioUnreadable`.
    """
    if not data:
        raise AudioEmpty
    if (mime or "").lower().startswith("audio/l16"):
        samples = _raw_pcm(data, mime or "")
        if len(samples) > max_s * SAMPLE_RATE:
            raise AudioTooLong
    elif not _looks_like_sound(data):
        raise AudioTypeUnsupported
    else:
        samples = _decode_container(data, max_s)
    if len(samples) < _SHORTEST_S * SAMPLE_RATE:
        raise AudioEmpty
    return samples


def _raw_pcm(data: bytes, mime: str) -> Samples:
    parameters = dict(p.strip().lower().partition("=")[::2] for p in mime.split(";")[1:])
    if parameters.get("rate", str(SAMPLE_RATE)) != str(SAMPLE_RATE) or parameters.get("channels", "1") != "1":
        raise AudioTypeUnsupported("Raw sound must be mono at 16000 samples a second.")
    return np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2").astype(np.float32) / 32768.0


def _looks_like_sound(data: bytes) -> bool:
    """Magic bytes of the containers we take."""
    return (
        (data[:4] == b"RIFF" and data[8:12] == b"WAVE")
        or data[:4] in (b"OggS", b"fLaC", b"\x1aE\xdf\xa3")
        or data[4:8] in (b"ftyp", b"styp", b"moof", b"moov")
        or data[:3] == b"ID3"
        or (data[0] == 0xFF and len(data) > 1 and data[1] & 0xE0 == 0xE0)
    )


def _decode_container(data: bytes, max_s: float) -> Samples:
    pieces: list[Samples] = []
    total, limit = 0, int(max_s * SAMPLE_RATE)
    try:
        with av.open(io.BytesIO(data), mode="r", options=_OPTIONS, metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise AudioUnreadable
            stream = container.streams.audio[0]
            resampler = AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
            try:
                for frame in container.decode(stream):
                    for piece in resampler.resample(frame):
                        pieces.append(_flat(piece))
                        total += len(pieces[-1])
                    if total > limit:
                        raise AudioTooLong
            except (av.error.FFmpegError, ValueError):
                if not pieces:
                    raise
            pieces += [_flat(piece) for piece in resampler.resample(None)]
    except (av.error.FFmpegError, EOFError, ValueError, IndexError) as error:
        raise AudioUnreadable from error
    if not pieces:
        raise AudioUnreadable
    samples: Samples = np.concatenate(pieces)
    if not np.isfinite(samples).all():
        samples = np.nan_to_num(samples)
    return samples


def _flat(frame: av.AudioFrame) -> Samples:
    return np.asarray(frame.to_ndarray(), dtype=np.float32).reshape(-1)
