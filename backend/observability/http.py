"""Metrics of HTTP requests, by route template; a stream counts up to its first byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry
from prometheus_fastapi_instrumentator import Instrumentator, metrics

if TYPE_CHECKING:
    from fastapi import FastAPI

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


def instrument(app: FastAPI, registry: CollectorRegistry) -> None:
    """Add `http_requests_total` and `http_request_duration_seconds` (method, handler, status group) to `registry`.

    Call before the app starts. Health checks and scrapes are not counted.
    """
    Instrumentator(
        should_ignore_untemplated=False,
        should_group_untemplated=True,  # unknown paths share one label
        should_exclude_streaming_duration=True,
        excluded_handlers=["^/metrics$", "^/health"],
        registry=registry,
    ).add(metrics.requests(registry=registry)).add(
        metrics.latency(registry=registry, buckets=_SECONDS, should_include_status=True)
    ).instrument(app)
