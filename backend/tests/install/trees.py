"""A checkout in small: the code that sets up, around pins, a package and a web client that take no time."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from backend.tests.deploy.dockerfile import ROOT
from backend.tests.install.indexes import plain_environment

_BUILD = """
from zipfile import ZipFile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "small-1.0-py3-none-any.whl"
    with ZipFile(f"{folder}/{name}", "w") as archive:
        archive.writestr("small-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: small\\nVersion: 1.0\\n")
        archive.writestr("small-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr("small-1.0.dist-info/RECORD", "")
    return name
"""


class Tree:
    """A checkout at `folder`; `run` starts one of its modules as `make` does, on a machine without configuration."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment: dict[str, str] = {}
        shutil.copytree(ROOT / "backend" / "install", folder / "backend" / "install")
        (folder / "backend" / "__init__.py").touch()
        (folder / "requirements.txt").write_text("torch==2.13.0\n")
        (folder / "requirements-dev.txt").write_text("-r requirements.txt\nchecker==1.0\n")
        build = '[build-system]\nrequires = []\nbuild-backend = "build_small"\nbackend-path = ["."]\n'
        (folder / "pyproject.toml").write_text(f'{build}[project]\nname = "small"\nversion = "1.0"\n')
        (folder / "build_small.py").write_text(_BUILD)
        web = folder / "frontend"
        for name in (
            "index.html",
            "package.json",
            "package-lock.json",
            "tsconfig.json",
            "vite.config.ts",
            "src/main.ts",
        ):
            (web / name).parent.mkdir(parents=True, exist_ok=True)
            (web / name).write_text(name)

    def start(self, module: str, *arguments: str) -> subprocess.Popen[str]:
        environment = plain_environment(self.folder / "home") | self.environment
        return subprocess.Popen(
            [sys.executable, "-m", f"backend.install.{module}", *arguments],
            cwd=self.folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, module: str, *arguments: str) -> tuple[int, str, str]:
        """(status, what it said, what it complained about)."""
        process = self.start(module, *arguments)
        said, complained = process.communicate(timeout=120)
        return process.returncode, said, complained


def program(folder: Path, name: str, script: str) -> None:
    """A program to be found on a PATH."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
