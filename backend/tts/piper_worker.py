"""The voice's own process: the only file that imports Piper, which is GPL and can be left out.

Requests come as lines of JSON on standard input, `{"id", "text", "rate"}`; each is answered on standard output by a
line of JSON, `{"id", "sample_rate", "bytes"}` or `{"id", "error"}`, followed by that many bytes of 16-bit mono PCM.
The process ends when its input ends, so it never outlives the server.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import BinaryIO

import numpy as np
import onnxruntime
from piper import PiperVoice, SynthesisConfig
from piper.config import PiperConfig

_PEAK = 0.85
"""Loudest sample after the fixed gain; pieces of one reply must not differ in loudness."""


def load(model: Path, threads: int) -> PiperVoice:
    """The voice on a session of its own: Piper's default would take every core and spin."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    config = json.loads(model.with_suffix(".onnx.json").read_text(encoding="utf-8"))
    return PiperVoice(session=session, config=PiperConfig.from_dict(config))


class Loudness:
    """One gain for everything this process says, from the first pieces; later ones are only kept from clipping."""

    def __init__(self) -> None:
        self._peak = 0.0

    def apply(self, samples: np.ndarray) -> np.ndarray:
        self._peak = max(self._peak, float(np.abs(samples).max(initial=0.0)))
        return samples * (_PEAK / self._peak) if self._peak > 0 else samples


def speak(voice: PiperVoice, loudness: Loudness, text: str, rate: float) -> bytes:
    config = SynthesisConfig(length_scale=1.0 / rate, normalize_audio=False)
    pieces = [chunk.audio_float_array for chunk in voice.synthesize(text, config)]
    if not pieces:
        return b""
    samples = loudness.apply(np.concatenate(pieces))
    pcm: bytes = (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
    return pcm


def serve(voice: PiperVoice, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the input ends."""
    loudness = Loudness()
    for line in requests:
        request = json.loads(line)
        try:
            pcm = speak(voice, loudness, request["text"], request["rate"])
            head = {"id": request["id"], "sample_rate": voice.config.sample_rate, "bytes": len(pcm)}
        except Exception as error:  # whatever the text did to the voice, the next one must still be spoken
            pcm, head = b"", {"id": request["id"], "error": type(error).__name__}
        answers.write(json.dumps(head).encode() + b"\n" + pcm)
        answers.flush()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing but answers may reach the pipe
    serve(load(arguments.model, arguments.threads), sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
