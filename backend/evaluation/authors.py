"""Authors compared: a language model and the rules over the same answers - points, scores, spread, seconds, tokens."""

from __future__ import annotations

import asyncio
import csv
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median, pstdev

from backend.coaching.analysis import Analysis, Context, Source
from backend.coaching.answer import Answer
from backend.coaching.author.model import ModelAuthor
from backend.coaching.author.ports import Brief, NextMove
from backend.coaching.coach import Coach
from backend.coaching.feedback import Feedback
from backend.coaching.grounding import SecondLook
from backend.coaching.requirements import find_requirements
from backend.coaching.text import written_sentences
from backend.evaluation.figures import correlation
from backend.evaluation.points import DATA, rows
from backend.interview.session import Mode
from backend.llm.ports import ChatModel, Usage
from backend.llm.prompts import PromptBook
from backend.rag.documents import Passage, PassageKind

_PERSONA = "an experienced hiring manager, calm, curious and exact"
_CHECK_S = 2.0
_RATED = "technical_accuracy"


@dataclass(frozen=True, slots=True)
class Case:
    """One answer to be coached. `rated`: the mean of the people who graded it, where people did."""

    name: str
    question: str
    answer: str
    mode: Mode = "behavioral"
    documents: tuple[tuple[PassageKind, str], ...] = ()
    key_points: tuple[str, ...] = ()
    rated: float | None = None


@dataclass(slots=True)
class Told:
    """Everything one author said of the cases."""

    name: str
    kept: Counter[str] = field(default_factory=Counter)
    """Points that reached the candidate, by kind."""
    dropped: Counter[str] = field(default_factory=Counter)
    """What the proof held back, by kind of what was wrong with it."""
    failed: int = 0
    """Cases without a usable reply."""
    first_s: list[float] = field(default_factory=list)
    whole_s: list[float] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    """Of prompt and reply together, second looks included, for each case."""
    scores: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    """Case and dimension -> the scores of every run."""
    agreement: list[tuple[float, float]] = field(default_factory=list)
    """Its score and the people's."""

    @property
    def spread(self) -> float | None:
        """Mean standard deviation of a score over the runs; None where everything was asked once."""
        repeated = [pstdev(found) for found in self.scores.values() if len(found) > 1]
        return mean(repeated) if repeated else None

    def take(self, case: Case, feedback: Feedback | None) -> None:
        if feedback is None:
            self.failed += 1
            return
        for kind, found in (
            ("strengths", feedback.strengths), ("gaps", feedback.gaps), ("errors", feedback.errors),
        ):  # fmt: skip
            self.kept[kind] += len(found)
        self.kept["rewrites"] += bool(feedback.rewrite and feedback.rewrite.text)
        for dimension, score in feedback.scores.items():
            self.scores[case.name, dimension].append(score.score)
            if dimension == _RATED and case.rated is not None:
                self.agreement.append((float(score.score), case.rated))


def own_cases(most: int) -> list[Case]:
    """Answers of many trades with posting and resume: the set that the proof was made on."""
    return [
        Case(
            row["id"], row["question"], row["answer"],
            documents=(("job_description", row["job"]), ("resume", row["resume"])),
        )
        for row in rows(DATA / "seen.jsonl")[:most]
    ]  # fmt: skip


def rated_cases(shared: Path, most: int) -> list[Case]:
    """Short technical answers that two people have graded (Mohler), a random part with a fixed seed; none without the data."""
    path = shared / "interview" / "mohler_short_answers.tsv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        graded = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Case(
            f"graded {n}", row["question"], row["student_answer"], mode="technical",
            key_points=tuple(s.text for s in written_sentences(row["reference_answer"])),
            rated=float(row["score_avg"]),
        )
        for n, row in enumerate(random.Random(11).sample(graded, min(most, len(graded))))
    ]  # fmt: skip


def by_rules(cases: Sequence[Case], coach: Coach, runs: int) -> Told:
    """What the rules say."""
    told = Told("rules")
    for case in [case for case in cases for _ in range(runs)]:
        begun = time.perf_counter()
        feedback = coach.compose(_analysed(case, coach))
        taken = time.perf_counter() - begun
        told.first_s.append(taken)
        told.whole_s.append(taken)
        told.take(case, feedback)
    return told


