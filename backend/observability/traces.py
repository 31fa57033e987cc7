"""OpenTelemetry: one trace a turn, a span a stage, sent by OTLP over HTTP; numbers and codes only, never content."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, set_span_in_context

from backend.observability.logs import trace_id
from backend.observability.stages import CANCELLED, NO_FAULT, Stage

_FIGURES = {
    "model": "gen_ai.request.model",
    "prompt_tokens": "gen_ai.usage.input_tokens",
    "completion_tokens": "gen_ai.usage.output_tokens",
}
"""Names of the semantic conventions for figures that have one."""


class Traces:
    """Makes the spans of turns. Sending happens in a thread of its own; what it cannot send is dropped."""

    def __init__(self, endpoint: str, *, version: str, timeout_s: float = 5.0) -> None:
        """`endpoint`: base address of the collector, `http://host:4318`; spans go to `/v1/traces` there."""
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=timeout_s)
        resource = Resource({"service.name": "interview-helper", "service.version": version})
        self._provider = TracerProvider(resource=resource)  # our own: the global one stays as it is
        self._provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=2048, schedule_delay_millis=1000))
        self._tracer = self._provider.get_tracer("backend.interview")

    def of_turn(self, mode: str, arrived_at: float, request_id: str) -> TurnTrace:
        """A listener for the events of the turn that begins in this context; log lines of it carry its trace id."""
        turn = TurnTrace(self._tracer, mode, arrived_at, request_id)
        _TURN.set(turn)
        trace_id.set(turn.trace_id)
        return turn

    def stage(self, stage: Stage) -> None:
        """A stage is over: a span, when it belongs to a turn."""
        if (turn := _TURN.get()) is not None:
            turn.stage(stage)

    def close(self) -> None:
        """Send what is left. Blocks for at most the timeout: call it off the event loop."""
        self._provider.shutdown()


class TurnTrace:
    """The spans of one turn below a root named `turn`."""

    def __init__(self, tracer: Tracer, mode: str, arrived_at: float, request_id: str) -> None:
        self._tracer = tracer
        self._epoch_ns = time.time_ns() - time.monotonic_ns()
        self._arrived_at = arrived_at
        self._over = False
        self._root: Span = tracer.start_span("turn", kind=SpanKind.SERVER, start_time=self._ns(arrived_at))
        self._root.set_attributes({"ih.mode": mode, "ih.request_id": request_id})
        self._parent = set_span_in_context(self._root)

    @property
    def trace_id(self) -> str:
        """32 hexadecimal digits."""
        return format(self._root.get_span_context().trace_id, "032x")

    def stage(self, stage: Stage) -> None:
        if self._over:
            return  # e.g. the model reading ahead for the next turn
        span = self._tracer.start_span(stage.name, context=self._parent, start_time=self._ns(stage.began))
        for name, value in stage.figures.items():
            span.set_attribute(_FIGURES.get(name, f"ih.{name}"), value)
        if stage.first is not None:
            span.add_event("first piece", timestamp=self._ns(stage.first))
        if stage.code == CANCELLED:
            span.set_attribute("ih.cancelled", True)
        elif stage.code is not None:
            span.set_attribute("error.type", stage.code)
        if stage.code is not None and stage.code not in NO_FAULT:
            span.set_status(Status(StatusCode.ERROR))
        span.end(end_time=self._ns(stage.ended))

    def __call__(self, wire: Mapping[str, Any]) -> None:
        """One event of the turn, as it is sent."""
        name, data = wire["event"], wire["data"]
        if name == "turn.started":
            self._root.set_attribute("ih.turn_id", data["turn_id"])
        elif name in {"notice", "turn.failed"}:
            error = data.get("error", data)
            at = self._ns(self._arrived_at + data["at_ms"] / 1000)
            self._root.add_event(name, {"ih.stage": error["stage"], "ih.code": error["code"]}, timestamp=at)
            if name == "turn.failed":
                self._root.set_attribute("error.type", error["code"])
                self._root.set_status(Status(StatusCode.ERROR))
        elif name == "turn.ended":
            self._root.set_attribute("ih.outcome", data["outcome"])
            for part, version in data["versions"].items():
                self._root.set_attribute(f"ih.version.{part}", version)
            self._over = True
            self._root.end()

    def _ns(self, monotonic_s: float) -> int:
        return self._epoch_ns + round(monotonic_s * 1e9)


_TURN: ContextVar[TurnTrace | None] = ContextVar("turn_trace", default=None)
