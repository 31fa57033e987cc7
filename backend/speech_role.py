"""The speech role: the same ears and voices as a service of their own, so that they scale apart from the API.

It serves section 8 of the contract, health and metrics. It has no language model, retrieval, records or web client.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from prometheus_client import CollectorRegistry

from backend import __version__
from backend.asr.ports import Transcriber
from backend.config import Settings
from backend.errors import Unauthenticated
from backend.llm.ports import ChatModel
from backend.observability.metrics import MetricsListener
from backend.observability.observation import Observation
from backend.security.limits import RateLimiter
from backend.security.tokens import AccessTokens
from backend.tts.ports import Voice
from backend.wiring import Limits, Readiness, make_ears, make_limits, make_voice


@dataclass(slots=True)
class SpeechServices:
    """Implements `backend.api.deps.SpeechParts`."""

    limits: Limits
    limiter: RateLimiter
    key: str | None
    tokens: AccessTokens | None
    transcriber: Transcriber | None
    voice: Voice | None
    metrics: MetricsListener
    readiness: Readiness
    observation: Observation
    warm_ups: dict[str, Callable[[], Awaitable[None]]]
    chat: ChatModel | None = None
    draining: bool = False
    turns_running: int = 0
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        """Load ears and voice in the background; `readiness` tells when that is done."""
        for work in (self.readiness.load(self.warm_ups), self.metrics.watch_event_loop()):
            self.tasks.append(asyncio.create_task(work))

    async def admit(self, token: str) -> str:
        """Whose token this is: the service's own key (not limited: whole APIs stand behind it), or an access token.

        There are no records here, so an access token counts until it expires. Raises `Unauthenticated`,
        `TooManyRequests`.
        """
        if self.key is not None and hmac.compare_digest(token.encode(), self.key.encode()):
            return "service"
        if self.tokens is None:
            raise Unauthenticated
        owner_id = self.tokens.read(token).owner_id
        await self.limiter.check(f"owner:{owner_id}", self.limits.requests_per_minute)
        return owner_id

    async def healthy(self) -> bool:
        """Nothing outside is needed."""
        return True

    def versions(self) -> dict[str, str]:
        """Which ears and voice are in use."""
        return {
            "asr": self.transcriber.name if self.transcriber is not None else "off",
            "tts": self.voice.name if self.voice is not None else "off",
        }

    def releases(self) -> dict[str, Any]:
        """Nothing is released here."""
        return {}

    async def drain(self) -> None:
        """Not ready from now on; uvicorn lets the requests that run finish."""
        self.draining = True

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for part in (self.voice, self.transcriber):
            if part is not None:
                await part.close()
        await self.limiter.close()
        await self.observation.close()


async def build_speech(settings: Settings, registry: CollectorRegistry) -> SpeechServices:
    """Ears and voice of the settings; nothing is loaded yet."""
    observation = Observation(
        registry,
        modes=(),
        version=__version__,
        service="interview-helper-speech",
        otlp_endpoint=settings.otel_exporter_otlp_endpoint,
    )
    metrics, readiness = observation.metrics, Readiness()
    ears = make_ears(settings, observation)
    transcriber = observation.ear(ears) if ears is not None else None
    voice = make_voice(settings, observation)
    services = SpeechServices(
        limits=make_limits(settings),
        limiter=RateLimiter(settings.redis_url),
        key=settings.speech_api_key.get_secret_value() if settings.speech_api_key else None,
        tokens=AccessTokens(settings.secret_key.get_secret_value(), previous=settings.previous_secrets)
        if settings.secret_key
        else None,
        transcriber=transcriber,
        voice=voice,
        metrics=metrics,
        readiness=readiness,
        observation=observation,
        warm_ups={name: part.warm_up for name, part in (("voice", voice), ("ears", transcriber)) if part is not None},
    )
    for name in services.warm_ups:
        metrics.watch_part(name, partial(readiness.ok, name))
    metrics.watch_service(
        __version__,
        ready=lambda: readiness.started and not services.draining,
        turns=lambda: 0,
        turns_limit=settings.turns_at_once,
    )
    return services
