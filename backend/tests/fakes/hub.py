"""A server that behaves as the model hub does: it names the SHA-256, and sends on to another path for the bytes."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from backend.models.larger import LargerModel


@dataclass
class Hub:
    """`cut_after`: bytes after which each connection is cut, one entry a request, then none. `seen`: method, path, Range."""

    content: bytes
    sha256: str = ""
    size: int | None = None
    cut_after: list[int] = field(default_factory=list)
    ranges: bool = True
    status: int = 200
    renamed: bool = False
    linked: bool = True
    busy: int = 0
    """So many requests for the bytes are answered 503 first."""
    seen: list[tuple[str, str, str | None]] = field(default_factory=list)
    url: str = ""

    def entry(self, name: str = "some-model") -> LargerModel:
        url = f"{self.url}/{'old' if self.renamed else 'maker'}/some-GGUF/resolve/main/some-Q4.gguf"
        return LargerModel(name, "Some model", url, len(self.content), "Apache-2.0", memory_gb=16, one_slot_gb=8)

    @property
    def gets(self) -> list[str | None]:
        """The Range of every request for bytes."""
        return [wanted for method, path, wanted in self.seen if method == "GET" and path.startswith("/cdn")]


@contextmanager
def running_hub(hub: Hub) -> Iterator[Hub]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None: ...

        def do_HEAD(self) -> None:
            self._answer()

        def do_GET(self) -> None:
            self._answer()

        def _answer(self) -> None:
            hub.seen.append((self.command, self.path, self.headers.get("Range")))
            if self.path.startswith("/cdn"):
                self._bytes()
            elif hub.status != 200:
                self._head(hub.status)
            elif self.path.startswith("/old"):
                self._head(307, {"Location": self.path.replace("/old/", "/maker/")})
            else:
                linked = {
                    "X-Linked-ETag": f'"{hub.sha256 or hashlib.sha256(hub.content).hexdigest()}"',
                    "X-Linked-Size": str(len(hub.content) if hub.size is None else hub.size),
                }
                rest = {"X-Repo-Commit": "c0ffee", "ETag": '"abc"', "Location": "/cdn/some-Q4.gguf"}
                self._head(302, {**rest, **(linked if hub.linked else {})})

        def _bytes(self) -> None:
            if hub.busy:
                hub.busy -= 1
                self._head(503)
                return
            wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
            start = int(wanted[1]) if wanted and hub.ranges else 0
            rest = hub.content[start:]
            ranged = {"Content-Range": f"bytes {start}-{len(hub.content) - 1}/{len(hub.content)}"}
            self._head(206 if wanted and hub.ranges else 200, ranged if wanted and hub.ranges else {}, len(rest))
            self.wfile.write(rest[: hub.cut_after.pop(0)] if hub.cut_after else rest)

        def _head(self, status: int, headers: dict[str, str] | None = None, length: int = 0) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(length), "Connection": "close", **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()

    return Handler
