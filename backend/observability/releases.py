"""Metrics of prompts, stack and MLflow: what is served, what was refused, whether the registry can be reached."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge


class ReleaseMetrics:
    """Implements `mlops.service.Watcher`. Labels are names of prompt files, and the version that each serves now."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._refused = Counter(
            "ih_prompt_refused_total",
            "Promoted prompts that did not fit and were not served",
            ["prompt"],
            registry=registry,
        )
        self._served = Gauge(
            "ih_prompt_info", "1; the version of each prompt that is served", ["prompt", "version"], registry=registry
        )
        self._differs = Gauge(
            "ih_stack_differs", "1 while the running stack is not the one in production", registry=registry
        )
        self._available = Gauge("ih_mlflow_up", "1 while MLflow answers", registry=registry)
        self._lost = Counter(
            "ih_mlflow_lost_runs_total", "Finished interviews that MLflow never took", registry=registry
        )

    def prompt_refused(self, name: str) -> None:
        self._refused.labels(name).inc()

    def prompts_served(self, versions: Mapping[str, str]) -> None:
        self._served.clear()
        for name, version in versions.items():
            self._refused.labels(name)  # a counter that is there from the start shows its first step
            self._served.labels(name, version).set(1)

    def stack_compared(self, same: bool) -> None:
        self._differs.set(not same)

    def mlflow_available(self, available: bool) -> None:
        self._available.set(available)

    def run_lost(self) -> None:
        self._lost.inc()
