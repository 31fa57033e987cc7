"""Smart Turn (ONNX): how finished the last seconds of speech sound, from their melody and rhythm, not from their words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
from faster_whisper.feature_extractor import FeatureExtractor

from backend.asr.ports import SAMPLE_RATE, Samples

WINDOW_S = 8
"""Seconds that the model judges; less is filled up with silence in front."""
_LEAST_VARIANCE = 1e-7


class SmartTurn:
    """Judges one stretch of sound at a time, on one core (tens of milliseconds).

    Smart Turn v3.2 by Daily (BSD-2-Clause), a classifier on the encoder of Whisper tiny. It wants Whisper's log-mel
    spectrogram of 8 s whose samples have mean 0 and variance 1, speech at its end.
    """

    def __init__(self, model: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._features = FeatureExtractor(chunk_length=WINDOW_S)
        self(np.zeros(0, dtype=np.float32))  # the first run is the slowest: here nobody waits for it

    def __call__(self, samples: Samples) -> float:
        """How likely it is (0..1) that who speaks here has finished; `samples` (16 kHz) end in the pause."""
        window = np.zeros(WINDOW_S * SAMPLE_RATE, dtype=np.float32)
        last = samples[-len(window) :]
        if len(last):
            window[-len(last) :] = last
        level = (window - window.mean()) / np.sqrt(window.var() + _LEAST_VARIANCE)
        features = self._features(level, padding=0)[None].astype(np.float32)
        (found,) = self._session.run(None, {"input_features": features})
        return float(np.asarray(found).reshape(-1)[0])
