"""Everything that watches the product from outside, put together: metrics always, traces where a collector is named."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from asgi_correlation_id import correlation_id
from prometheus_client import CollectorRegistry

from backend.asr.ports import Transcriber
from backend.interview.active_turns import Listener, WireEvent
from backend.interview.turn import Finder
from backend.llm.ports import ChatModel
from backend.observability.metrics import MetricsListener
from backend.observability.parts import WatchedChat, WatchedEar, WatchedFinder, WatchedVoice
from backend.observability.stages import Stages, Tell
from backend.observability.turn_counts import TurnCounts
from backend.rag.ingest_job import IngestJob
from backend.tts.ports import Voice

if TYPE_CHECKING:
    from backend.observability.traces import Traces


class Observation:
    """`ear`, `chat`, `voice` and `finder` put a watch before a part; `listener` and `processed` are handed to the room and
    the library.

    `service` is whose traces these are. `otlp_endpoint` None: nothing of OpenTelemetry is even imported.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        *,
        modes: Sequence[str],
        version: str,
        service: str = "interview-helper",
        otlp_endpoint: str | None = None,
    ) -> None:
        self.metrics = MetricsListener(registry, modes)
        self._traces: Traces | None = None
        if otlp_endpoint:
            from backend.observability.traces import Traces

            self._traces = Traces(otlp_endpoint, service=service, version=version)
        listeners: list[Tell] = [self.metrics.stage]
        if self._traces is not None:
            listeners.append(self._traces.stage)
        self._stages = Stages(*listeners)

    def ear(self, ear: Transcriber) -> Transcriber:
        return WatchedEar(ear, self._stages.tell)

    def chat(self, chat: ChatModel, stage: str = "llm") -> ChatModel:
        return WatchedChat(chat, self._stages.tell, stage)

    def voice(self, voice: Voice) -> Voice:
        return WatchedVoice(voice, self._stages.tell)

    def finder(self, finder: Finder) -> Finder:
        return WatchedFinder(finder, self._stages.tell)

    def trace_headers(self) -> dict[str, str]:
        """What carries the trace of the turn in this context on to another service; nothing without traces."""
        return self._traces.headers() if self._traces is not None else {}

    def listener(self, mode: str, arrived_at: float) -> Listener:
        """Who reads the events of the turn that begins in this context; `arrived_at` is when its answer came."""
        readers: list[Listener] = [TurnCounts(self.metrics, mode), self._stages.of_turn(arrived_at)]
        if self._traces is not None:  # last, because a trace ends with its turn
            readers.append(self._traces.of_turn(mode, arrived_at, correlation_id.get() or "-"))

        def read(wire: WireEvent) -> None:
            for reader in readers:
                reader(wire)

        return read

    def processed(self, job: IngestJob) -> None:
        """One document was read and indexed, or failed."""
        outcome = str((job.document.error or {}).get("code", job.document.status))
        waited_s, took_s = job.begun_at - job.queued_at, time.monotonic() - job.begun_at
        self.metrics.document(job.document.kind, outcome, waited_s, took_s)

    def flush(self) -> None:
        """Send the spans there are now. Blocks."""
        if self._traces is not None:
            self._traces.flush()

    async def close(self) -> None:
        """Send what is left."""
        if self._traces is not None:
            await asyncio.to_thread(self._traces.close)
