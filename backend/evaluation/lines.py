"""The reader of lines on postings and resumes it has never seen: macro F1 of its kinds, and what it takes for a requirement."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from backend.coaching.analysis import Source
from backend.coaching.lines.model import LABELS, Task
from backend.coaching.lines.read import LineReader
from backend.coaching.requirements import MOST, find_requirements
from backend.evaluation.figures import Report, measured
from backend.evaluation.labelled_documents import LabelledDocument, read_documents

AREA = "Lines"
_DATA = "postings and resumes never seen (own)"
_ASKED = ("duty", "skill", "knowledge")
Pair = tuple[str, str]
"""(label, what it was read as)."""


def evaluate_lines(report: Report, reader: LineReader) -> None:
    documents = read_documents("test")
    english = [d for d in documents if d.language == "en"]

    def add(name: str, items: Sequence[list[Pair]], value: Callable[[Sequence[list[Pair]]], float]) -> None:
        report.figures.append(measured(AREA, name, items, value, data=_DATA, of="documents"))

    for group, some in (("English", english), ("12 other languages", [d for d in documents if d not in english])):
        for task in ("posting", "resume"):
            pairs = [[*_pairs(d, task, reader)] for d in some if d.document == task]
            add(f"kinds of {task} lines, macro F1, {group}", pairs, lambda told, t=task: _macro(told, t))  # type: ignore[misc]
        found = [[*_requirements(d, reader)] for d in some if d.document == "posting"]
        add(f"requirements that are a duty, skill or knowledge, {group}", found, _share_asked)
        missed = [[*_asked_for(d, reader)] for d in some if d.document == "posting"]
        add(f"duties, skills and knowledge found (of a posting at most {MOST}), {group}", missed, _share_equal)
    looks = [[(d.document, reader.read(d.text).looks_like)] for d in documents]
    add("documents told apart (posting, resume, other)", looks, _share_equal)
    language = [[(d.language, reader.read(d.text).language)] for d in documents]
    add("language of a document", language, _share_equal)


def _pairs(document: LabelledDocument, task: Task, reader: LineReader) -> list[Pair]:
    read = reader.read(document.text)
    kinds = [one.kind for one in (read.posting if task == "posting" else read.resume)]
    return [(label, kind) for (_, label), kind in zip(document.lines(), kinds, strict=True)]


def _requirements(document: LabelledDocument, reader: LineReader) -> list[Pair]:
    """(label, kind) of what a posting is taken to ask for, conditions of eligibility aside."""
    found = find_requirements([Source("d", "job_description", "", document.text)], reader)
    labels = {(line.start, line.end): label for line, label in document.lines()}
    return [(labels[r.char_start, r.char_end], r.kind) for r in found if not r.eligibility]


def _asked_for(document: LabelledDocument, reader: LineReader) -> list[Pair]:
    """("found", "found" or "missed") for each thing that a posting asks for, as far as a list of requirements can hold it."""
    there = min(sum(label in _ASKED for _, label in document.lines()), MOST)
    found = min(sum(label in _ASKED for label, _ in _requirements(document, reader)), there)
    return [("found", "found")] * found + [("found", "missed")] * (there - found)


def _macro(told: Sequence[list[Pair]], task: str) -> float:
    pairs = [pair for one in told for pair in one]
    there = {label for label, _ in pairs}
    return float(np.mean([_f1(pairs, label) for label in LABELS[task] if label in there]))  # type: ignore[index]


def _f1(pairs: Sequence[Pair], label: str) -> float:
    both = sum(a == b == label for a, b in pairs)
    return 2 * both / max(1, sum(a == label for a, _ in pairs) + sum(b == label for _, b in pairs))


def _share_asked(told: Sequence[list[Pair]]) -> float:
    pairs = [label in _ASKED for one in told for label, _ in one]
    return sum(pairs) / max(1, len(pairs))


def _share_equal(told: Sequence[list[Pair]]) -> float:
    pairs = [a == b for one in told for a, b in one]
    return sum(pairs) / max(1, len(pairs))
