"""A voice that remembers what it said: questions and set phrases repeat, and are then free."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from backend.tts.ports import PLAIN, Manner, Speech, Voice

_Key = tuple[str, str, float, Manner]


class CachedVoice:
    """Any voice with a memory of `max_bytes` of sound; the longest unused goes first.

    `on_result` is told "hit" or "miss". The same piece asked for twice at once is spoken once; it is dropped only when everybody who asked has gone.
    """

    def __init__(
        self, voice: Voice, *, max_bytes: int = 32 * 1024 * 1024, on_result: Callable[[str], None] = lambda result: None
    ) -> None:
        self._voice = voice
        self._on_result = on_result
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[_Key, Speech] = OrderedDict()
        self._running: dict[_Key, tuple[asyncio.Task[Speech], list[object]]] = {}

    @property
    def name(self) -> str:
        return self._voice.name

    @property
    def languages(self) -> tuple[str, ...]:
        return self._voice.languages

    async def speak(self, text: str, *, rate: float = 1.0, manner: Manner = PLAIN) -> Speech:
        """See `Voice`. Failures are not remembered."""
        key = (self._voice.name, text, rate, manner)
        if (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            self._on_result("hit")
            return kept
        self._on_result("miss")
        running = self._running.get(key)
        if running is None:
            running = self._running[key] = (asyncio.create_task(self._voice.speak(text, rate=rate, manner=manner)), [])
        task, listeners = running
        me = object()
        listeners.append(me)
        try:
            speech = await asyncio.shield(task)
        finally:
            listeners.remove(me)
            if not listeners:
                if self._running.get(key) is running:
                    del self._running[key]
                task.cancel()
        self._keep(key, speech)
        return speech

    async def warm_up(self) -> None:
        await self._voice.warm_up()

    async def close(self) -> None:
        """Forgets everything said, and closes the voice."""
        self._kept.clear()
        self._bytes = 0
        await self._voice.close()

    def forget(self) -> None:
        """Drop everything remembered (erasure: spoken text may quote a person's words)."""
        self._kept.clear()
        self._bytes = 0

    def _keep(self, key: _Key, speech: Speech) -> None:
        if key in self._kept or len(speech.pcm) > self._max_bytes:
            return
        self._kept[key] = speech
        self._bytes += len(speech.pcm)
        while self._bytes > self._max_bytes:
            self._bytes -= len(self._kept.popitem(last=False)[1].pcm)
