"""Readers on hostile and broken files: a clear error, a bounded cost, a living server."""

from __future__ import annotations

import asyncio
import io
import sys
import zipfile
from pathlib import Path

import pypdf
import pytest

from backend.errors import (
    AppError,
    DocumentEmpty,
    DocumentEncrypted,
    DocumentTooComplex,
    DocumentTooLarge,
    DocumentTypeUnsupported,
    DocumentUnreadable,
)
from backend.rag.readers import Reader, ReadLimits
from backend.tests.rag.makers import line, pdf, stacked_flate, word, word_with

GOOD = pdf([line("Python and PostgreSQL since 2015")])


async def read(data: bytes, name: str | None, mime: str | None = None, **limits: object):
    return await Reader().read(data, name, mime, ReadLimits(**limits))  # type: ignore[arg-type]


def encrypted(user: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(GOOD))
    writer.encrypt(user, "owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def bomb_docx() -> bytes:
    body = b"<w:t>" + b"0" * (30 * 1024 * 1024) + b"</w:t>"
    return word_with({"word/document.xml": body})


def lying_docx() -> bytes:
    """Claims to unpack to a few bytes, and unpacks to many."""
    data = bytearray(word_with({"word/document.xml": b" " * 8_000_000}))
    real, claimed = (8_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    assert real in data
    return bytes(data.replace(real, claimed))


def many_entries() -> bytes:
    return word_with({f"word/media/{n}.xml": b"" for n in range(1500)})


def nested() -> bytes:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("more.xml", b"x" * 1000)
    return word_with({"word/media/image1.png": inner.getvalue()})


def workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


def macro_document() -> bytes:
    types = (
        zipfile.ZipFile(io.BytesIO(word()))
        .read("[Content_Types].xml")
        .replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"application/vnd.ms-word.document.macroEnabled.main+xml",
        )
    )
    return word_with({"[Content_Types].xml": types})


def billion_laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    xml = (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "laugh">{entities}]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>Hello &l11;</w:t></w:r></w:p></w:body></w:document>"
    )
    return word_with({"word/document.xml": xml.encode()})


def recursive_form() -> bytes:
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >> /Length 12 >>\n"
    form += b"stream\n/X Do /X Do \nendstream"
    return pdf([line("text") + "/X Do\n"], resources="/XObject << /X 4 0 R >>", extra=[form])


