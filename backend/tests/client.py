"""A client of the wire contract for tests, and the contract's rules for one turn."""

from __future__ import annotations

import json
import ssl
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ANSWER = (
    "In my last role the weekly stock report took most of Friday, so I was asked to make it faster. "
    "I looked at where the time went, moved the joins into the database and wrote a short guide for the team. "
    "After that it took twenty minutes and nobody stayed late."
)
JOB = (
    "Backend developer at Harbour Freight Systems\n\nWe are looking for a developer for our booking team.\n\n"
    "Requirements:\n- Experience in building and running Python services\n- Good knowledge of PostgreSQL\n"
    "- You can explain technical decisions to people outside engineering\n- Experience with on-call work\n"
)
RESUME = (
    "Sam Rivers\nSoftware developer\n\nExperience\nNorthwind Stores, developer, 2021 to 2025\n"
    "- Built the weekly stock report in Python and PostgreSQL\n- Trained three new colleagues\n"
)


@dataclass(frozen=True)
class Event:
    id: str
    name: str
    data: dict[str, Any]


def parse_sse(lines: Iterator[str], comments: list[str] | None = None) -> Iterator[Event]:
    """Events of a text/event-stream; comments are collected."""
    id_, name, data = "", "message", []
    for line in lines:
        if line == "":
            if data:
                yield Event(id_, name, json.loads("\n".join(data)))
            name, data = "message", []
        elif line.startswith(":"):
            if comments is not None:
                comments.append(line[1:].strip())
        else:
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "id":
                id_ = value
            elif field == "event":
                name = value
            elif field == "data":
                data.append(value)


