"""Which Python is taken, on machines that are a folder of programs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from backend.tests.deploy.dockerfile import ROOT
from backend.tests.install.trees import program

_OLD = "exit 1"
_GOOD = "exit 0"
_WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; esac'


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    (tmp_path / "cat").symlink_to(str(shutil.which("cat")))
    return tmp_path


def _find(machine: Path, **environment: str) -> tuple[int, str, str]:
    command = ["/bin/sh", str(ROOT / "deploy" / "find-python.sh")]
    done = subprocess.run(
        command, env={"PATH": str(machine), **environment}, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.strip(), done.stderr


@pytest.mark.parametrize(
    ("programs", "found"),
    [
        ({"python3.13": _GOOD, "python3.12": _GOOD, "python3.11": _GOOD}, "python3.11"),
        ({"python3.13": _GOOD, "python3.11": _WITHOUT_VENV, "python3": _OLD}, "python3.13"),
        ({"python3": _GOOD}, "python3"),
    ],
)
def test_the_first_that_is_there_with_venv(machine: Path, programs: dict[str, str], found: str) -> None:
    for name, script in programs.items():
        program(machine, name, script)
    assert _find(machine) == (0, found, "")


def test_without_any_it_says_what_to_install(machine: Path) -> None:
    program(machine, "python3", _OLD)
    status, found, said = _find(machine)
    assert (status, found) == (1, "")
    for word in ("3.11, 3.12 or 3.13", "Debian", "Fedora", "macOS", "uv"):
        assert word in said


def test_one_without_venv_is_named_with_the_package_it_lacks(machine: Path) -> None:
    program(machine, "python3.12", _WITHOUT_VENV)
    status, _, said = _find(machine)
    assert status == 1
    assert "sudo apt install python3.12-venv" in said


def test_uv_is_asked_where_it_is_there(machine: Path) -> None:
    program(machine, "uv", 'case "$2" in find) echo "/of uv/python3.13";; esac')
    assert _find(machine)[:2] == (0, "/of uv/python3.13")


def test_the_one_that_was_named_is_taken_or_refused(machine: Path) -> None:
    folder = machine / "a folder"
    program(folder, "python", _GOOD)
    program(machine, "python3.11", _GOOD)
    assert _find(machine, PYTHON=str(folder / "python")) == (0, str(folder / "python"), "")
    status, found, said = _find(machine, PYTHON="python3.9")
    assert (status, found) == (1, "")
    assert "python3.9" in said
