"""What every language model offers: messages in, a stream of text out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What one request cost. `prompt_tokens_cached` were not evaluated again; None where the server does not say."""

    prompt_tokens: int | None = None
    prompt_tokens_cached: int | None = None
    completion_tokens: int | None = None


class ChatModel(Protocol):
    """A language model. It is never trusted: whoever calls it checks what it says.

    Errors: `LlmTimeout`, `LlmUnavailable`, `LlmIncomplete` (the stream ended without a finish reason).
    Cancelling the consuming task closes the connection, which stops the model.
    """

    @property
    def name(self) -> str:
        """Model, as recorded in `versions.model`, e.g. `qwen2.5-coder-1.5b-instruct-q4_k_m`."""
        ...

    def stream(
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
    ) -> AsyncGenerator[str, None]:
        """Stream the text of one reply.

        `slot`: a stable key (the session id); requests with the same key share a prompt cache where the server has
        one. Reaching `max_tokens` ends the stream without an error: the caller drops an unfinished last sentence.
        """
        ...

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...
