"""Which torch is installed: the CPU build wherever one can be had, else what the public index has.

`python -m backend.install.torch requirements.txt` runs under the Python that is to have it, before the requirements.
Makefile, Dockerfile and workflows all go through here; the reasons are in docs/decisions/0010-which-torch.md.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
"""PyTorch's own index of CPU builds; TORCH_INDEX_URL names another."""
_PATIENCE = ("--timeout", "10", "--retries", "1")
"""For PyTorch's index, which a firewall may swallow: nobody should wait minutes for what can be done without."""

Report = Callable[[str], None]


def pinned(requirements: Path) -> str:
    """The version of torch that a requirements file pins. Raises `ValueError` unless there is exactly one."""
    versions = re.findall(r"^torch==([^\s;+]+)", requirements.read_text(), re.MULTILINE)
    if len(versions) != 1:
        raise ValueError(f"{requirements} pins torch {len(versions)} times, and it has to be once")
    return str(versions[0])


def installed() -> str | None:
    """The version of torch that this Python has, its build left out (`2.13.0+cpu` is 2.13.0)."""
    try:
        return metadata.version("torch").partition("+")[0]
    except metadata.PackageNotFoundError:
        return None


def prepare(version: str, index_url: str, report: Report = print, *, system: str = "") -> None:
    """Install torch's CPU build in this version, unless one that fits is there or none can be had; never an error.

    What pip is configured to look in (a folder of wheels, an index of the house) comes first, then `index_url`. Where
    neither has it, pip takes the public index's build with the other requirements, and `report` is told how large that
    is. On anything but Linux (`system`, as `platform.system` names it) the public build is a CPU build anyway.
    """
    if installed() == version or (system or platform.system()) != "Linux":
        return
    report(f"==> torch {version}: looking for the CPU build (about 190 MB)")
    for where in ((), ("--index-url", index_url, *_PATIENCE)):
        if _pip_install(f"torch=={version}+cpu", where):
            return
    report(
        f"==> torch {version}: no CPU build was found, so the public index's CUDA build is taken. It works without a "
        "GPU, but is about 2.7 GB to download and 5 GB on disk. To avoid it: set TORCH_INDEX_URL to an index of CPU "
        f"builds that this machine reaches, or PIP_FIND_LINKS to a folder with the wheel torch-{version}+cpu."
    )


def _pip_install(requirement: str, where: Sequence[str]) -> bool:
    """Whether pip could install it from there. What it needs besides is pinned and comes with the requirements."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--no-deps", "--only-binary=:all:"]
    return subprocess.run([*command, *where, requirement], capture_output=True, check=False).returncode == 0


def main(arguments: Sequence[str]) -> int:
    """The command line: the requirements file. Returns the exit status."""
    requirements = Path(arguments[0] if arguments else "requirements.txt")
    prepare(pinned(requirements), os.environ.get("TORCH_INDEX_URL") or CPU_INDEX, _say)
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
