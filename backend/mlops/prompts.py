"""Prompts in MLflow's registry: every prompt file registered by content, and the promoted version served."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from backend.llm.prompts import FilePrompts, Prompt, PromptSet
from backend.mlops.registry import PRODUCTION, Entry, misfit, prompt_entries, register, version_of

log = logging.getLogger(__name__)


class RegistryPrompts:
    """A `PromptBook`: the file texts at once, and what the alias points to as soon as that is known.

    `sync` is run again and again on the thread that talks to MLflow. A prompt without that alias is taken from
    production. Whatever fails there changes nothing: the last good texts stay. A text that does not fit is refused;
    `on_refused` is told its name, once a version.
    """

    def __init__(
        self,
        files: FilePrompts,
        *,
        alias: str = PRODUCTION,
        on_refused: Callable[[str], None] = lambda name: None,
        on_serving: Callable[[Mapping[str, str]], None] = lambda versions: None,
    ) -> None:
        self._files, self._alias = files, alias
        self._on_refused, self._on_serving = on_refused, on_serving
        self._set = files.current()
        self._registered: set[str] = set()
        self._refused: dict[str, str] = {}
        self.known = threading.Event()
        """Set once the texts served are those of the registry."""

    def get(self, name: str) -> Prompt:
        return self._set.get(name)

    def names(self) -> tuple[str, ...]:
        return self._set.names()

    def current(self) -> PromptSet:
        return self._set

    def status(self) -> dict[str, Any]:
        """Where the texts come from, which versions they are, and which version was refused."""
        served = self._set
        return {
            "source": "registry" if self.known.is_set() else "files",
            "alias": self._alias,
            "version": served.version,
            "versions": served.versions,
            "refused": dict(self._refused),
        }

    def sync(self, client: Any) -> None:
        """Register files that are not in the registry yet, then serve what the alias points to."""
        entries = prompt_entries(client)
        for name in self._files.names():
            if name not in self._registered or name not in entries:
                register(client, self._files.get(name))
                self._registered.add(name)
                entries = {}
        entries = entries or prompt_entries(client)
        chosen = {name: self._chosen(client, name, entries) for name in self._files.names()}
        before, self._set = self._set, PromptSet(chosen)  # one assignment: a turn sees the old set or the new one
        if before.version != self._set.version:
            log.info("prompts changed", extra={"prompt": self._set.version})
        if not self.known.is_set() or before.versions != self._set.versions:
            self._on_serving(self._set.versions)
        self.known.set()

    def _chosen(self, client: Any, name: str, entries: Mapping[str, Entry]) -> Prompt:
        """The version that the alias names if it fits, else the last good one."""
        served = self._set.get(name)
        aliases = entries[name].aliases if name in entries else {}
        number = aliases.get(self._alias, aliases.get(PRODUCTION))
        if number is None or str(number) == served.version:
            self._refused.pop(name, None)
            return served
        if self._refused.get(name) == str(number):
            return served
        promoted = version_of(client, name, number)
        why = misfit(promoted, self._files.get(name))
        if why is None:
            self._refused.pop(name, None)
            return promoted
        self._refused[name] = promoted.version
        log.error("promoted prompt refused", extra={"prompt": name, "error": why})
        self._on_refused(name)
        return served
