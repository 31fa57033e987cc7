"""Progress over interviews: scores over time, trends, streaks, what to practise next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import fmean
from typing import Any

from pydantic import BaseModel

from backend.coaching.drills import drill_for
from backend.coaching.feedback import Dimension, Score
from backend.coaching.report import Take, build_report


class PracticedSession(BaseModel):
    """One interview with at least one scored answer."""

    session_id: str
    at: str
    mode: str
    takes: list[Take]


def build_progress(sessions: Sequence[PracticedSession], today: date) -> dict[str, Any]:
    """Sessions oldest first."""
    rows, trends, competencies, delivery = [], {}, {}, []  # type: ignore[var-annotated]
    for session in sessions:
        report = build_report({}, session.takes, [], [], None, [])
        scores = {name: s.score for name, s in report.scores.items()}
        judged = [v for name, v in scores.items() if name != "delivery"]
        overall = round(fmean(judged), 1) if judged else None
        rows.append({"session_id": session.session_id, "at": session.at, "mode": session.mode, "overall": overall,
                     "scores": scores, "answers": len(session.takes)})  # fmt: skip
        for name, value in scores.items():
            trends.setdefault(name, []).append(value)
        for item in report.competencies:
            competencies.setdefault(item["competency"], []).append({"at": session.at, "score": item["score"]})
        delivery.append({"at": session.at, **report.delivery})
    means = {name: round(fmean(values), 1) for name, values in trends.items() if name != "delivery"}
    worst = min(means, key=lambda n: means[n]) if means else None
    drill = None
    if worst is not None:
        drill = drill_for([], {_dimension(worst): Score(score=max(1, round(means[worst])), why="-", anchor="-")})
    return {
        "sessions": rows,
        "competencies": [{"competency": c, "trend": t} for c, t in competencies.items()],
        "delivery": delivery,
        "streak_days": _streak([s.at for s in sessions], today),
        "best_dimension": max(means, key=lambda n: means[n]) if means else None,
        "weakest_dimension": worst,
        "dimensions": means,
        "next_drill": drill.model_dump() if drill else None,
    }


def _dimension(name: str) -> Dimension:
    return name  # type: ignore[return-value]  # keys of `scores` are dimensions


def _streak(times: Sequence[str], today: date) -> int:
    """Days in a row with practice, up to today or yesterday."""
    days = {date.fromisoformat(t[:10]) for t in times}
    day = today if today in days else today - timedelta(days=1)
    count = 0
    while day in days:
        count += 1
        day -= timedelta(days=1)
    return count
