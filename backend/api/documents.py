"""Documents of the caller and the search over them (contract section 3)."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from backend.api.deps import Owner, Parts
from backend.api.envelope import ok
from backend.api.sse import SSE_DOC, event_stream
from backend.errors import DocumentTooLarge, Invalid, Malformed, NotFound, WrongType
from backend.rag.documents import Document, DocumentKind, DocumentNotice, PassageKind
from backend.rag.ingest_job import DocumentEvent
from backend.rag.library import Library

M = TypeVar("M", bound=BaseModel)

router = APIRouter(tags=["documents"])

_FORM_OVERHEAD = 16 * 1024
"""Room for boundaries, part headers and the small fields beside the file."""
_BYTES_PER_CHARACTER = 6
"""JSON may write a character as `\\uXXXX`."""


Host = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[A-Za-z0-9.:\[\]_, -]{1,255}$")
]
"""As the catalogue names it (`author.host`)."""


class TextDocumentIn(BaseModel):
    """JSON body of `POST /documents`: pasted text."""

    model_config = ConfigDict(extra="forbid")

    kind: DocumentKind
    title: str | None = Field(None, max_length=500)
    text: str
    consent: Host | None = None
    """The host whose language model may read the text at once, before an interview names it."""


class FileDocumentIn(BaseModel):
    """The fields beside the file of a multipart `POST /documents`."""

    model_config = ConfigDict(extra="forbid")

    kind: DocumentKind
    consent: Host | None = None


class SearchIn(BaseModel):
    """Body of `POST /retrieval/search`."""

    model_config = ConfigDict(extra="forbid")

    query: str = Field(min_length=1, max_length=4000)
    document_ids: list[str] | None = Field(None, max_length=100)
    kinds: list[PassageKind] | None = Field(None, max_length=10)
    top_k: int = Field(6, ge=1, le=50)


class DocumentOut(BaseModel):
    """A document on the wire; its text has an address of its own."""

    document_id: str
    kind: DocumentKind
    title: str
    mime: str
    status: Literal["queued", "processing", "ready", "failed"]
    chunks: int
    characters: int
    pages: int | None
    error: dict[str, Any] | None
    hidden: list[dict[str, Any]]
    consent: str | None
    language: str
    notices: list[DocumentNotice]
    created_at: str


def wire(document: Document) -> dict[str, Any]:
    """The contract's document."""
    return DocumentOut(**document.model_dump(exclude={"owner_id", "sha256", "text"})).model_dump(mode="json")


_UPLOAD_DOC: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "kind"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "PDF, DOCX, TXT or MD"},
                        "kind": {"type": "string", "enum": ["job_description", "resume", "company", "notes"]},
                        "consent": {"type": "string", "description": "Host whose model may read it at once"},
                    },
                }
            },
            "application/json": {"schema": TextDocumentIn.model_json_schema()},
        },
    }
}


@router.post("/documents", status_code=202, openapi_extra=_UPLOAD_DOC)
async def add_document(request: Request, owner: Owner, parts: Parts) -> JSONResponse:
    """Upload a file or paste a text. 202 for a new document, 200 for one that is already there."""
    library: Library = parts.library
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media == "multipart/form-data":
        fields, upload, data = await _form(request, parts.limits.document_max_bytes)
        document, created = await library.add_file(
            owner, fields.kind, upload.filename, upload.content_type, data, consent=fields.consent
        )
    elif media == "application/json":
        body = await _json(request, parts.limits.document_max_characters * _BYTES_PER_CHARACTER)
        text = _validated(TextDocumentIn, body)
        document, created = await library.add_text(owner, text.kind, text.title, text.text, consent=text.consent)
    else:
        raise WrongType("Please send a file as multipart/form-data, or a text as application/json.")
    return ok(request, wire(document), status=202 if created else 200)


@router.get("/documents")
async def list_documents(request: Request, owner: Owner, parts: Parts) -> JSONResponse:
    """The caller's documents, newest first."""
    return ok(request, {"documents": [wire(d) for d in await parts.library.list(owner)]})


@router.get("/documents/{document_id}")
async def get_document(request: Request, document_id: str, owner: Owner, parts: Parts) -> JSONResponse:
    """One document and how far it is."""
    return ok(request, wire(await _found(parts.library, owner, document_id)))


