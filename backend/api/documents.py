"""Documents and retrieval (contract section 3)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import StringConstraints, ValidationError
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.datastructures import UploadFile

from backend.api.deps import Owner, Parts
from backend.api.envelope import ok
from backend.api.schemas import Body, SearchIn
from backend.api.sse import SSE_DOC, event_stream
from backend.errors import DocumentEmpty, DocumentTooLarge, Invalid, Malformed, NotFound, WrongType
from backend.rag.documents import Document
from backend.wiring import Services

router = APIRouter(tags=["documents"])

Kind = Literal["job_description", "resume", "company", "notes"]


class TextIn(Body):
    """JSON body of `POST /documents`."""

    kind: Kind
    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    text: str


@router.post("/documents", status_code=202)
async def add_document(request: Request, owner: Owner, parts: Parts) -> JSONResponse:
    """Upload a file (multipart `file`, `kind`) or paste text (JSON `kind`, `title`, `text`)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        document, created = await _add_upload(request, owner, parts)
    elif kind == "application/json":
        document, created = await _add_text(request, owner, parts)
    else:
        raise WrongType("Send a multipart form with `file` and `kind`, or JSON with `kind`, `title` and `text`.")
    return ok(request, document_wire(document), 202 if created else 200)


async def _add_upload(request: Request, owner: str, parts: Services) -> tuple[Document, bool]:
    limit = parts.limits.document_max_bytes
    async with request.form(max_files=2, max_fields=4, max_part_size=64 * 1024) as form:
        upload, kind = form.get("file"), form.get("kind")
        if not isinstance(upload, UploadFile):
            raise Invalid(details={"fields": [{"field": "file", "problem": "a file is wanted"}]})
        if kind not in ("job_description", "resume", "company", "notes"):
            raise Invalid(details={"fields": [{"field": "kind", "problem": "job_description, resume, company or notes"}]})
        data = await upload.read(limit + 1)
        name, mime = upload.filename, upload.content_type
    if len(data) > limit:
        raise DocumentTooLarge
    if not data:
        raise DocumentEmpty("This file is empty. Please choose another one, or paste the text.")
    return await parts.library.add_file(owner, kind, name, mime, data)  # type: ignore[arg-type]  # checked above


async def _add_text(request: Request, owner: str, parts: Services) -> tuple[Document, bool]:
    raw = await request.body()
    if len(raw) > 8 * parts.limits.document_max_characters:
        raise DocumentTooLarge
    try:
        body = TextIn.model_validate_json(raw)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
        if any(p["type"] == "json_invalid" for p in problems):
            raise Malformed("The body is not valid JSON.") from None
        fields = [{"field": ".".join(map(str, p["loc"])), "problem": p["msg"]} for p in problems]
        raise Invalid(details={"fields": fields}) from None
    return await parts.library.add_text(owner, body.kind, body.title, body.text)


@router.get("/documents")
async def list_documents(request: Request, owner: Owner, parts: Parts) -> JSONResponse:
    """The owner's documents, newest first."""
    return ok(request, {"documents": [document_wire(d) for d in await parts.library.list(owner)]})


@router.get("/documents/{document_id}")
async def get_document(request: Request, document_id: str, owner: Owner, parts: Parts) -> JSONResponse:
    """Where a document stands."""
    return ok(request, document_wire(await _document(owner, document_id, parts)))


@router.get("/documents/{document_id}/text")
async def get_text(request: Request, document_id: str, owner: Owner, parts: Parts) -> JSONResponse:
    """The extracted text that every citation's offsets refer to; role packs are `pack:<name>`."""
    if document_id.startswith("pack:"):
        pack = parts.packs.find(document_id.removeprefix("pack:"))
        if pack is None:
            raise NotFound
        return ok(request, {"document_id": document_id, "title": pack.title, "text": pack.text})
    document = await _document(owner, document_id, parts)
    return ok(request, {"document_id": document_id, "title": document.title, "text": document.text})


@router.get("/documents/{document_id}/events", responses=SSE_DOC, response_class=EventSourceResponse)
async def document_events(document_id: str, owner: Owner, parts: Parts) -> EventSourceResponse:
    """`progress` events, then `ready` or `failed`."""
    await _document(owner, document_id, parts)

    async def events() -> AsyncIterator[ServerSentEvent]:
        number = 0
        async for name, data in parts.library.events(owner, document_id):
            number += 1
            yield ServerSentEvent(data=json.dumps(data), event=name, id=f"{document_id}:{number}")

    return event_stream(events(), parts.limits.heartbeat_s)


@router.delete("/documents/{document_id}", status_code=204)
async def delete_document(document_id: str, owner: Owner, parts: Parts) -> Response:
    """Erase a document: its text, its vectors, and what interviews quoted from it."""
    document = await _document(owner, document_id, parts)
    await parts.library.delete(owner, document_id)
    await parts.room.forget_document(owner, document)
    await parts.stores.scrub()
    return Response(status_code=204)


@router.post("/retrieval/search")
async def search(request: Request, body: SearchIn, owner: Owner, parts: Parts) -> JSONResponse:
    """The best passages of the caller's documents and the role packs."""
    passages = await parts.library.search(
        owner, body.query, document_ids=body.document_ids, kinds=body.kinds, top_k=body.top_k
    )
    return ok(request, {"passages": [p.model_dump(mode="json") for p in passages]})


async def _document(owner: str, document_id: str, parts: Services) -> Document:
    document = await parts.library.get(owner, document_id)
    if document is None:
        raise NotFound
    return document


def document_wire(document: Document) -> dict[str, Any]:
    """A document without its text."""
    return document.model_dump(mode="json", exclude={"text", "owner_id", "sha256"})
