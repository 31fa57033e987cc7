"""A TCP proxy on loopback that delays, cuts, swallows and refuses, and is back again when told to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

from backend.tests.fakes.threads import opened_on_a_thread


class FaultProxy:
    """Stands before the server at 127.0.0.1:`target`; connect to `port`. All faults can be changed while it runs."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self.delay_s = 0.0
        """Before each piece, in both directions."""
        self.black_hole = False
        """Connections are taken and everything sent is swallowed: the way a lost route looks."""
        self.cut_after: int | None = None
        """Bytes of answers after which a connection is cut; None for never."""
        self.refused = 0
        self._target = target
        self._down = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.StreamWriter] = set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[FaultProxy]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.cut()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Break every open connection (RST)."""
        for writer in list(self._open):
            writer.transport.abort()

    def down(self) -> None:
        """Break everything and refuse what comes, until `up`."""
        self._down = True
        self.cut()

    def up(self) -> None:
        """Back again, without any fault."""
        self._down, self.black_hole, self.delay_s, self.cut_after = False, False, 0.0, None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._open.add(writer)
        try:
            if self._down:
                self.refused += 1
                return
            out_reader, out = await asyncio.open_connection("127.0.0.1", self._target)
            self._open.add(out)
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._pass_on(reader, out, answers=False))
                    both.create_task(self._pass_on(out_reader, writer, answers=True))
            finally:
                self._open.discard(out)
                out.transport.abort()
        except* (OSError, asyncio.CancelledError):
            pass  # a broken connection is what it is for
        finally:
            self._tasks.discard(task)
            self._open.discard(writer)
            writer.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool) -> None:
        passed = 0
        while data := await reader.read(65536):
            await asyncio.sleep(self.delay_s)
            if self.black_hole:
                continue
            if answers and self.cut_after is not None and passed + len(data) > self.cut_after:
                writer.write(data[: self.cut_after - passed])
                await writer.drain()
                raise ConnectionResetError
            writer.write(data)
            await writer.drain()
            passed += len(data)
        raise ConnectionResetError  # one side closed: so does the other


@contextlib.contextmanager
def proxy_in_a_thread(target: int) -> Iterator[FaultProxy]:
    """A proxy for tests that are no coroutines; `down` and `up` may be called from any thread."""
    loop = asyncio.new_event_loop()
    proxy = _FromOtherThreads(target, loop)
    with opened_on_a_thread(proxy.running(), loop):
        yield proxy


class _FromOtherThreads(FaultProxy):
    def __init__(self, target: int, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(target)
        self._loop = loop

    def cut(self) -> None:
        self._loop.call_soon_threadsafe(super().cut)
