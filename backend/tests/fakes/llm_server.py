"""A scriptable OpenAI-compatible chat server on loopback, with every way a real one has been seen to go wrong."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Play:
    """How one request is answered. Token numbers count from 0."""

    words: Sequence[str] = ("Good ", "answer ", "indeed.")
    delay_s: float = 0.0
    """Before the headers."""
    pause_s: float = 0.0
    """Between two tokens."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"error":{"message":"upstream-secret-detail"}}'
    """Sent with a status other than 200."""
    stall_at: int | None = None
    reset_at: int | None = None
    """Cut the connection (RST) before this token."""
    end_at: int | None = None
    """End the body properly before this token, without a finish reason."""
    garbage_at: int | None = None
    error_at: int | None = None
    """An `{"error": ...}` chunk inside the stream."""
    huge_line_at: int | None = None
    not_chat_at: int | None = None
    """A JSON value that is no chat chunk."""
    endless: bool = False
    finish_reason: str | None = "stop"
    done: bool = True
    close: bool = True
    """Close after the answer; False leaves the connection open after the last chunk."""
    usage: dict[str, Any] | None = field(default_factory=lambda: {"prompt_tokens": 7, "completion_tokens": 3})
    timings: dict[str, Any] | None = None


@dataclass
class Seen:
    """One request as it arrived, and what became of it."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    sent: int = 0
    """Tokens sent in all."""
    sent_after_close: int = 0
    """Tokens written after the client had closed the connection."""
    closed_by_client: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class FakeLlmServer:
    """Answers request n with `plays[n]`; the last play repeats. `seen` lists the requests."""

    def __init__(self, *plays: Play) -> None:
        self.plays = list(plays) or [Play()]
        self.seen: list[Seen] = []
        self.url = ""

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[FakeLlmServer]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        self._tasks: set[asyncio.Task[Any]] = set()
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            if self._tasks:
                await asyncio.wait(self._tasks)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            seen = await _read_request(reader)
            if seen is None:
                return
            play = self.plays[min(len(self.seen), len(self.plays) - 1)]
            self.seen.append(seen)
            watch = asyncio.create_task(_watch(reader, seen))
            try:
                await self._answer(play, seen, writer)
            except _Reset:
                linger = struct.pack("ii", 1, 0)  # makes close() send RST instead of FIN
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                writer.transport.abort()
            except ConnectionError:
                writer.transport.abort()
            finally:
                watch.cancel()
                seen.ended.set()
        except asyncio.CancelledError:
            pass  # the test is over
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, play: Play, seen: Seen, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(play.delay_s)
        head = {"Content-Type": "text/event-stream", "Connection": "close", **play.headers}
        lines = "".join(f"{k}: {v}\r\n" for k, v in head.items())
        writer.write(f"HTTP/1.1 {play.status} X\r\n{lines}\r\n".encode())
        await writer.drain()
        if play.status != 200:
            writer.write(play.body)
            await writer.drain()
            return
        number = 0
        wanted = min(len(play.words), seen.body.get("max_tokens", len(play.words)))
        while play.endless or number < wanted:
            if not await _mishap(play, number, seen, writer):
                return
            await _send(writer, _chunk({"content": play.words[number % len(play.words)]}))
            seen.sent += 1
            seen.sent_after_close += seen.closed_by_client.is_set()
            number += 1
            await asyncio.sleep(play.pause_s)
        if not await _mishap(play, number, seen, writer):
            return
        await _send(writer, _chunk({}, play.finish_reason))
        if play.usage or play.timings:
            extra = {"timings": play.timings} if play.timings else {}
            await _send(writer, {**_chunk({}), "choices": [], "usage": play.usage, **extra})
        if play.done:
            await _send_raw(writer, b"data: [DONE]\n\n")
        if not play.close:
            await seen.closed_by_client.wait()


class _Reset(Exception):
    pass


async def _mishap(play: Play, number: int, seen: Seen, writer: asyncio.StreamWriter) -> bool:
    """Do what goes wrong before this token. False: the answer is over."""
    if number == play.stall_at:
        await seen.closed_by_client.wait()
        return False
    if number == play.reset_at:
        raise _Reset
    if number == play.end_at:
        return False
    if number == play.garbage_at:
        await _send_raw(writer, b"data: {this is no json\n\n")
    if number == play.error_at:
        await _send(writer, {"error": {"message": "upstream-secret-detail", "code": 500}})
    if number == play.not_chat_at:
        await _send_raw(writer, b'data: {"choices": [{"delta": {"content": 7}}]}\n\n')
    if number == play.huge_line_at:
        await _send_raw(writer, b"data: " + b"x" * 2_000_000)
    return True


def _chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    return {
        "id": "upstream-id",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "upstream-model",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}],
    }


async def _send(writer: asyncio.StreamWriter, value: dict[str, Any]) -> None:
    await _send_raw(writer, b"data: " + json.dumps(value).encode() + b"\n\n")


async def _send_raw(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


async def _read_request(reader: asyncio.StreamReader) -> Seen | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *rest = head.strip().split("\r\n")
    headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in rest)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(first.split(" ")[1], headers, json.loads(body) if body else {})


async def _watch(reader: asyncio.StreamReader, seen: Seen) -> None:
    """End of file on the reading side is the client closing."""
    with contextlib.suppress(ConnectionError):
        await reader.read()
    seen.closed_by_client.set()
