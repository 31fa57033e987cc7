"""Bounded decoding of an uploaded recording into samples; the only place where bytes of an upload meet FFmpeg."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import av
import numpy as np

from backend.asr.ports import SAMPLE_RATE, Samples
from backend.errors import AtCapacity, AudioEmpty, AudioTooLong, AudioTypeUnsupported, AudioUnreadable

# Without these two lists FFmpeg takes an uploaded playlist (ffconcat, m3u8) for audio and opens the files it names.
_LIMITS = {
    "format_whitelist": "wav,matroska,webm,ogg,mov,mp3,flac",
    "protocol_whitelist": "none",
    # mov: never follow a reference to another file.
    "enable_drefs": "0",
    # How much is read before the streams are known; an upload is in memory anyway.
    "probesize": "2000000",
}
_MIN_RATE, _MAX_RATE, _MAX_CHANNELS = 4_000, 768_000, 32
_RAW_RATE = re.compile(r"rate=(\d{1,6})")
_RAW_CHANNELS = re.compile(r"channels=(\d{1,2})")
_RAW_ORDER = re.compile(r"endian=(big|little)")
_FLAC, _MP3 = "flac", "mp3"
_SHORTEST = SAMPLE_RATE // 20

_pool = ThreadPoolExecutor(2, thread_name_prefix="decode")
_waiting = asyncio.BoundedSemaphore(2 + 8)


def decode(data: bytes, mime: str | None, *, max_s: float) -> Samples:
    """Decode one recording to 16 kHz mono float32 in -1..1.

    WebM, Ogg, MP4 (fragmented too), WAV, MP3 and FLAC are told by their first bytes, whatever `mime` says; `mime`
    matters for raw samples only (`audio/L16;rate=16000`, see `from_l16`). A recording cut off in the middle gives what
    could be decoded. Decoding stops at `max_s` seconds by counted samples, because headers lie and recorders write
    none, so memory stays bounded. Errors: `AudioEmpty`, `AudioTooLong`, `AudioTypeUnsupported`, `AudioUnreadable`.
    """
    if not data:
        raise AudioEmpty
    if mime is not None and mime.strip().lower().startswith("audio/l16"):
        return from_l16(data, mime, max_s=max_s)
    container = sniff(data)
    if container is None:
        raise AudioTypeUnsupported
    if container == "mov":
        data = _whole_fragments(data)
    limit = int(max_s * SAMPLE_RATE)
    pieces: list[Samples] = []
    count = 0
    try:
        for piece in _pieces(data, container):
            pieces.append(piece)
            count += len(piece)
            if count > limit:
                raise AudioTooLong(details={"max_s": max_s})
    except (av.error.FFmpegError, ValueError, MemoryError) as error:
        if count == 0:
            raise AudioUnreadable from error
    if count < _SHORTEST:
        raise AudioEmpty
    return np.clip(np.nan_to_num(np.concatenate(pieces)), -1.0, 1.0)


async def decode_async(data: bytes, mime: str | None, *, max_s: float) -> Samples:
    """`decode` on a small executor of its own. Errors as `decode`; `AtCapacity` when too many are waiting."""
    if _waiting.locked():
        raise AtCapacity(retry_after_s=2)
    async with _waiting:
        return await asyncio.get_running_loop().run_in_executor(_pool, lambda: decode(data, mime, max_s=max_s))


def sniff(data: bytes) -> str | None:
    """FFmpeg's name of the container that these bytes begin, or None when it is not one that is accepted."""
    head = data[:16]
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "matroska"
    if head[:4] == b"OggS":
        return "ogg"
    if head[:4] == b"fLaC":
        return _FLAC
    if head[4:8] in (b"ftyp", b"styp", b"moov"):
        return "mov"
    if head[:3] == b"ID3" and len(data) > 10:
        # The tag's length is 4 bytes of 7 bits; what follows tells MP3 from FLAC.
        length = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        return _FLAC if data[10 + length : 14 + length] == b"fLaC" else _MP3
    return _MP3 if _is_mp3_frame(head) else None


