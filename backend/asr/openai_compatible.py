"""Any OpenAI-compatible transcription service, by URL."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Sequence

import httpx
import numpy as np
import openai

from backend.asr.ports import SAMPLE_RATE, Samples, Transcript, Word
from backend.errors import NoSpeech, SttError, SttTimeout, SttUnavailable


class OpenAiEar:
    """Implements `Transcriber`. The key goes to this base URL only; redirects are not followed."""

    def __init__(self, base_url: str, api_key: str | None, model: str, *, timeout_s: float = 60.0) -> None:
        self._model = model
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=api_key or "none",
            max_retries=1,
            timeout=timeout_s,
            http_client=httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=timeout_s),
        )

    @property
    def name(self) -> str:
        return self._model

    async def transcribe(
        self,
        samples: Samples,
        *,
        language: str | None = "en",
        hotwords: Sequence[str] = (),
        on_partial: Callable[[str], None] | None = None,
    ) -> Transcript:
        try:
            answer = await self._client.audio.transcriptions.create(
                file=("answer.wav", _wav(samples), "audio/wav"),
                model=self._model,
                response_format="verbose_json",
                timestamp_granularities=["word"],
                prompt=", ".join(hotwords[:40]),
                language=language or openai.omit,
            )
        except openai.APITimeoutError:
            raise SttTimeout from None
        except (openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError):
            raise SttUnavailable from None
        except openai.APIError:
            raise SttError from None
        text = (answer.text or "").strip()
        if not text:
            raise NoSpeech
        heard = [Word(w.word.strip(), w.start, w.end, 1.0) for w in getattr(answer, "words", None) or ()]
        speech_s = sum(w.end_s - w.start_s for w in heard) or len(samples) / SAMPLE_RATE
        return Transcript(text, language or "en", len(samples) / SAMPLE_RATE, speech_s, tuple(heard))

    async def warm_up(self) -> None: ...

    async def close(self) -> None:
        await self._client.close()


def _wav(samples: Samples) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return out.getvalue()
