"""Finished interviews as MLflow runs: scores, latencies and versions, never content; and prompts, by content."""

from __future__ import annotations

import logging
import queue
import threading
from pathlib import Path
from statistics import fmean
from typing import Any

from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord
from backend.llm.prompts import PromptBook

log = logging.getLogger(__name__)

EXPERIMENT = "interviews"
_STOP = object()


class InterviewLog:
    """Writes to MLflow on a thread of its own; a slow or missing MLflow never delays anybody."""

    def __init__(self, tracking_uri: str, artifacts: Path | None) -> None:
        self._uri = tracking_uri
        self._artifacts = artifacts
        self._queue: queue.Queue[Any] = queue.Queue(maxsize=1000)
        self._thread = threading.Thread(target=self._work, name="mlflow", daemon=True)

    def start(self, prompts: PromptBook) -> None:
        """Begin in the background, with the registration of every prompt."""
        self._put(("prompts", [(p.name, p.text) for p in (prompts.get(n) for n in prompts.names())]))
        self._thread.start()

    def interview(self, session: Session, turns: list[TurnRecord]) -> None:
        """Queue one finished interview."""
        self._put(("run", run_values(session, turns)))

    def _put(self, job: Any) -> None:
        try:
            self._queue.put_nowait(job)
        except queue.Full:
            log.warning("mlflow queue is full; an entry was dropped")

    def _work(self) -> None:
        try:
            client = self._connect()
        except Exception:
            log.exception("mlflow is not available; interviews are not logged")
            return
        while (job := self._queue.get()) is not _STOP:
            try:
                kind, values = job
                if kind == "run":
                    self._log_run(client, values)
                else:
                    register_prompts(client, values)
            except Exception:
                log.exception("mlflow entry failed")

    def _connect(self) -> Any:
        import mlflow

        mlflow.set_tracking_uri(self._uri)
        mlflow.set_registry_uri(self._uri)
        client = mlflow.MlflowClient(tracking_uri=self._uri, registry_uri=self._uri)
        if client.get_experiment_by_name(EXPERIMENT) is None:
            location = self._artifacts.resolve().as_uri() if self._artifacts else None
            client.create_experiment(EXPERIMENT, artifact_location=location)
        return client

    @staticmethod
    def _log_run(client: Any, values: dict[str, Any]) -> None:
        experiment = client.get_experiment_by_name(EXPERIMENT)
        run = client.create_run(experiment.experiment_id, run_name=values["name"])
        for name, value in values["params"].items():
            client.log_param(run.info.run_id, name, value)
        for name, value in values["metrics"].items():
            client.log_metric(run.info.run_id, name, value)
        client.set_terminated(run.info.run_id)

    def close(self, timeout_s: float = 10.0) -> None:
        """Write what is queued, then stop."""
        if self._thread.is_alive():
            self._put(_STOP)
            self._thread.join(timeout_s)


def register_prompts(client: Any, prompts: list[tuple[str, str]]) -> dict[str, int]:
    """Register prompts by content: a new version only for new text. Returns the version of each.

    The alias `production` is set with the first version and afterwards left to people.
    """
    versions: dict[str, int] = {}
    for name, text in prompts:
        known = {v.template: v.version for v in client.search_prompt_versions(name)} if _exists(client, name) else {}
        if text in known:
            versions[name] = int(known[text])
            continue
        if not known:
            client.create_prompt(name)
        made = client.create_prompt_version(name, template=text)
        versions[name] = int(made.version)
        if not known:
            client.set_prompt_alias(name, "production", made.version)
    return versions


def _exists(client: Any, name: str) -> bool:
    return client.get_prompt(name) is not None


def run_values(session: Session, turns: list[TurnRecord]) -> dict[str, Any]:
    """Parameters and metrics of one interview, without a word that was said."""
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
    return {"name": session.session_id, "params": params, "metrics": metrics}
