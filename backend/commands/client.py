"""A small client of the wire contract, for the demo and the benchmark."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event; `at_s` is this client's clock, seconds since the request was sent whole."""

    name: str
    data: dict[str, Any]
    at_s: float


class Client:
    """A guest of a running server; a context manager that closes its connections."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=180, trust_env=False)
        guest = self._post("/api/v1/guests")
        self._http.headers["Authorization"] = f"Bearer {guest['access_token']}"

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def _post(self, path: str, **body: Any) -> dict[str, Any]:
        return _data(self._http.post(path, **body))

    def get(self, path: str) -> dict[str, Any]:
        return _data(self._http.get(f"/api/v1{path}"))

    def upload(self, kind: str, path: Path) -> dict[str, Any]:
        """Upload a document and wait until it is ready."""
        with path.open("rb") as file:
            document = self._post("/api/v1/documents", files={"file": (path.name, file)}, data={"kind": kind})
        while document["status"] in {"queued", "processing"}:
            time.sleep(0.1)
            document = self.get(f"/documents/{document['document_id']}")
        return document

    def start(self, **plan: Any) -> dict[str, Any]:
        return self._post("/api/v1/sessions", json=plan)

    def record(self, session_id: str, mime: str = "audio/L16;rate=16000") -> str:
        """Begin a live recording; its id."""
        made = self._post(f"/api/v1/sessions/{session_id}/recordings", json={"mime": mime})
        return str(made["recording_id"])

    def piece(self, session_id: str, recording_id: str, number: int, data: bytes) -> dict[str, Any]:
        """Send one piece of a live recording."""
        path = f"/api/v1/sessions/{session_id}/recordings/{recording_id}/chunks/{number}"
        return _data(self._http.put(path, content=data))

    def turn(
        self,
        session_id: str,
        *,
        text: str | None = None,
        audio: Path | bytes | None = None,
        recording: tuple[str, int] | None = None,
    ) -> Iterator[Event]:
        """Give an answer (typed, a file, or a live recording and its number of pieces); yields events as they come."""
        body: dict[str, Any] = {"json": {"text": text}}
        if recording is not None:
            body = {"json": {"recording_id": recording[0], "chunks": recording[1]}}
        elif audio is not None:
            content = audio.read_bytes() if isinstance(audio, Path) else audio
            body = {"files": {"audio": (audio.name if isinstance(audio, Path) else "answer.wav", content)}}
        headers = {"Accept": "text/event-stream", "Idempotency-Key": secrets.token_hex(8)}
        sent_at = time.perf_counter()
        path = f"/api/v1/sessions/{session_id}/turns"
        with self._http.stream("POST", path, headers=headers, **body) as response:
            if response.status_code >= 400:
                response.read()
                _data(response)
            name, data = "message", ""
            for line in response.iter_lines():
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    data += value
                elif line == "" and data:
                    yield Event(name, json.loads(data), time.perf_counter() - sent_at)
                    name, data = "message", ""

    def fetch(self, url: str) -> bytes:
        return self._http.get(url).raise_for_status().content

    def first_byte(self, url: str) -> None:
        """Returns when the first byte of this address has arrived."""
        with self._http.stream("GET", url) as response:
            next(response.raise_for_status().iter_raw(1), b"")

    def finish(self, session_id: str) -> None:
        _data(self._http.patch(f"/api/v1/sessions/{session_id}", json={"state": "finished"}))


def _data(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    if response.status_code >= 400:
        error = body.get("error") or {}
        raise RuntimeError(f"{response.status_code} {error.get('code')}: {error.get('message_safe')}")
    data: dict[str, Any] = body["data"]
    return data
