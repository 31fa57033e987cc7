"""Larger language models that somebody may want: what they are, and whether this machine has the memory for them."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup/memory.max")


@dataclass(frozen=True, slots=True)
class LargerModel:
    """One entry of `larger.toml`."""

    name: str
    title: str
    url: str
    size: int
    licence: str
    memory_gb: float
    one_slot_gb: float

    @property
    def file(self) -> str:
        return self.url.rpartition("/")[2]

    @property
    def hub(self) -> str:
        """The repository, for people."""
        return self.url.partition("://")[2].partition("/resolve/")[0]

    def slots(self, wanted: int, memory: int | None = None) -> int:
        """How many prompt caches it may have on a machine with so many bytes of memory; 0: it does not fit."""
        there = (machine_memory() if memory is None else memory) / 1e9
        if there >= self.memory_gb:
            return wanted
        return 1 if there >= self.one_slot_gb else 0


@cache
def larger_models() -> dict[str, LargerModel]:
    """Every larger model by its name."""
    with Path(__file__).with_name("larger.toml").open("rb") as source:
        return {name: LargerModel(name=name, **entry) for name, entry in tomllib.load(source).items()}


def machine_memory() -> int:
    """Bytes of memory that this process may use: those of the machine, or of its container."""
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(there, int(_CGROUP.read_text()))
    except (OSError, ValueError):
        return there
