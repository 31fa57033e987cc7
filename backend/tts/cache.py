"""CachedVoice: what repeats is spoken once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from backend.tts.ports import Speech, Voice

_Key = tuple[str, str, float]


class CachedVoice:
    """A voice that remembers its pieces by (voice, text, rate); two calls for the same piece share one synthesis."""

    def __init__(
        self, voice: Voice, *, max_bytes: int = 32 * 1024 * 1024, on_result: Callable[[str], None] = lambda result: None
    ) -> None:
        self._voice = voice
        self._max_bytes = max_bytes
        self._on_result = on_result
        self._size = 0
        self._pieces: OrderedDict[_Key, Speech] = OrderedDict()
        self._in_work: dict[_Key, asyncio.Task[Speech]] = {}

    @property
    def name(self) -> str:
        return self._voice.name

    @property
    def languages(self) -> tuple[str, ...]:
        return self._voice.languages

    async def speak(self, text: str, *, rate: float = 1.0) -> Speech:
        key = (self._voice.name, text, rate)
        if (piece := self._pieces.get(key)) is not None:
            self._pieces.move_to_end(key)
            self._on_result("hit")
            return piece
        self._on_result("miss")
        task = self._in_work.get(key)
        if task is None:
            task = self._in_work[key] = asyncio.create_task(self._voice.speak(text, rate=rate))
            task.add_done_callback(lambda done: self._finished(key, done))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.cancel()
            raise

    def _finished(self, key: _Key, done: asyncio.Task[Speech]) -> None:
        self._in_work.pop(key, None)
        if done.cancelled() or done.exception() is not None:
            return
        piece = done.result()
        self._pieces[key] = piece
        self._size += len(piece.pcm)
        while self._size > self._max_bytes and self._pieces:
            _, oldest = self._pieces.popitem(last=False)
            self._size -= len(oldest.pcm)

    async def warm_up(self) -> None:
        await self._voice.warm_up()

    async def close(self) -> None:
        await self._voice.close()
