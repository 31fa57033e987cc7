"""Finished interviews as MLflow runs: scores, latencies and versions, never content."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord
from backend.llm.prompts import FilePrompts, PromptBook
from backend.mlops.prompts import RegistryPrompts, register
from backend.mlops.tracking import MlflowThread

log = logging.getLogger(__name__)

EXPERIMENT = "interviews"


class InterviewLog:
    """MLflow for the product: interviews as runs, and the prompt registry. Nobody ever waits for it.

    `artifacts`: folder of the artifacts when the database is our own; None leaves it to the server at `tracking_uri`.
    """

    def __init__(self, tracking_uri: str, artifacts: Path | None) -> None:
        self._artifacts = artifacts
        self._mlflow = MlflowThread(tracking_uri)
        self._prompts: RegistryPrompts | None = None

    def prompts(self, files: FilePrompts) -> RegistryPrompts:
        """A prompt book that serves the promoted versions once `start` has been called and MLflow has answered."""
        self._prompts = RegistryPrompts(files, self._mlflow)
        return self._prompts

    def start(self, prompts: PromptBook) -> None:
        """Begin in the background, with the registration of every prompt."""
        self._mlflow.start()
        if self._prompts is not None:
            self._prompts.start()
        else:
            texts = [prompts.get(name) for name in prompts.names()]
            self._mlflow.submit(lambda client: [register(client, prompt) for prompt in texts])

    def interview(self, session: Session, turns: Sequence[TurnRecord]) -> None:
        """Queue one finished interview; returns at once."""
        values = run_values(session, turns)
        if not self._mlflow.submit(lambda client: self._log_run(client, values)):
            log.warning("mlflow queue is full; an entry was dropped")

    @property
    def waiting(self) -> int:
        """Entries not yet written."""
        return self._mlflow.depth

    def _log_run(self, client: Any, values: dict[str, Any]) -> None:
        from mlflow.entities import Metric, Param

        experiment = client.get_experiment_by_name(EXPERIMENT)
        location = self._artifacts.resolve().as_uri() if self._artifacts else None
        number = experiment.experiment_id if experiment else client.create_experiment(EXPERIMENT, location)
        run = client.create_run(number, run_name=values["name"])
        now = int(time.time() * 1000)
        client.log_batch(
            run.info.run_id,
            metrics=[Metric(name, value, now, 0) for name, value in values["metrics"].items()],
            params=[Param(name, str(value)) for name, value in values["params"].items()],
        )
        client.set_terminated(run.info.run_id)

    def close(self, timeout_s: float = 10.0) -> None:
        """Write what is queued, for at most `timeout_s` seconds, then stop. Blocks: call it off the event loop."""
        if self._prompts is not None:
            self._prompts.close()
        self._mlflow.close(timeout_s)


def run_values(session: Session, turns: Sequence[TurnRecord]) -> dict[str, Any]:
    """Parameters and metrics of one interview, without a word that was said, and without what leads to a person."""
    plan = session.plan
    ended = [t for t in turns if t.outcome != "running"]
    versions = ended[-1].versions if ended else {}
    params = {
        "mode": plan.mode,
        "practice": plan.practice,
        "role_pack": plan.role_pack or "-",
        "difficulty": plan.difficulty,
        "language": plan.language,
        "question_count": plan.question_count,
        **{f"version_{name}": value for name, value in versions.items()},
    }
    metrics: dict[str, float] = {
        "turns": len(ended),
        "turns_cancelled": sum(t.outcome == "cancelled" for t in ended),
        "turns_failed": sum(t.outcome == "failed" for t in ended),
        "spoken_turns": sum(t.spoken for t in ended),
        "scored_turns": sum(bool(t.feedback and t.feedback.scored) for t in ended),
        "withheld_sentences": sum(t.feedback.withheld for t in ended if t.feedback),
    }
    gathered: dict[str, list[float]] = {}
    for turn in ended:
        for name, value in turn.timings_ms.items():
            gathered.setdefault(f"ms_{name}" if not name.endswith("tokens") else name, []).append(value)
        if turn.feedback:
            for dimension, score in turn.feedback.scores.items():
                gathered.setdefault(f"score_{dimension}", []).append(score.score)
    metrics.update({name: round(fmean(values), 2) for name, values in gathered.items()})
    return {"name": f"{plan.mode}-{session.created_at[:10]}", "params": params, "metrics": metrics}
