"""Any OpenAI-compatible speech service, by URL."""

from __future__ import annotations

import httpx
import openai

from backend.errors import TtsError, TtsTimeout, TtsUnavailable
from backend.tts.ports import Speech

_PCM_RATE = 24_000
"""OpenAI's `pcm` is 24 kHz mono 16-bit."""


class OpenAiVoice:
    """Implements `Voice`. The key goes to this base URL only; redirects are not followed."""

    def __init__(
        self,
        base_url: str,
        api_key: str | None,
        model: str,
        voice: str,
        *,
        languages: tuple[str, ...] = (),
        timeout_s: float = 15.0,
    ) -> None:
        self._model = model
        self._voice = voice
        self._languages = languages
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

    async def speak(self, text: str, *, rate: float = 1.0) -> Speech:
        try:
            answer = await self._client.audio.speech.create(
                model=self._model, voice=self._voice, input=text, response_format="pcm", speed=rate
            )
            return Speech(await answer.aread(), _PCM_RATE)
        except openai.APITimeoutError:
            raise TtsTimeout from None
        except (openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError):
            raise TtsUnavailable from None
        except openai.APIError:
            raise TtsError from None

    async def warm_up(self) -> None: ...

    async def close(self) -> None:
        await self._client.close()
