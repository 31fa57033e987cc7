"""Speech to text by any service that speaks OpenAI's `/audio/transcriptions`."""

from __future__ import annotations

import asyncio
import io
import math
import wave
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import numpy as np
import openai

from backend.asr.hesitations import find_hesitations
from backend.asr.ports import SAMPLE_RATE, Samples, Transcript, Urgency, Word
from backend.asr.voice_activity import seconds, stretches
from backend.asr.windows import not_understood
from backend.errors import AtCapacity, NoSpeech, SttError, SttTimeout, SttUnavailable

# The service answers with the English name of a language where it follows OpenAI, with a code where it does not.
_CODES = {
    "english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it", "portuguese": "pt",
    "dutch": "nl", "polish": "pl", "russian": "ru", "ukrainian": "uk", "turkish": "tr", "arabic": "ar", "hindi": "hi",
    "chinese": "zh", "japanese": "ja", "korean": "ko", "swedish": "sv", "danish": "da", "norwegian": "no",
    "finnish": "fi", "czech": "cs", "greek": "el", "hebrew": "he", "romanian": "ro", "hungarian": "hu",
    "indonesian": "id",
}  # fmt: skip
_UNKNOWN_LANGUAGE = "und"
_HINT_CHARACTERS = 400


class OpenAiEar:
    """One OpenAI-compatible service. The key goes to `base_url` only: redirects and proxy variables are not followed.

    `timeout_s` is for one whole request; `at_once` requests run, the next gets `AtCapacity`. `trace_headers` are sent
    along, so that the service's work finds its place in the trace of the turn.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str | None,
        model: str,
        *,
        timeout_s: float = 60.0,
        at_once: int = 8,
        trace_headers: Callable[[], dict[str, str]] = dict,
    ) -> None:
        self._model = model
        self._timeout_s = timeout_s
        self._trace_headers = trace_headers
        self._places = asyncio.BoundedSemaphore(at_once)
        # Not every service knows word times; the first refusal is remembered.
        self._verbose = True
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=api_key or "none",
            max_retries=0,
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
        urgency: Urgency | None = None,
    ) -> Transcript:
        """See `Transcriber`. Silence is told here, before anything is sent. Words are empty where the service has none;
        a word's probability is that of its segment, or 1.0 where the service gives none."""
        if self._places.locked():
            raise AtCapacity(retry_after_s=3)
        async with self._places:
            parts = await asyncio.to_thread(stretches, samples)
            spoken = seconds(parts)
            if spoken == 0:
                raise NoSpeech
            answer = await self._ask(_wav(samples), language, ", ".join(hotwords)[:_HINT_CHARACTERS])
        text = " ".join(str(answer.get("text") or "").split())
        if not text.strip(".… "):
            raise NoSpeech
        if on_partial is not None:
            on_partial(text)
        duration = len(samples) / SAMPLE_RATE
        words = _words(answer, duration)
        held = await asyncio.to_thread(find_hesitations, samples, words, parts) if words else None
        named = str(answer.get("language") or language or _UNKNOWN_LANGUAGE).lower()
        return Transcript(
            text=text,
            language=named if len(named) <= 3 else _CODES.get(named, language or _UNKNOWN_LANGUAGE),
            duration_s=round(duration, 3),
            speech_s=round(spoken, 3),
            words=words,
            hesitations=held,
            not_understood=not_understood(parts, words) if words else (),
        )

    async def warm_up(self) -> None:
        """Nothing to load here, and a request would cost money."""

    async def close(self) -> None:
        await self._client.close()

    async def _ask(self, wav: bytes, language: str | None, hint: str) -> dict[str, Any]:
        fields: dict[str, Any] = {"model": self._model, "file": ("answer.wav", wav, "audio/wav"), "temperature": 0}
        if language:
            fields["language"] = language
        if hint:
            fields["prompt"] = hint
        try:
            async with asyncio.timeout(self._timeout_s):
                if self._verbose:
                    try:
                        return await self._send(
                            fields, response_format="verbose_json", timestamp_granularities=["word", "segment"]
                        )
                    except (openai.BadRequestError, openai.UnprocessableEntityError):
                        answer = await self._send(fields, response_format="json")
                        self._verbose = False
                        return answer
                return await self._send(fields, response_format="json")
        except (TimeoutError, openai.APITimeoutError):
            raise SttTimeout from None
        except openai.RateLimitError:
            raise AtCapacity(retry_after_s=5) from None
        except (openai.APIConnectionError, openai.InternalServerError):
            raise SttUnavailable from None
        except openai.APIError:
            # Anything else it says, a redirect or a wrong key too. Its words are not passed on.
            raise SttError from None

    async def _send(self, fields: dict[str, Any], **form: Any) -> dict[str, Any]:
        headers = self._trace_headers()
        answer = await self._client.audio.transcriptions.create(**fields, **form, extra_headers=headers)
        return answer.model_dump() if isinstance(answer, openai.BaseModel) else {"text": str(answer)}


def _wav(samples: Samples) -> bytes:
    """16-bit WAV, which every service reads."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.clip(samples, -1.0, 1.0) * 32767).astype("<i2").tobytes())
    return out.getvalue()


def _words(answer: dict[str, Any], duration: float) -> tuple[Word, ...]:
    """The words with times of a verbose answer, wherever the service puts them: at the top or inside its segments."""
    segments = [segment for segment in answer.get("segments") or () if isinstance(segment, dict)]
    raw = answer.get("words") or [word for segment in segments for word in segment.get("words") or ()]
    words: list[Word] = []
    for entry in raw:
        try:
            text, start, end = str(entry["word"]).strip(), float(entry["start"]), float(entry["end"])
        except (KeyError, TypeError, ValueError):
            continue
        if not text:
            continue
        start = min(max(start, words[-1].start_s if words else 0.0), duration)
        sure = entry.get("probability")
        words.append(
            Word(
                text, start, min(max(end, start), duration), float(sure) if sure is not None else _sure(segments, start)
            )
        )
    return tuple(words)


def _sure(segments: list[dict[str, Any]], at_s: float) -> float:
    for segment in segments:
        logprob = segment.get("avg_logprob")
        if logprob is not None and float(segment.get("start") or 0) <= at_s <= float(segment.get("end") or 0):
            return round(min(1.0, math.exp(float(logprob))), 3)
    return 1.0
