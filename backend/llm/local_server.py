"""The default language model: our own supervised llama.cpp server, as a `ChatModel`."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from pathlib import Path

from backend.errors import LlmUnavailable
from backend.llm.dialect import Dialect
from backend.llm.openai_compatible import OpenAiChat
from backend.llm.ports import JsonSchema, Message, Usage
from backend.llm.supervisor import Care, LocalServer, LocalServerOptions


class LocalChat:
    """`ChatModel` on our own server. While the server is down or restarting, calls fail at once."""

    def __init__(
        self,
        model: Path,
        *,
        slots: int = 4,
        context: int = 4096,
        threads: int = 2,
        first_token_timeout_s: float = 12.0,
        timeout_s: float = 30.0,
        binary: Path | None = None,
        care: Care | None = None,
        on_slot: Callable[[str], None] = lambda result: None,
    ) -> None:
        self._name = model.stem
        self._on_slot = on_slot
        self._slots, self._timeouts = slots, (first_token_timeout_s, timeout_s)
        options = LocalServerOptions(model, slots, context, threads, binary=binary, care=care or Care())
        self.server = LocalServer(options, self._name)
        self._chat: OpenAiChat | None = None
        self._chat_of_start = 0
        self._dialect = Dialect()

    @property
    def name(self) -> str:
        return self._name

    @property
    def pid(self) -> int | None:
        """Process id of the server, while it runs."""
        return self.server.pid

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
        """See `ChatModel.stream` and `OpenAiChat.stream`."""
        if not self.server.ready:
            raise LlmUnavailable
        chat = await self._client_of_running_server()
        pieces = chat.stream(
            messages,
            max_tokens=max_tokens,
            temperature=temperature,
            stop=stop,
            slot=slot,
            first_token_timeout_s=first_token_timeout_s,
            timeout_s=timeout_s,
            on_usage=on_usage,
            schema=schema,
        )
        async with aclosing(pieces):  # it is a generator; the port promises an iterator only
            async for text in pieces:
                yield text

    async def _client_of_running_server(self) -> OpenAiChat:
        """A restarted server has another port and key, empty caches, and a clean record."""
        if self._chat is None or self._chat_of_start != self.server.starts:
            old, self._chat_of_start = self._chat, self.server.starts
            first_token_s, total_s = self._timeouts
            self._chat = OpenAiChat(
                f"{self.server.address}/v1",
                self.server.key,
                self._name,
                slots=self._slots,
                on_slot=self._on_slot,
                first_token_timeout_s=first_token_s,
                timeout_s=total_s,
                dialect=self._dialect,
            )
            if old is not None:
                await old.close()
        return self._chat

    async def warm_up(self) -> None:
        """Start the server, wait for the model, and run one real request. Raises `LlmUnavailable`, `LlmTimeout`."""
        await self.server.start()
        await (await self._client_of_running_server()).warm_up()

    async def close(self) -> None:
        await self.server.close()
        if self._chat is not None:
            await self._chat.close()
            self._chat = None
