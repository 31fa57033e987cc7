"""Settings -> Services: the one place that turns names into providers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from backend import __version__
from backend.asr.ports import Transcriber
from backend.coaching.coach import Coach
from backend.config import ROOT, Settings
from backend.errors import AppError
from backend.interview.active_turns import ActiveTurns, Listener
from backend.interview.briefing import Briefer
from backend.interview.media import MediaShelf
from backend.interview.modes import Modes
from backend.interview.prefill import Prefill
from backend.interview.questions import Interviewer
from backend.interview.recordings import Recordings
from backend.interview.room import InterviewRoom
from backend.interview.session import Session
from backend.interview.turn import TurnParts
from backend.interview.turn_record import TurnRecord
from backend.jobs.role_packs import RolePacks
from backend.llm.ports import ChatModel
from backend.llm.prompts import FilePrompts, PromptBook
from backend.models.fetch import where
from backend.observability.metrics import MetricsListener
from backend.rag.library import Library
from backend.rag.ports import Embedder
from backend.security.limits import RateLimiter
from backend.security.signing import LinkSigner
from backend.security.tokens import AccessTokens, load_or_create_secret
from backend.storage.database import Stores
from backend.tts.cache import CachedVoice
from backend.tts.ports import Voice

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is accepted, as plain values."""

    audio_max_s: int
    audio_max_bytes: int
    document_max_bytes: int
    document_max_characters: int
    document_max_pages: int
    documents_per_owner: int
    answer_max_characters: int
    requests_per_minute: int
    guests_per_minute: int
    guest_ttl_days: float
    heartbeat_s: float


@dataclass(slots=True)
class Readiness:
    """Which parts have been loaded and run once."""

    parts: dict[str, str] = field(default_factory=dict)
    """part -> `loading`, `ok`, `off` or `failed`."""

    @property
    def started(self) -> bool:
        return bool(self.parts) and all(state in {"ok", "off", "failed"} for state in self.parts.values())


@dataclass(slots=True)
class Services:
    """Everything the API works with."""

    settings: Settings
    limits: Limits
    stores: Stores
    tokens: AccessTokens
    signer: LinkSigner
    limiter: RateLimiter
    library: Library
    packs: RolePacks
    modes: Modes
    prompts: PromptBook
    embedder: Embedder
    transcriber: Transcriber | None
    voice: Voice | None
    chat: ChatModel | None
    coach: Coach
    interviewer: Interviewer
    room: InterviewRoom
    prefill: Prefill
    metrics: MetricsListener
    readiness: Readiness
    versions: Callable[[], dict[str, str]]
    warm_ups: dict[str, Callable[[], Awaitable[None]]]
    closers: list[Callable[[], Awaitable[None]]]
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        """Load every part in the background and run it once; `readiness` tells when that is done."""
        self.library.start()
        for name in self.warm_ups:
            self.readiness.parts[name] = "loading"
        task = asyncio.create_task(self._warm_up(), name="warm-up")
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _warm_up(self) -> None:
        for name, warm_up in self.warm_ups.items():  # one at a time: two cores load faster in turn than at once
            try:
                await warm_up()
                self.readiness.parts[name] = "ok"
            except AppError as error:
                log.error("part failed to start", extra={"part": name, "code": error.code})
                self.readiness.parts[name] = "failed"
            except Exception:
                log.exception("part failed to start", extra={"part": name})
                self.readiness.parts[name] = "failed"

    async def close(self) -> None:
        """Stop everything that was started, in the opposite order."""
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for close in reversed(self.closers):
            try:
                await close()
            except Exception:
                log.exception("part failed to close")
