"""Progress: how scores and delivery move from one interview to the next (contract section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

from pydantic import BaseModel

from backend.coaching.drills import best_dimension, drill_for_dimension, weakest_dimension
from backend.coaching.feedback import Dimension, Drill
from backend.coaching.report import Report, trend


@dataclass(frozen=True, slots=True)
class SessionResult:
    """One session with its report. `finished_on` is the day (UTC) of the last answer."""

    session_id: str
    mode: str
    role: str | None
    finished_on: date
    report: Report


class SessionProgress(BaseModel):
    session_id: str
    mode: str
    role: str | None
    day: str
    overall: float | None
    scores: dict[Dimension, float]
    answers: int


class CompetencyTrend(BaseModel):
    competency: str
    scores: list[float]
    trend: float | None


class DeliveryTrend(BaseModel):
    days: list[str]
    words_per_minute: list[float | None]
    fillers_per_minute: list[float | None]


class Streaks(BaseModel):
    """Days in a row with at least one scored answer; `current` still counts when today is not over yet."""

    current: int
    longest: int


class Progress(BaseModel):
    sessions: list[SessionProgress]
    competencies: list[CompetencyTrend]
    delivery: DeliveryTrend
    streaks: Streaks
    best_dimension: Dimension | None
    weakest_dimension: Dimension | None
    suggested_drill: Drill | None


def build_progress(results: Sequence[SessionResult], today: date) -> Progress:
    """Oldest session first. Sessions without a scored answer are left out of scores and streaks."""
    ordered = sorted(results, key=lambda r: (r.finished_on, r.session_id))
    sessions = [_session(r) for r in ordered]
    recent = _recent_means(sessions)
    weakest = weakest_dimension(recent)
    question = next((e.question for r in reversed(ordered) for e in r.report.timeline if e.scored), "")
    return Progress(
        sessions=sessions,
        competencies=_competencies(ordered),
        delivery=DeliveryTrend(
            days=[r.finished_on.isoformat() for r in ordered],
            words_per_minute=[r.report.delivery.words_per_minute for r in ordered],
            fillers_per_minute=[r.report.delivery.fillers_per_minute for r in ordered],
        ),
        streaks=streaks([r.finished_on for r in ordered if r.report.scores], today),
        best_dimension=best_dimension(recent),
        weakest_dimension=weakest,
        suggested_drill=drill_for_dimension(weakest, question) if weakest and question else None,
    )


def _session(result: SessionResult) -> SessionProgress:
    scores = {d: s.score for d, s in result.report.scores.items()}
    counted = [v for d, v in scores.items() if d != "delivery"]
    return SessionProgress(
        session_id=result.session_id,
        mode=result.mode,
        role=result.role,
        day=result.finished_on.isoformat(),
        overall=round(fmean(counted), 1) if counted else None,
        scores=scores,
        answers=sum(e.scored for e in result.report.timeline),
    )


def _recent_means(sessions: Sequence[SessionProgress], last: int = 5) -> dict[Dimension, float]:
    values: dict[Dimension, list[float]] = {}
    for session in [s for s in sessions if s.scores][-last:]:
        for dimension, score in session.scores.items():
            if dimension != "delivery":
                values.setdefault(dimension, []).append(score)
    return {d: round(fmean(v), 2) for d, v in values.items()}


def _competencies(ordered: Sequence[SessionResult]) -> list[CompetencyTrend]:
    values: dict[str, list[float]] = {}
    for result in ordered:
        for entry in result.report.competencies:
            values.setdefault(entry.competency, []).append(entry.score)
    return [CompetencyTrend(competency=c, scores=v, trend=trend(v)) for c, v in values.items()]


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
