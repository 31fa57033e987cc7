"""The web client's build: once for each state of its sources; without Node the API alone, and how to get Node."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.tests.conftest import LoopbackServer
from backend.tests.install.trees import Tree, program

_NPM = """echo "npm $*" >> "$HOME/calls"
case "$1" in ci) mkdir -p node_modules;; run) mkdir -p dist && touch dist/index.html;; esac"""


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    tree = Tree(tmp_path / "tree")
    tree.environment["PATH"] = f"{tmp_path / 'node'}:{tmp_path / 'empty'}"
    return tree


def _node(tree: Tree, version: str, npm: str = _NPM) -> Path:
    """Put Node on the path; the file of npm's calls."""
    folder = Path(tree.environment["PATH"].partition(":")[0])
    program(folder, "node", f"echo {version}")
    program(folder, "npm", f"PATH=/usr/bin:/bin\n{npm}")
    return tree.folder / "home" / "calls"


@pytest.mark.parametrize("version", [None, "v18.19.1"])
def test_without_a_node_that_serves_the_api_goes_on_alone(tree: Tree, version: str | None) -> None:
    if version:
        _node(tree, version)
    status, said, _ = tree.run("web", "--optional")
    assert status == 0
    assert "the API alone" in said
    assert (version or "was not found") in said
    for system in ("Debian", "Fedora", "macOS"):
        assert system in said
    status, _, complained = tree.run("web")
    assert status == 1
    assert "Node" in complained


def test_built_once_and_again_when_a_source_changes(tree: Tree) -> None:
    calls = _node(tree, "v20.19.4")
    assert tree.run("web")[0] == 0
    assert tree.run("web") == (0, "", "")
    assert len(calls.read_text().splitlines()) == 2
    (tree.folder / "frontend" / "src" / "main.ts").write_text("changed")
    assert tree.run("web")[0] == 0
    assert calls.read_text().splitlines()[2:] == ["npm run --silent build"]


def test_two_at_once_build_it_once(tree: Tree) -> None:
    calls = _node(tree, "v24.1.0", f"sleep 1\n{_NPM}")
    both = [tree.start("web") for _ in range(2)]
    said = "".join(process.communicate(timeout=60)[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert len(calls.read_text().splitlines()) == 2
    assert "waiting for it" in said


def test_a_build_that_fails_stops_and_says_what_to_do(tree: Tree) -> None:
    _node(tree, "v22.0.0", "echo ENOTFOUND >&2; exit 1")
    status, _, complained = tree.run("web", "--optional")
    assert status == 1
    assert "ENOTFOUND" in complained
    assert "run the same command again" in complained


def test_a_browser_is_told_how_to_get_the_page(fast_product: LoopbackServer) -> None:
    """The product of the tests has no built client."""
    import httpx

    answer = httpx.get(f"http://127.0.0.1:{fast_product.port}/", trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "sudo dnf install nodejs" in answer.text
