"""One structured task of a language model that nobody listens to while it streams: messages in, a JSON object out."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Any

from pydantic_core import from_json

from backend.errors import AppError
from backend.llm.ports import ChatModel, JsonSchema, Message, Usage

log = logging.getLogger(__name__)

AGAIN = "That was not the JSON object that was asked for. Write only the JSON object, complete, beginning with {."
"""What a model is told that wrote something else."""
_LONGEST = 60_000
"""Characters. A reply that goes on for longer is no reply to any task."""


async def ask_json(
    chat: ChatModel,
    messages: Sequence[Message],
    schema: JsonSchema,
    *,
    timeout_s: float,
    max_tokens: int,
    slot: str | None = None,
    on_usage: Callable[[Usage], None] | None = None,
) -> dict[str, Any] | None:
    """The object that the model wrote, read leniently; None where none came.

    Text around the object is not read. An object that was broken off (in mid-stream, by `max_tokens`, by the time) is
    given as far as its values are whole. A model that wrote something else is asked once more, within the same time.
    """
    asking = _Asking(chat, schema, max_tokens=max_tokens, slot=slot, timeout_s=timeout_s, on_usage=on_usage)
    try:
        async with asyncio.timeout(timeout_s):
            if (found := await asking.once(messages)) is None:
                told = Message("assistant", asking.text[:2_000] or "{}")
                found = await asking.once([*messages, told, Message("user", AGAIN)])
            return found
    except (AppError, TimeoutError) as error:
        code = error.code if isinstance(error, AppError) else "llm_timeout"
        log.info("a task of the language model broke off", extra={"task": schema.name, "code": code})
        return object_in(asking.text)


class _Asking:
    """The requests of one task; `text` is what the latest one has brought so far."""

    def __init__(
        self,
        chat: ChatModel,
        schema: JsonSchema,
        *,
        max_tokens: int,
        slot: str | None,
        timeout_s: float,
        on_usage: Callable[[Usage], None] | None,
    ) -> None:
        self.text = ""
        self._chat, self._schema, self._max_tokens = chat, schema, max_tokens
        self._slot, self._timeout_s, self._on_usage = slot, timeout_s, on_usage

    async def once(self, messages: Sequence[Message]) -> dict[str, Any] | None:
        self.text = ""
        stream = self._chat.stream(
            messages,
            max_tokens=self._max_tokens,
            temperature=0.0,
            slot=self._slot,
            timeout_s=self._timeout_s,
            first_token_timeout_s=self._timeout_s,
            schema=self._schema,
            on_usage=self._on_usage,
        )
        async with aclosing(stream) as pieces:
            async for piece in pieces:
                self.text += piece
                if ("}" in piece and _closed(self.text)) or len(self.text) > _LONGEST:
                    break
        return object_in(self.text)


def object_in(text: str) -> dict[str, Any] | None:
    """The JSON object that begins at the first brace, as far as its values are whole; None where there is none, it is
    empty, or it is malformed before its end."""
    found = _closed(text)
    if found is None and (start := text.find("{")) >= 0 and _breaks_off(text[start:]):
        found = from_json(text[start:], allow_partial=True)
    return found if isinstance(found, dict) and found else None


def _breaks_off(body: str) -> bool:
    """Whether all that is wrong with it is that it ends too early: of what is malformed, nothing can be trusted."""
    try:
        from_json(body)
    except ValueError as error:
        return str(error).startswith("EOF")
    return False


def _closed(text: str) -> Any:
    """The object once it has been closed, whatever follows it."""
    start = text.find("{")
    if start < 0:
        return None
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, start)[0]
    except ValueError:
        return None
