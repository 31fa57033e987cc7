"""The disposable process that parses one untrusted file: header line and bytes on stdin, JSON on stdout.

Run as `python -m backend.rag.reader_process`. It limits its own memory and processor time before it imports a parser,
so that a hostile file costs one process and nothing else. Imports stay light on purpose.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

from backend.rag.refused import Refused

FAILED = "failed"
"""Key of the answer that names what went wrong; `readers.py` turns it into an error of the product."""


def limit_resources(memory_bytes: int, cpu_s: int) -> None:
    """Bounds what this process may use; the kernel kills it (CPU) or refuses memory (MemoryError)."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def read(kind: str, data: bytes, max_pages: int, max_characters: int) -> dict[str, Any]:
    """One file of a known type as `{"text", "pages", "hidden": [[reason, text, page]]}`. Raises `Refused`."""
    if kind == "pdf":
        from backend.rag.pdf_text import read_pdf

        return read_pdf(data, max_pages, max_characters)
    if kind == "docx":
        return _read_docx(data, max_characters)
    return _read_text(data, markdown=kind == "md")


def _read_docx(data: bytes, max_characters: int) -> dict[str, Any]:
    from backend.rag.clean_text import clean, spelt
    from backend.rag.docx_archive import Bomb, NotWord
    from backend.rag.docx_text import read_docx

    try:
        found = read_docx(data, max_characters)
    except NotWord as error:
        raise Refused(str(error)) from error
    except Bomb as error:
        raise Refused("too_complex") from error
    text = "\n".join(found.lines)
    return {
        "text": clean(text),
        "pages": None,
        "hidden": [[why, clean(t), None] for why, t in found.hidden] + spelt(text),
    }


def _read_text(data: bytes, *, markdown: bool) -> dict[str, Any]:
    from backend.rag.clean_text import clean, spelt
    from backend.rag.markdown_text import read_markdown

    text = decode(data)
    hidden = spelt(text)
    if markdown:
        text, unseen = read_markdown(text)
        hidden += [[why, clean(said), None] for why, said in unseen]
    return {"text": clean(text), "pages": None, "hidden": hidden}


def decode(data: bytes) -> str:
    """Bytes of a text file as text: byte order mark, UTF-8, UTF-16, then the likeliest old encoding."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return _plausible(data, encoding).lstrip("\ufeff")
    if b"\x00" in data:
        even, odd = data[0::2].count(0), data[1::2].count(0)
        half = max(1, len(data) // 2)
        if odd > 0.3 * half and even < 0.05 * half:
            return _plausible(data, "utf-16-le")
        if even > 0.3 * half and odd < 0.05 * half:
            return _plausible(data, "utf-16-be")
        raise Refused("binary")
    try:
        return _plausible(data, "utf-8")
    except UnicodeDecodeError:
        return _old_encoding(data)


def _plausible(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-8" and not data.startswith(b"\xef\xbb\xbf"):
            raise
        raise Refused("unreadable") from None
    controls = sum(1 for c in text if c not in "\n\r\t\f\v" and (c < " " or c == "\x7f"))
    if controls > 0.01 * len(text) + 2:
        raise Refused("binary")
    return text


def _old_encoding(data: bytes) -> str:
    high = sum(1 for b in data if b >= 0x80)
    if high <= 0.15 * len(data):
        try:
            text = _plausible(data, "cp1252")
        except (UnicodeDecodeError, Refused):
            text = ""
        if text and sum(c.isalpha() or c in "’‘“”–—…•€£°§«»\u00a0" for c in text if c >= "\x80") >= 0.8 * high:
            return text
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    if best is None:
        raise Refused("binary")
    return _plausible(data, best.encoding)


def main() -> None:
    """Reads one file from stdin and answers on stdout; every failure of a parser becomes an answer too."""
    header = json.loads(sys.stdin.buffer.readline())
    limit_resources(header["memory_bytes"], header["cpu_s"])
    data = sys.stdin.buffer.read()
    try:
        answer = read(header["kind"], data, header["max_pages"], header["max_characters"])
    except Refused as refused:
        answer = {FAILED: refused.reason}
    except (MemoryError, RecursionError, ImportError, OSError):  # no room even to import a parser
        answer = {FAILED: "too_complex"}
    except Exception:
        answer = {FAILED: "unreadable"}
    sys.stdout.buffer.write(json.dumps(answer).encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
