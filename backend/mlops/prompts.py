"""Prompts in MLflow's registry: every prompt file registered by content, and the promoted version served."""

from __future__ import annotations

import hashlib
import logging
import threading
from typing import Any

from backend.llm.prompts import FilePrompts, Prompt
from backend.mlops.tracking import MlflowThread

log = logging.getLogger(__name__)

ALIAS = "production"
_PREFIX = "interview-helper."
_SHA = "sha256"
_SET_BY_US = "production_set_by_release"


class RegistryPrompts:
    """A `PromptBook`: the file texts at once, and what the alias `production` points to as soon as that is known.

    Every `refresh_s` seconds the alias is read again, off the event loop. MLflow being down changes nothing: the last
    known texts stay. A registered text that asks for other inputs than the file's is refused.
    """

    def __init__(self, files: FilePrompts, mlflow: MlflowThread, *, refresh_s: float = 5.0) -> None:
        self._files, self._mlflow, self._refresh_s = files, mlflow, refresh_s
        self._serving = {name: files.get(name) for name in files.names()}
        self._registered: set[str] = set()
        self._refused: set[tuple[str, str]] = set()
        self._pending = False
        self._stop = threading.Event()
        self._timer = threading.Thread(target=self._tick, name="prompt-refresh", daemon=True)
        self.from_registry = False
        """Whether the texts being served have been compared with the registry."""

    def get(self, name: str) -> Prompt:
        return self._serving[name]

    def names(self) -> tuple[str, ...]:
        return tuple(self._serving)

    def start(self) -> None:
        """Register and refresh in the background; returns at once."""
        self._timer.start()

    def close(self) -> None:
        """Refresh no more."""
        self._stop.set()

    def refresh(self) -> None:
        """Queue one registration and reading of the alias, unless one waits already."""
        if not self._pending:
            self._pending = self._mlflow.submit(self._sync)

    def _tick(self) -> None:
        self.refresh()
        while not self._stop.wait(self._refresh_s):
            self.refresh()

    def _sync(self, client: Any) -> None:
        self._pending = False
        for name in self._files.names():
            file = self._files.get(name)
            if name not in self._registered:
                register(client, file)
                self._registered.add(name)
            promoted = _promoted(client, name)
            if promoted is not None and self._usable(promoted, file):
                self._serving[name] = promoted
        self.from_registry = True

    def _usable(self, promoted: Prompt, file: Prompt) -> bool:
        if set(promoted.inputs) <= set(file.inputs) and promoted.text.strip():
            return True
        if (promoted.name, promoted.version) not in self._refused:
            self._refused.add((promoted.name, promoted.version))
            log.error("promoted prompt refused: other inputs", extra={"prompt": promoted.name})
        return False


def register(client: Any, file: Prompt) -> int:
    """Make sure that this text is a version in the registry; returns its number. Equal text makes no new version.

    The alias is set at the first registration. Later it follows a new release's text only while it still stands where
    a release had put it: a version that a person promoted, or went back to, stays.
    """
    name = _PREFIX + file.name
    sha = hashlib.sha256(file.text.encode()).hexdigest()
    known = client.get_prompt(name)
    number = None
    if known is not None:
        same = [v for v in client.search_prompt_versions(name) if v.tags.get(_SHA) == sha]
        number = int(same[0].version) if same else None
    if number is None:
        made = client.register_prompt(
            name=name, template=file.text, commit_message="prompt file of the release", tags={_SHA: sha}
        )
        number = int(made.version)
        at = _alias_version(client, name)
        put_by_us = client.get_prompt(name).tags.get(_SET_BY_US)
        if at is None or str(at) == put_by_us:
            client.set_prompt_alias(name, ALIAS, number)
            client.set_prompt_tag(name, _SET_BY_US, str(number))
    return number


def _alias_version(client: Any, name: str) -> int | None:
    from mlflow.exceptions import MlflowException

    try:
        return int(client.get_prompt_version_by_alias(name, ALIAS).version)
    except MlflowException as error:
        if error.error_code in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
            return None
        raise


def _promoted(client: Any, name: str) -> Prompt | None:
    number = _alias_version(client, _PREFIX + name)
    if number is None:
        return None
    version = client.get_prompt_version(_PREFIX + name, str(number))
    if not isinstance(version.template, str):
        return None
    return Prompt(name, version.template.strip(), str(number))
