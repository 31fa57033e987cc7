"""Section 3 of the wire contract over HTTP: documents, their events, the search."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Request
from prometheus_client import CollectorRegistry

from backend.api import documents, errors
from backend.api.deps import owner_id
from backend.observability.metrics import MetricsListener
from backend.rag.documents import Document
from backend.rag.embedders import HashEmbedder
from backend.rag.index import open_index
from backend.rag.library import Library, LibraryLimits
from backend.rag.readers import ReadLimits
from backend.tests.rag.makers import line, pdf
from backend.tests.rag.memory_store import MemoryDocuments

MAX_BYTES = 50_000
MAX_CHARACTERS = 4_000


async def from_header(request: Request) -> str:
    return request.headers["x-owner"]


class NoInterviews:
    """A room in which nobody has quoted anything."""

    async def forget_document(self, owner_id: str, document: Document) -> None:
        return None


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    index = open_index(HashEmbedder(), folder=tmp_path)
    read = ReadLimits(max_bytes=MAX_BYTES, max_characters=MAX_CHARACTERS)
    library = Library(MemoryDocuments(), index, LibraryLimits(5, read))
    library.start()
    app = FastAPI()
    errors.install(app)
    v1 = APIRouter(prefix="/api/v1")
    v1.include_router(documents.router)
    app.include_router(v1)
    app.dependency_overrides[owner_id] = from_header
    limits = SimpleNamespace(document_max_bytes=MAX_BYTES, document_max_characters=MAX_CHARACTERS, heartbeat_s=5)
    metrics = MetricsListener(CollectorRegistry())
    app.state.services = SimpleNamespace(library=library, limits=limits, room=NoInterviews(), metrics=metrics)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test/api/v1", headers={"x-owner": "anna"}) as c:
        yield c
    await library.close()


async def upload(client: httpx.AsyncClient, data: bytes, name: str = "resume.pdf", kind: str = "resume"):
    return await client.post("/documents", files={"file": (name, data)}, data={"kind": kind})


def events_of(body: str) -> list[tuple[str, dict]]:
    found = []
    for block in body.replace("\r\n", "\n").split("\n\n"):
        fields = dict(part.split(": ", 1) for part in block.split("\n") if ": " in part and not part.startswith(":"))
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


async def test_life_of_a_document(client: httpx.AsyncClient) -> None:
    answer = await upload(client, pdf([line("Sam Rivers built Python services")]), "Sam Rivers.pdf")
    assert answer.status_code == 202
    data = answer.json()["data"]
    assert answer.json()["error"] is None
    assert (data["kind"], data["title"], data["status"]) == ("resume", "Sam Rivers", "queued")
    assert not {"owner_id", "sha256", "text"} & set(data)
    where = f"/documents/{data['document_id']}"

    stream = await client.get(f"{where}/events")
    assert stream.headers["content-type"].startswith("text/event-stream")
    events = events_of(stream.text)
    assert events[-1] == ("ready", {"chunks": 1})
    assert all(set(d) == {"stage", "done", "total"} for n, d in events if n == "progress")

    held = (await client.get(where)).json()["data"]
    assert (held["status"], held["chunks"], held["pages"], held["characters"]) == ("ready", 1, 1, 32)
    assert [d["document_id"] for d in (await client.get("/documents")).json()["data"]["documents"]] == [
        data["document_id"]
    ]
    text = (await client.get(f"{where}/text")).json()["data"]["text"]
    found = (await client.post("/retrieval/search", json={"query": "Python"})).json()["data"]["passages"]
    assert set(found[0]) == {
        "passage_id", "document_id", "kind", "title", "text", "score", "char_start", "char_end",
    }  # fmt: skip
    assert text[found[0]["char_start"] : found[0]["char_end"]] == found[0]["text"]

    again = await upload(client, pdf([line("Sam Rivers built Python services")]), "Sam Rivers.pdf")
    assert (again.status_code, again.json()["data"]["document_id"]) == (200, data["document_id"])

    for path in (where, f"{where}/text", f"{where}/events"):
        assert (await client.get(path, headers={"x-owner": "boris"})).status_code == 404
    assert (await client.delete(where, headers={"x-owner": "boris"})).status_code == 404
    gone = await client.delete(where)
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await client.get(where)).json()["error"]["code"] == "not_found"
    assert (await client.post("/retrieval/search", json={"query": "Python"})).json()["data"]["passages"] == []


async def test_pasted_text(client: httpx.AsyncClient) -> None:
    body = {"kind": "job_description", "title": "A job", "text": "We need a nurse."}
    answer = await client.post("/documents", json=body)
    assert (answer.status_code, answer.json()["data"]["title"]) == (202, "A job")
    assert (await client.post("/documents", json=body)).status_code == 200


async def test_a_failed_document_says_why(client: httpx.AsyncClient) -> None:
    data = (await upload(client, b"%PDF-1.7 broken")).json()["data"]
    name, event = events_of((await client.get(f"/documents/{data['document_id']}/events")).text)[-1]
    assert (name, event["error"]["code"]) == ("failed", "document_unreadable")
    held = (await client.get(f"/documents/{data['document_id']}")).json()["data"]
    assert held["error"]["stage"] == "ingest"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "novel", "text": "words"}, 422, "validation_failed"),
        ({"kind": "notes"}, 422, "validation_failed"),
        ({"kind": "notes", "text": "words", "owner_id": "boris"}, 422, "validation_failed"),
        ({"kind": "notes", "text": 7}, 422, "validation_failed"),
        (["notes"], 422, "validation_failed"),
        ({"kind": "notes", "text": " "}, 422, "document_empty"),
        ({"kind": "notes", "text": "word " * 900}, 413, "document_too_large"),
        ({"kind": "notes", "text": "word " * 90_000}, 413, "document_too_large"),
    ],
)
async def test_refused_texts(client: httpx.AsyncClient, body: object, status: int, code: str) -> None:
    answer = await client.post("/documents", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


async def test_refused_forms(client: httpx.AsyncClient) -> None:
    async def refused(status: int, code: str, **request: object) -> None:
        answer = await client.post("/documents", **request)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)

    form = {"content-type": "multipart/form-data; boundary=b"}
    file = {"file": ("a.txt", b"words")}
    await refused(422, "validation_failed", files=file, data={"kind": "novel"})
    await refused(422, "validation_failed", files=file)
    await refused(422, "validation_failed", files=file, data={"kind": "notes", "status": "ready"})
    await refused(422, "validation_failed", files={"kind": (None, "notes")})
    await refused(400, "malformed_request", files=[("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))])
    await refused(400, "malformed_request", content=b"no boundary", headers={"content-type": "multipart/form-data"})
    await refused(400, "malformed_request", content=b"{", headers={"content-type": "application/json"})
    await refused(415, "unsupported_type", content=b"words", headers={"content-type": "text/plain"})
    await refused(415, "document_type_unsupported", files={"file": ("a.html", b"words")}, data={"kind": "notes"})
    await refused(413, "document_too_large", files={"file": ("a.txt", b"x" * 51_000)}, data={"kind": "notes"})
    await refused(413, "document_too_large", files={"file": ("a.txt", b"x" * 5_000_000)}, data={"kind": "notes"})

    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        for _ in range(1000):
            read += 10_000
            yield b"x" * 10_000

    await refused(413, "document_too_large", content=endless(), headers=form)
    assert read < 200_000  # it stopped reading


async def test_quota(client: httpx.AsyncClient) -> None:
    for number in range(5):
        assert (await client.post("/documents", json={"kind": "notes", "text": f"n {number}"})).status_code == 202
    answer = await client.post("/documents", json={"kind": "notes", "text": "one more"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "document_quota")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"query": ""},
        {"query": "x", "top_k": 0},
        {"query": "x", "top_k": 51},
        {"query": "x", "kinds": ["novel"]},
        {"query": "x", "owner_id": "boris"},
    ],
)
async def test_refused_searches(client: httpx.AsyncClient, body: dict) -> None:
    assert (await client.post("/retrieval/search", json=body)).status_code == 422


async def test_search_finds_nothing_of_others_by_naming_it(client: httpx.AsyncClient) -> None:
    data = (await client.post("/documents", json={"kind": "notes", "text": "the secret canary"})).json()["data"]
    await asyncio.wait_for(client.get(f"/documents/{data['document_id']}/events"), 60)
    body = {"query": "secret canary", "document_ids": [data["document_id"]]}
    assert (await client.post("/retrieval/search", json=body)).json()["data"]["passages"]
    other = await client.post("/retrieval/search", json=body, headers={"x-owner": "boris"})
    assert other.json()["data"]["passages"] == []
