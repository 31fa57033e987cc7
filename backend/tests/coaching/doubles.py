"""Doubles of the coach's surroundings: prompts, a scripted chat model, a listener."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from backend.errors import AppError, LlmTimeout
from backend.llm.ports import Message, Usage
from backend.llm.prompts import FilePrompts, Prompt

PROMPTS = FilePrompts(Path(__file__).resolve().parents[2] / "interview" / "prompts")


class NoPrompts:
    def get(self, name: str) -> Prompt:
        raise KeyError(name)

    def names(self) -> tuple[str, ...]:
        return ()


class ScriptedChat:
    """Says the given text in pieces; `fails` raises after `fails_after` pieces."""

    name = "scripted"

    def __init__(self, text: str, *, fails_after: int | None = None) -> None:
        self.text, self.fails_after = text, fails_after
        self.asked: list[Sequence[Message]] = []

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
        self.asked.append(messages)
        for i, word in enumerate(self.text.split(" ")):
            if self.fails_after == i:
                raise LlmTimeout
            yield f"{word} "

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...


class Heard:
    """Collects what the coach says and notices."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.noticed: list[str] = []

    async def say(self, sentence: str) -> None:
        self.said.append(sentence)

    async def notice(self, error: AppError) -> None:
        self.noticed.append(error.code)
