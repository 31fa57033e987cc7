"""STAR on stories whose parts are known: F1 of every label by words, missing parts, and the kind of reply."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import yaml

from backend.coaching.answer import Answer, Span
from backend.coaching.coach import Coach
from backend.coaching.feedback import STAR_PARTS, StarPart
from backend.coaching.measured_points import PARTS_SAID
from backend.coaching.reply_kind import reply_kind
from backend.coaching.star import find_star, label_sentences
from backend.coaching.text import sentences, word_count
from backend.evaluation.answers import UNSEEN, read_answers
from backend.evaluation.figures import Absent, Figure, Report, f1, mean, measured
from backend.rag.ports import Embedder

DATA = Path(__file__).parent / "data"
Label = Callable[[list[Span]], list[StarPart | None]]


@dataclass(frozen=True, slots=True)
class Story:
    """One answer whose parts are known: (label, text) in order."""

    question: str
    parts: tuple[tuple[str, str], ...]

    def plain(self) -> Story:
        """As a recogniser without punctuation would hand it over."""
        return Story(self.question, tuple((k, re.sub(r"[^\w\s'’%-]", "", t).lower()) for k, t in self.parts))

    @property
    def text(self) -> str:
        return " ".join(t for _, t in self.parts)

    def label_at(self, place: float) -> str:
        end = 0
        for label, part in self.parts:
            end += len(part) + 1
            if place < end:
                return label
        return self.parts[-1][0]


def own_stories(name: str) -> list[Story]:
    """Stories from a file of this package."""
    raw = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return [Story(s["question"], tuple((k, v) for part in s["parts"] for k, v in part.items())) for s in raw]


def published_stories(path: Path) -> list[Story]:
    """The labelled answers of ../shared/data/interview: headings say which part is which."""
    found = []
    for summary, body in re.findall(r"<summary>(.*?)</summary>(.*?)</details>", path.read_text("utf-8"), re.DOTALL):
        question = re.sub(r"<[^>]+>", "", summary).strip()
        parts = re.split(r"<b>(Situation|Task|Action|Result):\s*</b>", re.sub(r"</?(?:li|ul|ol)>", "", body))
        if len(parts) >= 9:
            pairs = zip(parts[1::2], parts[2::2], strict=True)
            found.append(Story(question, tuple((k.lower(), " ".join(t.split())) for k, t in pairs)))
    return found


def compared(story: Story, label: Label = label_sentences) -> list[tuple[str, str, int]]:
    """(wanted, found, words) of every piece of the story; a piece belongs where its middle lies."""
    pieces = sentences(story.text)
    return [
        (story.label_at((piece.start + piece.end) / 2), found or "other", word_count(piece.text))
        for piece, found in zip(pieces, label(pieces), strict=True)
    ]


def missing_right(story: Story, embedder: Embedder | None) -> float:
    """Part of the four STAR parts whose presence or absence was told rightly, 0..1."""
    star = find_star(Answer(story.question, story.text), embedder)
    if star is None:
        return 0.0
    told = {k for k, _ in story.parts}
    return mean([float((part in star.missing) == (part not in told)) for part in STAR_PARTS])


def evaluate_stories(report: Report, shared: Path, embedder: Embedder | None) -> None:
    """Held-out stories of our own, punctuated and not, and the published ones where they are."""
    sets = {"held-out spoken stories (own)": own_stories("stories_held_out")}
    labelled = shared / "interview" / "star_answers_labelled.md"
    if labelled.exists():
        sets["published STAR answers"] = published_stories(labelled)
    else:
        report.absent.append(Absent("STAR", "interview/star_answers_labelled.md"))
    for name, stories in sets.items():
        for how, versions in (("", stories), (", no punctuation", [s.plain() for s in stories])):
            items = [compared(s, partial(label_sentences, embedder=embedder)) for s in versions]
            for part in STAR_PARTS:
                report.figures.append(
                    measured("STAR", f"F1 {part}{how}", items, partial(f1, part), data=name, of="stories")
                )
            report.figures.append(
                measured("STAR", f"macro F1{how}", items, macro, data=name, of="stories", wanted=">= 0.7")
            )
            report.figures.append(
                measured("STAR", f"parts rightly present or missing{how}", [missing_right(s, embedder) for s in versions], mean,
                         data=name, of="stories")
            )  # fmt: skip


def macro(items: Sequence[Sequence[tuple[str, str, int]]]) -> float:
    """Mean F1 of the four labels."""
    return mean([f1(part, items) for part in STAR_PARTS])


def evaluate_unseen(report: Report, coach: Coach) -> None:
    """Answers of another hand, that nothing was trained on: parts told or not, kinds, and what the scores are worth."""
    told = read_answers(UNSEEN)
    found = [(a, coach.measure(a.as_answer())) for a in told]
    name = "spoken answers never seen (own)"
    stars = [
        (a, m.star) for a, m in found if a.kind in ("story", "example") and m.star is not None and a.trap != "distress"
    ]
    for part in STAR_PARTS:
        pairs = [(part in a.tells, getattr(star, part).present) for a, star in stars]
        wanted = ">= 0.85" if part in PARTS_SAID else ""
        report.figures.append(
            measured("Parts told", f"F1 {part}", pairs, told_or_not, data=name, of="stories", wanted=wanted)
        )
        absent = [float(not there) for there, said in pairs if not said]
        report.figures.append(
            measured("Parts told", f"{part} not found, and not told", absent, mean, data=name, of="stories")
        )
    kinds = [(a.kind, reply_kind(a.as_answer(), coach.embedder)) for a, m in found if m.intent is None]
    report.figures.append(
        measured(
            "Reply kind", "accuracy", [float(k == f) for k, f in kinds], mean, data=name, of="replies", wanted=">= 0.8"
        )
    )
    taken = [float(kind == "story") for kind, got in kinds if got == "story"]
    report.figures.append(measured("Reply kind", "taken for a story, and one", taken, mean, data=name, of="replies"))


def told_or_not(pairs: Sequence[tuple[bool, bool]]) -> float:
    """F1 of (told, found)."""
    both = sum(t and f for t, f in pairs)
    return 2 * both / max(1, sum(t + f for t, f in pairs))


def evaluate_kinds(report: Report, embedder: Embedder | None) -> None:
    """The kind of reply on replies whose kind is known."""
    raw = yaml.safe_load((DATA / "reply_kinds.yaml").read_text(encoding="utf-8"))
    right: list[float] = []
    for case in raw:
        for kind, texts in case["replies"].items():
            for text in texts:
                found = reply_kind(Answer(case["question"], text, mode=case.get("mode", "behavioral")), embedder)
                right.append(float(found == kind))
                if found != kind:
                    report.notes.append(f"reply kind: {kind} was taken for {found}: {text[:70]}")
    name = "replies of known kind (own)"
    report.figures.append(measured("Reply kind", "accuracy", right, mean, data=name, of="replies"))


__all__ = [
    "Figure",
    "Story",
    "compared",
    "evaluate_kinds",
    "evaluate_stories",
    "evaluate_unseen",
    "own_stories",
    "published_stories",
]
