"""Evaluations and trainings as MLflow runs: every figure with its bounds and size, every version, and the page."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backend.evaluation.figures import Report
from backend.mlops.tracking import MlflowThread

EXPERIMENT = "evaluations"
TRAININGS = "star-shape"


def log_evaluation(
    tracking_uri: str, artifacts: Path | None, report: Report, versions: Mapping[str, str], page: Path
) -> bool:
    """Write one run and wait for it, for at most a minute; False where MLflow could not be reached."""
    params = {f"version_{name}": version for name, version in versions.items()}
    return _log(tracking_uri, artifacts, EXPERIMENT, values(report), params, page)


def log_training(
    tracking_uri: str, artifacts: Path | None, measured: Mapping[str, float], params: Mapping[str, str], weights: Path
) -> bool:
    """Write one training of the STAR shape with its weights; False where MLflow could not be reached."""
    return _log(tracking_uri, artifacts, TRAININGS, measured, params, weights)


def _log(
    tracking_uri: str,
    artifacts: Path | None,
    experiment_name: str,
    measured: Mapping[str, float],
    params: Mapping[str, str],
    file: Path,
) -> bool:
    done: list[str] = []

    def write(client: Any) -> None:
        from mlflow.entities import Metric, Param

        experiment = client.get_experiment_by_name(experiment_name)
        location = artifacts.resolve().as_uri() if artifacts else None
        number = experiment.experiment_id if experiment else client.create_experiment(experiment_name, location)
        run = client.create_run(number)
        now = int(time.time() * 1000)
        metrics = [Metric(name, value, now, 0) for name, value in measured.items()]
        for start in range(0, len(metrics), 500):
            client.log_batch(run.info.run_id, metrics=metrics[start : start + 500])
        client.log_batch(run.info.run_id, params=[Param(k, v) for k, v in params.items()])
        client.log_artifact(run.info.run_id, str(file))
        client.set_terminated(run.info.run_id)
        done.append(run.info.run_id)

    thread = MlflowThread(tracking_uri)
    thread.start()
    thread.submit(write)
    thread.close(60.0)
    return bool(done)


def metric_name(words: str) -> str:
    """Words as MLflow takes them for a name."""
    return re.sub(r"[^\w\-. /]+", "", words).replace(" ", "_")[:230]


def values(report: Report) -> dict[str, float]:
    """Metric name -> value: each figure, its bounds (`.low`, `.high`) and its size (`.n`)."""
    found: dict[str, float] = {}
    for f in report.figures:
        name = metric_name(f"{f.area}/{f.name}/{f.data}")
        found[name] = f.value
        found[f"{name}.n"] = float(f.size)
        if f.low is not None and f.high is not None:
            found[f"{name}.low"], found[f"{name}.high"] = f.low, f.high
    for area, seconds in report.seconds.items():
        found[f"seconds/{area}"] = seconds
    return found
