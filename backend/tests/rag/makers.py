"""Files made for tests: PDFs from raw operators, Word documents from raw XML, and texts of documents."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import docx

from backend.rag.documents import Document

DATA = Path(__file__).resolve().parents[3] / ".." / "shared" / "data"


def pdf(
    contents: Sequence[str],
    *,
    resources: str = "",
    page: str = "",
    catalog: str = "",
    extra: Sequence[bytes] = (),
    raw_streams: Sequence[tuple[str, bytes]] | None = None,
) -> bytes:
    """A PDF with one page per content stream, set in Helvetica as /F1. `extra` objects are numbered from 4."""
    streams = raw_streams if raw_streams is not None else [("", text.encode("latin-1")) for text in contents]
    first = 4 + len(extra)
    kids = " ".join(f"{first + 2 * i} 0 R" for i in range(len(streams)))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *extra,
    ]
    for number, (filters, data) in enumerate(streams):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] {page} /Contents {first + 2 * number + 1} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> {resources} >> >>".encode()
        )
        objects.append(f"<< /Length {len(data)} {filters} >>\nstream\n".encode() + data + b"\nendstream")
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def line(text: str, x: float = 72, y: float = 700, size: float = 11, before: str = "") -> str:
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"q {before} BT /F1 {size} Tf {x} {y} Td ({escaped}) Tj ET Q\n"


def stacked_flate(layers: int, size: int) -> bytes:
    data = b" " * size
    for _ in range(layers):
        data = zlib.compress(data, 9)
    names = " ".join(["/FlateDecode"] * layers)
    return pdf([], raw_streams=[(f"/Filter [{names}]", data)])


def word(build=None) -> bytes:
    """A Word document by python-docx."""
    document = docx.Document()
    if build is None:
        document.add_paragraph("Led a team of six engineers.")
    else:
        build(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word_with(replace: dict[str, bytes], source: bytes | None = None) -> bytes:
    """A Word document with members added or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source or word())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in replace:
                new.writestr(name, old.read(name))
        for name, data in replace.items():
            new.writestr(name, data)
    return out.getvalue()


def document(text: str, owner: str = "owner", document_id: str = "doc_1", **values: object) -> Document:
    base: dict[str, object] = {
        "document_id": document_id,
        "owner_id": owner,
        "kind": "resume",
        "title": "A title",
        "mime": "text/plain",
        "sha256": f"{hash(text):x}",
        "text": text,
    }
    return Document(**{**base, **values})  # type: ignore[arg-type]
