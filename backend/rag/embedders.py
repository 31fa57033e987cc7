"""Sentence embeddings: MiniLM from its folder, and a double without weights."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

_WORD = re.compile(r"\w+")


class MiniLm:
    """all-MiniLM-L6-v2 through sentence-transformers. Loaded at first use; thread-safe."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        self._folder = folder
        self._threads = threads
        self._lock = threading.Lock()
        self._model: Any = None

    @property
    def name(self) -> str:
        return "all-minilm-l6-v2"

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if not texts:
            return []
        with self._lock:
            model = self._model or self._load()
            vectors = model.encode(
                list(texts), batch_size=16, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
            )
        return [[float(x) for x in row] for row in vectors]

    def _load(self) -> Any:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(self._threads)
        self._model = SentenceTransformer(str(self._folder), device="cpu", local_files_only=True)
        return self._model


class HashEmbedder:
    """Hashed words and word beginnings: no weights, always the same; for tests and demos."""

    _SIZE = 256

    @property
    def name(self) -> str:
        return "hash"

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> list[float]:
        vector = np.zeros(self._SIZE)
        for word in _WORD.findall(text.lower()):
            for feature in (word, word[:4]):
                digest = hashlib.blake2b(feature.encode(), digest_size=8).digest()
                vector[int.from_bytes(digest[:4], "little") % self._SIZE] += 1 if digest[4] & 1 else -1
        norm = float(np.linalg.norm(vector))
        return [float(x) for x in (vector / norm if norm else vector)]
