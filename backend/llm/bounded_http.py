"""HTTP for talking to model services: no redirects, no proxies from the environment, answers of bounded size."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx


class AnswerTooLarge(Exception):
    """The service sent a line or an answer beyond the bounds."""


def bounded_client(*, connect_timeout_s: float, max_line: int, max_answer: int) -> httpx.AsyncClient:
    """A client whose answers end in `AnswerTooLarge` beyond `max_line` bytes without a newline or `max_answer` bytes.

    Reads have no deadline here: the caller sets one for each token.
    """
    return httpx.AsyncClient(
        transport=_BoundedTransport(max_line, max_answer),
        timeout=httpx.Timeout(None, connect=connect_timeout_s, write=10.0, pool=connect_timeout_s),
        follow_redirects=False,
        trust_env=False,
        headers={"Accept-Encoding": "identity"},
    )


class _BoundedTransport(httpx.AsyncBaseTransport):
    def __init__(self, max_line: int, max_answer: int) -> None:
        self._inner = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=64, keepalive_expiry=4.0))
        self._max_line, self._max_answer = max_line, max_answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        if response.headers.get("Content-Encoding", "identity") != "identity":  # counted bytes must be the real ones
            await response.aclose()
            raise AnswerTooLarge
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _BoundedStream(response.stream, self._max_line, self._max_answer)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _BoundedStream(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, max_line: int, max_answer: int) -> None:
        self._inner, self._max_line, self._max_answer = inner, max_line, max_answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        line = total = 0
        async for piece in self._inner:
            total += len(piece)
            newline = piece.rfind(b"\n")
            line = line + len(piece) if newline < 0 else len(piece) - newline - 1
            if total > self._max_answer or line > self._max_line:
                raise AnswerTooLarge
            yield piece

    async def aclose(self) -> None:
        await self._inner.aclose()
