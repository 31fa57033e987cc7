"""Documents, passages and citations: the plain values of retrieval."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

DocumentKind = Literal["job_description", "resume", "company", "notes"]
PassageKind = Literal["job_description", "resume", "company", "notes", "role_pack"]

PACKS_OWNER = "packs"
"""The owner under whom the built-in role packs are indexed; everybody may search them."""
PACK_PREFIX = "pack:"
"""Role packs are documents called `pack:<name>`."""


class Passage(BaseModel):
    """A piece of a source text. `text == source[char_start:char_end]`, in characters of the extracted text."""

    model_config = ConfigDict(frozen=True)

    passage_id: str
    document_id: str
    kind: PassageKind
    title: str
    text: str
    score: float
    char_start: int
    char_end: int


class Citation(BaseModel):
    """A verbatim quote and its place. `citation_id`: J job, R resume, C company, N notes, P role pack, A answer."""

    model_config = ConfigDict(frozen=True)

    citation_id: str
    source: Literal["document", "role_pack", "answer"]
    document_id: str | None = None
    title: str
    quote: str
    char_start: int
    char_end: int


class HiddenText(BaseModel):
    """Text of an upload that no reader would see; it is excluded from everything and shown to its owner."""

    model_config = ConfigDict(frozen=True)

    reason: str
    """Why it is hidden, in words: "white text", "text smaller than 2 points", "outside the page"."""
    text: str
    page: int | None = None


class ReadDocument(BaseModel):
    """What a reader extracted from a file: visible text, its pages, and what was left out."""

    text: str
    pages: int | None = None
    hidden: list[HiddenText] = []


class Document(BaseModel):
    """One document of an owner, with the text that every offset refers to."""

    document_id: str
    owner_id: str
    kind: DocumentKind
    title: str
    mime: str
    sha256: str
    status: Literal["queued", "processing", "ready", "failed"] = "queued"
    text: str = ""
    characters: int = 0
    pages: int | None = None
    chunks: int = 0
    hidden: list[HiddenText] = []
    error: dict[str, object] | None = None
    """The contract's Error object when status is `failed`."""
    created_at: str = ""
    """ISO 8601, UTC."""
