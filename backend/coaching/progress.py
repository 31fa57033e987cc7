"""Progress: how scores and delivery move from one interview to the next (contract section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import fmean
from typing import Any

from pydantic import BaseModel

from backend.coaching.drills import best_dimension, drill_for_dimension, drill_for_ticks, weakest_dimension
from backend.coaching.feedback import Dimension, Drill
from backend.coaching.measured_points import seconds_of
from backend.coaching.report import NAMES, DeliveryReport, Report, Take, build_report, overall, trend
from backend.coaching.wording import number


class Unscored(BaseModel):
    """An answer that was given and could not be scored. `at` is ISO 8601."""

    competency: str | None
    at: str
    drill: Drill | None
    """What to practise after it, where it was but too short."""


class PracticedSession(BaseModel):
    """One interview in which something was said. `at` is ISO 8601 in UTC, `days` are the person's own days of its turns."""

    session_id: str
    at: str
    mode: str
    takes: list[Take]
    unscored: list[Unscored] = []
    days: list[date] = []


class SessionProgress(BaseModel):
    session_id: str
    at: str
    mode: str
    overall: float | None
    scores: dict[Dimension, float]
    answers: int
    """Answers that were scored."""
    unscored: int = 0
    """Answers that could not be, since they were too short, say."""


class CompetencyScore(BaseModel):
    at: str
    score: float


class CompetencyTrend(BaseModel):
    """What was asked about: `scores` are an author's, `ticked` of `of` points are the candidate's own verdict."""

    competency: str
    scores: list[CompetencyScore]
    trend: float | None
    answers: int
    """Answers to questions about it, scored or not."""
    ticked: int
    of: int


class DeliveryAt(DeliveryReport):
    at: str


class Streaks(BaseModel):
    """The person's own days in a row with practice; `current` still counts when today is not over yet."""

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


class SelfCheckAt(BaseModel):
    """How many points the candidate ticked in one interview."""

    session_id: str
    at: str
    ticked: int
    of: int
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
    self_checks: list[SelfCheckAt] = []
    """Interviews in which points were ticked, oldest first."""


def build_progress(sessions: Sequence[PracticedSession], today: date) -> dict[str, Any]:
    """Progress as plain data, oldest session first. `today`: in the time zone of the person."""
    ordered = sorted(sessions, key=lambda s: s.at)
    reports = [build_report({}, s.takes) for s in ordered]
    rows = [_row(s, r) for s, r in zip(ordered, reports, strict=True)]
    recent = _recent_means(rows)
    progress = Progress(
        sessions=rows,
        competencies=_competencies(ordered, reports),
        delivery=[
            DeliveryAt(at=s.at, **r.delivery.model_dump()) for s, r in zip(ordered, reports, strict=True) if s.takes
        ],
        streaks=streaks([day for s in ordered for day in s.days], today),
        best_dimension=best_dimension(recent),
        weakest_dimension=weakest_dimension(recent),
        dimensions=recent,
        next_drill=_next_drill(ordered, rows),
        self_ratings=_self_ratings(ordered, reports),
        self_checks=_self_checks(ordered, reports),
    )
    return progress.model_dump(mode="json")


def _next_drill(ordered: Sequence[PracticedSession], rows: Sequence[SessionProgress]) -> Drill | None:
    """What follows from the last interview with an answer: a point that was not ticked, an author's lowest score, else the
    last thing that was counted and asks for work. None where nothing was answered."""
    last = next((s for s in reversed(ordered) if s.takes or s.unscored), None)
    if last is None:
        return None
    checked = [t for t in last.takes if t.ticked is not None]
    fewest = min(checked, key=lambda t: t.ticked or 0.0) if checked else None
    if fewest is not None and fewest.ticked != 1:
        return _by_ticks(fewest)
    by_author = [r for r in rows if r.overall is not None]
    if by_author and by_author[-1].session_id == last.session_id:
        return _by_scores(last.takes, by_author)
    counted = [(t.at, _counted(t)) for t in last.takes if t.feedback.gaps] + [(u.at, u.drill) for u in last.unscored]
    asks_for_work = [drill for _, drill in sorted(counted, key=lambda c: c[0]) if drill is not None]
    if asks_for_work:
        return asks_for_work[-1]
    if fewest is not None:
        return _by_ticks(fewest)
    return last.takes[-1].feedback.drill if last.takes else None


