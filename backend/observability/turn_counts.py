"""Reads the events of a turn, as they are sent, into metrics."""

from __future__ import annotations

from typing import Any

from backend.observability.metrics import MetricsListener


class TurnCounts:
    """A listener for one turn's events: {"event", "data"}."""

    def __init__(self, metrics: MetricsListener, mode: str) -> None:
        self._metrics = metrics
        self._mode = mode
        self._seen: set[str] = set()
        self._feedback: dict[str, Any] | None = None

    def __call__(self, wire: dict[str, Any]) -> None:
        name, data = wire["event"], wire["data"]
        if name not in self._seen:
            at_s = float(data["at_ms"]) / 1000
            self._metrics.first_of_its_kind(name, at_s)
            if name in {"feedback.delta", "question.delta"} and not self._seen & {"feedback.delta", "question.delta"}:
                self._metrics.first_words(at_s)
            self._seen.add(name)
        if name == "notice":
            self._metrics.notice(data["stage"], data["code"])
        elif name == "feedback.final":
            self._feedback = data
        elif name == "turn.failed":
            self._metrics.turn_failed(data["error"]["stage"], data["error"]["code"])
        elif name == "turn.ended":
            self._metrics.turn_ended(data["outcome"], self._mode)
            if self._feedback is not None:
                self._metrics.coached(self._feedback, data["versions"]["prompt"])
