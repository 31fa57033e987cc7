"""Prometheus metrics, fed from outside by the turn's own events; the turn contains no metric call."""

from __future__ import annotations

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 60.0)


class MetricsListener:
    """Everything that is counted. Labels are bounded: modes, outcomes, stages and codes of the closed vocabularies."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry

        def histogram(name: str, text: str) -> Histogram:
            return Histogram(name, text, buckets=_SECONDS, registry=registry)

        self._first = {
            "transcript.final": histogram("ih_transcript_seconds", "From the answer's last byte to its transcript"),
            "feedback.delta": histogram("ih_first_feedback_seconds", "... to the first words of feedback"),
            "question.delta": histogram("ih_first_question_seconds", "... to the first words of the next question"),
            "audio": histogram("ih_first_audio_seconds", "... to the first spoken piece"),
            "question.final": histogram("ih_question_seconds", "... to the whole next question"),
            "feedback.final": histogram("ih_feedback_seconds", "... to the whole feedback"),
            "turn.ended": histogram("ih_turn_seconds", "... to the end of the turn"),
        }
        self._stages = Histogram(
            "ih_stage_duration_seconds", "Time spent in a stage", ["stage"], buckets=_SECONDS, registry=registry
        )
        self._turns = Counter("ih_turns_total", "Turns by outcome", ["outcome", "mode"], registry=registry)
        self._notices = Counter("ih_turn_notices_total", "Failures a turn survived", ["stage", "code"], registry=registry)
        self._withheld = Counter("ih_withheld_sentences_total", "Model sentences held back", registry=registry)
        self._tokens = Counter("ih_llm_prompt_tokens_total", "Prompt tokens really evaluated", registry=registry)
        self._cache = Counter("ih_tts_cache_total", "Voice cache look-ups", ["result"], registry=registry)
        self.queue_depth = Gauge("ih_queue_depth", "Work waiting or running", ["queue"], registry=registry)
        self.running_turns = Gauge("ih_turns_running", "Turns that run now", registry=registry)
        self.ready = Gauge("ih_ready", "1 when every part is loaded", registry=registry)

    def turn_listener(self, mode: str) -> _TurnListener:
        """A listener for one turn's events."""
        return _TurnListener(self, mode)

    def tts_cache(self, result: str) -> None:
        self._cache.labels(result).inc()

    def take(self, mode: str, name: str, data: dict[str, Any], first: bool) -> None:
        if first and name in self._first:
            self._first[name].observe(data["at_ms"] / 1000)
        if name == "notice":
            self._notices.labels(data["stage"], data["code"]).inc()
        elif name == "feedback.final":
            self._withheld.inc(data["withheld"])
        elif name == "turn.ended":
            self._end(mode, data)

    def _end(self, mode: str, data: dict[str, Any]) -> None:
        self._turns.labels(data["outcome"], mode).inc()
        timings = data["timings_ms"]
        self._tokens.inc(timings.get("llm_prompt_tokens", 0))
        steps = [s for s in ("transcript", "delivery", "analysis", "first_feedback", "question", "feedback") if s in timings]
        before = 0
        for step in steps:
            self._stages.labels(step).observe(max(0, timings[step] - before) / 1000)
            before = max(before, timings[step])


class _TurnListener:
    """Knows which events of its turn have been seen."""

    def __init__(self, metrics: MetricsListener, mode: str) -> None:
        self._metrics = metrics
        self._mode = mode
        self._seen: set[str] = set()

    def __call__(self, wire: dict[str, Any]) -> None:
        name = wire["event"]
        self._metrics.take(self._mode, name, wire["data"], name not in self._seen)
        self._seen.add(name)