def _by_ticks(take: Take) -> Drill | None:
    reference = take.feedback.reference
    if reference is None or take.self_check is None:
        return take.feedback.drill
    return drill_for_ticks(take.question, reference, take.self_check.ticked)


def _by_scores(takes: Sequence[Take], by_author: Sequence[SessionProgress], last: int = 5) -> Drill | None:
    """For the lowest of an author's means, on the answer that has the lowest score in it."""
    means = _recent_means(by_author, last)
    weakest = weakest_dimension(means)
    if weakest is None:
        return None
    take = min(takes, key=lambda t: s.score if (s := t.feedback.scores.get(weakest)) is not None else 6)
    sessions = min(last, len(by_author))
    over = "in your last interview" if sessions == 1 else f"over your last {number(sessions)} interviews"
    why = f"Lowest of your scores: {NAMES[weakest]}, {means[weakest]:.1f} of 5 {over}."
    return drill_for_dimension(weakest, take.question, seconds_of(take.delivery), why)


def _counted(take: Take) -> Drill | None:
    """The drill of an answer in which something was counted that asks for work; older ones are stored without a reason."""
    drill = take.feedback.drill
    return drill.model_copy(update={"why": drill.why or take.feedback.gaps[0].text}) if drill is not None else None


def _self_checks(ordered: Sequence[PracticedSession], reports: Sequence[Report]) -> list[SelfCheckAt]:
    return [
        SelfCheckAt(
            session_id=session.session_id, at=session.at, ticked=check.ticked, of=check.of, answers=len(check.answers)
        )
        for session, report in zip(ordered, reports, strict=True)
        if (check := report.self_check) is not None
    ]


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
    counted = [v for t in session.takes if (v := overall(t.feedback)) is not None]
    return SessionProgress(
        session_id=session.session_id,
        at=session.at,
        mode=session.mode,
        overall=round(fmean(counted), 1) if counted else None,
        scores=scores,
        answers=len(session.takes),
        unscored=len(session.unscored),
    )


def _recent_means(sessions: Sequence[SessionProgress], last: int = 5) -> dict[Dimension, float]:
    values: dict[Dimension, list[float]] = {}
    for session in [s for s in sessions if s.scores][-last:]:
        for dimension, score in session.scores.items():
            if dimension != "delivery":
                values.setdefault(dimension, []).append(score)
    return {d: round(fmean(v), 2) for d, v in values.items()}


def _competencies(ordered: Sequence[PracticedSession], reports: Sequence[Report]) -> list[CompetencyTrend]:
    found: dict[str, CompetencyTrend] = {}

    def about(competency: str) -> CompetencyTrend:
        new = CompetencyTrend(competency=competency, scores=[], trend=None, answers=0, ticked=0, of=0)
        return found.setdefault(competency, new)

    for session, report in zip(ordered, reports, strict=True):
        asked_about = [*(t.competency for t in session.takes), *(u.competency for u in session.unscored)]
        for competency in filter(None, asked_about):
            about(competency).answers += 1
        for take in session.takes:
            if take.competency and take.self_check is not None:
                about(take.competency).ticked += len(take.self_check.ticked)
                about(take.competency).of += take.self_check.of
        for entry in report.competencies:
            about(entry.competency).scores.append(CompetencyScore(at=session.at, score=entry.score))
    return [c.model_copy(update={"trend": trend([s.score for s in c.scores])}) for c in found.values()]


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
