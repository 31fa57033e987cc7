"""Prometheus metrics, fed from outside: by events of turns, by watched parts, and by gauges read at each scrape."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from backend.interview.objections import LISTS
from backend.observability.stages import NO_FAULT, STAGES, Stage
from backend.rag.documents import DocumentKind

_SECONDS = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 60.0)
_STAGE_SECONDS = (0.001, 0.005, 0.01, 0.025, *_SECONDS)
_LAG_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_SCORES = (1, 2, 3, 4, 5)
_MOST_VALUES = 64
_MOST_PROMPTS = 8
_PAGE = 4096
OUTCOMES = ("completed", "cancelled", "failed")


@dataclass(frozen=True, slots=True)
class Declared:
    """A metric as Prometheus sees it; docs/observability.md lists them."""

    name: str
    kind: str
    labels: tuple[str, ...]
    text: str


class MetricsListener:
    """Everything that is counted. No label can take more than 64 values, whatever is fed in.

    Labels whose values are known begin at 0, so that the first failure is an increase and not a new series.
    """

    def __init__(self, registry: CollectorRegistry, modes: Sequence[str] = ()) -> None:
        self.registry = registry
        self.declared: list[Declared] = []
        self._known: dict[str, set[str]] = {}
        self._prompts: OrderedDict[str, set[tuple[str, ...]]] = OrderedDict()
        self._declare_turns()
        self._declare_parts()
        self._declare_service()
        for outcome in OUTCOMES:
            for mode in modes:
                self._turns.labels(outcome, self._bounded("mode", mode))
        for kind in ("prompt", "cached", "completion"):
            self._tokens.labels(kind, "text")
        for kind in ("quote", "number", "name"):
            self._dropped.labels(self._bounded("dropped", kind))
        for result in ("hit", "miss"):
            self._cache.labels(result)
        for result in ("own", "free", "gave_way"):
            self._slots.labels(result)
        for source in ("running", "stored"):
            self._resumes.labels(source)
        for kind in get_args(DocumentKind):
            for outcome in ("ready", "ingest_failed"):
                self._documents.labels(kind, outcome)
        for queue in ("ears", "documents"):
            self._wait.labels(queue)
        for name in LISTS:
            self._objections.labels(name)
        for part in ("embedder", "chroma"):
            self._degraded.labels(part)
        for stage in STAGES:
            self._stages.labels(stage)
            self._stage_errors.labels(stage, "internal")
        self._failures.labels("unknown", "internal")

    def _declare_turns(self) -> None:
        since = "From the last byte of an answer to"
        self._first = {
            "transcript.final": self._histogram("ih_transcript_seconds", f"{since} its transcript"),
            "feedback.delta": self._histogram("ih_first_feedback_seconds", f"{since} the first words of feedback"),
            "question.delta": self._histogram("ih_first_question_seconds", f"{since} the first words of the question"),
            "audio": self._histogram("ih_first_audio_seconds", f"{since} the first spoken piece"),
            "feedback.final": self._histogram("ih_feedback_seconds", f"{since} the whole feedback"),
            "question.final": self._histogram("ih_question_seconds", f"{since} the whole next question"),
            "turn.ended": self._histogram("ih_turn_seconds", f"{since} the end of the turn"),
        }
        self._first_words = self._histogram("ih_first_words_seconds", f"{since} the first words of any reply")
        self._turns = self._counter("ih_turns_total", "Turns that ended", "outcome", "mode")
        self._failures = self._counter("ih_turn_failures_total", "Turns that failed, by error", "stage", "code")
        self._notices = self._counter("ih_turn_notices_total", "Failures that a turn survived", "stage", "code")
        self._cancel = self._histogram("ih_turn_cancel_seconds", "From a request to stop a turn to its end")
        self._withheld = self._counter("ih_withheld_sentences_total", "Model sentences held back", "prompt")
        self._feedback = self._counter("ih_feedback_total", "Answers that were coached", "prompt", "scored")
        self._objections = self._counter(
            "ih_objections_total", "Points of the feedback that somebody called wrong", "list"
        )
        self._score = self._histogram(
            "ih_coaching_score", "Scores given, 1 to 5", "dimension", "prompt", buckets=_SCORES
        )

    def _declare_parts(self) -> None:
        self._stages = self._histogram(
            "ih_stage_duration_seconds", "Time a part worked, when it succeeded", "stage", buckets=_STAGE_SECONDS
        )
        self._stage_errors = self._counter("ih_stage_errors_total", "Work of a part that failed", "stage", "code")
        self._llm_first = self._histogram("ih_llm_first_token_seconds", "From a request to the model's first token")
        self._tokens = self._counter(
            "ih_llm_tokens_total",
            "Tokens by task: prompt (evaluated), cached (evaluated before), completion (pieces of a reply cut short)",
            "kind",
            "task",
        )
        self._dropped = self._counter(
            "ih_author_dropped_total", "Parts of a model's reply that were not proved, and so not said", "kind"
        )
        self._slots = self._counter("ih_llm_slots_total", "Requests by what became of the prompt cache", "result")
        self._cache = self._counter("ih_tts_cache_total", "Look-ups in the memory of the voice", "result")
        self._degraded = self._counter("ih_retrieval_degraded_total", "Searches by words alone", "part")
        self._documents = self._counter("ih_documents_total", "Documents processed", "kind", "outcome")
        self._ingest = self._histogram("ih_ingest_duration_seconds", "Reading and indexing of one document")
        self.queue_depth = self._gauge("ih_queue_depth", "Work waiting or running", "queue")
        self._wait = self._histogram(
            "ih_queue_wait_seconds", "How long work waited before it began", "queue", buckets=_STAGE_SECONDS
        )
        self._memory = self._gauge("ih_model_resident_bytes", "Resident memory of a part's process", "part")
        self._part_ready = self._gauge("ih_part_ready", "1 when a part is loaded, 0 while loading or failed", "part")

    def _declare_service(self) -> None:
        self._build = self._gauge("ih_build_info", "1; the version of the product is the label", "version")
        self._ready = self._gauge("ih_ready", "1 when every part is loaded and new turns are taken")
        self._running = self._gauge("ih_turns_running", "Turns that run now")
        self._turn_limit = self._gauge("ih_turns_limit", "Turns that may run at the same time")
        self._streams = self._gauge("ih_sse_connections", "Event streams that are open")
        self._resumes = self._counter("ih_turn_resumes_total", "Event streams taken up again", "source")
        self._redis = self._gauge("ih_redis_up", "0 while the Redis of the replicas does not answer, 1 otherwise")
        self._redis.set(1)
        self._taken_over = self._counter("ih_turns_taken_over_total", "Turns ended for a replica that died")
        self._lag = self._histogram("ih_event_loop_lag_seconds", "How late the event loop was", buckets=_LAG_SECONDS)

    # --- turns -----------------------------------------------------------------------------------------------------

    def first_of_its_kind(self, name: str, at_s: float) -> None:
        """The first event of this name in a turn came `at_s` seconds after the answer."""
        if name in self._first:
            self._first[name].observe(at_s)

    def first_words(self, at_s: float) -> None:
        self._first_words.observe(at_s)

    def notice(self, stage: str, code: str) -> None:
        self._notices.labels(self._bounded("stage", stage), self._bounded("code", code)).inc()

    def turn_failed(self, stage: str, code: str) -> None:
        self._failures.labels(self._bounded("stage", stage), self._bounded("code", code)).inc()

    def turn_ended(self, outcome: str, mode: str) -> None:
        self._turns.labels(self._bounded("outcome", outcome), self._bounded("mode", mode)).inc()

    def coached(self, feedback: dict[str, Any], prompt: str) -> None:
        """The data of `feedback.final`, given with the prompts of version `prompt`. Only the newest versions stay."""
        prompt = self._prompt(prompt)
        self._withheld.labels(prompt).inc(feedback["withheld"])
        self._feedback.labels(prompt, "true" if feedback["scored"] else "false").inc()
        for name, score in feedback.get("scores", {}).items():
            dimension = self._bounded("dimension", name)
            self._score.labels(dimension, prompt).observe(score["score"])
            self._prompts[prompt].add((dimension, prompt))

    def objected(self, name: str) -> None:
        """A candidate called a point of this list wrong."""
        self._objections.labels(self._bounded("list", name)).inc()

    def _prompt(self, version: str) -> str:
        version = version if re.fullmatch(r"[a-z0-9_.-]{1,40}", version) else "other"
        if version in self._prompts:
            self._prompts.move_to_end(version)
            return version
        self._prompts[version] = set()
        for scored in ("true", "false"):
            self._feedback.labels(version, scored)
        if len(self._prompts) > _MOST_PROMPTS:
            gone, scores = self._prompts.popitem(last=False)
            self._withheld.remove(gone)
            for scored in ("true", "false"):
                self._feedback.remove(gone, scored)
            for labels in scores:
                self._score.remove(*labels)
        return version

    def cancelled(self, seconds: float) -> None:
        """A running turn stopped `seconds` after it was asked to."""
        self._cancel.observe(seconds)

    # --- parts -----------------------------------------------------------------------------------------------------

    def stage(self, stage: Stage) -> None:
        """Work of one part is over. Names outside the known ones are not counted."""
        if stage.name not in STAGES:
            return
        if stage.code is None:
            self._stages.labels(stage.name).observe(stage.seconds)
        elif stage.code not in NO_FAULT:
            self._stage_errors.labels(stage.name, self._bounded("code", stage.code)).inc()
        if stage.name == "llm" and stage.first is not None:
            self._llm_first.observe(stage.first - stage.began)
        for kind in ("prompt", "cached", "completion"):
            if number := stage.figures.get(f"{kind}_tokens"):
                self._tokens.labels(kind, self._bounded("task", stage.figures.get("task", "text"))).inc(float(number))

    def tts_cache(self, result: str) -> None:
        self._cache.labels(self._bounded("result", result)).inc()

    def llm_slot(self, result: str) -> None:
        """An interview asked for its prompt cache: it had one ("own"), took a free one, or another interview's gave way."""
        self._slots.labels(self._bounded("result", result)).inc()

    def author_dropped(self, kind: str) -> None:
        """Something the model wrote may not be said; `kind` is what failed."""
        self._dropped.labels(self._bounded("dropped", kind)).inc()

    def degraded(self, part: str) -> None:
        """A search did without this part."""
        self._degraded.labels(self._bounded("part", part)).inc()

    def document(self, kind: str, outcome: str, waited_s: float, took_s: float) -> None:
        """One document processed: `outcome` is ready or the code of the error."""
        self._documents.labels(self._bounded("document", kind), self._bounded("document_outcome", outcome)).inc()
        self._ingest.observe(took_s)
        self.waited("documents", waited_s)

    def waited(self, queue: str, seconds: float) -> None:
        """Work of this queue began `seconds` after it was asked for."""
        self._wait.labels(self._bounded("queue", queue)).observe(seconds)

    def watch_queue(self, name: str, depth: Callable[[], int]) -> None:
        """Ask `depth` for the number of waiting or running jobs at each scrape."""
        self.queue_depth.labels(self._bounded("queue", name)).set_function(depth)

    def watch_memory(self, part: str, pid: Callable[[], int | None]) -> None:
        """Read the resident memory of a process at each scrape; 0 while it does not run."""
        self._memory.labels(self._bounded("part", part)).set_function(lambda: resident_bytes(pid()))

    def watch_part(self, part: str, ready: Callable[[], bool]) -> None:
        """Ask at each scrape whether a part is loaded."""
        self._part_ready.labels(self._bounded("part", part)).set_function(lambda: float(ready()))

    # --- the service -----------------------------------------------------------------------------------------------

    def watch_service(
        self, version: str, *, ready: Callable[[], bool], turns: Callable[[], int], turns_limit: int
    ) -> None:
        """The version served, whether new turns are taken and how many run (asked at each scrape), and how many may."""
        self._build.labels(version).set(1)
        self._ready.set_function(lambda: float(ready()))
        self._running.set_function(turns)
        self._turn_limit.set(turns_limit)

    @contextmanager
    def event_stream(self) -> Iterator[None]:
        """Counts as an open event stream while inside."""
        self._streams.inc()
        try:
            yield
        finally:
            self._streams.dec()

    def resumed(self, source: str) -> None:
        """A client came back for a turn: `running`, or only `stored`."""
        self._resumes.labels(self._bounded("source", source)).inc()

    def redis_up(self, up: bool) -> None:
        self._redis.set(float(up))

    def taken_over(self) -> None:
        """A turn whose replica had died was ended by this one."""
        self._taken_over.inc()

    async def watch_event_loop(self, every_s: float = 0.5) -> None:
        """Measure how late the loop wakes up, for ever. Run as a task."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + every_s
            await asyncio.sleep(every_s)
            self._lag.observe(max(0.0, loop.time() - due))

    # --- declaring -------------------------------------------------------------------------------------------------

    def _histogram(self, name: str, text: str, *labels: str, buckets: Sequence[float] = _SECONDS) -> Histogram:
        self.declared.append(Declared(name, "histogram", labels, text))
        return Histogram(name, text, labels, buckets=buckets, registry=self.registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        self.declared.append(Declared(name, "counter", labels, text))
        return Counter(name, text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        self.declared.append(Declared(name, "gauge", labels, text))
        return Gauge(name, text, labels, registry=self.registry)

    def _bounded(self, label: str, value: object) -> str:
        text, known = str(value), self._known.setdefault(label, set())
        if text in known:
            return text
        if len(known) >= _MOST_VALUES - 1 or not re.fullmatch(r"[a-z][a-z0-9_.-]{0,40}", text):
            return "other"
        known.add(text)
        return text


def resident_bytes(pid: int | None) -> int:
    """Resident memory of a process (Linux; 0 elsewhere, or when it is gone)."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0
