"""What service and command line do with MLflow's registry: versions by content, aliases, promotion, the way back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.llm.prompts import Prompt, PromptBook, PromptSet

PRODUCTION = "production"
CANDIDATE = "candidate"
PREFIX = "interview-helper."
LONGEST = 12_000
"""Characters of a prompt text. The whole prompt of a turn has room for 21,500, and the answer has to fit in too."""

_HISTORY = "production_history"
_SCHEMA = "reply_schema"
"""Tag of a version: the reply schemas that its text was written for. A version made by hand need not say."""
_MOST_HISTORY = 50
_SET_BY_RELEASE = "production_set_by_release"
_PROMPTS = f"tag.`mlflow.prompt.is_prompt` = 'true' AND name LIKE '{PREFIX}%'"


class RegistryRefused(Exception):
    """A change that the registry will not make; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in the registry: which version each alias points to, and its tags."""

    name: str
    aliases: Mapping[str, int]
    tags: Mapping[str, str]

    @property
    def history(self) -> list[int]:
        """Versions that were in production before the present one, oldest first."""
        return [int(number) for number in json.loads(self.tags.get(_HISTORY, "[]"))]

    @property
    def follows_releases(self) -> bool:
        """Whether the next changed file goes to production by itself: nobody has chosen another version since."""
        return str(self.aliases.get(PRODUCTION)) == self.tags.get(_SET_BY_RELEASE)


def prompt_entries(client: Any) -> dict[str, Entry]:
    """Every prompt of this product by its short name, in one request."""
    found = client.search_registered_models(filter_string=_PROMPTS, max_results=500)
    return {model.name.removeprefix(PREFIX): _entry(model) for model in found}


def model_entry(client: Any, name: str) -> Entry | None:
    """A registered model by its full name; None when it is not there."""
    found = client.search_registered_models(filter_string=f"name = '{name}'", max_results=1)
    return _entry(found[0]) if found else None


def versions_of(client: Any, name: str) -> list[Prompt]:
    """All versions of a prompt, newest first. A version that is no plain text is an empty text."""
    return [_prompt(name, v) for v in all_pages(lambda token: client.search_prompt_versions(PREFIX + name, 100, token))]


def version_of(client: Any, name: str, number: int) -> Prompt:
    """One version of a prompt. A version that is no plain text is an empty text."""
    return _prompt(name, client.get_prompt_version(PREFIX + name, str(number)))


def misfit(prompt: Prompt, file: Prompt) -> str | None:
    """Why this text cannot stand in for the file's, or None. The inputs that the code fills have to be the same."""
    rest = re.sub(r"\{\{\s*\w+\s*\}\}", "", prompt.text)
    if not prompt.text:
        return "it is empty, or a chat prompt; a plain text is wanted"
    if len(prompt.text) > LONGEST:
        return f"it has {len(prompt.text)} characters; at most {LONGEST} fit"
    if "{{" in rest or "}}" in rest:
        return "it has double braces that are no {{ input }}"
    if any(ord(c) < 32 and c not in "\n\t" for c in rest):
        return "it holds control characters"
    if prompt.schema and file.schema and prompt.schema != file.schema:
        return f"it was written for reply schema {prompt.schema}; {file.schema} is in use"
    if set(prompt.inputs) != set(file.inputs):
        return f"its inputs are {_list(prompt.inputs)}; {_list(file.inputs)} are wanted"
    return None


def register(client: Any, file: Prompt, *, release: bool = True) -> int:
    """Make sure that this file's text is a version in the registry; returns its number. Equal text makes no new one.

    At the first registration both aliases point to it. Later a changed file becomes the candidate, and goes to
    production only while production stands where a release had put it: what a person promoted, or went back to, stays.
    `release=False` leaves production alone in any case but the first.
    A file that went back to an earlier text is only made the candidate: in a rolling upgrade, a server of the release
    before must not take production back.
    """
    entry = prompt_entries(client).get(file.name)
    if entry is not None:
        for version in versions_of(client, file.name):
            if version.text == file.text and version.schema in ("", file.schema):
                number = int(version.version)
                if entry.aliases.get(CANDIDATE) in (None, entry.aliases.get(PRODUCTION)):
                    client.set_prompt_alias(entry.name, CANDIDATE, number)
                return number
    name = PREFIX + file.name
    made = client.register_prompt(
        name=name, template=file.text, commit_message="prompt file of the release", tags={_SCHEMA: file.schema}
    )
    number = _first_of_equals(client, file, int(made.version))
    client.set_prompt_alias(name, CANDIDATE, number)
    if entry is None or PRODUCTION not in entry.aliases or (release and entry.follows_releases):
        _move(client, entry or Entry(name, {}, {}), number, by_release=True)
    return number


