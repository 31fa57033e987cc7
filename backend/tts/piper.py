"""The default voice: Piper in a process of its own, started, watched and restarted from here."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
import struct
import sys
import time
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

from backend.errors import AtCapacity, SpeechTextTooLong, TtsError, TtsTimeout, TtsUnavailable
from backend.tts.ports import PLAIN, Manner, Speech

_ROOT = Path(__file__).resolve().parents[2]
_START_S = 60.0
_CHARACTERS = 1_000
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 30.0
# The process gets what Python needs and nothing else: no keys of the server.
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


class PiperVoice:
    """One Piper voice. `waiting` pieces may queue behind the one in work, the next gets `AtCapacity`.

    `timeout_s` is for one piece, its time in the queue included. A process that died is started again by the next call,
    after a pause that doubles with every failure in a row.
    """

    def __init__(self, model: Path, *, name: str, threads: int = 2, waiting: int = 63, timeout_s: float = 20.0) -> None:
        self._model = model
        self._name = name
        self._threads = threads
        self._timeout_s = timeout_s
        self._places = asyncio.BoundedSemaphore(1 + waiting)
        self._starting = asyncio.Lock()
        self._process: Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[bytes]] = {}
        self._numbers = itertools.count(1)
        self._sample_rate = 0
        self._failures = 0
        self._not_before = 0.0
        self._heard_at = 0.0
        self._closed = False

    @property
    def name(self) -> str:
        return f"piper-{self._name}"

    @property
    def languages(self) -> tuple[str, ...]:
        # The files are named by their locale: en_US-joe-medium.
        return (self._model.stem.partition("_")[0],)

    async def speak(self, text: str, *, rate: float = 1.0, manner: Manner = PLAIN) -> Speech:
        """See `Voice`. Text without anything to say gives empty sound. Cancelling the call stops the piece."""
        if len(text) > _CHARACTERS:
            raise SpeechTextTooLong
        if self._places.locked():
            raise AtCapacity(retry_after_s=2)
        async with self._places:
            try:
                async with asyncio.timeout(self._timeout_s):
                    return await self._speak(text, min(max(rate * manner.pace, 0.5), 2.0), manner)
            except TimeoutError:
                # Slow because it is busy, or hung? Hung when it has said nothing for as long as we waited.
                if time.monotonic() - self._heard_at > self._timeout_s:
                    await self._stop()
                raise TtsTimeout from None

    async def warm_up(self) -> None:
        """Start the process; it speaks a word to itself before it reports ready."""
        await self._running()

    async def close(self) -> None:
        self._closed = True
        await self._stop()

    async def _speak(self, text: str, rate: float, manner: Manner) -> Speech:
        process = await self._running()
        number = next(self._numbers)
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        try:
            how = {"volume": manner.volume, "liveliness": manner.liveliness, "pause_s": manner.pause_s}
            await self._send(process, {"id": number, "text": text, "rate": rate, **how})
            pcm = await answer
        except BaseException:
            if number in self._answers:
                with contextlib.suppress(TtsError):
                    await asyncio.shield(self._send(process, {"cancel": number}))
            raise
        finally:
            self._answers.pop(number, None)
        self._failures = 0
        return Speech(pcm, self._sample_rate)

    async def _running(self) -> Process:
        """The process, started if need be."""
        async with self._starting:
            if self._closed:
                raise TtsUnavailable
            if self._process is not None and self._process.returncode is None and self._reader is not None:
                if not self._reader.done():
                    return self._process
                await self._stop()
            if (wait := self._not_before - time.monotonic()) > 0:
                raise TtsUnavailable(retry_after_s=int(wait) + 1)
            try:
                async with asyncio.timeout(_START_S):
                    return await self._start()
            except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
                self._failed()
                await self._stop()
                raise TtsUnavailable from None

    async def _start(self) -> Process:
        kept = {key: os.environ[key] for key in _ENVIRONMENT if key in os.environ}
        command = [sys.executable, "-m", "backend.tts.piper_worker", "--model", str(self._model.expanduser())]
        self._process = await asyncio.create_subprocess_exec(
            *command,
            "--threads",
            str(self._threads),
            stdin=PIPE,
            stdout=PIPE,
            # Not our standard error: phonemisers complain there in words of the text.
            stderr=asyncio.subprocess.DEVNULL,
            cwd=_ROOT,
            env=kept | {"PYTHONPATH": str(_ROOT)},
        )
        assert self._process.stdout is not None
        ready = await _frame(self._process.stdout)
        self._sample_rate = int(ready["sample_rate"])
        self._heard_at = time.monotonic()
        self._reader = asyncio.create_task(self._read(self._process), name="piper-reader")
        return self._process

    async def _read(self, process: Process) -> None:
        """Hands every answer to its caller; when the process dies, every caller gets `TtsUnavailable`."""
        assert process.stdout is not None
        try:
            while True:
                frame = await _frame(process.stdout)
                pcm = await process.stdout.readexactly(frame.get("bytes", 0))
                self._heard_at = time.monotonic()
                answer = self._answers.pop(frame["id"], None)
                if answer is None or answer.done():
                    continue
                if "bytes" in frame:
                    answer.set_result(pcm)
                else:
                    answer.set_exception(TtsError())
        except (asyncio.IncompleteReadError, OSError, ValueError):
            self._failed()
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(TtsUnavailable())
            self._answers.clear()

    async def _send(self, process: Process, frame: dict[str, Any]) -> None:
        assert process.stdin is not None
        body = json.dumps(frame).encode()
        try:
            process.stdin.write(struct.pack(">I", len(body)) + body)
            await process.stdin.drain()
        except (OSError, RuntimeError):
            raise TtsUnavailable from None

    def _failed(self) -> None:
        pause = min(_FIRST_PAUSE_S * 2**self._failures, _LONGEST_PAUSE_S)
        self._not_before = time.monotonic() + pause
        self._failures += 1

    async def _stop(self) -> None:
        """End the process, whatever it is doing, and leave nothing behind."""
        process, reader = self._process, self._reader
        self._process = self._reader = None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            if process.stdin is not None:
                process.stdin.close()
            await process.wait()
        if reader is not None:
            reader.cancel()
            await asyncio.wait([reader])


async def _frame(source: asyncio.StreamReader) -> dict[str, Any]:
    length = struct.unpack(">I", await source.readexactly(4))[0]
    if length > 65_536:
        raise ValueError("not a frame of ours")
    frame = json.loads(await source.readexactly(length))
    if not isinstance(frame, dict):
        raise ValueError("not a frame of ours")
    return frame
