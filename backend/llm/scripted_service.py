"""A scripted OpenAI-compatible chat service: a shipped double that streams as a real one does, and fails as one does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from backend.llm.scripted_play import Play, Refusal, Script, Seen


class ScriptedService:
    """Serves `/v1/models` and `/v1/chat/completions` on loopback.

    Request n gets `plays[n]`, and the last one repeats; or `script` says how each request is answered. `refuse`: looks at the body of a request first and may refuse it. `seen`: the chat requests, in order.
    """

    def __init__(
        self,
        *plays: Play,
        script: Script | None = None,
        models: Sequence[str] = ("scripted",),
        refuse: Callable[[dict[str, Any]], Refusal | None] = lambda body: None,
    ) -> None:
        self._script = script or _in_turn(plays or [Play()])
        self._models, self._refuse = models, refuse
        self._tasks: set[asyncio.Task[Any]] = set()
        self.seen: list[Seen] = []
        self.url = ""
        """Ends in `/v1`."""

    @contextlib.asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[ScriptedService]:
        """The service, listening (0: on a free port)."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
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
            if seen is not None:
                await self._respond(seen, reader, writer)
        except asyncio.CancelledError:
            pass  # the service ends
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _respond(self, seen: Seen, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        play = self._play(seen)
        watch = asyncio.create_task(_watch(reader, seen))
        try:
            await _answer(play, seen, writer)
        except _Reset:
            linger = struct.pack("ii", 1, 0)  # makes close() send RST instead of FIN
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
        except ConnectionError:
            writer.transport.abort()
        finally:
            watch.cancel()
            seen.ended.set()

    def _play(self, seen: Seen) -> Play:
        if seen.path == "/v1/models":
            listed = {"object": "list", "data": [{"id": name, "object": "model"} for name in self._models]}
            return Play(status=200, headers=_JSON, body=json.dumps(listed).encode(), words=(), usage=None)
        if seen.path != "/v1/chat/completions":
            return _refused(404, "no such path")
        self.seen.append(seen)
        refusal = self._refuse(seen.body)
        return self._script(seen) if refusal is None else _refused(*refusal)


def _in_turn(plays: Sequence[Play]) -> Script:
    left = list(plays)
    return lambda seen: left.pop(0) if len(left) > 1 else left[0]


_JSON = {"Content-Type": "application/json"}
_PAGE = b"<!doctype html><title>Sign in</title><p>Please sign in to the network."


def _refused(status: int, message: str) -> Play:
    return Play(status=status, headers=_JSON, body=json.dumps({"error": {"message": message}}).encode())


async def _answer(play: Play, seen: Seen, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(play.delay_s)
    head = {"Content-Type": "text/html" if play.html else "text/event-stream", "Connection": "close", **play.headers}
    lines = "".join(f"{k}: {v}\r\n" for k, v in head.items())
    writer.write(f"HTTP/1.1 {play.status} X\r\n{lines}\r\n".encode())
    await writer.drain()
    if play.html or play.status != 200 or head["Content-Type"] == _JSON["Content-Type"]:
        await _send_raw(writer, _PAGE if play.html else play.body)
        return
    await asyncio.sleep(play.first_token_s)
    for thought in play.thoughts:
        await _send(writer, _chunk({"reasoning_content": thought}))
        await asyncio.sleep(play.pause_s)
    if play.refusal:
        await _send(writer, _chunk({"refusal": play.refusal}))
    if await _words(play, seen, writer):
        await _ending(play, seen, writer)


async def _words(play: Play, seen: Seen, writer: asyncio.StreamWriter) -> bool:
    """Send the tokens. False: the answer ended on the way."""
    allowed = seen.body.get("max_tokens") or seen.body.get("max_completion_tokens") or len(play.words)
    number, wanted = 0, min(len(play.words), allowed)
    begun = asyncio.get_running_loop().time()
    while play.endless or number < wanted:
        if not await _mishap(play, number, seen, writer):
            return False
        await _send(writer, _chunk({"content": play.words[number % len(play.words)]}))
        seen.sent += 1
        seen.sent_after_close += seen.closed_by_client.is_set()
        number += 1
        due = begun + number * play.pause_s  # so that what sending takes does not slow the stream down
        await asyncio.sleep(due - asyncio.get_running_loop().time())
    return await _mishap(play, number, seen, writer)


async def _ending(play: Play, seen: Seen, writer: asyncio.StreamWriter) -> None:
    cut = play.finish_reason == "stop" and seen.sent < len(play.words)
    await _send(writer, _chunk({}, "length" if cut else play.finish_reason))
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
    """None: the client has gone before its request was whole."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *rest = head.strip().split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in rest)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return Seen(first.split(" ")[1], headers, json.loads(body) if body else {})


async def _watch(reader: asyncio.StreamReader, seen: Seen) -> None:
    """End of file on the reading side is the client closing."""
    with contextlib.suppress(ConnectionError):
        await reader.read()
    seen.closed_by_client.set()
