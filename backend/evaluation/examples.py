"""Example interviews: scripted candidates against real documents, as transcripts to be read by people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from backend.coaching.analysis import Source
from backend.coaching.coach import Coach
from backend.coaching.feedback import Feedback, Point
from backend.evaluation.candidate import Exchange, play
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
        chosen = fits or next((a for a in left if not a.get("when")), None)
        if chosen is None:
            return "I don't know"
        left.remove(chosen)
        return " ".join(chosen["say"].split())

    return say


async def transcript(script: dict[str, Any], sources: Sequence[Source], coach: Coach, interviewer: Interviewer) -> str:
    """One whole interview as markdown."""
    plan = SessionPlan.model_validate(script["plan"])
    played = await play(coach, interviewer, plan, sources, fitting(script["answers"]))
    kinds = {"job_description": "a posting", "resume": "a resume"}
    documents = " and ".join(kinds[s.kind] for s in sources) or "none, the questions come from the question bank"
    return written(script["title"], _BY_RULES, documents, played.exchanges)


_BY_RULES = "a scripted candidate, the real interviewer and coach, no language model."


def written(title: str, how: str, documents: str, exchanges: Sequence[Exchange]) -> str:
    """The transcript with what the coach says aloud, the summary, the points, the scores and the sources.

    `how`: who has said all this; it stands at the top.
    """
    lines = [f"# {title}", "", f"Written by `interview-helper examples`: {how}", f"Documents: {documents}."]
    for exchange in exchanges:
        lines += ["", f"## {exchange.question.number}. {exchange.question.text}", ""]
        by = f", asked by {exchange.question.asked_by}" if exchange.question.asked_by else ""
        lines += [f"*{exchange.question.stage}, {exchange.question.kind}{by}*{_asked_from(exchange.question)}", ""]
        lines += [f"**Candidate:** {exchange.answer}", "", *_feedback(exchange)]
    return "\n".join(lines) + "\n"


def _asked_from(question: Question) -> str:
    """The lines of the posting and the resume that stand beside the question, and the file of the bank it is from."""
    bank = [f" — from the question bank: {c.title}" for c in question.citations if c.source == "role_pack"]
    lines = [c for c in question.citations if c.source != "role_pack"]
    return "".join([*(f" — beside it, from {c.title}: “{' '.join(c.quote.split())}”" for c in lines), *bank])


def _feedback(exchange: Exchange) -> list[str]:
    f = exchange.feedback
    lines = [f"**Interviewer:** {exchange.reaction}", ""] if exchange.reaction else []
    lines += [f"**Coach:** {f.summary}", ""] if f.summary != exchange.reaction else []
    if not f.scored:
        return lines[:-1]
    most = None if f.author == "model" else 1  # an author's points are few, and each is its own
    lines += [*(f"- strength: {p.text}{_resting_on(p, f)}" for p in f.strengths[:most])]
    lines += [f"- fix: {p.text}{_resting_on(p, f)}" for p in f.gaps[:most]]
    lines += [f"- check this: “{e.quote}” — {e.correction}" for e in f.errors]
    if f.author == "rules" and f.reference is not None:
        lines += [f"- tick what you said: {point.text}" for point in f.reference.points]
    lines += [f"- drill: {f.drill.title}. {f.drill.instruction}"] if f.drill is not None else []
    lines += ["", "| | score | why |", "| --- | ---: | --- |"] if f.scores else []
    lines += [f"| {name.replace('_', ' ')} | {score.score} | {score.why} |" for name, score in f.scores.items()]
    if f.author == "model" and f.rewrite is not None and f.rewrite.text:
        lines += ["", f"**In your own words:** {f.rewrite.text}"]
    return lines


def _resting_on(point: Point, feedback: Feedback) -> str:
    """Which words of a document an author's point rests on."""
    if feedback.author != "model":
        return ""
    cited = [c for c in feedback.citations if c.citation_id in point.citations and c.source != "answer"]
    return "".join(f" ({c.title}: “{c.quote}”)" for c in cited)
