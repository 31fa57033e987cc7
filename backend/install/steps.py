"""What the steps of setting up share: one at a time, stamps by content, and failures that say what to do."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

Report = Callable[[str], None]


class StepFailed(Exception):
    """A step of setting up did not succeed; the message says what to do."""


def say(line: str) -> None:
    """One line of progress, at once."""
    print(line, flush=True)


@contextmanager
def only_one(lock: Path, report: Report, waiting: str) -> Iterator[None]:
    """Two set-ups at once would write the same files: the second one says `waiting`, and then finds everything done."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(waiting)
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def state(files: Iterable[Path]) -> str:
    """A hash of the files, their paths and content, in any order."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_done(stamp: Path, wanted: str) -> bool:
    """Whether the stamp says that the step was done for this state."""
    return stamp.exists() and stamp.read_text() == wanted


def network_advice(environment: Mapping[str, str] = os.environ) -> str:
    """What to look at when packages could not be fetched."""
    proxies = [name for name in environment if name.lower() in {"http_proxy", "https_proxy", "all_proxy"}]
    through = f" It is reached through the proxy in {', '.join(proxies)}." if proxies else ""
    return (
        f"Is the network there, and room on the disk?{through} Then run the same command again: what is done is kept."
    )
