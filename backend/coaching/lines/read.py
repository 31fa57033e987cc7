"""Reads a document once: what its lines are, what it looks like as a whole, and its language."""

from __future__ import annotations

import base64
import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from backend.coaching.lines.model import (
    LABELS,
    Array,
    Numbers,
    Task,
    about,
    embedder_for,
    language_of,
    of_posting,
    probabilities,
)
from backend.coaching.lines.split import Line, lines_of
from backend.rag.documents import DocumentKind, DocumentNotice, TakenFor
from backend.rag.ports import Embedder

_MOST = 250
"""Lines of one document that are read; what comes after is legal text or a list of publications."""
_REMEMBERED = 64
_USABLE = 3
"""Fewer lines that say something than this, and a document is too short to use."""
_SAY_NOTHING = ("heading", "other", "boilerplate", "protected", "eligibility")
_SURE = 0.6


@dataclass(frozen=True, slots=True)
class ReadLine:
    line: Line
    kind: str
    probability: float
    shares: dict[str, float]
    """Probability of every kind."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document was read as."""

    posting: tuple[ReadLine, ...]
    resume: tuple[ReadLine, ...]
    looks_like: str
    """`posting`, `resume` or `other`; "" where it is not sure."""
    language: str
    """One of those trained on; "" where it is not sure."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What is remembered of a document: numbers, no text."""

    posting: Array
    resume: Array
    """(lines, labels): probabilities."""
    looks_like: str
    language: str

    def packed(self, made_by: str) -> str:
        """As text, a few kilobytes."""
        both = np.hstack([self.posting, self.resume]).astype("<f2").tobytes()
        return json.dumps([made_by, self.looks_like, self.language, base64.b64encode(both).decode()])

    @classmethod
    def unpacked(cls, text: str, made_by: str) -> _Found | None:
        by, looks_like, language, both = json.loads(text)
        if by != made_by:
            return None
        first = len(LABELS["posting"])
        numbers = np.frombuffer(base64.b64decode(both), "<f2").reshape(-1, first + len(LABELS["resume"]))
        return cls(numbers[:, :first].astype(float), numbers[:, first:].astype(float), looks_like, language)


class LineReader:
    """Reads documents, and remembers what it found in the last ones, under a hash of the text. Thread-safe."""

    def __init__(self, *embedders: Embedder | None) -> None:
        """The first of these for which there are weights reads meaning; without one, hashed words do."""
        self._embedder = embedder_for(*embedders)
        self._known: OrderedDict[bytes, _Found] = OrderedDict()
        self._lock = Lock()

    def read(self, text: str) -> Reading:
        """Blocks for one batch of embeddings where the text is new: call it off the event loop."""
        lines = lines_of(text)[:_MOST]
        if not lines:
            return Reading((), (), "", "")
        key = _key(text)
        with self._lock:
            found = self._known.pop(key, None)
        if found is None or len(found.posting) != len(lines):
            found = self._find(lines)
        with self._lock:
            self._known[key] = found
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        posting, resume = _kinds("posting", lines, found.posting), _kinds("resume", lines, found.resume)
        return Reading(posting, resume, found.looks_like, found.language)

    def _find(self, lines: Sequence[Line]) -> _Found:
        numbers, by = Numbers.of(lines, self._embedder), self._embedder
        headings = probabilities("heading", numbers.alone, by).argmax(axis=1).astype(bool)
        rows = numbers.in_place(headings.tolist())
        (whole,) = probabilities("document", rows.mean(axis=0, keepdims=True), by)
        language, sure = language_of(" ".join(line.text for line in lines))
        return _Found(
            posting=probabilities("posting", of_posting(rows), by),
            resume=probabilities("resume", rows, by),
            looks_like=LABELS["document"][int(whole.argmax())] if whole.max() >= _SURE else "",
            language=language if sure >= _SURE else "",
        )

    def take_for(self, kind: DocumentKind, text: str) -> TakenFor:
        """What its owner should know before an interview of a text that was given as this kind, and what it was read as."""
        read = self.read(text)
        found: list[DocumentNotice] = []
        if kind == "job_description" and read.looks_like == "resume":
            found.append("looks_like_resume")
        if kind == "resume" and read.looks_like == "posting":
            found.append("looks_like_job_description")
        lines = {"job_description": read.posting, "resume": read.resume}.get(kind)
        if not found and lines is not None and sum(one.kind not in _SAY_NOTHING for one in lines) < _USABLE:
            found.append("too_short")
        with self._lock:
            known = self._known.get(_key(text))
        return TakenFor(read.language, tuple(found), known.packed(self._made_by) if known else "")

    def recall(self, text: str, lines: str) -> None:
        """Take up what `take_for` found earlier, perhaps in another process; what other weights found is left alone."""
        key = _key(text)
        with self._lock:
            if lines and key not in self._known and (found := _Found.unpacked(lines, self._made_by)) is not None:
                self._known[key] = found

    @property
    def _made_by(self) -> str:
        return f"{self._embedder.name} {about()['data']}"


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _kinds(task: Task, lines: Sequence[Line], found: Array) -> tuple[ReadLine, ...]:
    labels = LABELS[task]
    return tuple(
        ReadLine(line, labels[int(np.argmax(p))], float(p.max()), dict(zip(labels, p.tolist(), strict=True)))
        for line, p in zip(lines, found, strict=True)
    )
