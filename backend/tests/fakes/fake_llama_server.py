#!/usr/bin/env python3
"""Stands in for a llama-server binary: same command line, /health, and one canned streamed answer.

FAKE_* variables do not reach it (the supervisor passes none on), so its behaviour is chosen by the name of the model
file: `crash` exits at once, `deaf` ignores SIGTERM, `stuck` stops answering after its first chat.
"""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OPTIONS = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=False))
NAME = os.path.basename(OPTIONS["--model"])
KEY = os.environ["LLAMA_API_KEY"]
STUCK = False


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        sys.stderr.write("noise " * 2000 + "\n")  # more than a pipe holds, soon

    def do_GET(self) -> None:
        if STUCK:
            signal.pause()
        self.send_response(200)
        self.end_headers()

    def do_POST(self) -> None:
        global STUCK
        self.rfile.read(int(self.headers["Content-Length"]))
        allowed = self.headers["Authorization"] == f"Bearer {KEY}"
        self.send_response(200 if allowed else 401)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for text, reason in (("Hello.", None), (None, "stop")):
            choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": reason}
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
            self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
        self.wfile.write(b"data: [DONE]\n\n")
        STUCK = "stuck" in NAME


if "crash" in NAME:
    sys.stderr.write("cannot load this model\n")
    sys.exit(3)
if "deaf" in NAME:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
ThreadingHTTPServer(("127.0.0.1", int(OPTIONS["--port"])), Handler).serve_forever()