def promotable(client: Any, file: Prompt, number: int | None = None) -> Prompt:
    """The version `number`, or the candidate, where it may follow the one in production. Raises `RegistryRefused`."""
    entry = _known(client, file.name)
    number = number if number is not None else entry.aliases.get(CANDIDATE)
    if number is None:
        raise RegistryRefused(f"{file.name} has no candidate. Name a version: promote {file.name} NUMBER.")
    if number == entry.aliases.get(PRODUCTION):
        raise RegistryRefused(
            f"Version {number} of {file.name} is in production already. For a new one, change the file and run "
            "`prompts register`."
        )
    version = next((v for v in versions_of(client, file.name) if int(v.version) == number), None)
    if version is None:
        raise RegistryRefused(f"{file.name} has no version {number}. `prompts list` shows what there is.")
    if why := misfit(version, file):
        raise RegistryRefused(f"Version {number} of {file.name} cannot be used: {why}.")
    return version


def promote(client: Any, file: Prompt, number: int | None = None) -> int:
    """Point production to version `number`, or to the candidate. Returns the number; raises `RegistryRefused`."""
    version = promotable(client, file, number)
    _move(client, _known(client, file.name), int(version.version), by_release=version.text == file.text)
    return int(version.version)


def in_production(client: Any, files: PromptBook) -> PromptSet:
    """What servers speak from: the promoted version of each text where it fits, else the file's."""
    entries = prompt_entries(client)
    chosen = {}
    for name in files.names():
        number = entries[name].aliases.get(PRODUCTION) if name in entries else None
        version = version_of(client, name, number) if number is not None else None
        fits = version is not None and misfit(version, files.get(name)) is None
        chosen[name] = version if version is not None and fits else files.get(name)
    return PromptSet(chosen)


def rollback(client: Any, file: Prompt) -> int:
    """Point production to the version that was there before. Returns its number; raises `RegistryRefused`."""
    entry = _known(client, file.name)
    usable = {int(v.version): v for v in versions_of(client, file.name) if misfit(v, file) is None}
    number, history = step_back(entry, set(usable))
    _move(client, entry, number, by_release=False, history=history)
    return number


def step_back(entry: Entry, usable: set[int]) -> tuple[int, list[int]]:
    """The newest usable version of the history that is not in production, and the history before it."""
    history = entry.history
    while history:
        number = history.pop()
        if number in usable and number != entry.aliases.get(PRODUCTION):
            return number, history
    short = entry.name.removeprefix(PREFIX)
    raise RegistryRefused(
        f"Nothing was in production before the present version of {short}. Promote a version by number."
    )


def history_tag(entry: Entry, number: int) -> tuple[str, str]:
    """Tag and value that note the present production version before `number` takes its place."""
    present = entry.aliases.get(PRODUCTION)
    history = entry.history + ([present] if present is not None and present != number else [])
    return history_value(history)


def history_value(history: list[int]) -> tuple[str, str]:
    return _HISTORY, json.dumps(history[-_MOST_HISTORY:])


def all_pages(page: Callable[[str | None], Any]) -> list[Any]:
    """Everything of a search that comes in pages."""
    found: list[Any] = []
    token: str | None = None
    while True:
        part = page(token)
        found += part
        token = part.token
        if not token:
            return found


def _move(client: Any, entry: Entry, number: int, *, by_release: bool, history: list[int] | None = None) -> None:
    """The alias last: whoever sees it moved can also go back."""
    tag, value = history_value(history) if history is not None else history_tag(entry, number)
    client.set_prompt_tag(entry.name, tag, value)
    client.set_prompt_tag(entry.name, _SET_BY_RELEASE, str(number) if by_release else "no")
    client.set_prompt_alias(entry.name, PRODUCTION, number)


def _first_of_equals(client: Any, file: Prompt, number: int) -> int:
    """Two servers that start together may both have registered a text: the first version stays, ours goes."""
    equal = [v for v in versions_of(client, file.name) if (v.text, v.schema) == (file.text, file.schema)]
    first = min(int(v.version) for v in equal)
    if first != number:
        client.delete_prompt_version(PREFIX + file.name, str(number))
    return first


def _known(client: Any, name: str) -> Entry:
    entry = prompt_entries(client).get(name)
    if entry is None:
        raise RegistryRefused(
            f"{name} is not registered yet. `prompts register` does that, and so does a server start."
        )
    return entry


def _entry(model: Any) -> Entry:
    return Entry(model.name, {alias: int(number) for alias, number in model.aliases.items()}, dict(model.tags))


def _prompt(name: str, version: Any) -> Prompt:
    text = version.template if isinstance(version.template, str) else ""
    return Prompt(name, text.strip(), str(version.version), str((version.tags or {}).get(_SCHEMA, "")))


def _list(inputs: tuple[str, ...]) -> str:
    return ", ".join(sorted(inputs)) or "none"
