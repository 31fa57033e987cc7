"""A scripted language model: a shipped double for tests and demos without weights."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from backend.errors import LlmError
from backend.llm.ports import Message, Usage

Reply = str | LlmError | Callable[[Sequence[Message]], str]


class ScriptedChat:
    """Implements `ChatModel`: gives its replies in order, the last one again and again.

    A reply may be a text, a function of the messages, or an error to raise. `delay_s` passes before the first piece.
    What it was asked is kept in `asked`.
    """

    def __init__(self, replies: Sequence[Reply] = ("",), *, delay_s: float = 0.0) -> None:
        self._replies = list(replies)
        self._delay_s = delay_s
        self.asked: list[list[Message]] = []

    @property
    def name(self) -> str:
        return "scripted"

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
    ) -> AsyncIterator[str]:
        self.asked.append(list(messages))
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        await asyncio.sleep(self._delay_s)
        if isinstance(reply, LlmError):
            raise reply
        words = (reply(messages) if callable(reply) else reply).split(" ")[:max_tokens]
        for number, word in enumerate(words):
            yield word if number == 0 else f" {word}"
        if on_usage is not None:
            on_usage(Usage(sum(len(m.content) // 4 for m in messages), 0, len(words)))

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...
