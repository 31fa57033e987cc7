"""The voice's own process: reads sentences from its input, writes sound to its output; the only importer of Piper.

Piper is GPL-3.0-or-later. The product talks to this process over a pipe, and runs without it.

Frames: a 4-byte big-endian length and that many bytes of JSON. In: `{"id", "text", "rate"}` with, where they are not the
voice's own, `volume`, `liveliness` (factors) and `pause_s` after each sentence; or `{"cancel": id}`. Out, first `{"ready": true, "sample_rate"}`, then for each request `{"id", "bytes"}` and that many bytes of 16-bit mono PCM,
or `{"id", "error"}`, or `{"id", "cancelled": true}`. End of input ends the process, so it never outlives its parent.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import re
import struct
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import onnxruntime
from piper import PiperVoice, SynthesisConfig
from piper.config import PiperConfig

# `normalize_audio` would bring every sentence to the same peak, so a short "Yes." would shout. A fixed gain does not.
_GAIN = 1.45
_UNSPEAKABLE = re.compile(r"\[\[|\]\]|[\x00-\x1f\x7f]")


def load(model: Path, threads: int) -> PiperVoice:
    """The voice on a session of its own: Piper's would take every core and keep them spinning."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    config = json.loads(model.with_name(model.name + ".json").read_text(encoding="utf-8"))
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return PiperVoice(session=session, config=PiperConfig.from_dict(config))


class Worker:
    """Speaks one request after the other; a thread reads ahead, so that a cancellation is seen in the middle of one."""

    def __init__(self, voice: PiperVoice, source: BinaryIO, sink: BinaryIO) -> None:
        self._voice = voice
        self._source = source
        self._sink = sink
        self._requests: queue.Queue[dict[str, Any]] = queue.Queue()
        self._cancelled: set[int] = set()

    def run(self) -> None:
        """Serve until the input ends."""
        self._speak({"text": "Ready.", "rate": 1.0}, 0)
        self._send({"ready": True, "sample_rate": self._voice.config.sample_rate})
        threading.Thread(target=self._read, daemon=True).start()
        while True:
            request = self._requests.get()
            number = request["id"]
            try:
                pcm = self._speak(request, number)
            except Exception as error:  # one bad sentence must not end the voice
                self._send({"id": number, "error": type(error).__name__})
                continue
            finally:
                self._cancelled.discard(number)
            if pcm is None:
                self._send({"id": number, "cancelled": True})
            else:
                self._send({"id": number, "bytes": len(pcm)}, pcm)

    def _speak(self, request: dict[str, Any], number: int) -> bytes | None:
        # `[[...]]` is Piper's raw phoneme notation, which a text must not be able to write; espeak stops at a NUL.
        plain = _UNSPEAKABLE.sub(" ", str(request["text"]))
        own, liveliness = self._voice.config, float(request.get("liveliness", 1.0))
        config = SynthesisConfig(
            length_scale=own.length_scale / float(request["rate"]),
            noise_scale=own.noise_scale * liveliness,
            noise_w_scale=own.noise_w_scale * liveliness,
            normalize_audio=False,
        )
        gain = _GAIN * float(request.get("volume", 1.0))
        silence = bytes(2 * round(float(request.get("pause_s", 0.0)) * own.sample_rate))
        parts: list[bytes] = []
        for chunk in self._voice.synthesize(plain, config):
            if number in self._cancelled:
                return None
            loud = np.clip(chunk.audio_float_array * gain, -0.98, 0.98)
            parts += [(loud * 32767).astype("<i2").tobytes(), silence]
        return None if number in self._cancelled else b"".join(parts)

    def _read(self) -> None:
        while True:
            head = self._source.read(4)
            body = self._source.read(struct.unpack(">I", head)[0]) if len(head) == 4 else b""
            if not body:
                # The parent has gone: so do we, in the middle of a sentence or not.
                os._exit(0)
            frame = json.loads(body)
            if "cancel" in frame:
                self._cancelled.add(frame["cancel"])
            else:
                self._requests.put(frame)

    def _send(self, frame: dict[str, Any], pcm: bytes = b"") -> None:
        body = json.dumps(frame).encode()
        self._sink.write(struct.pack(">I", len(body)) + body + pcm)
        self._sink.flush()


def main() -> None:
    """The command line: `python -m backend.tts.piper_worker --model VOICE.onnx --threads N`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    # Ctrl-C belongs to the server, which may still want to speak while it drains. In the server's session, so that Linux
    # shares the processor out between all parts alike (sched_autogroup_enabled).
    os.setpgid(0, 0)
    # The pipe is for frames alone: whatever a library prints goes to the error output.
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    Worker(load(options.model, options.threads), sys.stdin.buffer, sink).run()


if __name__ == "__main__":
    main()