class ContractClient:
    """One guest of a running server."""

    def __init__(self, base_url: str, *, verify: ssl.SSLContext | bool = True) -> None:
        self.base_url = base_url
        self.http = httpx.Client(base_url=f"{base_url}/api/v1", timeout=120, trust_env=False, verify=verify)
        try:
            self.guest = self.data("POST", "/guests")
        except BaseException:
            self.http.close()
            raise
        self.http.headers["Authorization"] = f"Bearer {self.guest['access_token']}"

    def __enter__(self) -> ContractClient:
        return self

    def __exit__(self, *exc: object) -> None:
        self.http.close()

    def call(self, method: str, path: str, **kw: Any) -> httpx.Response:
        return self.http.request(method, path, **kw)

    def data(self, method: str, path: str, **kw: Any) -> Any:
        response = self.call(method, path, **kw)
        assert response.status_code < 400, f"{method} {path}: {response.status_code} {response.text[:500]}"
        body = response.json()
        assert body["error"] is None
        assert body["request_id"]
        return body["data"]

    def error(self, method: str, path: str, status: int, **kw: Any) -> dict[str, Any]:
        """The error of an answer that must fail with `status`, after checking the envelope."""
        response = self.call(method, path, **kw)
        assert response.status_code == status, f"{method} {path}: {response.status_code} {response.text[:500]}"
        return check_envelope(response)

    def document(self, kind: str, text: str, title: str = "A document") -> dict[str, Any]:
        return self.ready(self.data("POST", "/documents", json={"kind": kind, "title": title, "text": text}))

    def upload(self, kind: str, path: Path) -> dict[str, Any]:
        with path.open("rb") as file:
            made = self.data("POST", "/documents", files={"file": (path.name, file)}, data={"kind": kind})
        return self.ready(made)

    def ready(self, document: dict[str, Any]) -> dict[str, Any]:
        """Wait through the document's own event stream."""
        path = f"/documents/{document['document_id']}"
        with self.http.stream("GET", f"{path}/events") as response:
            for event in parse_sse(response.iter_lines()):
                if event.name in {"ready", "failed"}:
                    break
        found: dict[str, Any] = self.data("GET", path)
        return found

    def start(self, **plan: Any) -> dict[str, Any]:
        body = {"mode": "behavioral", "difficulty": "medium", "question_count": 3, "language": "en", **plan}
        session: dict[str, Any] = self.data("POST", "/sessions", json=body)
        return session

    def turn(
        self,
        session_id: str,
        *,
        text: str | None = None,
        audio: tuple[str, bytes, str] | None = None,
        body: dict[str, Any] | None = None,
        key: str | None = None,
        on_event: Callable[[Event], bool | None] | None = None,
        comments: list[str] | None = None,
        **form: str,
    ) -> list[Event]:
        """Give an answer and collect its events; `on_event` returning False leaves the stream."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        payload: dict[str, Any] = {"json": body or {"text": text}}
        if audio is not None:
            payload = {"files": {"audio": audio}, "data": form}
        events: list[Event] = []
        with self.http.stream("POST", f"/sessions/{session_id}/turns", headers=headers, **payload) as response:
            if response.status_code >= 400:
                response.read()
                raise AssertionError(f"{response.status_code} {response.text}")
            assert response.headers["content-type"].startswith("text/event-stream")
            for event in parse_sse(response.iter_lines(), comments):
                events.append(event)
                if on_event is not None and on_event(event) is False:
                    break
        return events

    def stored(self, session_id: str, turn_id: str) -> dict[str, Any]:
        """The stored turn once it is over: an interrupted one tells its client so before it is stored."""
        deadline = time.monotonic() + 60
        while True:
            turn: dict[str, Any] = self.data("GET", f"/sessions/{session_id}/turns/{turn_id}")
            if turn["outcome"] != "running":
                return turn
            assert time.monotonic() < deadline, "the turn is never stored"
            time.sleep(0.02)

    def resume(self, session_id: str, turn_id: str, after: str = "") -> list[Event]:
        path = f"/sessions/{session_id}/turns/{turn_id}/events"
        with self.http.stream("GET", path, headers={"Last-Event-ID": after} if after else {}) as response:
            assert response.status_code == 200
            return list(parse_sse(response.iter_lines()))


def check_envelope(response: httpx.Response) -> dict[str, Any]:
    body = response.json()
    assert set(body) == {"data", "error", "request_id"}
    assert body["data"] is None
    error: dict[str, Any] = body["error"]
    assert set(error) - {"details"} == {"stage", "code", "message_safe", "retryable", "request_id"}
    assert error["request_id"] == body["request_id"] == response.headers["x-request-id"]
    assert error["message_safe"].endswith((".", "!"))
    return error


def check_turn(events: list[Event], *, voice: bool = True, over: bool = False) -> None:
    """Every rule of section 6 that can be seen from one stream."""
    names = [e.name for e in events]
    assert names[0] == "turn.started"
    assert names[-1] == "turn.ended"
    assert names.count("turn.ended") == 1
    turn_id = events[0].data["turn_id"]
    assert [e.id for e in events] == [f"{turn_id}:{n}" for n in range(1, len(events) + 1)]
    assert [e.data["seq"] for e in events] == list(range(1, len(events) + 1))
    ats = [e.data["at_ms"] for e in events]
    assert ats == sorted(ats)
    for once in ("transcript.final", "delivery", "context.found", "feedback.final"):
        assert names.count(once) == 1, f"{once}: {names}"
    assert names.count("question.final") == (0 if over else 1), names
    assert names.index("transcript.final") < names.index("delivery") < names.index("feedback.final")
    if "star" in names:
        assert names.index("delivery") < names.index("star") < names.index("feedback.final")
    for lane in ("feedback", "question"):
        assert_deltas(events, lane)
    indexes = [e.data["index"] for e in events if e.name == "audio"]
    assert indexes == list(range(len(indexes)))
    assert bool(indexes) == voice


def assert_deltas(events: list[Event], lane: str) -> None:
    """Offsets continue each other, and no delta comes after the lane's final."""
    text, final_seen = "", False
    for event in events:
        if event.name == f"{lane}.delta":
            assert not final_seen
            assert event.data["offset"] == len(text)
            text += event.data["text"]
        final_seen = final_seen or event.name == f"{lane}.final"


def by_name(events: list[Event], name: str) -> dict[str, Any]:
    """The data of the one event of this name."""
    (found,) = [e.data for e in events if e.name == name]
    return found
