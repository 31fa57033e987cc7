"""A voice from any service that speaks OpenAI's `/audio/speech`."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import Callable

import httpx
import openai

from backend.errors import AtCapacity, SpeechTextTooLong, TtsError, TtsTimeout, TtsUnavailable
from backend.tts.ports import PLAIN, Manner, Speech

_PCM_RATE = 24_000
_CHARACTERS = 4_096
_LARGEST = 32 * 1024 * 1024


class OpenAiVoice:
    """One OpenAI-compatible service. The key goes to `base_url` only: no redirects, no proxy variables."""

    def __init__(
        self,
        base_url: str,
        api_key: str | None,
        model: str,
        voice: str,
        *,
        languages: tuple[str, ...] = ("en",),
        timeout_s: float = 20.0,
        at_once: int = 8,
        trace_headers: Callable[[], dict[str, str]] = dict,
    ) -> None:
        """`trace_headers` are sent along, so that the service's work finds its place in the trace of the turn."""
        self._model = model
        self._voice = voice
        self._languages = languages
        self._timeout_s = timeout_s
        self._trace_headers = trace_headers
        self._places = asyncio.BoundedSemaphore(at_once)
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=api_key or "none",
            max_retries=0,
            timeout=timeout_s,
            http_client=httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=timeout_s),
        )

    @property
    def name(self) -> str:
        return f"{self._model}/{self._voice}"

    @property
    def languages(self) -> tuple[str, ...]:
        return self._languages

    async def speak(self, text: str, *, rate: float = 1.0, manner: Manner = PLAIN) -> Speech:
        """See `Voice`. WAV is asked for, because it says its own sample rate; headerless PCM is taken as 24 kHz. Of a
        manner a service is told the pace."""
        if len(text) > _CHARACTERS:
            raise SpeechTextTooLong
        if self._places.locked():
            raise AtCapacity(retry_after_s=2)
        try:
            async with self._places, asyncio.timeout(self._timeout_s):
                body = await self._fetch(text, min(max(rate * manner.pace, 0.5), 2.0))
        except (TimeoutError, openai.APITimeoutError):
            raise TtsTimeout from None
        except openai.RateLimitError:
            raise AtCapacity(retry_after_s=5) from None
        except (openai.APIConnectionError, openai.InternalServerError, httpx.TransportError):
            raise TtsUnavailable from None
        except openai.APIError:
            raise TtsError from None
        return _speech(body)

    async def warm_up(self) -> None:
        """Nothing to load here, and a request would cost money."""

    async def close(self) -> None:
        await self._client.close()

    async def _fetch(self, text: str, rate: float) -> bytes:
        """The body, read piece by piece so that an endless one cannot fill the memory."""
        body = bytearray()
        async with self._client.audio.speech.with_streaming_response.create(
            model=self._model,
            voice=self._voice,
            input=text,
            response_format="wav",
            speed=rate,
            extra_headers=self._trace_headers(),
        ) as answer:
            async for piece in answer.iter_bytes():
                body += piece
                if len(body) > _LARGEST:
                    raise TtsError
        return bytes(body)


def _speech(body: bytes) -> Speech:
    if body[:4] != b"RIFF":
        return Speech(body[: len(body) // 2 * 2], _PCM_RATE)
    try:
        with wave.open(io.BytesIO(body)) as file:
            if file.getsampwidth() != 2 or file.getnchannels() != 1:
                raise TtsError
            # Services that stream write 0xFFFFFFFF as the length: all there is, then.
            return Speech(file.readframes(len(body) // 2), file.getframerate())
    except (wave.Error, EOFError):
        raise TtsError from None
