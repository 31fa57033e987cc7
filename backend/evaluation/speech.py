"""Speech: word error rate of the ears on recordings whose words are known."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from backend.asr.decode import decode
from backend.asr.ports import Samples, Transcriber
from backend.errors import AppError, NoSpeech
from backend.evaluation.figures import Absent, Report, mean, measured, ratio

AREA = "Ears"
_FILLERS = frozenset({"um", "uh", "uhm", "er", "erm", "hmm", "mm", "ah"})


def plain_words(text: str) -> list[str]:
    """Lower case, no punctuation, no fillers, short spellings written out: what word error rate is counted on."""
    low = re.sub(r"[’']", "", text.lower()).replace("mr.", "mister").replace("-", " ")
    low = re.sub(r"\bmr\b", "mister", low)
    return [w for w in re.findall(r"[^\W_]+", low) if w not in _FILLERS]


def errors(wanted: list[str], heard: list[str]) -> int:
    """Fewest insertions, deletions and substitutions (Levenshtein, on words)."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(wanted, start=1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


def recordings(shared: Path, sample: Path) -> list[tuple[str, Path, str]]:
    """(data set, file, words): the sample that comes with the product, and the shared clips where they are."""
    found = [("sample of the product (LibriSpeech)", sample, sample.with_suffix(".txt").read_text(encoding="utf-8"))]
    manifest = shared / "MANIFEST.tsv"
    if manifest.exists():
        with manifest.open(encoding="utf-8", newline="") as file:
            rows = [r for r in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if len(r) > 6]
        found += [("shared speech", shared / r[0], r[6]) for r in rows if r[1] == "speech"]
    return [r for r in found if r[1].exists()]


async def evaluate_speech(report: Report, shared: Path, sample: Path, ears: Transcriber | None) -> None:
    """Word error rate by data set; noise alone must give no words."""
    if ears is None:
        report.absent.append(Absent(AREA, "a speech model"))
        return
    by_set: dict[str, list[tuple[float, float]]] = {}
    for name, path, words in recordings(shared, sample):
        wanted = plain_words(words)
        heard = plain_words(await _heard(ears, path))
        wrong = errors(wanted, heard)
        by_set.setdefault(name, []).append((wrong, len(wanted)))
        if wrong > 0.3 * len(wanted):
            report.notes.append(f"speech: {wrong} of {len(wanted)} words wrong in {path.name}")
    for name, pairs in by_set.items():
        report.figures.append(measured(AREA, "word error rate", pairs, ratio, data=name, of="recordings"))
    noise = sorted((shared / "speech").glob("noise*.wav"))
    if noise:
        silent = [float(not await _heard(ears, path)) for path in noise]
        report.figures.append(
            measured(
                AREA, "noise that gives no words", silent, mean, data="shared noise", of="recordings", wanted="= 1"
            )
        )
    if len(by_set) == 1:
        report.absent.append(Absent(AREA, "speech/ and MANIFEST.tsv"))


def _samples(path: Path) -> Samples:
    return decode(path.read_bytes(), None, max_s=300.0)


async def _heard(ears: Transcriber, path: Path) -> str:
    try:
        return (await ears.transcribe(_samples(path), language="en")).text
    except NoSpeech:
        return ""
    except AppError as error:
        raise RuntimeError(f"{path.name} could not be heard: {error.code}") from error
