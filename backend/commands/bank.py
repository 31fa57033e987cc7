"""`interview-helper bank`: whether the files of the question bank are whole, and its index."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from backend.config import load
from backend.interview.suitable import unsuitable
from backend.jobs.question_lines import QuestionLines, texts_for_index
from backend.jobs.role_packs import FOLDER, GENERAL, BankQuestion, RolePack, RolePackInvalid, RolePacks, built_in_packs
from backend.rag.cosines import cosines
from backend.rag.pack_index import build_pack_index
from backend.rag.ports import Embedder
from backend.wiring import bank_index_folder, make_embedder

bank = typer.Typer(no_args_is_help=True, help="The question bank: check its files, or make its index.")

QUESTIONS, COMPETENCIES, POINTS, MISTAKES, FOLLOW_UPS = 12, (8, 12), (3, 6), (2, 4), 3
ANSWER_WORDS, QUESTION_WORDS = (55, 125), 32
_BATCH = 64
"""Texts per call of the model: nobody waits for a query meanwhile."""
NEAR, MOST_NEAR = 0.85, 0.1
"""Cosine from which two sentences say the same, and the share of a file's that may be so near to another file's."""


@bank.command()
def index() -> None:
    """Make the index of the bank, unless it is there. Takes a minute or two."""
    settings = load()
    packs, lines = built_in_packs(), QuestionLines()
    embedder = make_embedder(settings, batch=_BATCH)
    texts = texts_for_index(packs, lines, embedder)

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "embedding" or done == total:
            typer.echo(f"    question bank: {stage}, {done} of {total}")

    if build_pack_index(bank_index_folder(settings, texts, embedder), texts, embedder, progress):
        typer.echo("==> the question bank is indexed")


@bank.command()
def check(
    folder: Annotated[Path, typer.Option(help="Folder of the role packs.")] = FOLDER,
    near: Annotated[bool, typer.Option(help="Also look for sentences that say the same in two files.")] = True,
) -> None:
    """Say what is malformed, missing or repeated in the files of the bank; exit 1 where anything is."""
    try:
        packs = RolePacks(folder)
    except RolePackInvalid as wrong:
        typer.echo(str(wrong), err=True)
        raise typer.Exit(1) from None
    found = [fault for pack in packs.all() for fault in faults(pack)] + list(_shared_aliases(packs))
    if near:
        found += list(repeated(packs, make_embedder(load(), batch=_BATCH)))
    for fault in found:
        typer.echo(fault)
    questions = sum(len(pack.questions) for pack in packs.all())
    typer.echo(f"{len(packs.names())} files, {questions} questions: {len(found) or 'no'} faults")
    if found:
        raise typer.Exit(1)


def faults(pack: RolePack) -> Iterator[str]:
    """What a file lacks, each in a line. The general file needs an aim, points, a simpler wording and a hint only."""
    whole = pack.name != GENERAL
    if whole and not COMPETENCIES[0] <= len(pack.competencies) <= COMPETENCIES[1]:
        yield f"{pack.name}: {len(pack.competencies)} competencies"
    if len(pack.questions) < QUESTIONS:
        yield f"{pack.name}: {len(pack.questions)} questions"
    aims = Counter(q.aim.casefold() for q in pack.questions)
    for question in pack.questions:
        where = f"{pack.name}: {question.text[:60]!r}:"
        yield from (f"{where} {what}" for what in _lacks(question, whole=whole))
        if aims[question.aim.casefold()] > 1:
            yield f"{where} another question has the same aim"


def _lacks(question: BankQuestion, *, whole: bool) -> Iterator[str]:
    for name in ("topics", "calls", "aim", "simpler", "hint"):
        if not getattr(question, name):
            yield f"no {name}"
    if len(question.text.split()) > QUESTION_WORDS:
        yield f"{len(question.text.split())} words"
    if (topic := unsuitable(question.text)) is not None:
        yield f"asks about {topic}"
    counts = [("points", len(question.points), *POINTS)]
    if whole:
        words = len(question.model_answer.split())
        counts += [
            ("mistakes", len(question.mistakes), *MISTAKES),
            ("follow-ups", len(question.follow_ups), FOLLOW_UPS, 9),
            ("words of the model answer", words, *ANSWER_WORDS),
        ]
        if not any(f.when == "said" for f in question.follow_ups):
            yield "no follow-up on something said"
    yield from (f"{count} {name}" for name, count, least, most in counts if not least <= count <= most)


def _shared_aliases(packs: RolePacks) -> Iterator[str]:
    owner: dict[str, str] = {}
    for pack in packs.all():
        for alias in (pack.title.casefold(), *pack.aliases):
            if owner.setdefault(alias.casefold(), pack.name) != pack.name:
                yield f"{pack.name}: {alias!r} is an alias of {owner[alias.casefold()]} too"


def repeated(packs: RolePacks, embedder: Embedder) -> Iterator[str]:
    """Files of which more than a tenth of the sentences are near to another file's, and questions that are nearly alike."""
    questions = [(pack.name, q.text) for pack in packs.all() for q in pack.questions]
    alike = cosines([t for _, t in questions], [t for _, t in questions], embedder)
    for at, (name, text) in enumerate(questions):
        for other in range(at):
            if alike[at, other] >= NEAR:
                yield f"{name}: {text!r} is like {questions[other][1]!r} of {questions[other][0]}"
    told = [(pack.name, sentence) for pack in packs.all() for sentence in _sentences(pack)]
    owner = np.array([name for name, _ in told])
    vectors = np.array(embedder.embed([sentence for _, sentence in told]), dtype=np.float32)
    for name in packs.names():
        mine, others = vectors[owner == name], vectors[owner != name]
        near = (mine @ others.T).max(axis=1) >= NEAR if len(mine) and len(others) else np.zeros(0)
        if near.sum() > MOST_NEAR * len(mine):
            yield f"{name}: {near.sum()} of {len(mine)} sentences are like sentences of other files"


def _sentences(pack: RolePack) -> Iterator[str]:
    for question in pack.questions:
        yield from (question.text, *question.points, *(m.correction for m in question.mistakes))
        yield from (f.text for f in question.follow_ups)
        yield from (s for s in re.split(r"(?<=[.!?])\s+", question.model_answer) if s)
