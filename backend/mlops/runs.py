"""Finished interviews as MLflow runs: scores, latencies and versions, never content."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import fmean
from typing import Any

from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord

EXPERIMENT = "interviews"
_LONGEST_VALUE = 2_000
"""Characters. MLflow takes 6000 in a parameter and 8000 in a tag; the versions of all prompts are some hundred."""
_MOST_FIGURES = 900
"""MLflow takes 1000 metrics in one request."""
_NAME = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(slots=True)
class FinishedRun:
    """One interview as it goes to MLflow. `series`: (name, value, position of the turn). Times: ms since 1970."""

    name: str
    params: dict[str, str]
    tags: dict[str, str]
    metrics: dict[str, float]
    series: list[tuple[str, float, int]] = field(default_factory=list)
    started_ms: int = 0
    ended_ms: int = 0
    run_id: str | None = None
    """Set once the run exists, so that a second attempt goes on with it."""

    def write(self, client: Any, artifacts: Path | None) -> None:
        """Create and fill the run. After a failure it can be called again."""
        from mlflow.entities import Metric, Param

        if self.run_id is None:
            experiment = client.get_experiment_by_name(EXPERIMENT)
            location = artifacts.resolve().as_uri() if artifacts is not None else None
            number = experiment.experiment_id if experiment else client.create_experiment(EXPERIMENT, location)
            run = client.create_run(number, start_time=self.started_ms, tags=self.tags, run_name=self.name)
            self.run_id = run.info.run_id
        figures = [Metric(name, value, self.ended_ms, 0) for name, value in self.metrics.items()]
        figures += [Metric(name, value, self.ended_ms, step) for name, value, step in self.series]
        params = [Param(name, value) for name, value in self.params.items()]
        client.log_batch(self.run_id, metrics=figures[:_MOST_FIGURES], params=params)
        client.set_terminated(self.run_id, end_time=self.ended_ms)


def finished_run(session: Session, turns: Sequence[TurnRecord]) -> FinishedRun:
    """Figures and versions of one interview, without a word that was said, and without what leads to a person."""
    plan = session.plan
    ended = [t for t in turns if t.outcome != "running"]
    versions = _versions(ended)
    params = {
        "mode": plan.mode,
        "practice": plan.practice,
        "role_pack": plan.role_pack or "-",
        "difficulty": plan.difficulty,
        "language": plan.language,
        "question_count": str(plan.question_count),
        **{f"version_{part}": value for part, value in versions.items()},
    }
    tags: dict[str, str] = {"mode": plan.mode}
    tags.update({part: versions[part] for part in ("prompt", "model") if part in versions})
    started_ms = _ms(session.created_at)
    return FinishedRun(
        name=f"{plan.mode}-{session.created_at[:10]}",
        params={name: value[:_LONGEST_VALUE] for name, value in params.items()},
        tags={name: value[:_LONGEST_VALUE] for name, value in tags.items()},
        metrics={**_counts(ended), **_means(ended)},
        series=[(f"turn_{name}", value, t.position) for t in ended for name, value in _figures(t).items()],
        started_ms=started_ms,
        ended_ms=max(started_ms, _ms(session.finished_at)),
    )


def _versions(turns: Sequence[TurnRecord]) -> dict[str, str]:
    """Each part's versions in the order in which they first spoke; more than one when a part changed in between."""
    seen: dict[str, dict[str, None]] = {}
    for turn in turns:
        prompts = {"prompts": " ".join(f"{name}:{version}" for name, version in turn.prompts.items())}
        for part, value in {**turn.versions, **(prompts if turn.prompts else {})}.items():
            seen.setdefault(_NAME.sub("_", part), {})[value] = None
    return {part: ", ".join(values) for part, values in seen.items()}


def _counts(turns: Sequence[TurnRecord]) -> dict[str, float]:
    return {
        "turns": len(turns),
        "turns_cancelled": sum(t.outcome == "cancelled" for t in turns),
        "turns_failed": sum(t.outcome == "failed" for t in turns),
        "spoken_turns": sum(t.spoken for t in turns),
        "scored_turns": sum(bool(t.feedback and t.feedback.scored) for t in turns),
        "withheld_sentences": sum(t.feedback.withheld for t in turns if t.feedback),
    }


def _means(turns: Sequence[TurnRecord]) -> dict[str, float]:
    gathered: dict[str, list[float]] = {}
    for turn in turns:
        for name, value in _figures(turn).items():
            gathered.setdefault(name, []).append(value)
    means = {name: round(fmean(values), 2) for name, values in gathered.items()}
    slowest = {f"max_{name}": max(values) for name, values in gathered.items() if name.startswith("ms_")}
    return {**means, **slowest}


def _figures(turn: TurnRecord) -> dict[str, float]:
    """Milliseconds from the answer's last byte, tokens, and scores from 1 to 5."""
    figures: dict[str, float] = {}
    for name, value in turn.timings_ms.items():
        figures[name if name.endswith("tokens") else f"ms_{name}"] = value
    if turn.feedback:
        for dimension, score in turn.feedback.scores.items():
            figures[f"score_{dimension}"] = score.score
    return {_NAME.sub("_", name): value for name, value in figures.items()}


def _ms(iso: str | None) -> int:
    return int((datetime.fromisoformat(iso).timestamp() if iso else time.time()) * 1000)
