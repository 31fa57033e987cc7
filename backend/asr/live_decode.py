"""Decoding of sound that arrives in pieces: raw samples at once, recorder formats in a thread that waits for more."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable
from typing import Any, Protocol

import av
import numpy as np

from backend.asr.decode import byte_order, raw_shape, sniff, stream_pieces
from backend.asr.ports import SAMPLE_RATE, Samples
from backend.errors import AtCapacity, AudioTypeUnsupported, AudioUnreadable

Sink = Callable[[Samples], None]
"""Takes 16 kHz mono samples, on the event loop."""

_DECIDES = 3.0
"""How much smoother one byte order must be than the other before it is believed."""
_STREAMS = frozenset({"matroska", "ogg", "mov"})
_THREADS = threading.BoundedSemaphore(16)


class PieceDecoder(Protocol):
    """Takes the bytes of one recording as they arrive and gives its samples to a sink."""

    def feed(self, data: bytes) -> None:
        """Never blocks for long. Raises `AudioTypeUnsupported`, `AtCapacity`."""
        ...

    async def end(self) -> None:
        """No more bytes: returns when all samples are out. Raises `AudioUnreadable` when decoding went wrong."""
        ...

    def stop(self) -> None:
        """Throw away what is not decoded yet."""
        ...


def piece_decoder(mime: str, sink: Sink) -> PieceDecoder:
    """The decoder for a recording of this type (`audio/L16;rate=…`, else one of a browser's recorder)."""
    if mime.strip().lower().startswith("audio/l16"):
        return RawDecoder(mime, sink)
    return StreamDecoder(sink)


class RawDecoder:
    """Raw 16-bit samples. The byte order is found out as in `from_l16`, on the first sound that tells."""

    def __init__(self, mime: str, sink: Sink) -> None:
        self._rate, self._channels = raw_shape(mime)
        self._sink = sink
        named = re.search(r"endian=(big|little)", mime.lower())
        self._order = named[1] if named else None
        self._rest = b""
        self._resampler = av.AudioResampler("flt", "mono", SAMPLE_RATE) if self._rate != SAMPLE_RATE else None

    def feed(self, data: bytes) -> None:
        """See `PieceDecoder`."""
        self._rest += data
        if self._order is None:
            self._order = byte_order(self._rest[: len(self._rest) // 2 * 2], surely=_DECIDES)
        if self._order is not None or len(self._rest) > 2 * self._channels * self._rate:
            self._give(self._order or "little")

    async def end(self) -> None:
        """See `PieceDecoder`."""
        self._give(self._order or "little")
        if self._resampler is not None:
            for frame in self._resampler.resample(None):
                self._sink(frame.to_ndarray()[0].astype(np.float32, copy=False))

    def stop(self) -> None:
        """See `PieceDecoder`."""
        self._rest = b""

    def _give(self, order: str) -> None:
        size = 2 * self._channels
        whole = len(self._rest) // size * size
        raw, self._rest = self._rest[:whole], self._rest[whole:]
        if not raw:
            return
        kind = ">i2" if order == "big" else "<i2"
        mono = np.frombuffer(raw, kind).reshape(-1, self._channels).mean(axis=1, dtype=np.float32)
        samples: Samples = mono / np.float32(32768.0)
        if self._resampler is None:
            self._sink(samples)
            return
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = self._rate
        for each in self._resampler.resample(frame):
            self._sink(each.to_ndarray()[0].astype(np.float32, copy=False))


class StreamDecoder:
    """WebM, Ogg or MP4 in pieces, as browsers record: FFmpeg reads them in a thread that waits for the next bytes."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[bool] = self._loop.create_future()
        self._pipe = _Pipe()
        self._started = False

    def feed(self, data: bytes) -> None:
        """See `PieceDecoder`."""
        self._pipe.write(data)
        if not self._started and len(self._pipe) >= 16:
            container = sniff(self._pipe.peek(16))
            if container not in _STREAMS:
                raise AudioTypeUnsupported
            if not _THREADS.acquire(blocking=False):
                raise AtCapacity(retry_after_s=3)
            self._started = True
            threading.Thread(target=self._work, args=(container,), daemon=True, name="live decode").start()

    async def end(self) -> None:
        """See `PieceDecoder`."""
        self._pipe.close()
        if not self._started or not await self._done:
            raise AudioUnreadable

    def stop(self) -> None:
        """See `PieceDecoder`."""
        self._pipe.stop()

    def _work(self, container: str) -> None:
        good = True
        try:
            for piece in stream_pieces(self._pipe, container):
                if self._pipe.stopped:
                    break
                self._tell(self._sink, piece)
        except Exception:
            good = self._pipe.stopped
        finally:
            _THREADS.release()
            self._tell(self._finished, good)

    def _finished(self, good: bool) -> None:
        if not self._done.done():
            self._done.set_result(good)

    def _tell(self, what: Callable[[Any], None], value: object) -> None:
        try:
            self._loop.call_soon_threadsafe(what, value)
        except RuntimeError:  # the server has gone
            self._pipe.stop()


class _Pipe:
    """A file without end for FFmpeg: reading waits until bytes are there, or all have come."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._changed = threading.Condition()
        self._closed = False
        self.stopped = False

    def __len__(self) -> int:
        return len(self._bytes)

    def peek(self, size: int) -> bytes:
        return bytes(self._bytes[:size])

    def write(self, data: bytes) -> None:
        with self._changed:
            self._bytes += data
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def stop(self) -> None:
        with self._changed:
            self._closed = self.stopped = True
            self._bytes.clear()
            self._changed.notify_all()

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; empty at the end."""
        with self._changed:
            while not self._bytes and not self._closed:
                self._changed.wait()
            size = len(self._bytes) if size < 0 else size
            data = bytes(self._bytes[:size])
            del self._bytes[:size]
            return data
