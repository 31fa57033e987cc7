"""The web client: its packages and its build, in step with their sources, by one process at a time.

`python -m backend.install.web [--optional]`: with `--optional` a machine without Node gets the API alone, and is told.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from backend.install.steps import ROOT, StepFailed, is_done, network_advice, only_one, say, state

OLDEST_NODE = 20
HOW_TO_GET_NODE = f"""To get Node {OLDEST_NODE} or newer, with npm:
  Debian 13, Ubuntu 26.04 or newer   sudo apt install nodejs npm
  Fedora                             sudo dnf install nodejs
  macOS                              brew install node
  anywhere else                      nodejs.org/download"""
_FRONTEND = ROOT / "frontend"


class NodeMissing(StepFailed):
    """There is no Node that is new enough."""


def ensure(frontend: Path = _FRONTEND) -> None:
    """Make the built client complete in `frontend/dist`. Raises `NodeMissing` or `StepFailed`."""
    with only_one(ROOT / ".cache" / "web.lock", say, "==> another set-up is building the web client; waiting for it"):
        packages = state([frontend / "package.json", frontend / "package-lock.json"])
        client = state([*_sources(frontend), frontend / "package-lock.json"])
        installed, built = frontend / "node_modules" / ".installed", frontend / "dist" / ".built"
        if is_done(installed, packages) and is_done(built, client):
            return
        _look_for_node()
        if not is_done(installed, packages):
            say("==> web client: packages")
            _npm(frontend, "ci", "--no-audit", "--no-fund", "--loglevel=error")
            installed.write_text(packages)
        if not is_done(built, client):
            say("==> web client: build")
            _npm(frontend, "run", "--silent", "build")
            built.write_text(client)


def _sources(frontend: Path) -> Iterator[Path]:
    yield from (frontend / name for name in ("index.html", "package.json", "tsconfig.json", "vite.config.ts"))
    for folder in ("src", "public"):
        yield from (path for path in (frontend / folder).rglob("*") if path.is_file())


def _look_for_node() -> None:
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise NodeMissing(f"Node with npm is needed to build the web client, and was not found.\n{HOW_TO_GET_NODE}")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if not version.removeprefix("v").partition(".")[0].isdigit() or int(version[1:].partition(".")[0]) < OLDEST_NODE:
        raise NodeMissing(f"Node {version or 'here'} is too old to build the web client.\n{HOW_TO_GET_NODE}")


def _npm(frontend: Path, *arguments: str) -> None:
    if subprocess.run(["npm", *arguments], cwd=frontend, check=False).returncode != 0:
        raise StepFailed(f"The web client could not be built; above is what npm said. {network_advice()}")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m backend.install.web", description=__doc__)
    parser.add_argument("--optional", action="store_true", help="go on without a web client where Node is missing")
    options = parser.parse_args(arguments)
    try:
        ensure()
    except NodeMissing as missing:
        if options.optional:
            there = (_FRONTEND / "dist" / "index.html").exists()
            say(f"{missing}\n==> going on with {'the page that was built before' if there else 'the API alone'}")
            return 0
        print(f"error: {missing}", file=sys.stderr)
        return 1
    except (StepFailed, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
