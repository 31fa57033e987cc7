"""Progress: how scores and delivery move from one interview to the next (contract section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import fmean
from typing import Any

from pydantic import BaseModel

from backend.coaching.drills import best_dimension, drill_for_dimension, weakest_dimension
from backend.coaching.feedback import Dimension, Drill
from backend.coaching.report import DeliveryReport, Report, Take, build_report, trend


class PracticedSession(BaseModel):
    """One interview with at least one scored answer. `at` is ISO 8601 in UTC."""

    session_id: str
    at: str
    mode: str
    takes: list[Take]

    @property
    def day(self) -> date:
        return date.fromisoformat(self.at[:10])


class SessionProgress(BaseModel):
    session_id: str
    at: str
    mode: str
    overall: float | None
    scores: dict[Dimension, float]
    answers: int


class CompetencyScore(BaseModel):
    at: str
    score: float


class CompetencyTrend(BaseModel):
    competency: str
    scores: list[CompetencyScore]
    trend: float | None


class DeliveryAt(DeliveryReport):
    at: str


class Streaks(BaseModel):
    """Days in a row with at least one scored answer; `current` still counts when today is not over yet."""

    current: int
    longest: int


class SelfRatingAt(BaseModel):
    """One interview's mean self-rating beside the mean measured on the same answers, and the first minus the second."""

    session_id: str
    at: str
    self_rating: float
    measured: float
    difference: float
    answers: int


class Progress(BaseModel):
    sessions: list[SessionProgress]
    competencies: list[CompetencyTrend]
    delivery: list[DeliveryAt]
    streaks: Streaks
    best_dimension: Dimension | None
    weakest_dimension: Dimension | None
    dimensions: dict[Dimension, float]
    """Means over the last five sessions."""
    next_drill: Drill | None
    self_ratings: list[SelfRatingAt] = []
    """Interviews in which answers were rated by the candidate, oldest first."""


def build_progress(sessions: Sequence[PracticedSession], today: date) -> dict[str, Any]:
    """Progress as plain data, oldest session first."""
    ordered = sorted(sessions, key=lambda s: s.at)
    reports = [build_report({}, s.takes) for s in ordered]
    rows = [_row(s, r) for s, r in zip(ordered, reports, strict=True)]
    recent = _recent_means(rows)
    weakest = weakest_dimension(recent)
    question = ordered[-1].takes[-1].question if ordered and ordered[-1].takes else ""
    progress = Progress(
        sessions=rows,
        competencies=_competencies(ordered, reports),
        delivery=[DeliveryAt(at=s.at, **r.delivery.model_dump()) for s, r in zip(ordered, reports, strict=True)],
        streaks=streaks([s.day for s in ordered], today),
        best_dimension=best_dimension(recent),
        weakest_dimension=weakest,
        dimensions=recent,
        next_drill=drill_for_dimension(weakest, question) if weakest and question else None,
        self_ratings=_self_ratings(ordered, reports),
    )
    return progress.model_dump(mode="json")


def _self_ratings(ordered: Sequence[PracticedSession], reports: Sequence[Report]) -> list[SelfRatingAt]:
    return [
        SelfRatingAt(
            session_id=session.session_id,
            at=session.at,
            answers=len(rated.answers),
            **rated.model_dump(include={"self_rating", "measured", "difference"}),
        )
        for session, report in zip(ordered, reports, strict=True)
        if (rated := report.self_rating) is not None
    ]


def _row(session: PracticedSession, report: Report) -> SessionProgress:
    scores = {d: s.score for d, s in report.scores.items()}
    counted = [v for d, v in scores.items() if d != "delivery"]
    return SessionProgress(
        session_id=session.session_id,
        at=session.at,
        mode=session.mode,
        overall=round(fmean(counted), 1) if counted else None,
        scores=scores,
        answers=len(session.takes),
    )


def _recent_means(sessions: Sequence[SessionProgress], last: int = 5) -> dict[Dimension, float]:
    values: dict[Dimension, list[float]] = {}
    for session in [s for s in sessions if s.scores][-last:]:
        for dimension, score in session.scores.items():
            if dimension != "delivery":
                values.setdefault(dimension, []).append(score)
    return {d: round(fmean(v), 2) for d, v in values.items()}


def _competencies(ordered: Sequence[PracticedSession], reports: Sequence[Report]) -> list[CompetencyTrend]:
    values: dict[str, list[CompetencyScore]] = {}
    for session, report in zip(ordered, reports, strict=True):
        for entry in report.competencies:
            values.setdefault(entry.competency, []).append(CompetencyScore(at=session.at, score=entry.score))
    return [CompetencyTrend(competency=c, scores=v, trend=trend([s.score for s in v])) for c, v in values.items()]


def streaks(days: Sequence[date], today: date) -> Streaks:
    """Streaks over distinct days; a streak that ended yesterday is still current."""
    distinct = sorted(set(days))
    longest = run = 0
    before: date | None = None
    for day in distinct:
        run = run + 1 if before is not None and day - before == timedelta(days=1) else 1
        longest = max(longest, run)
        before = day
    alive = before is not None and today - before <= timedelta(days=1)
    return Streaks(current=run if alive else 0, longest=longest)