def _whole_fragments(data: bytes) -> bytes:
    """An MP4 without the fragment header (`moof`) it was cut off in: FFmpeg refuses the whole file over it."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size < 8:
            break
        if data[at + 4 : at + 8] == b"moof" and at + size > len(data):
            return data[:at]
        at += size
    return data


def from_l16(data: bytes, mime: str, *, max_s: float) -> Samples:
    """Raw 16-bit samples (`audio/L16;rate=…;channels=…`).

    RFC 2586 says big-endian, browsers produce little-endian; unless the type says `endian=big` or `endian=little`, the
    order in which neighbouring samples differ less is taken (speech is smooth, swapped bytes are noise).
    """
    rate, channels = raw_shape(mime)
    frames = len(data) // (2 * channels)
    if frames < rate / 20:
        raise AudioEmpty
    if frames > max_s * rate:
        raise AudioTooLong(details={"max_s": max_s})
    raw = data[: frames * 2 * channels]
    order = found[1] if (found := _RAW_ORDER.search(mime.lower())) else byte_order(raw) or "little"
    mono = np.frombuffer(raw, ">i2" if order == "big" else "<i2").reshape(-1, channels).mean(axis=1, dtype=np.float32)
    samples: Samples = mono / np.float32(32768.0)
    if rate == SAMPLE_RATE:
        return samples
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
    frame.sample_rate = rate
    return np.concatenate(list(_resampled(iter([frame]))))


def raw_shape(mime: str) -> tuple[int, int]:
    """Samples per second and channels of a raw type. Raises `AudioTypeUnsupported`."""
    rate = int(found[1]) if (found := _RAW_RATE.search(mime)) else SAMPLE_RATE
    channels = int(found[1]) if (found := _RAW_CHANNELS.search(mime)) else 1
    if not (_MIN_RATE <= rate <= _MAX_RATE and 1 <= channels <= _MAX_CHANNELS):
        raise AudioTypeUnsupported
    return rate, channels


def byte_order(raw: bytes, *, surely: float = 1.0) -> str | None:
    """`little` or `big`, whichever is smoother; None while neither is `surely` times smoother than the other."""
    sample = raw[: 2 * SAMPLE_RATE * 10]
    little, big = (
        float(np.abs(np.diff(np.frombuffer(sample, kind).astype(np.float32))).sum()) for kind in ("<i2", ">i2")
    )
    if max(little, big) < surely * min(little, big) or little == big == 0:
        return None
    return "big" if big < little else "little"


def _is_mp3_frame(head: bytes) -> bool:
    """Whether these bytes are an MPEG audio layer III frame header (ISO 11172-3, 2.4.1.3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return False
    return head[1] & 0x18 != 0x08 and 0 < head[2] >> 4 < 15 and head[2] & 0x0C != 0x0C


def _pieces(data: bytes, container: str) -> Iterator[Samples]:
    """Decoded 16 kHz mono pieces, each the size of a codec frame."""
    # A memory file only: PyAV would open a name. FFmpeg may read what it is given, nothing else.
    with av.open(io.BytesIO(data), format=container, options=_LIMITS, metadata_errors="ignore") as source:
        if not source.streams.audio:
            raise AudioUnreadable
        yield from _resampled(_decoded(source))


def stream_pieces(source: object, container: str) -> Iterator[Samples]:
    """Decoded 16 kHz mono pieces of a recording that is still being made. `source.read` waits for bytes."""
    # What is read before the streams are known must be little: it delays the first sound.
    options = {**_LIMITS, "probesize": "4096", "analyzeduration": "0"}
    with av.open(source, format=container, options=options, metadata_errors="ignore", buffer_size=1024) as opened:
        if not opened.streams.audio:
            raise AudioUnreadable
        yield from _resampled(_decoded(opened))


def _decoded(source: av.container.InputContainer) -> Iterator[av.AudioFrame]:
    """Frames of the first audio stream; a damaged packet in the middle is skipped, as players do."""
    stream = source.streams.audio[0]
    failures = 0
    for packet in source.demux(stream):
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            failures += 1
            if failures > 50:
                raise


def _resampled(frames: Iterator[av.AudioFrame]) -> Iterator[Samples]:
    """Frames as mono 16 kHz pieces; the resampler starts anew where a stream changes its own rate or channels."""
    resampler: av.AudioResampler | None = None
    shape: tuple[str, str, int] | None = None
    for frame in frames:
        if not _MIN_RATE <= frame.sample_rate <= _MAX_RATE or frame.layout.nb_channels > _MAX_CHANNELS:
            raise AudioUnreadable
        frame.pts = None
        if (now := (frame.format.name, frame.layout.name, frame.sample_rate)) != shape:
            if resampler is not None:
                yield from _arrays(resampler.resample(None))
            resampler, shape = av.AudioResampler("flt", "mono", SAMPLE_RATE), now
        assert resampler is not None
        yield from _arrays(resampler.resample(frame))
    if resampler is not None:
        yield from _arrays(resampler.resample(None))


def _arrays(frames: list[av.AudioFrame]) -> Iterator[Samples]:
    for frame in frames:
        yield frame.to_ndarray()[0].astype(np.float32, copy=False)
