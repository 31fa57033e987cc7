"""Spoken answers whose parts, kind, outcome and level are known (backend/evaluation/data/answers)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from backend.coaching.answer import Answer, Span
from backend.coaching.feedback import ReplyKind
from backend.coaching.story_model import LABELS
from backend.coaching.text import sentences

DATA = Path(__file__).parent / "data" / "answers"
TRAINED_ON = ("train_a", "train_b", "train_c")
UNSEEN = "unseen"
_LETTERS = {"S": "situation", "T": "task", "A": "action", "R": "result", "L": "other", "O": "other"}


@dataclass(frozen=True, slots=True)
class LabelledAnswer:
    """One answer; `parts` holds (label, sentence) in order, the labels those of `LABELS`."""

    trade: str
    level: int
    """1 (hopeless) to 5 (excellent), as its writer meant it."""
    kind: ReplyKind
    outcome: str
    """good, bad, mixed, none: how the story ends."""
    trap: str
    """What makes it an answer that must not be praised; empty for most."""
    question: str
    parts: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return " ".join(text for _, text in self.parts)

    def as_answer(self) -> Answer:
        mode = "technical" if self.kind == "technical_explanation" else "behavioral"
        return Answer(self.question, self.text, mode=mode)

    @property
    def tells(self) -> frozenset[str]:
        """The parts of a story that are told."""
        return frozenset(label for label, _ in self.parts) - {"other"}

    def pieces(self) -> list[tuple[Span, str]]:
        """Its sentences as the product cuts them, each with the label of the part in which its middle lies."""
        ends: list[tuple[int, str]] = []
        end = 0
        for label, part in self.parts:
            end += len(part) + 1
            ends.append((end, label))
        cut = sentences(self.text)
        return [(p, next((k for e, k in ends if (p.start + p.end) / 2 < e), ends[-1][1])) for p in cut]


def read_answers(name: str) -> list[LabelledAnswer]:
    """The answers of a file. Raises ValueError for one that is not written as the README there says."""
    found: list[LabelledAnswer] = []
    for block in re.split(r"\n\s*\n", (DATA / f"{name}.txt").read_text(encoding="utf-8").strip()):
        head, question, *lines = block.splitlines()
        fields = [field.split(":")[-1].removeprefix("level").strip() for field in head.removeprefix("@").split("|")]
        parts = tuple((_LETTERS[line[0]], line[2:].strip()) for line in lines)
        if len(fields) < 4 or not question.startswith("Q:") or not parts:
            raise ValueError(f"{name}: {head}")
        fields[1] = re.sub(r"\D", "", fields[1])
        trade, level, kind, outcome, *trap = fields
        found.append(
            LabelledAnswer(trade, int(level), kind, outcome, "".join(trap), question[2:].strip(), parts)  # type: ignore[arg-type]
        )
    return found


__all__ = ["DATA", "LABELS", "TRAINED_ON", "UNSEEN", "LabelledAnswer", "read_answers"]
