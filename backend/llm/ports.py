"""What every language model offers: messages in, a stream of text out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What one request cost, as the server says, else estimated at four characters a token. `prompt_tokens_cached` were
    not evaluated again; None where nobody knows."""

    prompt_tokens: int | None = None
    prompt_tokens_cached: int | None = None
    completion_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class JsonSchema:
    """What a reply has to look like. `name` says which task it is (`coach_reply`, `point_check`, ...)."""

    name: str
    schema: dict[str, Any]


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
        schema: JsonSchema | None = None,
    ) -> AsyncGenerator[str, None]:
        """Stream the text of one reply.

        `schema`: the reply is to be one JSON object of this shape. The service is asked to hold to it as well as it
        can; it may not, and it may put the object into a Markdown fence, so the reader has to be lenient.

        `slot`: a stable key (the session id); requests with the same key share a prompt cache where the server has
        one. Reaching `max_tokens` ends the stream without an error: the caller drops an unfinished last sentence.
        """
        ...

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...
