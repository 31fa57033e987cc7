"""Our own llama.cpp server, supervised: started on a free port, watched, restarted, stopped with us."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import httpx

from backend.errors import LlmUnavailable
from backend.llm.openai_compatible import OpenAiChat
from backend.llm.ports import Message, Usage

log = logging.getLogger(__name__)

_START_S = 120.0
_BACK_OFF_S = (1.0, 2.0, 5.0, 10.0, 30.0)


class LocalChat:
    """Implements `ChatModel` with a child process. While it is down, calls fail at once with `LlmUnavailable`."""

    def __init__(
        self,
        model: Path,
        *,
        slots: int,
        context: int,
        threads: int,
        first_token_timeout_s: float,
        timeout_s: float,
        binary: Path | None = None,
    ) -> None:
        self._model = model
        self._slots = slots
        self._options = [
            "--model", str(model), "--alias", model.stem, "--slots", str(slots), "--context", str(context),
            "--threads", str(threads), "--parent", str(os.getpid()),
            *(["--binary", str(binary)] if binary else []),
        ]  # fmt: skip
        self._timeouts = {"first_token_timeout_s": first_token_timeout_s, "timeout_s": timeout_s}
        self._chat: OpenAiChat | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self._failed_starts = 0

    @property
    def name(self) -> str:
        return self._model.stem

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
        """See `ChatModel.stream`."""
        chat = self._chat
        if chat is None or not self._up.is_set():
            raise LlmUnavailable
        async with contextlib.aclosing(
            chat.stream(
                messages, max_tokens=max_tokens, temperature=temperature, stop=stop, slot=slot,
                first_token_timeout_s=first_token_timeout_s, timeout_s=timeout_s, on_usage=on_usage,
            )  # fmt: skip
        ) as pieces:
            async for text in pieces:
                yield text

    async def warm_up(self) -> None:
        """Start the server, wait until it answers, and ask it once. Raises `LlmUnavailable`."""
        if self._supervisor is None:
            self._supervisor = asyncio.create_task(self._supervise(), name="local language model")
        try:
            async with asyncio.timeout(_START_S):
                await self._up.wait()
        except TimeoutError:
            raise LlmUnavailable from None
        assert self._chat is not None
        await self._chat.warm_up()

    async def _supervise(self) -> None:
        """Run the server for as long as we live; a crash starts it again after a pause."""
        while True:
            try:
                await self._run_once()
            except OSError:
                log.exception("language model server could not be started")
            self._up.clear()
            pause = _BACK_OFF_S[min(self._failed_starts, len(_BACK_OFF_S) - 1)]
            self._failed_starts += 1
            log.warning("language model server stopped", extra={"restart_in_s": pause})
            await asyncio.sleep(pause)

    async def _run_once(self) -> None:
        port, key = _free_port(), secrets.token_hex(16)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "backend.llm.server_process", "--port", str(port), *self._options,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "LLAMA_API_KEY": key},
        )  # fmt: skip
        ready = asyncio.create_task(self._wait_until_healthy(port, key))
        try:
            await self._process.wait()
        finally:
            ready.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ready
            if self._chat is not None:
                chat, self._chat = self._chat, None
                await chat.close()

    async def _wait_until_healthy(self, port: int, key: str) -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=2.0) as client:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(f"http://127.0.0.1:{port}/health")).status_code == 200:
                        break
                await asyncio.sleep(0.2)
        self._chat = OpenAiChat(
            f"http://127.0.0.1:{port}/v1", key, self._model.stem, slots=self._slots, **self._timeouts
        )
        self._failed_starts = 0
        self._up.set()

    @property
    def pid(self) -> int | None:
        """Process id of the server, while it runs."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def close(self) -> None:
        """SIGTERM, then SIGKILL after two seconds."""
        if self._supervisor is not None:
            self._supervisor.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._supervisor
        process = self._process
        if process is None or process.returncode is not None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(sign)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2.0):
                    await process.wait()
                    return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
