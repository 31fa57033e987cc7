"""A scripted language model: a shipped double for tests and demos without weights."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Literal

from backend.errors import LlmError, LlmIncomplete, LlmTimeout
from backend.llm.ports import JsonSchema, Message, Usage

Reply = str | LlmError | Callable[[Sequence[Message]], str]
Mishap = Literal["cut", "hang"]

_WORD = re.compile(r"\S+\s*|\s+")


class ScriptedChat:
    """Implements `ChatModel`: gives its replies in order, the last one again and again; a word counts as a token.

    A reply may be a text, a function of the messages (`echo` is one), or an error to raise before the first word.
    `delay_s` passes before the first word. `mishap`: after `mishap_after` words the stream is cut (`LlmIncomplete`) or
    hangs until a deadline. What it was asked is kept in `asked` and, task by task,
    in `schemas`; `cancelled` counts replies nobody waited for.
    """

    def __init__(
        self,
        replies: Sequence[Reply] = ("",),
        *,
        delay_s: float = 0.0,
        mishap: Mishap | None = None,
        mishap_after: int = 3,
    ) -> None:
        self._replies = list(replies)
        self._delay_s = delay_s
        self._mishap, self._mishap_after = mishap, mishap_after
        self.asked: list[list[Message]] = []
        self.schemas: list[JsonSchema | None] = []
        self.cancelled = 0

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
        schema: JsonSchema | None = None,
    ) -> AsyncGenerator[str, None]:
        """See `ChatModel.stream`."""
        self.asked.append(list(messages))
        self.schemas.append(schema)
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        started = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(_earliest(started, first_token_timeout_s, timeout_s)):
                await asyncio.sleep(self._delay_s)
            if isinstance(reply, LlmError):
                raise reply
            text = _until_stop(reply(messages) if callable(reply) else reply, stop)
            words = _WORD.findall(text)[:max_tokens]
            for number, word in enumerate(words):
                if self._mishap == "cut" and number == self._mishap_after:
                    raise LlmIncomplete
                async with asyncio.timeout_at(_earliest(started, timeout_s)):
                    if self._mishap == "hang" and number == self._mishap_after:
                        await asyncio.Event().wait()
                    await asyncio.sleep(0)  # a real stream lets others run between two pieces
                yield word
        except TimeoutError:
            raise LlmTimeout from None
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled += 1
            raise
        if on_usage is not None:
            on_usage(Usage(sum(len(m.content) // 4 for m in messages), 0, len(words)))

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...


def echo(messages: Sequence[Message]) -> str:
    """A plausible reply that states nothing which the prompt does not: it repeats the longest of its sentences.

    A request for a question gets a question about it, any other a remark.
    """
    asked = messages[-1].content if messages else ""
    facts, _, instruction = asked.rpartition("\n\n")
    sentences = re.findall(r"[A-Z][^.!?\n{}<>]{15,160}(?=[.!?])", facts or asked)
    opening = f"You said: “{max(sentences, key=len)}”. " if sentences else ""
    if "question" in instruction.lower():
        return f"{opening}What was your own part in it?"
    return f"{opening}Say what you did yourself, and what came of it."


def _until_stop(text: str, stop: Sequence[str]) -> str:
    ends = [at for at in (text.find(s) for s in stop) if at >= 0]
    return text[: min(ends)] if ends else text


def _earliest(started: float, *timeouts_s: float | None) -> float | None:
    return min((started + t for t in timeouts_s if t is not None), default=None)
