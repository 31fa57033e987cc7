"""Which torch is installed, by real installs into an environment of its own from folders that play each index."""

from __future__ import annotations

import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.install import torch
from backend.tests.deploy.dockerfile import ROOT
from backend.tests.install.indexes import index, plain_environment, silent_index, wheel

VERSION = "2.13.0"


class Machine:
    """A fresh environment, the public index as pip's own, and the two lines that every caller of the rule runs."""

    def __init__(self, folder: Path, python: Path, public: str) -> None:
        self._python, self._folder, self._public = python, folder, public
        self.requirements = folder / "requirements.txt"
        self.requirements.write_text(f"# pins\ntorch=={VERSION}\n")
        self.torch_index_url = "http://127.0.0.1:9"  # nobody is there
        self.environment: dict[str, str] = {}

    def run(self, *arguments: str) -> str:
        own = {"PIP_INDEX_URL": self._public, "TORCH_INDEX_URL": self.torch_index_url, "PYTHONPATH": str(ROOT)}
        environment = plain_environment(self._folder / "home", **(own | self.environment))
        command = [str(self._python), "-m", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    def set_up(self) -> str:
        said = self.run("backend.install.torch", str(self.requirements))
        self.run("pip", "install", "-q", "-r", str(self.requirements))
        return said

    def packages(self) -> set[str]:
        lines = self.run("pip", "list", "--format=freeze").splitlines()
        return {line.replace("_", "-") for line in lines if line.startswith(("torch", "nvidia"))}


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("torch") / "an environment with ümlaut"
    venv.create(folder, with_pip=True)
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("indexes")
    wheel(folder / "public" / "torch", "torch", VERSION, 'nvidia-cublas; platform_system == "Linux"')
    wheel(folder / "public" / "nvidia-cublas", "nvidia_cublas", "13.1")
    wheel(folder / "cpu" / "torch", "torch", f"{VERSION}+cpu")
    wheel(folder / "wheels", "torch", f"{VERSION}+cpu")
    return folder


@pytest.fixture
def machine(tmp_path: Path, python: Path, indexes: Path) -> Iterator[Machine]:
    with index(indexes / "public") as public:
        machine = Machine(tmp_path, python, public)
        yield machine
        machine.run("pip", "uninstall", "-y", "-q", "torch", "nvidia-cublas")


def test_what_is_installed_and_fits_stays(machine: Machine, indexes: Path) -> None:
    machine.run("pip", "install", "-q", f"torch=={VERSION}")
    machine.environment["PIP_FIND_LINKS"] = str(indexes / "wheels")
    assert machine.set_up() == ""
    assert machine.packages() == {f"torch=={VERSION}", "nvidia-cublas==13.1"}


def test_what_is_installed_and_does_not_fit_goes(machine: Machine, tmp_path: Path, indexes: Path) -> None:
    machine.run("pip", "install", "-q", str(wheel(tmp_path, "torch", "2.12.0+cpu")))
    machine.environment["PIP_FIND_LINKS"] = str(indexes / "wheels")
    machine.set_up()
    assert machine.packages() == {f"torch=={VERSION}+cpu"}


def test_a_wheel_at_hand_is_taken_without_asking_anybody(machine: Machine, indexes: Path) -> None:
    machine.environment["PIP_FIND_LINKS"] = str(indexes / "wheels")
    with silent_index() as nobody:
        machine.torch_index_url = nobody
        started = time.monotonic()
        machine.set_up()
    assert machine.packages() == {f"torch=={VERSION}+cpu"}
    assert time.monotonic() - started < 10


def test_an_index_that_pip_is_configured_with_counts_as_at_hand(
    machine: Machine, tmp_path: Path, indexes: Path
) -> None:
    with index(indexes / "cpu") as house:
        configuration = tmp_path / "pip.conf"
        configuration.write_text(f"[global]\nextra-index-url = {house}\n")
        machine.environment["PIP_CONFIG_FILE"] = str(configuration)
        machine.set_up()
    assert machine.packages() == {f"torch=={VERSION}+cpu"}


def test_pytorchs_own_index_is_asked_next(machine: Machine, indexes: Path) -> None:
    with index(indexes / "cpu") as pytorch:
        machine.torch_index_url = pytorch
        machine.set_up()
    assert machine.packages() == {f"torch=={VERSION}+cpu"}


def test_else_the_public_build_comes_and_its_size_is_said_once(machine: Machine) -> None:
    said = machine.set_up()
    assert machine.packages() == {f"torch=={VERSION}", "nvidia-cublas==13.1"}
    (line,) = [line for line in said.splitlines() if "CUDA" in line]
    assert "GB" in line
    assert "TORCH_INDEX_URL" in line


def test_an_index_without_this_version_is_no_error(machine: Machine, tmp_path: Path) -> None:
    wheel(tmp_path / "old" / "torch", "torch", "2.12.0+cpu")
    with index(tmp_path / "old") as pytorch:
        machine.torch_index_url = pytorch
        machine.set_up()
    assert f"torch=={VERSION}" in machine.packages()


@pytest.mark.long
def test_an_index_that_never_answers_costs_half_a_minute_at_most(machine: Machine) -> None:
    with silent_index() as pytorch:
        machine.torch_index_url = pytorch
        started = time.monotonic()
        said = machine.run("backend.install.torch", str(machine.requirements))
    assert "CUDA" in said
    assert time.monotonic() - started < 40


def test_macos_takes_the_public_build_and_nobody_is_asked(indexes: Path) -> None:
    said: list[str] = []
    torch.prepare("0.0.1", "http://127.0.0.1:9", said.append, system="Darwin")
    assert said == []


@pytest.mark.parametrize("pins", ["numpy==2.4.6\n", "torch==2.13.0\ntorch==2.12.0\n"])
def test_torch_has_to_be_pinned_once(tmp_path: Path, pins: str) -> None:
    (tmp_path / "requirements.txt").write_text(pins)
    with pytest.raises(ValueError, match="pins torch"):
        torch.pinned(tmp_path / "requirements.txt")


def test_the_pins_of_this_tree_name_it_once() -> None:
    assert torch.pinned(ROOT / "requirements.txt") == torch.pinned(ROOT / "requirements.in")


def test_makefile_and_dockerfile_go_through_the_rule() -> None:
    """Nobody else says where torch comes from."""
    assert "backend.install.torch" in (ROOT / "deploy" / "Dockerfile").read_text()
    assert "backend.install.packages" in (ROOT / "Makefile").read_text()
    workflows = "".join(path.read_text() for path in (ROOT / ".github" / "workflows").glob("*.yml"))
    assert "pip install" not in workflows


if sys.platform != "linux":
    pytestmark = pytest.mark.skip(reason="the rule is for Linux")
