"""Sentences to unit vectors: MiniLM from the local model folder, or hashed words where no weights are wanted."""

from __future__ import annotations

import hashlib
import math
import os
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from backend.rag.ports import Embedder

_BATCH, _BATCH_CHARACTERS = 8, 1_600
"""Texts per model call, and their number times the length of the longest (which all are padded to): small, so that a
query never waits long behind an ingest."""
_TEXT_CHARACTERS = 1_300
"""About the 256 tokens that MiniLM sees."""


class MiniLm:
    """all-MiniLM-L6-v2 through sentence-transformers; loaded on first use, never from a hub."""

    def __init__(self, folder: Path, threads: int = 2, *, batch: int = _BATCH) -> None:
        """`batch`: texts per call; more than the usual few only where no query waits."""
        self._batch = batch
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
        out: list[list[float]] = [[]] * len(texts)
        for batch in _batches(texts, self._batch):
            with self._lock:  # tokenizers are not thread-safe
                model = self._loaded()
                vectors = model.encode([texts[i] for i in batch], normalize_embeddings=True, show_progress_bar=False)
            for i, vector in zip(batch, vectors.tolist(), strict=True):
                out[i] = vector
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


def _batches(texts: Sequence[str], most: int = _BATCH) -> Iterator[list[int]]:
    """Places of texts that are embedded together, those of like length: a short one costs what the longest costs."""
    batch: list[int] = []
    for place in sorted(range(len(texts)), key=lambda i: len(texts[i])):
        padded = min(len(texts[place]), _TEXT_CHARACTERS) * (len(batch) + 1)
        if batch and (len(batch) == most or padded > _BATCH_CHARACTERS * most / _BATCH):
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


class RememberingEmbedder:
    """Any embedder with a memory of the last `most` texts: an answer's sentences are compared several times.

    What it keeps is vectors, under a hash of the text; no text.
    """

    def __init__(self, embedder: Embedder, *, most: int = 4_000) -> None:
        self._embedder = embedder
        self._most = most
        self._known: OrderedDict[bytes, np.ndarray[Any, np.dtype[np.float32]]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def dimensions(self) -> int:
        return self._embedder.dimensions

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """See `Embedder`."""
        keys = [_key(text) for text in texts]
        with self._lock:
            found = {key: self._known[key] for key in keys if key in self._known}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        if new:
            vectors = self._embedder.embed(list(new.values()))
            found |= {key: np.asarray(v, dtype=np.float32) for key, v in zip(new, vectors, strict=True)}
        with self._lock:
            for key, vector in found.items():
                self._known[key] = vector
                self._known.move_to_end(key)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return [found[key].tolist() for key in keys]

    def remember(self, text: str, vector: Sequence[float] | np.ndarray[Any, Any]) -> None:
        """This is the vector of a text, whatever the embedder would make of it."""
        with self._lock:
            self._known[_key(text)] = np.asarray(vector, dtype=np.float32)


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


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
