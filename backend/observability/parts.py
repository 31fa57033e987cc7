"""The parts of a turn, watched: each does what its port says and tells how long it took."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from backend.asr.ports import SAMPLE_RATE, Samples, Transcriber, Transcript, Urgency
from backend.interview.turn import Finder
from backend.llm.ports import ChatModel, JsonSchema, Message, Usage
from backend.observability.stages import Tell, timed
from backend.rag.documents import Passage
from backend.tts.ports import PLAIN, Manner, Speech, Voice


class WatchedEar:
    """A `Transcriber` whose calls are the stage `asr`."""

    def __init__(self, ear: Transcriber, tell: Tell) -> None:
        self._ear = ear
        self._tell = tell
        self.warm_up = ear.warm_up
        self.close = ear.close

    @property
    def name(self) -> str:
        return self._ear.name

    async def transcribe(
        self,
        samples: Samples,
        *,
        language: str | None = "en",
        hotwords: Sequence[str] = (),
        on_partial: Callable[[str], None] | None = None,
        urgency: Urgency | None = None,
    ) -> Transcript:
        sound_s = round(len(samples) / SAMPLE_RATE, 3)
        with timed("asr", self._tell, model=self.name, sound_s=sound_s):
            return await self._ear.transcribe(
                samples, language=language, hotwords=hotwords, on_partial=on_partial, urgency=urgency
            )


class WatchedChat:
    """A `ChatModel` whose requests are the stage `llm` (or `stage`); its figures are the tokens."""

    def __init__(self, chat: ChatModel, tell: Tell, stage: str = "llm") -> None:
        self._chat = chat
        self._tell = tell
        self._stage = stage
        self.warm_up = chat.warm_up
        self.close = chat.close

    @property
    def name(self) -> str:
        return self._chat.name

    async def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        slot: str | None = None,
        first_token_timeout_s: float | None = None,
        timeout_s: float | None = None,
        on_usage: Callable[[Usage], None] | None = None,
        schema: JsonSchema | None = None,
    ) -> AsyncGenerator[str, None]:
        written = 0
        task = schema.name if schema is not None else "text"
        with timed(self._stage, self._tell, model=self.name, task=task) as stage:

            def count(usage: Usage) -> None:
                cached = usage.prompt_tokens_cached or 0
                if usage.prompt_tokens is not None:
                    stage.figures.update(prompt_tokens=usage.prompt_tokens - cached, cached_tokens=cached)
                if usage.completion_tokens is not None:
                    stage.figures["completion_tokens"] = usage.completion_tokens
                if on_usage is not None:
                    on_usage(usage)

            stream = self._chat.stream(
                messages,
                max_tokens=max_tokens,
                temperature=temperature,
                stop=stop,
                slot=slot,
                first_token_timeout_s=first_token_timeout_s,
                timeout_s=timeout_s,
                on_usage=count,
                schema=schema,
            )
            async with aclosing(stream) as pieces:
                async for piece in pieces:
                    if stage.first is None:
                        stage.first = time.monotonic()
                    written += 1
                    stage.figures["completion_tokens"] = written  # the usage never comes when a reader has had enough
                    yield piece


class WatchedVoice:
    """A `Voice` whose pieces are the stage `voice`. Goes inside the cache: what is remembered is not spoken."""

    def __init__(self, voice: Voice, tell: Tell) -> None:
        self._voice = voice
        self._tell = tell
        self.warm_up = voice.warm_up
        self.close = voice.close

    @property
    def name(self) -> str:
        return self._voice.name

    @property
    def languages(self) -> tuple[str, ...]:
        return self._voice.languages

    async def speak(self, text: str, *, rate: float = 1.0, manner: Manner = PLAIN) -> Speech:
        with timed("voice", self._tell, model=self.name) as stage:
            speech = await self._voice.speak(text, rate=rate, manner=manner)
            stage.figures["sound_s"] = round(speech.duration_ms / 1000, 3)
            return speech


class WatchedFinder:
    """A `Finder` whose searches are the stage `retrieval`."""

    def __init__(self, finder: Finder, tell: Tell) -> None:
        self._finder = finder
        self._tell = tell

    async def search(
        self, owner_id: str, query: str, *, document_ids: list[str] | None = None, top_k: int = 6
    ) -> list[Passage]:
        with timed("retrieval", self._tell) as stage:
            found = await self._finder.search(owner_id, query, document_ids=document_ids, top_k=top_k)
            stage.figures["passages"] = len(found)
            return found
