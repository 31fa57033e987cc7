"""Fetches one file from the model hub: resumable, and kept only if it has the SHA-256 that the hub itself gives for it."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from backend.models.fetch import FetchFailed
from backend.models.larger import LargerModel

_RECORD = ".hub.json"
_BLOCK = 1024 * 1024
_SPARE = 256 * 1024 * 1024
_TRIES = 8
_LONGEST_PAUSE_S = 30.0
_HOPS = 4
_SHA256 = re.compile(r'(?:W/)?"?([0-9a-f]{64})"?')

Progress = Callable[[int, int], None]
"""Told bytes so far and bytes in all."""


@dataclass(frozen=True, slots=True)
class HubFile:
    """What the hub says of a file. `verified_ns`: time of change of the complete file that had this SHA-256; 0: none yet."""

    sha256: str
    size: int
    commit: str
    verified_ns: int = 0


def fetched(entry: LargerModel, models_dir: Path) -> Path | None:
    """The complete, verified file, if it is there and has not been touched since."""
    path = _folder(entry, models_dir) / entry.file
    record = _recorded(path.parent)
    if record is None or not record.verified_ns or not path.is_file():
        return None
    stat = path.stat()
    return path if (stat.st_size, stat.st_mtime_ns) == (record.size, record.verified_ns) else None


def so_far(entry: LargerModel, models_dir: Path) -> int:
    """Bytes that an unfinished fetch has left."""
    return _size(_partial(entry, _folder(entry, models_dir)))


async def fetch_larger(
    entry: LargerModel,
    models_dir: Path,
    progress: Progress = lambda done, whole: None,
    *,
    client: httpx.AsyncClient | None = None,
    pause_s: float = 1.0,
) -> Path:
    """The file of this model, fetched if need be. What an earlier try left is taken up again.

    The hub's SHA-256 is recorded at the first fetch; the file of a later one must have the same. Raises `FetchFailed`,
    whose message says what to do. `pause_s`: before the second try, then twice as long each time.
    """
    if (there := fetched(entry, models_dir)) is not None:
        return there
    folder = _folder(entry, models_dir)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder, entry):
        own = client or httpx.AsyncClient(timeout=30.0)
        try:
            return await _fetch(own, entry, folder, progress, pause_s)
        finally:
            if client is None:
                await own.aclose()


async def _fetch(
    client: httpx.AsyncClient, entry: LargerModel, folder: Path, progress: Progress, pause_s: float
) -> Path:
    file: HubFile | None = None
    partial = _partial(entry, folder)
    failures = 0
    while failures < _TRIES:
        if failures:
            await asyncio.sleep(min(pause_s * 2 ** (failures - 1), _LONGEST_PAUSE_S))
        had = _size(partial)
        try:
            if file is None:
                file = _agreed(entry, folder, await _ask(client, entry))
                had = _size(partial)
                _room_for(entry, folder, file.size - had)
            await _rest(client, entry, file, partial, progress)
        except httpx.TransportError:  # it failed, or was cut; what has arrived is kept
            failures = 1 if _size(partial) > had else failures + 1
            continue
        return await asyncio.to_thread(_verified, entry, folder, file, partial)
    raise FetchFailed(
        f"{entry.name}: the connection failed {_TRIES} times. What has arrived is kept; please try again."
    )


async def _ask(client: httpx.AsyncClient, entry: LargerModel) -> HubFile:
    """What the hub says of the file before it sends anybody on to where the bytes are. Raises `FetchFailed`."""
    url = entry.url
    for _ in range(_HOPS):
        answer = await client.head(url, headers={"Accept-Encoding": "identity"}, follow_redirects=False)
        if answer.status_code >= 500:
            raise httpx.ReadError("the hub is not well")
        if answer.status_code >= 400:
            raise FetchFailed(f"{entry.name}: {entry.hub} answers with status {answer.status_code}.")
        sha256 = _SHA256.fullmatch(answer.headers.get("x-linked-etag", ""))
        size = answer.headers.get("x-linked-size", "")
        if sha256 and size.isdecimal():
            return HubFile(sha256[1], int(size), answer.headers.get("x-repo-commit", ""))
        there = urljoin(url, answer.headers.get("location", url))
        if there == url or urlsplit(there).netloc != urlsplit(url).netloc:
            break  # only the hub itself is asked; a repository that was renamed stays there
        url = there
    raise FetchFailed(f"{entry.name}: the hub gives no SHA-256 for this file, so it is not fetched.")


def _agreed(entry: LargerModel, folder: Path, file: HubFile) -> HubFile:
    """The file, recorded; of another one than before nothing is kept. Raises `FetchFailed` if a verified one differs."""
    before = _recorded(folder)
    if before is not None and before.sha256 != file.sha256:
        if before.verified_ns:
            raise FetchFailed(
                f"{entry.name}: the hub's file is not the one recorded at the first fetch. To accept the new one, "
                f"delete {folder.name} in the models' folder."
            )
        _partial(entry, folder).unlink(missing_ok=True)
    _record(folder, replace(file, verified_ns=before.verified_ns if before else 0))
    return file


async def _rest(
    client: httpx.AsyncClient, entry: LargerModel, file: HubFile, partial: Path, progress: Progress
) -> None:
    """Fetch what is missing, as far as this connection goes."""
    have = _size(partial)
    if have >= file.size:
        return
    headers = {"Range": f"bytes={have}-", "Accept-Encoding": "identity"}
    async with client.stream("GET", entry.url, headers=headers, follow_redirects=True) as answer:
        if answer.status_code >= 500 or answer.status_code in (408, 429):
            raise httpx.ReadError("no bytes now")
        if answer.status_code not in (200, 206) or answer.url.scheme != urlsplit(entry.url).scheme:
            raise FetchFailed(f"{entry.name}: the file cannot be had from {entry.hub} (status {answer.status_code}).")
        goes_on = answer.status_code == 206 and answer.headers.get("content-range", "").startswith(f"bytes {have}-")
        have = have if goes_on else 0
        with partial.open("ab" if goes_on else "wb") as out:
            async for block in answer.aiter_bytes(_BLOCK):
                have += len(block)
                await asyncio.to_thread(out.write, block)
                progress(min(have, file.size), file.size)
                if have > file.size:
                    break  # its SHA-256 cannot be right
    if have < file.size:
        raise httpx.ReadError("the answer ended early")


def _verified(entry: LargerModel, folder: Path, file: HubFile, partial: Path) -> Path:
    with partial.open("rb") as source:
        right = hashlib.file_digest(source, "sha256").hexdigest() == file.sha256
    if not right:
        partial.unlink()
        raise FetchFailed(f"{entry.name}: the file is not what the hub says it is. It was not kept; please try again.")
    path = folder / entry.file
    partial.replace(path)
    _record(folder, replace(file, verified_ns=path.stat().st_mtime_ns))
    return path


def _room_for(entry: LargerModel, folder: Path, missing: int) -> None:
    if shutil.disk_usage(folder).free < missing + _SPARE:
        raise FetchFailed(f"{entry.name} needs {round((missing + _SPARE) / 1e6):,} MB of free disk space.")


def _recorded(folder: Path) -> HubFile | None:
    try:
        return HubFile(**json.loads((folder / _RECORD).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _record(folder: Path, file: HubFile) -> None:
    new = folder / f"{_RECORD}.new"
    new.write_text(json.dumps(asdict(file), indent=1))
    new.replace(folder / _RECORD)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _folder(entry: LargerModel, models_dir: Path) -> Path:
    return models_dir.expanduser() / entry.name


def _partial(entry: LargerModel, folder: Path) -> Path:
    return folder / f".{entry.file}.partial"


@contextmanager
def _alone(folder: Path, entry: LargerModel) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FetchFailed(f"{entry.name} is being fetched already.") from None
        yield
