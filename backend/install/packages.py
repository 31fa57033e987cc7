"""The Python environment of this checkout: made once, kept in step with the pins, by one process at a time.

`python -m backend.install.packages .venv [--dev]`, run by the Python that a new environment is to have.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from backend.install.steps import ROOT, StepFailed, is_done, network_advice, only_one, say, state

_PINS = ("requirements.txt", "pyproject.toml")
_SCRATCH = ROOT / ".cache" / "tmp"
_WORTH_A_LINE = (" MB)", " GB)")


def ensure(venv: Path, *, dev: bool) -> None:
    """Make the environment complete for the product, with `dev` for its tests and checks too.

    What is in step already costs milliseconds; what a stopped run has done is kept. Raises `StepFailed`.
    """
    with only_one(ROOT / ".cache" / "setup.lock", say, "==> another set-up is at work here; waiting for it"):
        product = state(ROOT / name for name in _PINS)
        if not is_done(venv / ".installed", product) or not _runs(venv):
            _install_product(venv)
            (venv / ".installed").write_text(product)
        tests = state([ROOT / "requirements.txt", ROOT / "requirements-dev.txt"])
        if dev and not is_done(venv / ".installed-dev", tests):
            say("==> Python packages for tests and checks")
            _pip(venv, "install", "-r", "requirements-dev.txt")
            (venv / ".installed-dev").write_text(tests)


def _install_product(venv: Path) -> None:
    if not _runs(venv):
        say(f"==> Python {platform.python_version()} environment in {venv}")
        shutil.rmtree(venv, ignore_errors=True)
        if subprocess.run([sys.executable, "-m", "venv", str(venv)], check=False).returncode != 0:
            raise StepFailed(f"{venv} could not be made; above is what Python said.")
    newer_pip = [_python(venv), "-m", "pip", "install", "--quiet", "--retries", "1", "--upgrade", "pip"]
    subprocess.run(newer_pip, env=_environment(), capture_output=True, check=False)  # the old one serves too
    say("==> Python packages (about 3 GB on disk, a few minutes the first time)")
    torch = [_python(venv), "-m", "backend.install.torch", "requirements.txt"]
    subprocess.run(torch, cwd=ROOT, env=_environment(), check=True)
    _pip(venv, "install", "-r", "requirements.txt")
    _pip(venv, "install", "--no-deps", "--no-build-isolation", "--quiet", "-e", ".")


def _pip(venv: Path, *arguments: str) -> None:
    """Run pip; of what it tells, the large downloads and the errors are shown."""
    command = [_python(venv), "-m", "pip", *arguments, "--no-input", "--progress-bar", "off"]
    with subprocess.Popen(command, cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, text=True) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            if line.rstrip().endswith(_WORTH_A_LINE):
                file, _, size = line.removeprefix("  Downloading ").strip().partition(" ")
                say(f"    {' '.join(file.split('-')[:2])} {size}")
    if pip.returncode != 0:
        raise StepFailed(f"The Python packages could not be installed; above is what pip said. {network_advice()}")


def _environment() -> dict[str, str]:
    """pip puts whole packages into TMPDIR, and /tmp is often memory, of which there may be little.

    What setuptools warns of when it installs this checkout is nothing to act on.
    """
    _SCRATCH.mkdir(parents=True, exist_ok=True)
    return {**os.environ, "TMPDIR": str(_SCRATCH), "PYTHONWARNINGS": "ignore"}


def _python(venv: Path) -> str:
    return str(ROOT / venv / "bin" / "python")


def _runs(venv: Path) -> bool:
    """Whether the environment is whole: its Python can have been removed, or making it been interrupted."""
    try:
        return subprocess.run([_python(venv), "-c", "import pip"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m backend.install.packages", description=__doc__)
    parser.add_argument("venv", type=Path)
    parser.add_argument("--dev", action="store_true", help="what tests and checks need, too")
    options = parser.parse_args(arguments)
    try:
        ensure(options.venv, dev=options.dev)
    except (StepFailed, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; run it again to go on", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
