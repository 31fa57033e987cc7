"""Uploaded files to text: PDF, DOCX, TXT and MD, parsed in a disposable process that cannot hurt the server."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from backend.errors import (
    AppError,
    DocumentEmpty,
    DocumentEncrypted,
    DocumentTooComplex,
    DocumentTooLarge,
    DocumentTypeUnsupported,
    DocumentUnreadable,
)
from backend.rag.clean_text import clean
from backend.rag.documents import HiddenText, ReadDocument
from backend.rag.reader_process import FAILED

FileKind = Literal["pdf", "docx", "txt", "md"]

MIMES: dict[FileKind, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain",
    "md": "text/markdown",
}
_EXTENSIONS: dict[str, FileKind] = {
    ".pdf": "pdf", ".docx": "docx", ".txt": "txt", ".text": "txt", ".md": "md", ".markdown": "md",
}  # fmt: skip
_BY_MIME: dict[str, FileKind] = {mime: kind for kind, mime in MIMES.items()} | {"text/x-markdown": "md"}
_ROOT = Path(__file__).resolve().parents[2]

_REFUSALS: dict[str, AppError] = {
    "encrypted": DocumentEncrypted(),
    "too_complex": DocumentTooComplex(),
    "too_large": DocumentTooLarge(),
    "unreadable": DocumentUnreadable(),
    "binary": DocumentUnreadable(
        "This is not a text file. Please upload a PDF, DOCX, TXT or MD file, or paste the text."
    ),
    "not_word": DocumentUnreadable(
        "This is an archive, not a Word document. Please save it as DOCX or PDF, or paste the text."
    ),
    "other_office": DocumentTypeUnsupported(
        "This is another kind of Office file. Please save it as a Word document (DOCX) or PDF, or paste the text."
    ),
    "macros": DocumentTypeUnsupported(
        "Word documents with macros are not accepted. Please save it as DOCX without macros, or as PDF."
    ),
    "no_unicode": DocumentUnreadable(
        "The fonts of this PDF do not say which letters they draw. Please export it again, or paste the text."
    ),
}


@dataclass(frozen=True)
class ReadLimits:
    """What one file may cost. Sizes in bytes, times in seconds."""

    max_bytes: int = 5 * 1024 * 1024
    max_characters: int = 200_000
    max_pages: int = 30
    memory_bytes: int = 1024**3
    cpu_s: int = 15
    wall_s: float = 20.0


class Reader:
    """Reads files, at most `at_once` at the same time."""

    def __init__(self, at_once: int = 2, python: str = sys.executable) -> None:
        self._slots = asyncio.Semaphore(at_once)
        self._python = python

    async def read(self, data: bytes, filename: str | None, mime: str | None, limits: ReadLimits) -> ReadDocument:
        """The text of an uploaded file; all offsets of the product refer to this text.

        The extension, the first bytes and the parser must agree on the type. Errors: `DocumentTypeUnsupported`,
        `DocumentUnreadable`, `DocumentEncrypted`, `DocumentEmpty`, `DocumentTooLarge`, `DocumentTooComplex`.
        """
        if len(data) > limits.max_bytes:
            raise DocumentTooLarge
        kind = file_kind(data, filename, mime)
        async with self._slots:
            answer = await self._ask(kind, data, limits)
        return _as_document(answer, limits)

    async def _ask(self, kind: FileKind, data: bytes, limits: ReadLimits) -> dict[str, Any]:
        header = {
            "kind": kind,
            "max_pages": limits.max_pages,
            "max_characters": limits.max_characters,
            "memory_bytes": limits.memory_bytes,
            "cpu_s": limits.cpu_s,
        }
        child = await asyncio.create_subprocess_exec(
            self._python,
            "-s",
            "-m",
            "backend.rag.reader_process",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=_ROOT,
            env=_environment(),
        )
        try:
            async with asyncio.timeout(limits.wall_s):
                out, _ = await child.communicate(json.dumps(header).encode() + b"\n" + data)
        except TimeoutError:
            raise DocumentTooComplex from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        if child.returncode != 0:
            raise DocumentTooComplex  # out of time, out of memory, or a crash inside a parser
        answer: dict[str, Any] = json.loads(out)
        return answer


def _environment() -> dict[str, str]:
    """What the child may know: nothing of this server's settings and keys."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT") if name in os.environ}
    return kept | {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "2"}


def _as_document(answer: dict[str, Any], limits: ReadLimits) -> ReadDocument:
    if FAILED in answer:
        raise refusal(answer[FAILED], limits)
    if len(answer["text"]) > limits.max_characters:
        raise refusal("too_large", limits)
    hidden = [HiddenText(reason=why, text=text, page=page) for why, text, page in answer["hidden"]]
    if not any(c.isalnum() for c in answer["text"]):
        if hidden:
            raise DocumentEmpty(
                "All text in this file is invisible (a scan with a text layer, perhaps). Please paste the text instead."
            )
        raise DocumentEmpty
    return ReadDocument(text=answer["text"], pages=answer["pages"], hidden=hidden)


def refusal(reason: str, limits: ReadLimits) -> AppError:
    """A fresh error for a reason the reading process named."""
    if reason == "too_many_pages":
        return DocumentTooLarge(
            f"This document has more than {limits.max_pages} pages. Please upload the relevant pages only."
        )
    if reason == "too_large":
        return DocumentTooLarge(
            f"This document has more than {limits.max_characters:,} characters. Please paste what matters."
        )
    known = _REFUSALS.get(reason, _REFUSALS["unreadable"])
    return type(known)(known.message_safe)


def file_kind(data: bytes, filename: str | None, mime: str | None) -> FileKind:
    """The one type that name (or media type, where there is no name) and first bytes agree on.

    Errors: `DocumentEmpty`, `DocumentTypeUnsupported`, `DocumentUnreadable`, `DocumentEncrypted`.
    """
    if not data.strip():
        raise DocumentEmpty("This file is empty. Please choose another one, or paste the text.")
    claimed = _claimed(filename, mime)
    found = _by_magic(data)
    if claimed is None:
        if found is None or found == "text":
            raise DocumentTypeUnsupported
        return "pdf" if found == "pdf" else "docx"
    if found == "ole":
        return _refuse_ole(data)
    if claimed in ("txt", "md"):
        if found != "text":
            raise DocumentUnreadable(
                f"This file is named as text but holds something else{_is(found)}. Please give it its right name."
            )
        return claimed
    if (claimed == "pdf") != (found == "pdf") or found in ("text", None):
        name = {"pdf": "PDF", "docx": "Word"}[claimed]
        raise DocumentUnreadable(
            f"This file is named as a {name} document but is not one{_is(found)}. Please export it again."
        )
    return claimed


def _is(found: str | None) -> str:
    return {"pdf": " (it is a PDF)", "zip": " (it is an archive)"}.get(found or "", "")


def _claimed(filename: str | None, mime: str | None) -> FileKind | None:
    suffix = PurePosixPath(clean(filename).replace("\\", "/").strip(" .")).suffix.lower() if filename else ""
    if suffix:
        if suffix not in _EXTENSIONS:
            raise DocumentTypeUnsupported
        return _EXTENSIONS[suffix]
    media = (mime or "").partition(";")[0].strip().lower()
    return _BY_MIME.get(media)


def _by_magic(data: bytes) -> Literal["pdf", "zip", "ole", "text"] | None:
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"{\\rtf"):
        return None
    return "text"


def _refuse_ole(data: bytes) -> FileKind:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise DocumentEncrypted
    raise DocumentTypeUnsupported(
        "Old Word files (.doc) cannot be read. Please save it as DOCX or PDF, or paste the text."
    )
