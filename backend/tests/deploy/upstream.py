"""A small upstream that tells what it was sent: headers, connections, and when the first byte of a body came."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Upstream(ThreadingHTTPServer):
    """Answers with the request it got, as JSON. `/api/v1/hang-up` closes the connection instead, and `/api/v1/events` sends
    its second event when `first_event_read` is set."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.connections = 0
        self.requests: list[str] = []
        self.first_byte = threading.Event()
        self.first_event_read = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A body that nginx cuts ends in a broken pipe here; tests print nothing."""

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Upstream

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def log_message(self, *arguments: object) -> None:
        """Tests print nothing."""

    def _answer(self) -> None:
        self.server.requests.append(f"{self.command} {self.path}")
        received = self._body()
        if self.path.startswith("/api/v1/hang-up"):
            self.close_connection = True
            return
        if self.path.startswith("/api/v1/events"):
            self._events()
            return
        body = json.dumps({"headers": dict(self.headers.items()), "received": received, "path": self.path}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _events(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: 1\n\n")
        self.wfile.write(b"data: 2\n\n" if self.server.first_event_read.wait(60) else b"data: held up\n\n")
        self.close_connection = True

    do_GET = do_POST = do_PUT = _answer

    def _body(self) -> int:
        if self.headers.get("Transfer-Encoding") == "chunked":
            return sum(self._chunks())
        return self._read(int(self.headers.get("Content-Length", "0")))

    def _chunks(self) -> Iterator[int]:
        while size := int(self.rfile.readline() or b"0", 16):
            yield self._read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _read(self, size: int) -> int:
        left = size
        while left and (piece := self.rfile.read1(left)):
            left -= len(piece)
            self.server.first_byte.set()
        return size - left


@contextmanager
def running_upstream() -> Iterator[Upstream]:
    server = Upstream()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
