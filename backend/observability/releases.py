"""Metrics of prompts, stack and MLflow: what is served, what was refused, whether the registry can be reached."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge

from backend.observability.metrics import Declared

REFUSED = Declared(
    "ih_prompt_refused_total", "counter", ("prompt",), "Promoted prompts that did not fit and were not served"
)
SERVED = Declared("ih_prompt_info", "gauge", ("prompt", "version"), "1; the version of each prompt that is served")
DIFFERS = Declared("ih_stack_differs", "gauge", (), "1 while the running stack is not the one in production")
FAILING = Declared("ih_mlflow_failing", "gauge", (), "1 while MLflow does not answer; 0 where it is switched off")
LOST = Declared("ih_mlflow_lost_runs_total", "counter", (), "Finished interviews that MLflow never took")
DECLARED = (REFUSED, SERVED, DIFFERS, FAILING, LOST)


class ReleaseMetrics:
    """Implements `mlops.service.Watcher`. Labels are names of prompt files, and the version that each serves now.

    `served`: the versions at the start. Everything is there from the start, so that the first failure is an increase.
    """

    def __init__(self, registry: CollectorRegistry, served: Mapping[str, str]) -> None:
        def gauge(what: Declared) -> Gauge:
            return Gauge(what.name, what.text, what.labels, registry=registry)

        def counter(what: Declared) -> Counter:
            return Counter(what.name, what.text, what.labels, registry=registry)

        self._refused, self._lost = counter(REFUSED), counter(LOST)
        self._served, self._differs, self._failing = gauge(SERVED), gauge(DIFFERS), gauge(FAILING)
        self.prompts_served(served)

    def prompt_refused(self, name: str) -> None:
        self._refused.labels(name).inc()

    def prompts_served(self, versions: Mapping[str, str]) -> None:
        self._served.clear()
        for name, version in versions.items():
            self._refused.labels(name)
            self._served.labels(name, version).set(1)

    def stack_compared(self, same: bool) -> None:
        self._differs.set(not same)

    def mlflow_available(self, available: bool) -> None:
        self._failing.set(not available)

    def run_lost(self) -> None:
        self._lost.inc()