@pytest.mark.parametrize(
    ("name", "data", "errors"),
    [
        ("empty.pdf", b"", DocumentEmpty),
        ("blank.txt", b" \n\t ", DocumentEmpty),
        ("dots.txt", b"... --- ...", DocumentEmpty),
        ("nul.txt", b"\x00" * 5000, DocumentUnreadable),
        ("binary.txt", bytes(range(256)) * 40, DocumentUnreadable),
        ("zip.pdf", word(), DocumentUnreadable),
        ("pdf.docx", GOOD, DocumentUnreadable),
        ("pdf.txt", GOOD, DocumentUnreadable),
        ("text.pdf", b"just words", DocumentUnreadable),
        ("text.docx", b"just words", DocumentUnreadable),
        ("book.docx", workbook(), DocumentTypeUnsupported),
        ("macros.docx", macro_document(), DocumentTypeUnsupported),
        ("vba.docx", word_with({"word/vbaProject.bin": b"\xd0\xcf\x11"}), DocumentTypeUnsupported),
        ("page.html", b"<html><body>hello</body></html>", DocumentTypeUnsupported),
        ("resume.pdf.exe", GOOD, DocumentTypeUnsupported),
        ("resume\u202efdp.exe", GOOD, DocumentTypeUnsupported),
        (None, b"words without a name", DocumentTypeUnsupported),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, DocumentTypeUnsupported),
        ("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, DocumentTypeUnsupported),
        (
            "locked.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            DocumentEncrypted,
        ),
        ("locked.pdf", encrypted("secret"), DocumentEncrypted),
        ("cut.docx", word()[:2000], DocumentUnreadable),
        ("header.pdf", b"%PDF-1.7\n", DocumentUnreadable),
        ("scan.pdf", pdf(["0 0 100 100 re f"]), DocumentEmpty),
        ("bomb.docx", bomb_docx(), DocumentTooComplex),
        ("lying.docx", lying_docx(), (DocumentTooComplex, DocumentUnreadable)),
        ("many.docx", many_entries(), DocumentTooComplex),
        ("nested.docx", nested(), DocumentUnreadable),
        ("stacked.pdf", stacked_flate(6, 10_000_000), DocumentTooComplex),
        ("huge-stream.pdf", stacked_flate(1, 60_000_000), DocumentTooComplex),
        ("long.pdf", pdf([line("page")] * 40), DocumentTooLarge),
        ("wordy.txt", b"word " * 60_000, DocumentTooLarge),
        ("wordy.pdf", pdf([line("word " * 20_000) for _ in range(6)]), DocumentTooLarge),
        ("big.txt", b"x" * (6 * 1024 * 1024), DocumentTooLarge),
    ],
)
async def test_refused_with_a_sentence(name: str | None, data: bytes, errors: type[AppError]) -> None:
    with pytest.raises(errors) as refused:
        await read(data, name)
    assert refused.value.message_safe.endswith(".")
    assert refused.value.stage == "ingest"


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("good.pdf", GOOD, "Python and PostgreSQL since 2015"),
        ("GOOD.PDF", GOOD, "Python and PostgreSQL since 2015"),
        ("junk-before.pdf", b"\n\n" + GOOD, "Python and PostgreSQL since 2015"),
        ("empty-password.pdf", encrypted(""), "Python and PostgreSQL since 2015"),
        ("good.docx", word(), "Led a team of six engineers."),
        ("utf8.txt", "Gödel – naïve café".encode(), "Gödel – naïve café"),
        ("bom.txt", "Gödel".encode("utf-8-sig"), "Gödel"),
        ("utf16.txt", "Gödel wrote it".encode("utf-16"), "Gödel wrote it"),
        ("utf16-no-mark.txt", "Godel wrote it here".encode("utf-16-le"), "Godel wrote it here"),
        ("latin1.txt", "Müller führte ein Café in Köln".encode("latin-1"), "Müller führte ein Café in Köln"),
        ("cp1252.txt", "It’s “fine” – really".encode("cp1252"), "It’s “fine” – really"),
        ("crlf.md", b"# Title\r\n\r\ntext\r\n", "# Title\n\ntext"),
        ("starts-with-pk.txt", b"PKI engineer", "PKI engineer"),
        (
            "russian.txt",
            ("Опытный разработчик, работал над банковскими системами и базами данных. " * 4).encode("cp1251"),
            "Опытный разработчик",
        ),
    ],
)
async def test_read(name: str, data: bytes, text: str) -> None:
    found = await read(data, name)
    assert text in found.text


async def test_media_type_decides_where_there_is_no_name() -> None:
    assert (await read(b"plain words", None, "text/plain; charset=utf-8")).text == "plain words"
    assert (await read(GOOD, None, "application/octet-stream")).pages == 1


async def test_entities_are_not_expanded() -> None:
    with pytest.raises(AppError):
        found = await read(billion_laughs(), "laughs.docx")
        assert "laughlaugh" not in found.text
        raise DocumentUnreadable  # reading it without the entity is fine too


async def test_local_files_are_not_read_through_entities() -> None:
    xml = (
        '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>before &e; after</w:t></w:r></w:p></w:body></w:document>"
    )
    try:
        found = (await read(word_with({"word/document.xml": xml.encode()}), "entity.docx")).text
    except AppError:
        return
    assert Path("/etc/hostname").read_text().strip() not in found


async def test_recursive_forms_end() -> None:
    try:
        found = await read(recursive_form(), "recursive.pdf", cpu_s=5)
    except DocumentTooComplex:
        return
    assert "text" in found.text


async def test_a_reader_that_hangs_is_killed() -> None:
    with pytest.raises(DocumentTooComplex):
        await Reader(python="/bin/yes").read(b"words", "words.txt", None, ReadLimits(wall_s=0.3))


async def test_a_reader_that_crashes_is_an_error_and_the_next_file_is_read() -> None:
    reader = Reader()
    with pytest.raises(DocumentTooComplex):
        await reader.read(GOOD, "good.pdf", None, ReadLimits(memory_bytes=20 * 1024 * 1024))
    found = await asyncio.gather(*(reader.read(GOOD, "good.pdf", None, ReadLimits()) for _ in range(3)))
    assert [f.pages for f in found] == [1, 1, 1]


async def test_cut_at_any_point_a_pdf_is_read_or_refused() -> None:
    reader = Reader()
    for cut in range(10, len(GOOD), 97):
        try:
            await reader.read(GOOD[:cut], "cut.pdf", None, ReadLimits())
        except AppError as error:
            assert error.stage == "ingest"


async def test_the_child_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's environment is built by name, so a key of the server cannot be in it."""
    from backend.rag.readers import _environment

    monkeypatch.setenv("SECRET_KEY", "hush")
    assert "hush" not in _environment().values()
    assert sys.executable
