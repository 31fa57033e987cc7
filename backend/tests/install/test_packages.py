"""The Python environment: made once, by one at a time, whole again after harm; what fails says what to do."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.tests.install.indexes import index, wheel
from backend.tests.install.trees import Tree

pytestmark = pytest.mark.long


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    wheel(tmp_path / "index" / "torch", "torch", "2.13.0+cpu")
    wheel(tmp_path / "index" / "checker", "checker", "1.0")
    tree = Tree(tmp_path / "ein Ordner mit Ümlaut")
    with index(tmp_path / "index") as address:
        tree.environment["PIP_INDEX_URL"] = address
        yield tree


def _has(tree: Tree) -> set[str]:
    command = [str(tree.folder / ".venv" / "bin" / "python"), "-m", "pip", "list", "--format=freeze"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return {line.partition("==")[0] for line in lines} - {"pip", "setuptools"}


def test_made_once_and_followed_when_the_pins_change(tree: Tree) -> None:
    status, said, _ = tree.run("packages", ".venv")
    assert (status, _has(tree)) == (0, {"torch", "small"})
    assert "environment in .venv" in said
    assert tree.run("packages", ".venv") == (0, "", "")
    status, said, _ = tree.run("packages", ".venv", "--dev")
    assert (status, _has(tree)) == (0, {"torch", "small", "checker"})
    assert "environment" not in said
    with (tree.folder / "requirements.txt").open("a") as pins:
        pins.write("checker==1.0\n")
    assert "Python packages" in tree.run("packages", ".venv")[1]


def test_two_at_once_make_it_once(tree: Tree) -> None:
    both = [tree.start("packages", ".venv") for _ in range(2)]
    said = "".join(process.communicate(timeout=120)[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert said.count("environment in .venv") == 1
    assert "waiting for it" in said


def test_an_environment_whose_python_is_gone_is_made_anew(tree: Tree) -> None:
    tree.run("packages", ".venv")
    python = tree.folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    status, said, _ = tree.run("packages", ".venv")
    assert (status, _has(tree)) == (0, {"torch", "small"})
    assert "environment in .venv" in said


def test_what_fails_says_what_to_do_and_the_next_run_goes_on(tree: Tree, tmp_path: Path) -> None:
    tree.environment |= {"http_proxy": "http://somebody:secret@127.0.0.1:9", "PIP_RETRIES": "0"}
    status, _, complained = tree.run("packages", ".venv")
    assert status == 1
    assert "through the proxy in http_proxy." in complained
    assert "secret" not in complained.splitlines()[-1]
    assert "run the same command again" in complained
    assert "Traceback" not in complained
    del tree.environment["http_proxy"]
    status, said, _ = tree.run("packages", ".venv")
    assert status == 0
    assert "environment in" not in said
