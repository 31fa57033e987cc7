"""Metrics of HTTP requests, by route template; a stream counts up to its first byte. And of this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, ProcessCollector, disable_created_metrics
from prometheus_fastapi_instrumentator import Instrumentator, metrics

from backend.errors import AppError, AtCapacity, Draining, StorageUnavailable, TooManyRequests

if TYPE_CHECKING:
    from fastapi import FastAPI

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


def instrument(app: FastAPI, registry: CollectorRegistry) -> None:
    """Add `http_requests_total`, `http_request_duration_seconds` (method, handler, status group) and the `process_*`
    metrics to `registry`.

    Call before the app starts. Health checks and scrapes are not counted.
    """
    disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which nothing here asks for
    ProcessCollector(registry=registry)
    Instrumentator(
        should_ignore_untemplated=False,
        should_group_untemplated=True,  # unknown paths share one label
        should_exclude_streaming_duration=True,
        excluded_handlers=["^/metrics$", "^/health"],
        registry=registry,
    ).add(metrics.requests(registry=registry)).add(
        metrics.latency(registry=registry, buckets=_SECONDS, should_include_status=True)
    ).instrument(app)


def count_errors(registry: CollectorRegistry) -> Callable[[AppError], None]:
    """Add `ih_request_errors_total` to `registry`; returns what has to be told every error answer.

    The labels are constants of `backend/errors.py`.
    """
    errors = Counter("ih_request_errors_total", "Requests refused or failed", ["stage", "code"], registry=registry)
    for refusal in (TooManyRequests, AtCapacity, Draining, StorageUnavailable):
        errors.labels(refusal.stage, refusal.code)

    def count(error: AppError) -> None:
        errors.labels(error.stage, error.code).inc()

    return count
