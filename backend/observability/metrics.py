"""Prometheus metrics, fed from outside by the turn's own events; the turn contains no metric call."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 60.0)
_LAG_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_STAGES = frozenset(
    {"decode", "stt", "analysis", "retrieval", "llm_first_token", "llm", "tts_first", "tts", "store", "turn"}
)
_STEPS = (
    # stage, from, to: first events of a turn; what lies between them is the stage's work
    ("analysis", "transcript.final", "delivery"),
    ("retrieval", "transcript.final", "context.found"),
    ("llm_first_token", "context.found", "question.delta"),
    ("llm", "context.found", "question.final"),
    ("tts_first", "feedback.delta", "audio"),
)
_MOST_VALUES = 64
_PAGE = 4096


class MetricsListener:
    """Everything that is counted. No label can take more than 64 values, whatever is fed in."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._known: dict[str, set[str]] = {}

        def seconds(name: str, text: str, labels: tuple[str, ...] = ()) -> Histogram:
            return Histogram(name, text, labels, buckets=_SECONDS, registry=registry)

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(name, text, labels, registry=registry)

        self._first = {
            "transcript.final": seconds("ih_transcript_seconds", "From the answer's last byte to its transcript"),
            "feedback.delta": seconds("ih_first_feedback_seconds", "... to the first words of feedback"),
            "question.delta": seconds("ih_first_question_seconds", "... to the first words of the next question"),
            "audio": seconds("ih_first_audio_seconds", "... to the first spoken piece"),
            "question.final": seconds("ih_question_seconds", "... to the whole next question"),
            "feedback.final": seconds("ih_feedback_seconds", "... to the whole feedback"),
            "turn.ended": seconds("ih_turn_seconds", "... to the end of the turn"),
        }
        self._first_token = seconds("ih_first_token_seconds", "... to the first words of feedback or question")
        self._stages = seconds("ih_stage_duration_seconds", "Time spent in a stage", ("stage",))
        self._turns = counter("ih_turns_total", "Turns by outcome", "outcome", "mode")
        self._notices = counter("ih_turn_notices_total", "Failures a turn survived", "stage", "code")
        self._withheld = counter("ih_withheld_sentences_total", "Model sentences held back")
        self._tokens = counter("ih_llm_tokens_total", "Tokens: prompt (evaluated), cached, completion", "kind")
        self._cache = counter("ih_tts_cache_total", "Voice cache look-ups", "result")
        self._documents = counter("ih_documents_total", "Documents processed", "kind", "outcome")
        self._ingest = seconds("ih_ingest_duration_seconds", "From the upload of a document to its being searchable")
        self._lag = Histogram(
            "ih_event_loop_lag_seconds", "How late the event loop was", buckets=_LAG_SECONDS, registry=registry
        )
        self.queue_depth = Gauge("ih_queue_depth", "Work waiting or running", ["queue"], registry=registry)
        self.running_turns = Gauge("ih_turns_running", "Turns that run now", registry=registry)
        self.ready = Gauge("ih_ready", "1 when every part is loaded", registry=registry)
        self._streams = Gauge("ih_sse_connections", "Open event streams", registry=registry)
        self._memory = Gauge("ih_model_resident_bytes", "Resident memory of a part", ["part"], registry=registry)

    # --- turns -----------------------------------------------------------------------------------------------------

    def turn_listener(self, mode: str) -> _TurnListener:
        """A listener for one turn's events, as they are sent on the wire: {"event", "data"}."""
        return _TurnListener(self, mode)

    def turn_event(self, name: str, data: dict[str, Any], mode: str, before: dict[str, float]) -> None:
        """Take one event in. `before` holds the seconds at which this turn's earlier kinds of event first came."""
        at_s = float(data["at_ms"]) / 1000
        if name not in before:
            self._first_of_its_kind(name, data, at_s, before)
        if name == "notice":
            self._notices.labels(self._bounded("stage", data["stage"]), self._bounded("code", data["code"])).inc()
        elif name == "feedback.final":
            self._withheld.inc(data["withheld"])
        elif name == "turn.ended":
            self._turns.labels(self._bounded("outcome", data["outcome"]), self._bounded("mode", mode)).inc()
            self.tokens("prompt", data["timings_ms"].get("llm_prompt_tokens", 0))
            self.stage("turn", at_s)

    def _first_of_its_kind(self, name: str, data: dict[str, Any], at_s: float, before: dict[str, float]) -> None:
        if name in self._first:
            self._first[name].observe(at_s)
        if name in {"feedback.delta", "question.delta"} and not before.keys() & {"feedback.delta", "question.delta"}:
            self._first_token.observe(at_s)
        if name == "transcript.final" and data.get("duration_s") is not None:  # a typed answer is not listened to
            self.stage("stt", at_s)
        for stage, start, end in _STEPS:
            if name == end and start in before:
                self.stage(stage, max(0.0, at_s - before[start]))

    # --- everything else ---------------------------------------------------------------------------------------------

    def stage(self, name: str, seconds: float) -> None:
        """Time spent in one stage. Names outside the known ones are not counted."""
        if name in _STAGES:
            self._stages.labels(name).observe(seconds)

    def tokens(self, kind: str, number: int) -> None:
        """`kind`: prompt (really evaluated), cached, completion."""
        if number > 0:
            self._tokens.labels(self._bounded("kind", kind)).inc(number)

    def tts_cache(self, result: str) -> None:
        self._cache.labels(self._bounded("result", result)).inc()

    def document(self, kind: str, outcome: str, seconds: float) -> None:
        """One document processed: `outcome` is ready or the code of the error."""
        self._documents.labels(self._bounded("document", kind), self._bounded("document_outcome", outcome)).inc()
        self._ingest.observe(seconds)

    @contextmanager
    def event_stream(self) -> Iterator[None]:
        """Counts as an open event stream while inside."""
        self._streams.inc()
        try:
            yield
        finally:
            self._streams.dec()

    def watch_queue(self, name: str, depth: Callable[[], int]) -> None:
        """Ask `depth` for the number of waiting or running jobs at each scrape."""
        self.queue_depth.labels(self._bounded("queue", name)).set_function(depth)

    def watch_memory(self, part: str, pid: Callable[[], int | None]) -> None:
        """Read the resident memory of a process at each scrape; 0 while it does not run."""
        self._memory.labels(self._bounded("part", part)).set_function(lambda: resident_bytes(pid()))

    async def watch_event_loop(self, every_s: float = 0.5) -> None:
        """Measure how late the loop wakes up, for ever. Run as a task."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + every_s
            await asyncio.sleep(every_s)
            self._lag.observe(max(0.0, loop.time() - due))

    def _bounded(self, label: str, value: object) -> str:
        text, known = str(value), self._known.setdefault(label, set())
        if text in known:
            return text
        if len(known) >= _MOST_VALUES - 1 or not re.fullmatch(r"[a-z][a-z0-9_.-]{0,40}", text):
            return "other"
        known.add(text)
        return text


class _TurnListener:
    """Knows when the events of its turn first came."""

    def __init__(self, metrics: MetricsListener, mode: str) -> None:
        self._metrics = metrics
        self._mode = mode
        self._first_at_s: dict[str, float] = {}

    def __call__(self, wire: dict[str, Any]) -> None:
        name, data = wire["event"], wire["data"]
        self._metrics.turn_event(name, data, self._mode, self._first_at_s)
        self._first_at_s.setdefault(name, float(data["at_ms"]) / 1000)


def resident_bytes(pid: int | None) -> int:
    """Resident memory of a process (Linux; 0 elsewhere, or when it is gone)."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0
