"""Language model services that people run on their own machine: where they listen, and what they offer there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import httpx

_TIMEOUT_S = 0.6
_MOST_BYTES = 512 * 1024
_MOST_MODELS = 50
_NO_CHAT = ("embed", "rerank", "whisper")
"""In the names of models that answer no chat."""


@dataclass(frozen=True, slots=True)
class LocalService:
    """A kind of service, and its usual address on this machine (ends in `/v1`)."""

    name: str
    title: str
    url: str


SERVICES = (
    LocalService("ollama", "Ollama", "http://127.0.0.1:11434/v1"),
    LocalService("lmstudio", "LM Studio", "http://127.0.0.1:1234/v1"),
    LocalService("llamacpp", "llama.cpp", "http://127.0.0.1:8080/v1"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A service that answers, and its models that may be able to chat."""

    service: LocalService
    models: tuple[str, ...]


async def look(services: Iterable[LocalService] = SERVICES) -> list[Found]:
    """Those of `services` that answer `/v1/models` as a language model service does. Takes at most about a second."""
    async with httpx.AsyncClient(timeout=_TIMEOUT_S, trust_env=False, follow_redirects=False) as client:
        found = await asyncio.gather(*(_ask(client, service) for service in services))
    return [one for one in found if one is not None]


async def _ask(client: httpx.AsyncClient, service: LocalService) -> Found | None:
    try:
        async with asyncio.timeout(_TIMEOUT_S * 2), client.stream("GET", f"{service.url}/models") as response:
            if response.status_code != 200:
                return None
            body = b""
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > _MOST_BYTES:
                    return None
        listed = httpx.Response(200, content=body).json()["data"]
        names = [model["id"] for model in listed]
    except (httpx.HTTPError, TimeoutError, ValueError, TypeError, LookupError):
        return None  # nobody there, or something else that listens on this port
    if not all(isinstance(name, str) and name and name.isprintable() and len(name) <= 200 for name in names):
        return None
    return Found(service, tuple(n for n in names if not any(word in n.lower() for word in _NO_CHAT))[:_MOST_MODELS])