@router.get("/documents/{document_id}/text")
async def get_text(request: Request, document_id: str, owner: Owner, parts: Parts) -> JSONResponse:
    """The extracted text that every citation's offsets refer to; role packs are `pack:<name>`."""
    name = document_id.removeprefix("pack:")
    if name != document_id and name in parts.packs.names():
        pack = parts.packs.get(name)
        return ok(request, {"document_id": document_id, "title": pack.title, "text": pack.text})
    document = await _found(parts.library, owner, document_id)
    return ok(request, {"document_id": document_id, "title": document.title, "text": document.text})


@router.delete("/documents/{document_id}", status_code=204)
async def delete_document(document_id: str, owner: Owner, parts: Parts) -> Response:
    """Erase a document: record, text, vectors, and what interviews quoted from it."""
    document = await _found(parts.library, owner, document_id)
    await parts.room.forget_document(owner, document)
    await parts.library.delete(owner, document_id)
    return Response(status_code=204)


@router.get("/documents/{document_id}/events", responses=SSE_DOC)
async def follow_document(document_id: str, owner: Owner, parts: Parts) -> EventSourceResponse:
    """`progress` until `ready` or `failed`."""
    await _found(parts.library, owner, document_id)
    return event_stream(_as_sse(parts.library.events(owner, document_id)), parts.limits.heartbeat_s, parts.metrics)


@router.post("/retrieval/search")
async def search(request: Request, body: SearchIn, owner: Owner, parts: Parts) -> JSONResponse:
    """Passages of the caller's documents and the built-in role packs, best first."""
    passages = await parts.library.search(
        owner, body.query, document_ids=body.document_ids, kinds=body.kinds, top_k=body.top_k
    )
    return ok(request, {"passages": [p.model_dump(mode="json") for p in passages]})


async def _found(library: Library, owner: str, document_id: str) -> Document:
    document = await library.get(owner, document_id)
    if document is None:
        raise NotFound
    return document


async def _as_sse(events: AsyncGenerator[DocumentEvent, None]) -> AsyncGenerator[ServerSentEvent, None]:
    try:
        async for name, data in events:
            yield ServerSentEvent(event=name, data=json.dumps(data, ensure_ascii=False, separators=(",", ":")))
    finally:
        await events.aclose()


async def _counted(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    """The body, piece by piece; stops reading as soon as it is larger than anything acceptable."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise DocumentTooLarge
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > limit:
            raise DocumentTooLarge
        yield chunk


class _BodyTooLarge(MultiPartException):
    """Of a kind that the form parser cleans up after."""


async def _for_parser(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    try:
        async for chunk in _counted(request, limit):
            yield chunk
    except DocumentTooLarge as error:
        raise _BodyTooLarge("too large") from error


async def _form(request: Request, max_bytes: int) -> tuple[FileDocumentIn, UploadFile, bytes]:
    """The fields, the file and its bytes of a multipart body, held in memory only."""
    limit = max_bytes + _FORM_OVERHEAD
    parser = MultiPartParser(
        request.headers, _for_parser(request, limit), max_files=1, max_fields=8, max_part_size=8192
    )
    parser.spool_max_size = limit  # never on disk
    try:
        form = await parser.parse()
    except _BodyTooLarge:
        raise DocumentTooLarge from None
    except (MultiPartException, KeyError, UnicodeError) as error:
        raise Malformed("The form could not be read: send one file and the field `kind`.") from error
    try:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise Invalid(details={"fields": [{"field": "file", "problem": "a file is required"}]})
        fields = _validated(FileDocumentIn, {name: value for name, value in form.items() if name != "file"})
        if (upload.size or 0) > max_bytes:
            raise DocumentTooLarge
        return fields, upload, await upload.read()
    finally:
        await form.close()


async def _json(request: Request, max_bytes: int) -> Any:
    raw = b"".join([chunk async for chunk in _counted(request, max_bytes + _FORM_OVERHEAD)])
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not valid JSON.") from error


def _validated(model: type[M], values: Any) -> M:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        problems = [{"field": ".".join(str(p) for p in e["loc"]), "problem": e["msg"]} for e in error.errors()[:20]]
        raise Invalid(details={"fields": problems}) from error
