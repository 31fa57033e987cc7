"""An OTLP collector of this process: takes spans over HTTP and keeps them."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Collector:
    """`status` is what it answers; `bodies` is what came, undone of its compression."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.bodies: list[bytes] = []
        self.paths: list[str] = []
        collector = self

        class Handler(_Handler):
            owner = collector

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Collector:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def spans(self) -> list[Span]:
        """All spans that came, by their beginning."""
        return self._found(lambda service: True)

    def spans_of(self, service: str) -> list[Span]:
        """The spans that came in the name of this service, by their beginning."""
        return self._found(lambda name: name == service)

    def _found(self, wanted: Callable[[str], bool]) -> list[Span]:
        found: list[Span] = []
        for of in (o for body in self.bodies for o in ExportTraceServiceRequest.FromString(body).resource_spans):
            (name,) = [a.value.string_value for a in of.resource.attributes if a.key == "service.name"]
            if wanted(name):
                found += [span for scope in of.scope_spans for span in scope.spans]
        return sorted(found, key=lambda span: span.start_time_unix_nano)


class _Handler(BaseHTTPRequestHandler):
    owner: ClassVar[Collector]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.owner.bodies.append(body)
        self.owner.paths.append(self.path)
        self.send_response(self.owner.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None: ...
