"""Words and pieces of words as a sparse vector: hashed, so that no vocabulary is kept and any script is read."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

SLOTS = 1 << 15
"""Length of the vector. About 10^5 different features share it, as in feature hashing (Weinberger et al. 2009)."""
_MARKS = re.compile("[\u0300-\u036f\u064b-\u0652\u0640'’`´]")
"""Accents, Arabic vowel signs and apostrophes, which people and recognisers put or leave out."""
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|(?:[^\W_\u3040-\u30ff\u3400-\u9fff]|[\u0900-\u0963])+")
_DIGITS = re.compile(r"\d+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def tokens(text: str) -> list[str]:
    """Lower-case words without accents and apostrophes; each sign of Chinese and Japanese by itself."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.lower()))
    return _TOKEN.findall(_DIGITS.sub("0", unicodedata.normalize("NFC", plain)))


def is_unspaced(token: str) -> bool:
    return _UNSPACED.match(token) is not None


def features(found: list[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(slots, values) of a passage's tokens: word 1- to 3-grams and pairs with a gap, and 2- to 5-grams of characters.

    Words and characters each have length 1, so neither drowns the other.
    """
    if not found:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    words = np.array([_slot(f) for f in _words(found)], dtype=np.int64)
    pieces = np.array([_slot(f) for f in _pieces(found)], dtype=np.int64)
    slots, values = [], []
    for group in (words, pieces):
        if group.size:
            where, counts = np.unique(group, return_counts=True)
            weights = 1 + np.log(counts)
            slots.append(where)
            values.append(weights / np.linalg.norm(weights))
    return np.concatenate(slots), np.concatenate(values)


def _words(found: list[str]) -> Iterator[str]:
    framed = ["<", *found, ">"]
    for at, word in enumerate(framed):
        yield f"w {word}"
        for length in (2, 3):
            if at + length <= len(framed):
                yield "w " + " ".join(framed[at : at + length])
        if at + 2 < len(framed):
            yield f"g {word} {framed[at + 2]}"


def _pieces(found: list[str]) -> Iterator[str]:
    for run in _runs(found):
        framed = f" {run} "
        for length in (2, 3, 4, 5):
            for at in range(len(framed) - length + 1):
                yield "c" + framed[at : at + length]


def _runs(found: list[str]) -> Iterator[str]:
    """Words, and neighbouring signs of unspaced writing as one run."""
    run = ""
    for token in found:
        if is_unspaced(token):
            run += token
            continue
        if run:
            yield run
            run = ""
        yield token
    if run:
        yield run


def _slot(feature: str) -> int:
    return zlib.crc32(feature.encode()) % SLOTS
