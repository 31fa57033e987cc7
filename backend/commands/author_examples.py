"""The example interviews whose author is a script: played over HTTP through a product of our own."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.coaching.feedback import Feedback
from backend.commands.client import Client
from backend.commands.running import own_server
from backend.config import ROOT
from backend.evaluation.candidate import Exchange
from backend.evaluation.examples import fitting, written
from backend.interview.question import Question
from backend.llm.scripted_replies import FromFile, script
from backend.llm.scripted_service import ScriptedService

REPLIES = ROOT / "backend" / "evaluation" / "data" / "author_interviews.jsonl"
_HOW = (
    "a scripted candidate, the real product over HTTP,\nand a scripted author behind `LLM_URL`. Replayed by a script: it shows "
    "the path, not a model. The replies were written by\nhand, with two false items among each; the proof and the replayed second "
    "looks have dropped what was false.\n"
)
_QUESTIONS = 4
_PLANNED_S = 20.0
_FAST = {"ASR": "scripted", "TTS": "tone", "COACH_AUTHOR": "model", "LLM_MODEL": "scripted", "LOG_LEVEL": "warning"}


@dataclass(frozen=True, slots=True)
class AuthorScript:
    """One interview: its documents, and the candidate's answers with the replies to them."""

    name: str
    title: str
    mode: str
    job: str
    resume: str
    answers: tuple[dict[str, Any], ...]

    @property
    def false_texts(self) -> list[str]:
        """What stands among the true items of the replies, and must not be shown."""
        return [false["item"]["text"] for answer in self.answers for false in answer["false_items"]]


def author_scripts() -> list[AuthorScript]:
    """The interviews, in the order of the file."""
    rows = [json.loads(line) for line in REPLIES.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        AuthorScript(
            head["interview"], head["title"], head["mode"], head["job"], head["resume"],
            tuple(row for row in rows if row.get("interview") == head["interview"] and "answer" in row),
        )
        for head in rows
        if "title" in head
    ]  # fmt: skip


def run(folder: Path, **env: str) -> Iterator[str]:
    """Play them all and write a page each; yields a line about each. `env`: settings of the product besides."""
    for name, text in asyncio.run(_pages(env)).items():
        page = folder / f"{name}-author.md"
        page.write_text(text, encoding="utf-8")
        yield f"wrote {page}"


async def _pages(env: dict[str, str]) -> dict[str, str]:
    service = ScriptedService(script=script(FromFile.read(REPLIES, with_false=True), first_token_s=0.1))
    async with service.running():
        return await asyncio.to_thread(_played, {**_FAST, **env, "LLM_URL": service.url})


def _played(env: dict[str, str]) -> dict[str, str]:
    pages = {}
    with own_server(env) as base_url:
        for one in author_scripts():
            with Client(base_url) as client:
                pages[one.name] = _page(one, client)
    return pages


def _page(one: AuthorScript, client: Client) -> str:
    documents = [_upload(client, kind, text) for kind, text in (("job_description", one.job), ("resume", one.resume))]
    plan = {"mode": one.mode, "question_count": _QUESTIONS, "document_ids": documents, "voice": False}
    session = _planned(client, plan)
    question: dict[str, Any] | None = session["question"]
    say = fitting([{"say": a["answer"], "when": a["when"]} for a in one.answers])
    exchanges: list[Exchange] = []
    while question is not None and len(exchanges) < 2 * _QUESTIONS:
        asked = Question.model_validate(question)
        answer = say(asked)
        told = {e.name: e.data for e in client.turn(session["session_id"], text=answer)}
        feedback = Feedback.model_validate(told["feedback.final"])
        reaction = feedback.summary if feedback.author == "model" else ""
        exchanges.append(Exchange(asked, answer, reaction, feedback))
        question = told["question.final"]["question"] if "question.final" in told else None
    return written(one.title, _HOW, "a posting and a resume, written for this", exchanges)


def _planned(client: Client, plan: dict[str, Any]) -> dict[str, Any]:
    """A session that opens with the author's own question: the plan is made once for the same documents."""
    first = client.start(**plan)
    deadline = time.monotonic() + _PLANNED_S
    while time.monotonic() < deadline:
        session = client.start(**plan)
        if session["question"]["text"] != first["question"]["text"]:
            return session
        time.sleep(0.5)
    return first


def _upload(client: Client, kind: str, text: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("resume.txt" if kind == "resume" else "posting.txt")
        path.write_text(text, encoding="utf-8")
        return str(client.upload(kind, path)["document_id"])
