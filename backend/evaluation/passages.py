"""Passages: whether the prompt of a turn holds the words that a person would want beside the question."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from backend.coaching.analysis import Context, Source
from backend.coaching.answer import Answer
from backend.coaching.author.briefing import REMOTE, prompt
from backend.coaching.author.ports import NextMove
from backend.coaching.coach import Coach
from backend.coaching.requirements import find_requirements
from backend.evaluation.figures import Absent, Report, mean, measured
from backend.interview.briefing import make_brief
from backend.interview.modes import InterviewData
from backend.interview.question import Question
from backend.interview.session import Session, SessionPlan
from backend.interview.turn import Finder, find_passages
from backend.llm.prompts import PromptBook
from backend.rag.documents import Document, DocumentKind, Passage
from backend.rag.index import open_index
from backend.rag.ports import Embedder
from backend.rag.readers import Reader, ReadLimits

AREA = "Passages"
SAMPLE = Path(__file__).parents[1] / "tests" / "sample"
_CASES = Path(__file__).parent / "data" / "passages.yaml"
_OWNER = "evaluation"
_WANTED = ">= 0.9"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its answer over the documents of one interview. `want`: words of a passage; one is enough."""

    question: str
    answer: str
    want: tuple[str, ...]
    role: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the prompt of a turn held."""

    asked: Asked
    found: bool
    """Retrieval has found a passage with the words."""
    among_passages: bool
    """The words stand among the prompt's passages."""
    in_prompt: bool
    """They stand anywhere in it."""


async def cases(name: str, folder: Path) -> list[Asked]:
    """The cases over the documents in `folder`, read as uploads are. Raises `FileNotFoundError` where one is not there."""
    reader, read = Reader(), dict[str, Document]()
    found: list[Asked] = []
    for group in yaml.safe_load(_CASES.read_text(encoding="utf-8"))[name]:
        for file in group["documents"]:
            if file not in read:
                read[file] = await _document(folder / file, reader)
        documents = tuple(read[file] for file in group["documents"])
        found += [Asked(a["question"], a["answer"], tuple(a["want"]), group["role"], documents) for a in group["ask"]]
    return found


async def _document(path: Path, reader: Reader) -> Document:
    data = await asyncio.to_thread(path.read_bytes)
    kind: DocumentKind = "resume" if path.name.startswith("resume") else "job_description"
    text = (await reader.read(data, path.name, None, ReadLimits())).text
    digest = hashlib.sha256(data).hexdigest()
    return Document(
        document_id=path.stem, owner_id=_OWNER, kind=kind, title=path.stem, mime="", sha256=digest, text=text
    )


async def shown(asked: Sequence[Asked], work: Path, embedder: Embedder, prompts: PromptBook) -> list[Shown]:
    """Index the documents in `work`, and make the prompt of one turn for each case as the product does."""
    index = open_index(embedder, folder=work)
    meaning = Coach(embedder)
    try:
        for document in {d.document_id: d for one in asked for d in one.documents}.values():
            await index.add(document)
        return [await _shown(one, index, meaning, prompts) for one in asked]
    finally:
        await index.close()


async def _shown(asked: Asked, finder: Finder, coach: Coach, prompts: PromptBook) -> Shown:
    session = _session(asked)
    passages = await find_passages(finder, session, session.question, asked.answer)
    sources = tuple(Source(d.document_id, d.kind, d.title, d.text) for d in asked.documents)
    answer = Answer(asked.question, asked.answer)
    context = Context(
        passages=tuple(passages), sources=sources, requirements=tuple(find_requirements(sources, coach.lines)),
    )  # fmt: skip
    analysis = coach.analyse(answer, coach.measure(answer), context)
    brief = make_brief(
        session, [], analysis, NextMove("What would you do first here?", may_follow_up=True),
        data=InterviewData(), prompts=prompts.current(),
    )  # fmt: skip
    facts = prompt(brief, REMOTE, private=True)[1].content
    among = facts.partition("<passages>")[2].partition("</passages>")[0]
    return Shown(asked, _holds(passages, asked.want), _has(among, asked.want), _has(facts, asked.want))


def _session(asked: Asked) -> Session:
    question = Question(question_id="q", number=1, total=1, text=asked.question, kind="main", stage="experience")
    plan = SessionPlan(role=asked.role, document_ids=[d.document_id for d in asked.documents])
    made: dict[str, Any] = dict.fromkeys(("created_at", "updated_at", "expires_at"), "")
    return Session(session_id="evaluation", owner_id=_OWNER, plan=plan, stage="experience", question=question, **made)


def _holds(passages: Sequence[Passage], want: Sequence[str]) -> bool:
    return any(_has(p.text, want) for p in passages)


def _has(text: str, want: Sequence[str]) -> bool:
    """Whether one of the wanted words stands in the text, however its lines are broken."""
    plain = _plain(text)
    return any(_plain(words) in plain for words in want)


def _plain(text: str) -> str:
    return " ".join(text.replace(" / ", " ").replace("\u2019", "'").split()).casefold()


async def evaluate_passages(report: Report, shared: Path, work: Path, embedder: Embedder, prompts: PromptBook) -> None:
    """Thirty cases over the shared documents; where they are not here, those over the sample of this repository."""
    documents = shared / "documents"
    name, folder = ("shared", documents) if documents.exists() else ("sample", SAMPLE)
    if name == "sample":
        report.absent.append(Absent(AREA, "documents/*, so the sample's documents were searched"))
    seen = await shown(await cases(name, folder), work, embedder, prompts)
    data = f"own questions over {'real' if name == 'shared' else 'sample'} documents"
    for what, values, wanted in (
        ("the wanted words stand in the prompt", [s.in_prompt for s in seen], _WANTED),
        ("they stand among its passages", [s.among_passages for s in seen], ""),
        ("retrieval has found them", [s.found for s in seen], ""),
    ):
        figure = measured(AREA, what, [float(v) for v in values], mean, data=data, of="questions", wanted=wanted)
        report.figures.append(figure)
    report.notes += [
        f"passages: not in the prompt: {s.asked.question} ({s.asked.role})" for s in seen if not s.in_prompt
    ]
