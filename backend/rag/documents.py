"""Documents, passages and citations: the plain values of retrieval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

DocumentKind = Literal["job_description", "resume", "company", "notes"]
PassageKind = Literal["job_description", "resume", "company", "notes", "role_pack"]

DocumentNotice = Literal["looks_like_resume", "looks_like_job_description", "too_short"]

PACKS_OWNER = "packs"
"""The owner under whom the built-in role packs are indexed; everybody may search them."""
PACK_PREFIX = "pack:"
"""Role packs are documents called `pack:<name>`."""
KEYS_OWNER = "pack keys"
"""The owner of the short texts by which the product finds questions and follow-ups; nobody else searches them."""


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
    """Why it is hidden, in words: "white text", "text smaller than 3.5 points", "outside the page"."""
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class PackPassage:
    """A part of a pack, `text[start:end]`. `found_by`: the keys that stand for its meaning; empty: its own words do."""

    start: int
    end: int
    found_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackText:
    """A role pack for the index: `passages` are its readable parts, `keys` the short texts that its questions are found by."""

    name: str
    title: str
    text: str
    passages: Sequence[PackPassage]
    keys: Sequence[str]


class ReadDocument(BaseModel):
    """What a reader extracted from a file: visible text, its pages, and what was left out."""

    text: str
    pages: int | None = None
    hidden: list[HiddenText] = []


class TakenFor(NamedTuple):
    """What a text was taken for; the fields of `Document` say what they hold."""

    language: str = ""
    notices: tuple[DocumentNotice, ...] = ()
    lines: str = ""


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
    consent: str | None = None
    """The host whose language model may read it at ingest, as its owner said when it was uploaded."""
    language: str = ""
    """What it is written in, a code of two letters; "" where that is not known."""
    notices: list[DocumentNotice] = []
    """What its owner should know before an interview."""
    lines: str = ""
    """What its lines were found to be, as the reader of lines keeps it; no text."""
    error: dict[str, object] | None = None
    """The contract's Error object when status is `failed`."""
    created_at: str = ""
    """ISO 8601, UTC."""


def may_be_read_at_ingest(document: Document, host: str | None, *, local: bool) -> bool:
    """Whether a language model may read a document before an interview names it: one on this machine always, one
    elsewhere (`host`) only where the owner named that very host at the upload."""
    return local or (host is not None and document.consent == host)