async def by_model(
    cases: Sequence[Case],
    chat: ChatModel,
    coach: Coach,
    prompts: PromptBook,
    *,
    runs: int,
    short: bool = False,
    say: Callable[[str], object] = lambda line: None,
) -> Told:
    """What the model behind `chat` says, proved and looked at as in an interview. One case at a time. `short`: it is asked
    for less, as a slow one is."""
    told = Told(chat.name)
    look = SecondLook(chat, prompts, _CHECK_S)
    author = ModelAuthor(chat, look, look, short=short, on_dropped=lambda kind: told.dropped.update([kind]))
    analysed: dict[tuple[str, str], Analysis] = {}
    for number, case in enumerate([case for case in cases for _ in range(runs)], start=1):
        used: list[Usage] = []
        if (case.name, case.answer) not in analysed:
            analysed[case.name, case.answer] = await asyncio.to_thread(_analysed, case, coach)
        brief = _brief(case, analysed[case.name, case.answer], prompts, used.append)
        begun = time.perf_counter()
        authored = author.write(brief)
        if await authored.begins(author.whole_s) and authored.has_something:
            told.first_s.append(time.perf_counter() - begun)
        feedback = await authored.feedback
        told.whole_s.append(time.perf_counter() - begun)
        told.tokens.append(sum((u.prompt_tokens or 0) + (u.completion_tokens or 0) for u in used))
        told.take(case, feedback)
        if authored.failure is not None:
            say(f"{number} {case.name}: {authored.failure.code}")
    return told


def _analysed(case: Case, coach: Coach) -> Analysis:
    sources = tuple(Source(kind, kind, kind, text) for kind, text in case.documents)
    passages = tuple(
        Passage(passage_id=kind, document_id=kind, kind=kind, title=kind, text=text, score=1.0, char_start=0,
                char_end=len(text))
        for kind, text in case.documents
    )  # fmt: skip
    context = Context(
        passages=passages,
        sources=sources,
        requirements=tuple(find_requirements(sources, coach.lines)),
        key_points=case.key_points,
    )
    answer = Answer(case.question, case.answer, mode=case.mode)
    return coach.analyse(answer, coach.measure(answer), context)


def _brief(case: Case, analysis: Analysis, prompts: PromptBook, on_usage: Callable[[Usage], None]) -> Brief:
    return Brief(
        analysis=analysis, persona=_PERSONA, prompts=prompts.current(), slot=f"eval {case.name}",
        move=NextMove("What would you do in your first week here?", may_follow_up=True), on_usage=on_usage,
    )  # fmt: skip


def table(authors: Sequence[Told], cases: Sequence[Case], runs: int) -> list[str]:
    """The comparison as lines of markdown, an author a column."""
    graded = sum(case.rated is not None for case in cases)
    kinds = sorted({kind for told in authors for kind in told.dropped})
    figures: list[tuple[str, Callable[[Told], str]]] = [
        *(
            (f"{kind} that reached the candidate", _counted(kind))
            for kind in ("strengths", "gaps", "errors", "rewrites")
        ),
        *((f"held back: {kind}", _held(kind)) for kind in kinds),
        ("cases without a usable reply", lambda t: str(t.failed)),
        ("retest spread of a score (mean standard deviation)", lambda t: _figure(t.spread)),
        ("seconds to the reaction, median", lambda t: _figure(median(t.first_s) if t.first_s else None)),
        ("seconds to the whole, median", lambda t: _figure(median(t.whole_s) if t.whole_s else None)),
        ("tokens of a case, median", lambda t: f"{median(t.tokens):.0f}" if t.tokens else "none"),
        (f"r of {_RATED.replace('_', ' ')} with the graders' mean", _agreed),
    ]
    lines = [
        f"{len(cases) - graded} answers of the own set and {graded} graded short answers (Mohler), each {runs} times, with the",
        "proof and the second look of an interview. Points are counted, not judged: more is not better.",
        "",
        "| | " + " | ".join(told.name for told in authors) + " |",
        "| --- |" + " ---: |" * len(authors),
    ]
    return lines + [f"| {name} | " + " | ".join(of(told) for told in authors) + " |" for name, of in figures]


def _counted(kind: str) -> Callable[[Told], str]:
    return lambda told: str(told.kept[kind])


def _held(kind: str) -> Callable[[Told], str]:
    return lambda told: str(told.dropped[kind])


def _agreed(told: Told) -> str:
    if len(told.agreement) < 3:
        return "not measured"
    if len({score for score, _ in told.agreement}) == 1:
        return f"one score for all {len(told.agreement)}"
    return f"{correlation(told.agreement):.2f} of {len(told.agreement)}"


def _figure(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.2f}"
