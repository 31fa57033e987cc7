"""Recordings as browsers and tools make them, encoded here from given samples."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np

SAMPLE = Path(__file__).resolve().parents[1] / "sample"
FRAGMENTED = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "500000"}
# name -> container, codec, rate, layout, muxer options
KINDS: dict[str, tuple[str, str, int, str, dict[str, str]]] = {
    "webm-opus": ("webm", "libopus", 48_000, "mono", {}),
    "ogg-opus": ("ogg", "libopus", 48_000, "stereo", {}),
    "mp4": ("mp4", "aac", 44_100, "stereo", {}),
    "m4a": ("ipod", "aac", 44_100, "mono", {}),
    "mp4-fragmented": ("mp4", "aac", 48_000, "mono", FRAGMENTED),
    "mp3": ("mp3", "libmp3lame", 44_100, "mono", {}),
    "flac": ("flac", "flac", 16_000, "mono", {}),
    "wav-8k": ("wav", "pcm_s16le", 8_000, "mono", {}),
    "wav-192k-8ch": ("wav", "pcm_s32le", 192_000, "7.1", {}),
    "wav-float": ("wav", "pcm_f32le", 48_000, "stereo", {}),
}


def tone(seconds: float, rate: int = 16_000, hertz: float = 300.0) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def recording(samples: np.ndarray, kind: str, *, bit_rate: int | None = None) -> bytes:
    """16 kHz mono samples in one of `KINDS`."""
    container, codec, rate, layout, options = KINDS[kind]
    out = io.BytesIO()
    with av.open(out, "w", format=container, options=options) as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        if bit_rate:
            stream.bit_rate = bit_rate
        size = stream.codec_context.frame_size or 1024
        resampler = av.AudioResampler(stream.format.name, layout, rate)
        queue = av.AudioFifo()
        for start in range(0, len(samples), 16_000):
            frame = av.AudioFrame.from_ndarray(samples[None, start : start + 16_000], format="flt", layout="mono")
            frame.sample_rate = 16_000
            for each in resampler.resample(frame):
                each.pts = None
                queue.write(each)
            while (each := queue.read(size)) is not None:
                file.mux(stream.encode(each))
        for each in resampler.resample(None):
            each.pts = None
            queue.write(each)
        while (each := queue.read(size, partial=True)) is not None:
            file.mux(stream.encode(each))
        file.mux(stream.encode(None))
    return out.getvalue()
