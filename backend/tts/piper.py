"""Piper as a `Voice`: a supervised process of its own behind a pipe."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import sys
from pathlib import Path

from backend.errors import AtCapacity, TtsError, TtsTimeout, TtsUnavailable
from backend.tts.ports import Speech

_QUEUE_MAX = 64
_RESTART_PAUSE_S = 1.0


class PiperVoice:
    """Speaks one piece at a time. A process that dies or hangs is replaced; the piece in work fails."""

    def __init__(self, model: Path, *, name: str, threads: int, timeout_s: float = 15.0) -> None:
        self._model = model
        self._name = name
        self._threads = threads
        self._timeout_s = timeout_s
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._exchange: asyncio.Task[Speech] | None = None
        """The request in work. It is read to its end even when nobody waits for it, or the pipe would be out of step."""
        self._ids = itertools.count()
        self._waiting = 0
        self._not_before = 0.0

    @property
    def name(self) -> str:
        return f"piper-{self._name}"

    @property
    def languages(self) -> tuple[str, ...]:
        return (self._model.name.partition("_")[0],)

    async def speak(self, text: str, *, rate: float = 1.0) -> Speech:
        if self._waiting >= _QUEUE_MAX:
            raise AtCapacity(retry_after_s=3)
        self._waiting += 1
        try:
            async with self._turn:
                if self._exchange is not None:
                    await asyncio.wait({self._exchange})
                self._exchange = asyncio.create_task(self._ask(text, rate))
                self._exchange.add_done_callback(_seen)
                return await asyncio.shield(self._exchange)
        finally:
            self._waiting -= 1

    async def _ask(self, text: str, rate: float) -> Speech:
        process = await self._running()
        assert process.stdin is not None
        number = next(self._ids)
        request = {"id": number, "text": " ".join(text.split()), "rate": min(2.0, max(0.5, rate))}
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            async with asyncio.timeout(self._timeout_s):
                await process.stdin.drain()
                return await self._answer(process, number)
        except TimeoutError:
            await self._kill()
            raise TtsTimeout from None
        except (OSError, asyncio.IncompleteReadError, json.JSONDecodeError):
            await self._kill()
            raise TtsUnavailable from None

    async def _answer(self, process: asyncio.subprocess.Process, number: int) -> Speech:
        """The answer to request `number`; those of requests that were given up are read past."""
        assert process.stdout is not None
        while True:
            head = json.loads(await process.stdout.readuntil(b"\n"))
            pcm = await process.stdout.readexactly(head.get("bytes", 0))
            if head["id"] == number:
                if "error" in head:
                    raise TtsError
                return Speech(pcm, head["sample_rate"])

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            loop = asyncio.get_running_loop()
            if self._process is not None and loop.time() < self._not_before:
                raise TtsUnavailable
            self._not_before = loop.time() + _RESTART_PAUSE_S
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "backend.tts.piper_worker",
                "--model", str(self._model), "--threads", str(self._threads),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                limit=1024 * 1024,
            )  # fmt: skip
        return self._process

    async def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def warm_up(self) -> None:
        """Start the process and speak once; the first synthesis is the slow one."""
        patient, self._timeout_s = self._timeout_s, 60.0
        try:
            await self.speak("Hello, and welcome.")
        finally:
            self._timeout_s = patient

    async def close(self) -> None:
        if self._exchange is not None:
            self._exchange.cancel()
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2.0):
                    await self._process.wait()
        await self._kill()


def _seen(done: asyncio.Task[Speech]) -> None:
    """An abandoned request's error is nobody's business."""
    if not done.cancelled():
        done.exception()
