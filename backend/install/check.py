"""`make check-install`: whether all pins can be installed on every machine that the README names.

uv, which reads none of pip's configuration, resolves requirements-dev.txt (and with it requirements.txt) for each Python
and platform. Every pin has to be there as a wheel, nothing may be needed that is not pinned, and torch may come once.
What was found in order is remembered by the hash of the pin files; without an index nothing is checked, and it is said.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from backend.install.steps import ROOT, say, state
from backend.install.torch import pinned

PINS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
REMEMBERED = Path("~/.cache/interview-helper/check-install")
UV = Path(sys.executable).with_name("uv")
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = ("x86_64-manylinux_2_28", "aarch64-manylinux_2_28", "aarch64-apple-darwin")
"""Linux from Debian 10 and Ubuntu 18.10 on, and Macs with macOS 14, the oldest that torch is built for."""
TIME_LIMIT_S = 280.0
_PUBLIC_TORCH_BRINGS = ("nvidia-", "cuda-", "triton")
"""What torch's public build for Linux needs besides, and no other build (docs/decisions/0008)."""


def plain(environment: Mapping[str, str], cache: Path) -> dict[str, str]:
    """An environment without any configuration of uv; how the network is reached (certificates, proxy) stays."""
    kept = {name: value for name, value in environment.items() if not name.startswith("UV_")}
    fixed = {
        "UV_NO_CONFIG": "1",
        "UV_SYSTEM_CERTS": "1",
        "UV_CACHE_DIR": str(cache),
        "MACOSX_DEPLOYMENT_TARGET": "14.0",
    }
    return kept | fixed


def resolve(
    requirements: Path, python: str, target: str, environment: Mapping[str, str], time_limit_s: float
) -> list[str]:
    """The packages, as name==version, that this Python on this platform would get.

    Raises `LookupError` with uv's words where there is no answer, `subprocess.TimeoutExpired` past the limit.
    """
    command = [str(UV), "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--only-binary", ":all:"]
    command += ["--python-version", python, "--python-platform", target, str(requirements)]
    done = subprocess.run(
        command, env=dict(environment), capture_output=True, text=True, check=False, timeout=time_limit_s
    )
    if done.returncode != 0:
        raise LookupError(" ".join(done.stderr.split()))
    return done.stdout.split()


def faults(found: Sequence[str], pins: Sequence[Path]) -> list[str]:
    """What is wrong with the packages that were found for these pin files."""
    wanted = {_normal(line) for path in pins for line in path.read_text().splitlines() if "==" in line}
    unpinned = [
        package
        for package in map(_normal, found)
        if package not in wanted and not package.startswith(_PUBLIC_TORCH_BRINGS)
    ]
    torches = [package for package in found if _normal(package).startswith("torch==")]
    wrong = [f"{package} is needed, and not pinned" for package in unpinned]
    if torches != [f"torch=={pinned(pins[0])}"]:
        wrong.append(f"torch comes as {', '.join(torches) or 'nothing'}")
    return wrong


def _normal(requirement: str) -> str:
    name, _, version = requirement.partition("==")
    return f"{re.sub('[-_.]+', '-', name).lower()}=={version}"


def check(pins: Sequence[Path], environment: Mapping[str, str]) -> tuple[bool, bool]:
    """Resolve the last of the pin files for every target and say what was found: (nothing wrong, everything seen)."""
    right = seen = True
    deadline = time.monotonic() + TIME_LIMIT_S
    for python in PYTHONS:
        for target in PLATFORMS:
            try:
                left = max(1.0, deadline - time.monotonic())
                wrong = faults(resolve(pins[-1], python, target, environment, left), pins)
            except LookupError as error:
                wrong = [str(error)]
            except subprocess.TimeoutExpired:
                seen = False
                say(f"check-install: Python {python}, {target}: NOT CHECKED, the index took too long")
                continue
            right = right and not wrong
            say(f"check-install: Python {python}, {target}: {'; '.join(wrong) or 'all there'}")
    return right, seen


def main() -> int:
    """The command line; returns the exit status."""
    stamp = REMEMBERED.expanduser() / state([*PINS, Path(__file__)])
    if stamp.exists():
        say("check-install: these pins were found in order before")
        return 0
    environment = plain(os.environ, ROOT / ".cache" / "uv")
    one = ROOT / ".cache" / "one-package.txt"
    one.parent.mkdir(exist_ok=True)
    one.write_text("six\n")
    try:
        resolve(one, PYTHONS[0], PLATFORMS[0], environment, 60)
    except (LookupError, subprocess.TimeoutExpired):
        say("check-install: SKIPPED, no package index answers without configuration")
        return 0
    right, seen = check(PINS, environment)
    if right and seen:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.touch()
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
