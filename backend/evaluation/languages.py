"""Languages: the corrections of language practice held against right sentences and against planted slips.

The sets are text files by language, a sentence a line. In a line with a slip, `[wrong => right]` stands where it is;
its corrected form is one more right sentence. Both halves were written together before any rule was read, and then the
rules were widened by the same writer, who knew them: `held_back` was not looked at or run while that went on, but it is
no independent test, and the share of slips found flatters in both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from backend.coaching.answer import Answer
from backend.coaching.corrections.find import find_corrections
from backend.coaching.corrections.rules import languages
from backend.coaching.feedback import Correction
from backend.evaluation.figures import Report, mean, measured

Half = Literal["seen", "held_back"]
HALVES: dict[Half, str] = {
    "seen": "seen when the rules were made",
    "held_back": "second half, same writer as the rules",
}
_DATA = Path(__file__).parent / "data" / "language"
_MARKED = re.compile(r"\[(.*?) => (.*?)\]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What somebody says, and where in it the slip is, if there is one."""

    text: str
    slip: tuple[int, int] | None = None
    meant: str = ""
    """The whole sentence as it would be right."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One sentence and what was found in it."""

    language: str
    sentence: Sentence
    found: bool
    """A correction touches the slip."""
    mended: bool
    """With that correction the sentence is as its writer meant it. There may be another right way."""
    false: tuple[Correction, ...]
    """Corrections of what is right."""


def sentences(language: str, half: Half) -> list[Sentence]:
    """The sentences of one file. Raises OSError where it is not there."""
    lines = (_DATA / half / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    return [_read(line) for line in lines if line.strip()]


def check(language: str, half: Half) -> list[Checked]:
    """Every sentence, and every planted slip once more in its corrected form."""
    given = sentences(language, half)
    corrected = [Sentence(s.meant) for s in given if s.slip is not None]
    return [_check(language, s) for s in [*given, *corrected]]


def evaluate_languages(report: Report) -> None:
    """By language: false corrections of right sentences, and the share of the planted slips that is found."""
    for half, name in HALVES.items():
        for language in languages():
            done = check(language, half)
            slips = [c for c in done if c.sentence.slip is not None]
            data = f"own sentences, {name}"
            wrongly = [float(bool(c.false)) for c in done]
            for figure, values, of, wanted in (
                ("sentences corrected wrongly", wrongly, "sentences", "= 0"),
                ("slips found", [float(c.found) for c in slips], "slips", ""),
                ("slips found and put as meant", [float(c.mended) for c in slips], "slips", ""),
            ):
                report.figures.append(
                    measured(f"Language {language}", figure, values, mean, data=data, of=of, wanted=wanted)
                )
            report.notes += [f"language {language}: {_told(c)}" for c in done if c.false]


def _told(checked: Checked) -> str:
    return f"{checked.sentence.text} " + "; ".join(f"{c.rule} says “{c.better}”" for c in checked.false)


def _read(line: str) -> Sentence:
    marked = _MARKED.search(line)
    if marked is None:
        return Sentence(line)
    before, after = line[: marked.start()], line[marked.end() :]
    return Sentence(
        f"{before}{marked[1]}{after}", (len(before), len(before) + len(marked[1])), f"{before}{marked[2]}{after}"
    )


def _check(language: str, sentence: Sentence) -> Checked:
    corrections = find_corrections(Answer("", sentence.text, language=language, mode="language"))
    items = corrections.items if corrections is not None else []
    at = [c for c in items if _touches(c, sentence.slip)]
    mended = any(_plain(_put(sentence.text, c)) == _plain(sentence.meant) for c in at)
    return Checked(language, sentence, bool(at), mended, tuple(c for c in items if c not in at))


def _touches(correction: Correction, slip: tuple[int, int] | None) -> bool:
    return slip is not None and correction.char_start <= slip[1] and slip[0] <= correction.char_end


def _put(text: str, c: Correction) -> str:
    return text[: c.char_start] + c.better + text[c.char_end :]


def _plain(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()
