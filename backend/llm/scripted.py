"""A chat model that plays a script: for demonstrations and tests of the whole product without any weights."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Literal

from backend.errors import LlmError, LlmIncomplete, LlmTimeout, LlmUnavailable
from backend.llm.ports import Message, Usage

Failure = Literal["timeout", "unavailable", "incomplete", "error", "hang"]
Replies = Sequence[str] | Callable[[Sequence[Message]], str]

_ERRORS: dict[str, type[LlmError]] = {
    "timeout": LlmTimeout,
    "unavailable": LlmUnavailable,
    "incomplete": LlmIncomplete,
    "error": LlmError,
}
_TOKEN = re.compile(r"\S+\s*|\s+")


class ScriptedChat:
    """Answers from a list (its last entry repeats) or from a function of the messages, word by word.

    `delay_s`: before the first word. `fail`: what goes wrong; `timeout`, `unavailable` and `error` before the first
    word, `incomplete` and `hang` after `fail_after` words. `fail` may be changed between calls. `calls` keeps the
    messages of every request, `cancelled` counts replies that nobody waited for.
    """

    def __init__(
        self,
        replies: Replies | None = None,
        *,
        delay_s: float = 0.0,
        fail: Failure | None = None,
        fail_after: int = 3,
        name: str = "scripted",
    ) -> None:
        self._replies: Replies = replies if replies is not None else echo
        self._delay_s, self._name, self._fail_after = delay_s, name, fail_after
        self.fail = fail
        self.calls: list[tuple[Message, ...]] = []
        self.cancelled = 0

    @property
    def name(self) -> str:
        return self._name

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
        """See `ChatModel.stream`; a word counts as a token."""
        self.calls.append(tuple(messages))
        loop = asyncio.get_running_loop()
        started = loop.time()
        words = _TOKEN.findall(_until_stop(self._reply(messages), stop))[:max_tokens]
        try:
            async with asyncio.timeout_at(_earliest(started, first_token_timeout_s, timeout_s)):
                await asyncio.sleep(self._delay_s)
                if self.fail in ("timeout", "unavailable", "error"):
                    raise _ERRORS[self.fail]
            for number, word in enumerate(words):
                if self.fail == "incomplete" and number == self._fail_after:
                    raise LlmIncomplete
                async with asyncio.timeout_at(_earliest(started, timeout_s)):
                    # a real stream lets others run between two pieces
                    await (asyncio.Event().wait() if self._hangs(number) else asyncio.sleep(0))
                yield word
            if self.fail == "incomplete":
                raise LlmIncomplete
        except TimeoutError:
            raise LlmTimeout from None
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled += 1
            raise
        if on_usage is not None:
            on_usage(Usage(sum(len(m.content.split()) for m in messages), 0, len(words)))

    def _hangs(self, number: int) -> bool:
        return self.fail == "hang" and number >= self._fail_after

    def _reply(self, messages: Sequence[Message]) -> str:
        if callable(self._replies):
            return self._replies(messages)
        return self._replies[min(len(self.calls), len(self._replies)) - 1]

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...


def echo(messages: Sequence[Message]) -> str:
    """A plausible reply that states nothing which the prompt does not: it repeats the most telling of its sentences.

    A request for a question gets one about the longest sentence of the prompt, any other a remark on it.
    """
    asked = messages[-1].content if messages else ""
    facts, _, instruction = asked.rpartition("\n\n")
    sentences = re.findall(r"[A-Z][^.!?\n{}<>]{15,160}(?=[.!?])", facts or asked)
    if "question" in instruction.lower():
        if not sentences:
            return "Could you tell me more about your own part in that?"
        return f"You said: “{max(sentences, key=len)}”. What was your own part in it?"
    if not sentences:
        return "Say what you did yourself, and what came of it."
    return f"You said: “{max(sentences, key=len)}”. Say what you did yourself, and what came of it."


def _until_stop(text: str, stop: Sequence[str]) -> str:
    ends = [at for at in (text.find(s) for s in stop) if at >= 0]
    return text[: min(ends)] if ends else text


def _earliest(started: float, *timeouts_s: float | None) -> float | None:
    return min((started + t for t in timeouts_s if t is not None), default=None)
