"""Sentences to unit vectors: MiniLM from the local model folder, or hashed words where no weights are wanted."""

from __future__ import annotations

import hashlib
import math
import os
import re
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

_BATCH = 8
"""Texts per model call: small, so that a query never waits long behind an ingest."""


class MiniLm:
    """all-MiniLM-L6-v2 through sentence-transformers; loaded on first use, never from a hub."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        self._folder = folder
        self._threads = threads
        self._lock = threading.Lock()
        self._model: Any = None

    @property
    def name(self) -> str:
        return "all-MiniLM-L6-v2"

    @property
    def dimensions(self) -> int:
        return 384

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One L2-normalised vector of 384 numbers per text; text beyond 256 tokens is not seen.

        Errors: `FileNotFoundError` where the model folder is missing.
        """
        out: list[list[float]] = []
        for start in range(0, len(texts), _BATCH):
            with self._lock:  # tokenizers are not thread-safe
                model = self._loaded()
                vectors = model.encode(
                    list(texts[start : start + _BATCH]), normalize_embeddings=True, show_progress_bar=False
                )
            out.extend(vectors.tolist())
        return out

    def _loaded(self) -> Any:
        if self._model is None:
            folder = self._folder.expanduser()
            if not folder.is_dir():
                raise FileNotFoundError("The embedding model is not there; run the model set-up first.")
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils.logging import disable_progress_bar

            disable_progress_bar()  # type: ignore[no-untyped-call]
            torch.set_num_threads(self._threads)
            self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        return self._model


class HashEmbedder:
    """Hashed words and character trigrams: no weights, deterministic, close for texts that share words."""

    def __init__(self, dimensions: int = 256) -> None:
        self._dimensions = dimensions

    @property
    def name(self) -> str:
        return f"hash-{self._dimensions}"

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One L2-normalised vector per text (feature hashing with signs, Weinberger et al. 2009)."""
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> list[float]:
        vector = [0.0] * self._dimensions
        for word in re.findall(r"\w+", text.lower()):
            self._count(vector, word, 1.0)
            for start in range(max(1, len(word) - 2)):
                self._count(vector, "#" + word[start : start + 3], 0.3)
        length = math.sqrt(sum(v * v for v in vector))
        if length == 0:
            vector[0] = length = 1.0
        return [v / length for v in vector]

    def _count(self, vector: list[float], feature: str, weight: float) -> None:
        slot = _slot(feature)
        vector[slot % self._dimensions] += weight if slot >> 63 else -weight


@lru_cache(maxsize=50_000)
def _slot(feature: str) -> int:
    return int.from_bytes(hashlib.blake2b(feature.encode(), digest_size=8).digest(), "big")
