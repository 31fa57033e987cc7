"""Example interviews: scripted candidates against real documents, as transcripts to be read by people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from backend.coaching.analysis import Source
from backend.coaching.coach import Coach
from backend.evaluation.candidate import Exchange, Played, play
from backend.interview.question import Question
from backend.interview.questions import Interviewer
from backend.interview.session import SessionPlan

_SCRIPTS = Path(__file__).parent / "data" / "example_interviews.yaml"


def scripts() -> list[dict[str, Any]]:
    """The interviews: name, title, plan, job and answers."""
    found: list[dict[str, Any]] = yaml.safe_load(_SCRIPTS.read_text(encoding="utf-8"))
    return found


def fitting(answers: list[dict[str, Any]]) -> Callable[[Question], str]:
    """Gives each answer once: the first whose words the question holds, else the next that needs none."""
    left = list(answers)

    def say(question: Question) -> str:
        low = question.text.casefold()
        fits = next((a for a in left if any(w.casefold() in low for w in a.get("when", ()))), None)
        chosen = fits or next((a for a in left if "when" not in a), None)
        if chosen is None:
            return "I don't know"
        left.remove(chosen)
        return " ".join(chosen["say"].split())

    return say


async def transcript(script: dict[str, Any], job: Source | None, coach: Coach, interviewer: Interviewer) -> str:
    """One whole interview as markdown."""
    sources = [job] if job is not None else []
    plan = SessionPlan.model_validate(script["plan"])
    played = await play(coach, interviewer, plan, sources, fitting(script["answers"]))
    return written(script, played, job)


def written(script: dict[str, Any], played: Played, job: Source | None) -> str:
    """The transcript with what the coach says aloud, the summary, the points, the scores and the sources."""
    lines = [
        f"# {script['title']}",
        "",
        "Written by `interview-helper examples`: a scripted candidate, the real interviewer and coach, no language model.",
        f"Documents: {job.title if job is not None else 'none, the questions come from the role pack'}.",
    ]
    for exchange in played.exchanges:
        lines += ["", f"## {exchange.question.number}. {exchange.question.text}", ""]
        lines += [f"*{exchange.question.stage}, {exchange.question.kind}*{_asked_from(exchange.question)}", ""]
        lines += [f"**Candidate:** {exchange.answer}", "", *_feedback(exchange)]
    return "\n".join(lines) + "\n"


def _asked_from(question: Question) -> str:
    return "".join(f" — from {c.title}: “{c.quote}”" for c in question.citations[:1])


def _feedback(exchange: Exchange) -> list[str]:
    f = exchange.feedback
    lines = [f"**Interviewer:** {exchange.reaction}", ""] if exchange.reaction else []
    lines += [f"**Coach:** {f.summary}"]
    if not f.scored:
        return lines
    lines += ["", *(f"- strength: {p.text}" for p in f.strengths[:1]), *(f"- fix: {p.text}" for p in f.gaps[:1])]
    lines += [f"- drill: {f.drill.title}. {f.drill.instruction}"] if f.drill is not None else []
    lines += ["", "| | score | why |", "| --- | ---: | --- |"]
    lines += [f"| {name.replace('_', ' ')} | {score.score} | {score.why} |" for name, score in f.scores.items()]
    return lines
