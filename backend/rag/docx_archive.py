"""Whether a Word file's archive is safe to unpack, judged by its own table and the first bytes of its members."""

from __future__ import annotations

import io
import zipfile
from itertools import pairwise

MAX_ENTRIES = 1_000
MAX_UNPACKED = 40 * 1024 * 1024
MAX_MEMBER = 20 * 1024 * 1024
MAX_RATIO = 100
_RATIO_FLOOR = 1024 * 1024
"""Members below this size may be packed as tightly as they like: an empty styles part is no bomb."""
_NESTED = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")


class NotWord(Exception):
    """The archive is no Word document we read. The message is a name in the reader's table of errors."""


class Bomb(Exception):
    """The archive unpacks to more than a document may."""


def check_archive(data: bytes) -> None:
    """Looks at the archive's own table before anything is unpacked. Raises `NotWord`, `Bomb`."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise NotWord("unreadable") from error
    members = archive.infolist()
    if len(members) > MAX_ENTRIES or sum(m.file_size for m in members) > MAX_UNPACKED:
        raise Bomb
    names = [m.filename for m in members]
    if len(set(names)) != len(names):
        raise NotWord("unreadable")
    spans = sorted((m.header_offset, m.header_offset + m.compress_size) for m in members)
    if any(end > start for (_, end), (start, _) in pairwise(spans)):
        raise Bomb  # overlapping entries
    for member in members:
        _check_member(archive, member)
    if "word/document.xml" not in names:
        raise NotWord("other_office" if "[Content_Types].xml" in names else "not_word")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise NotWord("macros")


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    if ".." in member.filename.split("/") or member.filename.startswith("/"):
        raise NotWord("unreadable")
    if member.flag_bits & 0x1:
        raise NotWord("encrypted")
    if member.file_size > MAX_MEMBER or (
        member.file_size > _RATIO_FLOOR and member.file_size > MAX_RATIO * max(1, member.compress_size)
    ):
        raise Bomb
    if member.is_dir():
        return
    try:
        with archive.open(member) as stream:
            head = stream.read(8)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError, EOFError) as error:
        raise NotWord("unreadable") from error
    nested = head.startswith(_NESTED) and not member.filename.startswith("word/embeddings/")
    if nested and not member.filename.lower().endswith((".emz", ".wmz", ".odttf")):
        raise NotWord("unreadable")
