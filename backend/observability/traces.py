"""OpenTelemetry: one trace a turn, a span a stage, sent by OTLP over HTTP; numbers and codes only, never content.

A caller's trace (`traceparent`) is continued, and passed on to the services that a turn asks.
"""

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
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from backend.observability.logs import trace_id
from backend.observability.stages import CANCELLED, NO_FAULT, Stage
from backend.observability.trace_context import caller

_FIGURES = {
    "model": "gen_ai.request.model",
    "prompt_tokens": "gen_ai.usage.input_tokens",
    "completion_tokens": "gen_ai.usage.output_tokens",
}
"""Names of the semantic conventions for figures that have one."""
_W3C = TraceContextTextMapPropagator()


class Traces:
    """Makes the spans of turns. Sending happens in a thread of its own; what it cannot send is dropped."""

    def __init__(self, endpoint: str, *, service: str, version: str, timeout_s: float = 5.0) -> None:
        """`endpoint`: base address of the collector, `http://host:4318`; spans go to `/v1/traces` there, in the name of
        `service`."""
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=timeout_s)
        resource = Resource({"service.name": service, "service.version": version})
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
        """A stage is over: a span, when it belongs to a turn, or to the trace of whoever asked for it (section 8)."""
        if (turn := _TURN.get()) is not None:
            turn.stage(stage)
        elif sent := caller.get():
            began = _epoch_ns() + round(stage.began * 1e9)
            span = self._tracer.start_span(stage.name, _W3C.extract(sent), kind=SpanKind.SERVER, start_time=began)
            _describe(span, stage, _epoch_ns())

    def headers(self) -> dict[str, str]:
        """What carries the trace of the turn in this context on to another service."""
        carried: dict[str, str] = {}
        if (turn := _TURN.get()) is not None:
            turn.carry(carried)
        return carried

    def flush(self) -> None:
        """Send what there is now. Blocks."""
        self._provider.force_flush()

    def close(self) -> None:
        """Send what is left. Blocks for at most the timeout: call it off the event loop."""
        self._provider.shutdown()


class TurnTrace:
    """The spans of one turn below a root named `turn`."""

    def __init__(self, tracer: Tracer, mode: str, arrived_at: float, request_id: str) -> None:
        self._tracer = tracer
        self._epoch_ns = _epoch_ns()
        self._arrived_at = arrived_at
        self._over = False
        begun = _W3C.extract(caller.get())
        self._root: Span = tracer.start_span("turn", begun, kind=SpanKind.SERVER, start_time=self._ns(arrived_at))
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
        _describe(span, stage, self._epoch_ns)

    def carry(self, headers: dict[str, str]) -> None:
        """Add the headers with which another service takes its place below this turn."""
        if not self._over:
            _W3C.inject(headers, self._parent)

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


def _describe(span: Span, stage: Stage, epoch_ns: int) -> None:
    """What the stage has to tell, and its end."""
    for name, value in stage.figures.items():
        span.set_attribute(_FIGURES.get(name, f"ih.{name}"), value)
    if stage.first is not None:
        span.add_event("first piece", timestamp=epoch_ns + round(stage.first * 1e9))
    if stage.code == CANCELLED:
        span.set_attribute("ih.cancelled", True)
    elif stage.code is not None:
        span.set_attribute("error.type", stage.code)
    if stage.code is not None and stage.code not in NO_FAULT:
        span.set_status(Status(StatusCode.ERROR))
    span.end(end_time=epoch_ns + round(stage.ended * 1e9))


def _epoch_ns() -> int:
    """What has to be added to `time.monotonic()` to make it the time of day."""
    return time.time_ns() - time.monotonic_ns()


_TURN: ContextVar[TurnTrace | None] = ContextVar("turn_trace", default=None)
