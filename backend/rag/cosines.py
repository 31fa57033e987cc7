"""Cosines: how near each of some texts is to each of others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from backend.rag.ports import Embedder


def cosines(texts: Sequence[str], others: Sequence[str], embedder: Embedder | None) -> NDArray[np.float64]:
    """Cosine similarities, -1..1, of shape (len(texts), len(others)); all 0 without an embedder.

    Blocks for one batch of embeddings.
    """
    if embedder is None or not texts or not others:
        return np.zeros((len(texts), len(others)))
    vectors = np.array(embedder.embed([*texts, *others]))
    return np.asarray(vectors[: len(texts)] @ vectors[len(texts) :].T)
