"""Spoken pieces as files, each marked inside as computer-generated speech (EU AI Act, Art. 50(2))."""

from __future__ import annotations

import io
import struct
from typing import Literal

import av
import numpy as np

from backend.tts.ports import Speech

Format = Literal["wav", "mp3", "opus", "flac", "aac", "pcm"]

SYNTHETIC = "AI-generated synthetic speech"
MIME: dict[str, str] = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "flac": "audio/flac",
    "aac": "audio/aac",
    "pcm": "audio/pcm",
}
# Container, codec, and the sample rate where the codec does not take any (Opus); None keeps the voice's.
_CODING: dict[str, tuple[str, str, int | None]] = {
    "mp3": ("mp3", "libmp3lame", None),
    "opus": ("ogg", "libopus", 48_000),
    "flac": ("flac", "flac", None),
    "aac": ("adts", "aac", None),
}
_FRAME = 1_152


def to_wav(speech: Speech, *, synthetic: bool = True) -> bytes:
    """A 16-bit mono WAV file; `synthetic` writes a LIST/INFO note saying that a computer speaks.

    Written here and not by PyAV, since every spoken piece of every turn passes here, on the event loop.
    """
    rate, pcm = speech.sample_rate, speech.pcm
    chunks = [_chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, rate, 2 * rate, 2, 16))]
    if synthetic:
        notes = ((b"ICMT", SYNTHETIC), (b"IGNR", "Speech"))
        chunks.append(_chunk(b"LIST", b"INFO" + b"".join(_chunk(name, text.encode() + b"\0") for name, text in notes)))
    chunks.append(_chunk(b"data", pcm))
    return _chunk(b"RIFF", b"".join((b"WAVE", *chunks)))


def _chunk(name: bytes, body: bytes) -> bytes:
    """A RIFF chunk: its name, its length, its bytes, and one more where that is odd."""
    return b"".join((name, struct.pack("<I", len(body)), body, b"\0" * (len(body) % 2)))


def encode(speech: Speech, kind: Format, *, synthetic: bool = True) -> bytes:
    """The piece in a file format. `pcm` (no header) and `aac` (ADTS) have no place for the note."""
    if kind == "pcm":
        return speech.pcm
    if kind == "wav":
        return to_wav(speech, synthetic=synthetic)
    container, codec, rate = _CODING[kind]
    rate = rate or speech.sample_rate
    out = io.BytesIO()
    with av.open(out, "w", format=container, options={"fflags": "+bitexact"}) as file:
        if synthetic:
            file.metadata["comment"] = SYNTHETIC
            file.metadata["genre"] = "Speech"
        stream = file.add_stream(codec, rate=rate, layout="mono")
        # So that nothing to say is still a file.
        file.start_encoding()
        size = stream.codec_context.frame_size or _FRAME
        queue = av.AudioFifo()
        for frame in _resampled(speech, stream.format.name, rate):
            queue.write(frame)
        while (frame := queue.read(size, partial=True)) is not None:
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return out.getvalue()


def joined(pieces: list[Speech]) -> Speech:
    """Several pieces of one voice as one."""
    return Speech(b"".join(piece.pcm for piece in pieces), pieces[0].sample_rate if pieces else 16_000)


def _resampled(speech: Speech, sample_format: str, rate: int) -> list[av.AudioFrame]:
    if not speech.pcm:
        return []
    frame = av.AudioFrame.from_ndarray(np.frombuffer(speech.pcm, "<i2").reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = speech.sample_rate
    resampler = av.AudioResampler(sample_format, "mono", rate)
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    for each in frames:
        each.pts = None
    return frames
