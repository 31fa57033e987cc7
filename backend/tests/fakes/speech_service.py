"""A stand-in for a hosted speech service with OpenAI's audio API, on loopback: answers, refuses, stalls, redirects."""

from __future__ import annotations

import io
import json
import threading
import wave
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

TEXT = "But I am hugely pleased that you have seen my lady, and I was allowed to have wit."


class SpeechService:
    """`behaviour`: `ok`, `plain` (refuses verbose_json), a status as text (`429`), `stall`, `redirect` or `rubbish`."""

    def __init__(self, behaviour: str = "ok") -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        service = self

        class Handler(_Handler):
            owner = service

        self.behaviour = behaviour
        self.release = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> SpeechService:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    owner: ClassVar[SpeechService]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.owner.requests.append((self.path, dict(self.headers), body))
        behaviour = self.owner.behaviour
        if behaviour.isdigit():
            return self._send(int(behaviour), b'{"error": {"message": "no"}}', "application/json")
        if behaviour == "stall":
            self.owner.release.wait(20)
            return None
        if behaviour == "redirect":
            self.send_response(307)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        if behaviour == "rubbish":
            return self._send(200, b"RIFF\x00\x00\x00\x00nothing", "audio/wav")
        if self.path.endswith("/audio/speech"):
            return self._send(200, _wav(len(json.loads(body)["input"])), "audio/wav")
        if b"verbose_json" not in body:
            return self._json({"text": TEXT})
        if behaviour == "plain":
            return self._send(400, b'{"error": {"message": "verbose_json is not supported"}}', "application/json")
        words = TEXT.split()
        timed = [{"word": w.strip(",."), "start": 0.5 * n, "end": 0.5 * n + 0.4} for n, w in enumerate(words)]
        segment = {"id": 0, "start": 0.0, "end": 9.0, "text": TEXT, "avg_logprob": -0.1, "no_speech_prob": 0.01}
        return self._json(
            {"text": TEXT, "language": "english", "duration": 20.0, "words": timed, "segments": [segment]}
        )

    def _json(self, body: dict[str, Any]) -> None:
        self._send(200, json.dumps(body).encode(), "application/json")

    def _send(self, status: int, body: bytes, mime: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", mime)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None: ...


def _wav(characters: int) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(24_000)
        file.writeframes(b"\x10\x00" * 1_500 * characters)
    return out.getvalue()
