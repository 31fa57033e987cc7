"""The coaching summary of a whole interview (contract section 10), from plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean
from typing import Any, Literal

from pydantic import BaseModel

from backend.coaching.drills import drill_for
from backend.coaching.feedback import STAR_PARTS, Delivery, Dimension, Drill, Feedback, Point, Requirement, Star, StarPart
from backend.coaching.job_fit import FitText, JobFit, job_fit
from backend.coaching.rubric import anchors
from backend.rag.documents import Citation
from backend.rag.ports import Embedder


class Take(BaseModel):
    """One scored answer: the latest take of its question."""

    turn_id: str
    question_id: str
    question: str
    competency: str | None
    answer: str
    spoken: bool
    delivery: Delivery
    star: Star | None
    feedback: Feedback
    at: str


class ReportScore(BaseModel):
    score: float
    """Mean of the answers' scores, one decimal."""
    why: str
    trend: Literal["up", "down", "steady"] | None = None
    per_answer: list[int] = []


class ReportPoint(Point):
    """A point with its quotes, so that the report stands alone."""

    turn_id: str
    quotes: list[Citation] = []


class Report(BaseModel):
    session: dict[str, Any]
    summary: str
    scores: dict[Dimension, ReportScore]
    competencies: list[dict[str, Any]]
    delivery: dict[str, Any]
    star_coverage: dict[StarPart, float]
    strengths: list[ReportPoint]
    gaps: list[ReportPoint]
    best_answer: dict[str, Any] | None
    rewritten_answers: list[dict[str, Any]]
    drills: list[Drill]
    job_fit: JobFit
    timeline: list[dict[str, Any]]


def build_report(
    session: dict[str, Any],
    takes: Sequence[Take],
    requirements: Sequence[Requirement],
    resumes: Sequence[FitText],
    embedder: Embedder | None,
    timeline: list[dict[str, Any]],
) -> Report:
    """`takes` in the order asked. Works with none: everything is then open."""
    scores = _scores(takes)
    answers = [FitText(source="answer", document_id=None, title=t.question, text=t.answer) for t in takes]
    best = max(takes, key=_mean, default=None)
    drills = [d for t in takes if (d := drill_for(t.star.missing if t.star else [], t.feedback.scores))]
    common = Counter(d.title for d in drills)
    return Report(
        session=session,
        summary=_summary(takes, scores),
        scores=scores,
        competencies=_competencies(takes),
        delivery=_delivery(takes),
        star_coverage=_coverage(takes),
        strengths=_points(takes, "strengths"),
        gaps=_points(takes, "gaps"),
        best_answer=_best(best),
        rewritten_answers=[
            {"turn_id": t.turn_id, "question": t.question, "rewrite": t.feedback.rewrite.model_dump()} for t in takes
        ],
        drills=sorted({d.title: d for d in drills}.values(), key=lambda d: -common[d.title])[:3],
        job_fit=job_fit(requirements, [*answers, *resumes], embedder),
        timeline=timeline,
    )


def _mean(take: Take) -> float:
    """Equal weights; delivery is reported and not scored into it."""
    values = [s.score for name, s in take.feedback.scores.items() if name != "delivery"]
    return fmean(values) if values else 0.0


def _scores(takes: Sequence[Take]) -> dict[Dimension, ReportScore]:
    gathered: dict[Dimension, list[tuple[int, str]]] = {}
    for take in takes:
        for name, score in take.feedback.scores.items():
            gathered.setdefault(name, []).append((score.score, score.why))
    return {
        name: ReportScore(
            score=round(fmean(s for s, _ in found), 1),
            why=min(found, key=lambda f: f[0])[1],
            trend=_trend([s for s, _ in found]),
            per_answer=[s for s, _ in found],
        )
        for name, found in gathered.items()
    }


def _trend(values: Sequence[int]) -> Literal["up", "down", "steady"] | None:
    if len(values) < 2:
        return None
    half = len(values) // 2
    change = fmean(values[-half:]) - fmean(values[:half])
    return "up" if change >= 0.5 else "down" if change <= -0.5 else "steady"


def _summary(takes: Sequence[Take], scores: dict[Dimension, ReportScore]) -> str:
    if not takes:
        return "No answer has been scored yet, so there is nothing to sum up. Answer a question to begin."
    judged = {name: s for name, s in scores.items() if name != "delivery"}
    best = max(judged, key=lambda n: judged[n].score)
    worst = min(judged, key=lambda n: judged[n].score)
    count = f"{len(takes)} answer{'s' if len(takes) > 1 else ''} scored."
    if judged[best].score == judged[worst].score:
        return f"{count} All dimensions stand at {judged[best].score}; the next step is the first drill below."
    return (
        f"{count} The strongest dimension is {anchors()[best]['title'].lower()} ({judged[best].score} of 5), "
        f"the weakest is {anchors()[worst]['title'].lower()} ({judged[worst].score}). {judged[worst].why}"
    )


def _competencies(takes: Sequence[Take]) -> list[dict[str, Any]]:
    gathered: dict[str, list[float]] = {}
    for take in takes:
        if take.competency:
            gathered.setdefault(take.competency, []).append(_mean(take))
    return [{"competency": c, "score": round(fmean(v), 1), "answers": len(v)} for c, v in gathered.items()]


def _delivery(takes: Sequence[Take]) -> dict[str, Any]:
    spoken = [t.delivery for t in takes if t.spoken]
    pace = [d.words_per_minute for d in spoken if d.words_per_minute is not None]
    fillers = [d.fillers_per_minute for d in spoken if d.fillers_per_minute is not None]
    talk = [d.talk_time_s for d in spoken if d.talk_time_s is not None]
    return {
        "spoken_answers": len(spoken),
        "words_per_minute": round(fmean(pace), 1) if pace else None,
        "fillers_per_minute": round(fmean(fillers), 1) if fillers else None,
        "filler_count": sum(d.filler_count or 0 for d in spoken) if spoken else None,
        "talk_time_s": round(sum(talk), 1) if talk else None,
        "long_pauses": sum(d.pauses.count for d in spoken if d.pauses) if spoken else None,
        "word_count": sum(t.delivery.word_count for t in takes),
    }


def _coverage(takes: Sequence[Take]) -> dict[StarPart, float]:
    """Share of the stories in which each part could be heard, 0..1."""
    stories = [t.star for t in takes if t.star is not None]
    return {p: round(fmean(getattr(s, p).present for s in stories), 2) if stories else 0.0 for p in STAR_PARTS}


def _points(takes: Sequence[Take], which: Literal["strengths", "gaps"]) -> list[ReportPoint]:
    """Each text once, the most frequent first, with the quotes of its first answer."""
    found: dict[str, ReportPoint] = {}
    times: Counter[str] = Counter()
    for take in takes:
        by_id = {c.citation_id: c for c in take.feedback.citations}
        for point in getattr(take.feedback, which)[:2]:
            times[point.text] += 1
            quotes = [by_id[c] for c in point.citations if c in by_id]
            found.setdefault(
                point.text,
                ReportPoint(text=point.text, citations=point.citations, turn_id=take.turn_id, quotes=quotes),
            )
    return sorted(found.values(), key=lambda p: -times[p.text])[:4]


def _best(take: Take | None) -> dict[str, Any] | None:
    if take is None:
        return None
    return {"turn_id": take.turn_id, "question": take.question, "answer": take.answer, "score": round(_mean(take), 1)}
