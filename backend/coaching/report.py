"""Report: what a whole interview showed (contract section 10), from plain values."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any

from pydantic import BaseModel

from backend.coaching.claims import Checked, Claim, Ledger
from backend.coaching.drills import best_dimension, distinct, weakest_dimension
from backend.coaching.feedback import (
    STAR_PARTS,
    Correction,
    Delivery,
    Dimension,
    Drill,
    Feedback,
    Point,
    Requirement,
    Rewrite,
    Star,
)  # fmt: skip
from backend.coaching.job_fit import FitText, JobFit, find_job_fit
from backend.coaching.rubric import FILLERS_FINE, anchor
from backend.coaching.wording import capitalised, count, joined
from backend.rag.documents import Citation
from backend.rag.ports import Embedder

NAMES: dict[Dimension, str] = {
    "structure": "structure", "relevance": "relevance", "specificity": "concrete detail", "impact": "results",
    "clarity": "clarity", "conciseness": "length", "delivery": "delivery", "technical_accuracy": "technical accuracy",
    "problem_solving": "problem solving", "culture_add": "working with others", "language": "language",
}  # fmt: skip
DISCLAIMER = "Practice feedback, not a hiring prediction."


class Take(BaseModel):
    """One scored answer: the latest take of its question. `at` is ISO 8601."""

    turn_id: str
    question_id: str
    question: str
    competency: str | None = None
    answer: str
    spoken: bool = False
    delivery: Delivery
    star: Star | None = None
    feedback: Feedback
    at: str = ""
    self_rating: int | None = None
    """1-5, given by the candidate before the feedback."""


class MeanScore(BaseModel):
    """Mean over the answers that were scored, one decimal. `trend`: last third minus first third."""

    score: float
    why: str
    trend: float | None = None


class CompetencyReport(BaseModel):
    competency: str
    score: float
    answers: int


class DeliveryReport(BaseModel):
    words_per_minute: float | None
    fillers_per_minute: float | None
    filler_count: int | None
    long_pauses: int | None
    talk_time_s: float | None
    word_count: int
    answers_measured: int
    note: str


class StarCoverage(BaseModel):
    stories: int
    situation: float
    task: float
    action: float
    result: float
    """Part of the stories that tell it, 0..1."""


class BestAnswer(BaseModel):
    turn_id: str
    question: str
    answer: str
    score: float
    why: str


class RewrittenAnswer(BaseModel):
    turn_id: str
    question: str
    rewrite: Rewrite


class ReportPoint(Point):
    """A point of one answer, with the turn its citations belong to."""

    turn_id: str
    evidence: list[Citation]


class ReportCorrection(Correction):
    """A slip, with the turn it was made in."""

    turn_id: str


class RatedAnswer(BaseModel):
    """One answer as its candidate rated it (1-5), the mean measured, and the first minus the second."""

    turn_id: str
    question: str
    self_rating: int
    measured: float
    difference: float


class SelfRatingReport(BaseModel):
    """Means over the answers that were rated."""

    answers: list[RatedAnswer]
    self_rating: float
    measured: float
    difference: float


class Report(BaseModel):
    """The coaching summary of a session."""

    session: dict[str, Any]
    summary: str
    scores: dict[Dimension, MeanScore]
    competencies: list[CompetencyReport]
    delivery: DeliveryReport
    star_coverage: StarCoverage
    strengths: list[ReportPoint]
    gaps: list[ReportPoint]
    best_answer: BestAnswer | None
    rewritten_answers: list[RewrittenAnswer]
    drills: list[Drill]
    job_fit: JobFit
    timeline: list[dict[str, Any]]
    claims: list[Claim] = []
    claims_checked_against: list[Checked] = []
    self_rating: SelfRatingReport | None = None
    corrections: list[ReportCorrection] = []
    """Language practice: each slip once, in the order of the interview."""


def overall(feedback: Feedback) -> float | None:
    """Mean of the scores with equal weights, delivery left out; None when nothing was scored."""
    counted = [s.score for d, s in feedback.scores.items() if d != "delivery"]
    return round(fmean(counted), 1) if counted else None


def build_report(
    session: dict[str, Any],
    takes: Sequence[Take],
    requirements: Sequence[Requirement] = (),
    resumes: Sequence[FitText] = (),
    embedder: Embedder | None = None,
    timeline: Sequence[dict[str, Any]] = (),
    ledger: Ledger | None = None,
) -> Report:
    """Put the report together; `takes` in the order asked, the latest of each question. Works with none at all.

    Deterministic; blocks for one embedding batch at most.
    """
    scores = _scores(takes)
    answers = [FitText(source="answer", document_id=None, title=t.question, text=t.answer) for t in takes]
    return Report(
        session=session,
        summary=_summary(takes, scores),
        scores=scores,
        competencies=_competencies(takes),
        delivery=_delivery(takes),
        star_coverage=_star(takes),
        strengths=_points(takes, "strengths"),
        gaps=_points(takes, "gaps"),
        best_answer=_best(takes),
        rewritten_answers=[
            RewrittenAnswer(turn_id=t.turn_id, question=t.question, rewrite=t.feedback.rewrite)
            for t in takes
            if t.feedback.rewrite.text
        ],
        drills=distinct([t.feedback.drill for t in _weakest_first(takes) if t.feedback.drill]),
        job_fit=find_job_fit(requirements, [*answers, *resumes], embedder),
        timeline=list(timeline),
        claims=ledger.claims if ledger is not None else [],
        claims_checked_against=ledger.checked_against if ledger is not None else [],
        self_rating=self_rating_of(takes),
        corrections=_corrections(takes),
    )


def _corrections(takes: Sequence[Take]) -> list[ReportCorrection]:
    found: dict[tuple[str, str], ReportCorrection] = {}
    for take in takes:
        for item in take.feedback.corrections.items if take.feedback.corrections else ():
            corrected = ReportCorrection(turn_id=take.turn_id, **item.model_dump())
            found.setdefault((item.rule, item.quote.casefold()), corrected)
    return list(found.values())


def self_rating_of(takes: Sequence[Take]) -> SelfRatingReport | None:
    """How the candidate rated the answers, beside the means measured; None where none was rated."""
    rows = [
        RatedAnswer(turn_id=t.turn_id, question=t.question, self_rating=t.self_rating, measured=value,
                    difference=round(t.self_rating - value, 1))
        for t in takes
        if t.self_rating is not None and (value := overall(t.feedback)) is not None
    ]  # fmt: skip
    if not rows:
        return None
    own, measured = fmean(r.self_rating for r in rows), fmean(r.measured for r in rows)
    return SelfRatingReport(
        answers=rows, self_rating=round(own, 1), measured=round(measured, 1), difference=round(own - measured, 1)
    )


def _scores(scored: Sequence[Take]) -> dict[Dimension, MeanScore]:
    found: dict[Dimension, list[int]] = {}
    for turn in scored:
        for dimension, score in turn.feedback.scores.items():
            found.setdefault(dimension, []).append(score.score)
    result: dict[Dimension, MeanScore] = {}
    for dimension, values in found.items():
        mean = round(fmean(values), 1)
        level = max(1, min(5, round(mean)))
        why = (
            f"Mean of {count(len(values), 'answer')} ({', '.join(str(v) for v in values)}). {anchor(dimension, level)}"
        )
        result[dimension] = MeanScore(score=mean, why=why, trend=trend(values))
    return result


def trend(values: Sequence[float]) -> float | None:
    """Mean of the last third minus mean of the first third; None for fewer than three values."""
    if len(values) < 3:
        return None
    third = max(1, len(values) // 3)
    return round(fmean(values[-third:]) - fmean(values[:third]), 1)


def _summary(scored: Sequence[Take], scores: dict[Dimension, MeanScore]) -> str:
    if not scored:
        return f"There was no answer to score yet. {DISCLAIMER}"
    means: dict[Dimension, float] = {d: s.score for d, s in scores.items() if d != "delivery"}
    best, weakest = best_dimension(means), weakest_dimension(means)
    text = f"{capitalised(count(len(scored), 'answer'))} scored."
    if best and weakest and best != weakest and means[best] > means[weakest]:
        text += f" The answers are strongest in {NAMES[best]} ({means[best]}) and have most to gain in {NAMES[weakest]} ({means[weakest]})."
    stories = [t for t in scored if t.star is not None and t.star.reply_kind == "story"]
    without = sum("result" in t.star.missing for t in stories if t.star)
    if without:
        text += f" {capitalised(count(without, 'story'))} {'stops' if without == 1 else 'stop'} before the result."
    return f"{text} {DISCLAIMER}"


def _competencies(scored: Sequence[Take]) -> list[CompetencyReport]:
    found: dict[str, list[float]] = {}
    for turn in scored:
        value = overall(turn.feedback)
        if turn.competency and value is not None:
            found.setdefault(turn.competency, []).append(value)
    return [CompetencyReport(competency=c, score=round(fmean(v), 1), answers=len(v)) for c, v in found.items()]


def _delivery(turns: Sequence[Take]) -> DeliveryReport:
    measured = [t.delivery for t in turns]
    spoken = [d for d in measured if d.talk_time_s]
    talk = sum(d.talk_time_s or 0.0 for d in spoken)
    paced = [d for d in spoken if d.words_per_minute is not None and d.talk_time_s]
    pace_time = sum(d.talk_time_s or 0.0 for d in paced)
    pace = sum((d.words_per_minute or 0.0) * (d.talk_time_s or 0.0) for d in paced) / pace_time if pace_time else None
    per_minute = None
    heard = [d for d in spoken if d.filler_count is not None]
    heard_time = sum(d.talk_time_s or 0.0 for d in heard)
    if heard_time >= 20:
        per_minute = round(sum(d.filler_count or 0 for d in heard) / (heard_time / 60), 1)
    note = "Nothing was spoken, so pace, pauses and fillers are not measured."
    if spoken:
        note = f"Measured on {count(len(spoken), 'spoken answer')}. Recognition leaves out many fillers, so their number is a lower bound; up to {FILLERS_FINE:.0f} a minute do no harm."
    return DeliveryReport(
        words_per_minute=None if pace is None else round(pace, 1),
        fillers_per_minute=per_minute,
        filler_count=sum(d.filler_count or 0 for d in heard) if heard else None,
        long_pauses=sum(d.pauses.count for d in spoken if d.pauses) if any(d.pauses for d in spoken) else None,
        talk_time_s=round(talk, 1) if spoken else None,
        word_count=sum(d.word_count for d in measured),
        answers_measured=len(spoken),
        note=note,
    )


def _star(scored: Sequence[Take]) -> StarCoverage:
    stars = [t.star for t in scored if t.star is not None]
    told = {p: (sum(p not in s.missing for s in stars) / len(stars) if stars else 0.0) for p in STAR_PARTS}
    return StarCoverage(stories=len(stars), **{p: round(v, 2) for p, v in told.items()})


def _points(scored: Sequence[Take], which: str) -> list[ReportPoint]:
    """At most one point of each answer, five in all; strengths from the best answers, gaps from the weakest."""
    ordered = _weakest_first(scored) if which == "gaps" else list(reversed(_weakest_first(scored)))
    found: list[ReportPoint] = []
    for turn in ordered:
        points = turn.feedback.gaps if which == "gaps" else turn.feedback.strengths
        for point in points[:1]:
            evidence = [c for c in turn.feedback.citations if c.citation_id in point.citations]
            found.append(
                ReportPoint(text=point.text, citations=point.citations, turn_id=turn.turn_id, evidence=evidence)
            )
    return found[:5]


def _weakest_first(scored: Sequence[Take]) -> list[Take]:
    return sorted(scored, key=lambda t: overall(t.feedback) or 0.0)


def _best(scored: Sequence[Take]) -> BestAnswer | None:
    rated = [(value, t) for t in scored if (value := overall(t.feedback)) is not None]
    if not rated:
        return None
    value, turn = max(rated, key=lambda r: r[0])
    top = [NAMES[d] for d, s in turn.feedback.scores.items() if s.score >= 4 and d != "delivery"][:3]
    why = f"The highest mean score ({value})" + (f", with {joined(top)} at four or more." if top else ".")
    return BestAnswer(turn_id=turn.turn_id, question=turn.question, answer=turn.answer, score=value, why=why)
