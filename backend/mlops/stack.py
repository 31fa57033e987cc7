"""The coach stack: what one running coach is made of, as one version of a registered model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.llm.prompts import PromptSet
from backend.mlops.registry import (
    PREFIX,
    PRODUCTION,
    Entry,
    RegistryRefused,
    all_pages,
    history_tag,
    history_value,
    model_entry,
    step_back,
)

MODEL = f"{PREFIX}coach-stack"
EXPERIMENT = "coach-stacks"
FOR_READERS = frozenset({"prompts"})
"""Parts that only explain another one (registry numbers of prompts), and make no other stack."""

_SHA = "sha256"
_PART = "stack."

Stack = Mapping[str, str]
"""Part -> name, version or hash: language model, prompts, ears, voice, embedder, rules, settings that matter."""


@dataclass(frozen=True, slots=True)
class StackVersion:
    """One registered stack. `registered_ms`: milliseconds since 1970."""

    number: int
    stack: dict[str, str]
    registered_ms: int


def prompt_parts(prompts: PromptSet) -> dict[str, str]:
    """The parts of a stack that come from its prompts."""
    numbers = " ".join(f"{name}:{version}" for name, version in prompts.versions.items())
    return {"prompt": prompts.version, "prompts": numbers}


def fingerprint(stack: Stack) -> str:
    """SHA-256 of all parts that make a difference."""
    parts = {part: value for part, value in stack.items() if part not in FOR_READERS}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def differing(one: Stack, other: Stack) -> list[str]:
    """The parts in which two stacks differ, sorted."""
    parts = (one.keys() | other.keys()) - FOR_READERS
    return sorted(part for part in parts if one.get(part) != other.get(part))


def register_stack(client: Any, stack: Stack, artifacts: Path | None) -> int:
    """Make sure that this stack is a version; returns its number. The same stack makes no new one.

    The first stack ever registered is in production. From then on only people move the alias. `artifacts`: folder for
    the description when the database is our own; None leaves it to the tracking server.
    """
    sha = fingerprint(stack)
    entry = model_entry(client, MODEL)
    if entry is None:
        client.create_registered_model(MODEL, description="What a coach is made of. Interview Helper registers it.")
    number = _number_of(client, sha)
    if number is None:
        made = _create(client, stack, sha, artifacts)
        number = _number_of(client, sha) or made
        if number != made:  # another server that started at the same time was first
            client.delete_model_version(MODEL, str(made))
    if PRODUCTION not in (entry.aliases if entry is not None else {}):
        client.set_registered_model_alias(MODEL, PRODUCTION, str(number))
    return number


def stack_versions(client: Any) -> list[StackVersion]:
    """All registered stacks, newest first."""
    found = all_pages(
        lambda token: client.search_model_versions(f"name = '{MODEL}'", max_results=200, page_token=token)
    )
    return sorted((_version(v) for v in found), key=lambda version: -version.number)


def production_number(client: Any) -> int | None:
    """The version of the stack that is meant to run; None when nobody has said."""
    entry = model_entry(client, MODEL)
    return entry.aliases.get(PRODUCTION) if entry is not None else None


def stack_version(client: Any, number: int) -> StackVersion:
    """One registered stack."""
    return _version(client.get_model_version(MODEL, str(number)))


def promote_stack(client: Any, number: int | None = None) -> int:
    """Say that version `number`, or the newest, is the one meant to run. Raises `RegistryRefused`."""
    entry, numbers = _known(client)
    number = number if number is not None else max(numbers)
    if number not in numbers:
        raise RegistryRefused(f"There is no stack version {number}. `models list` shows what there is.")
    if number == entry.aliases.get(PRODUCTION):
        raise RegistryRefused(f"Stack version {number} is in production already.")
    client.set_registered_model_tag(MODEL, *history_tag(entry, number))
    client.set_registered_model_alias(MODEL, PRODUCTION, str(number))
    return number


def rollback_stack(client: Any) -> int:
    """Say that the stack that was in production before is the one meant to run. Raises `RegistryRefused`."""
    entry, numbers = _known(client)
    number, history = step_back(entry, numbers)
    client.set_registered_model_tag(MODEL, *history_value(history))
    client.set_registered_model_alias(MODEL, PRODUCTION, str(number))
    return number


def _version(found: Any) -> StackVersion:
    parts = {tag.removeprefix(_PART): value for tag, value in found.tags.items() if tag.startswith(_PART)}
    return StackVersion(int(found.version), parts, int(found.creation_timestamp))


def _known(client: Any) -> tuple[Entry, set[int]]:
    entry = model_entry(client, MODEL)
    numbers = {version.number for version in stack_versions(client)}
    if entry is None or not numbers:
        raise RegistryRefused("No stack is registered yet. A server registers its own when it starts.")
    return entry, numbers


def _number_of(client: Any, sha: str) -> int | None:
    found = client.search_model_versions(f"name = '{MODEL}' AND tags.`{_SHA}` = '{sha}'")
    return min((int(v.version) for v in found), default=None)


def _create(client: Any, stack: Stack, sha: str, artifacts: Path | None) -> int:
    """The version, and a run that holds the description as its artifact: a registered model has to have a source."""
    experiment = client.get_experiment_by_name(EXPERIMENT)
    location = artifacts.resolve().as_uri() if artifacts is not None else None
    number = experiment.experiment_id if experiment else client.create_experiment(EXPERIMENT, location)
    begun = client.search_runs([number], f"tags.{_SHA} = '{sha}'", max_results=1)  # left by an attempt that failed
    run = begun[0] if begun else client.create_run(number, run_name=f"stack-{sha[:12]}", tags={_SHA: sha})
    client.log_dict(run.info.run_id, dict(stack), "stack/stack.json")
    client.set_terminated(run.info.run_id)
    made = client.create_model_version(
        MODEL,
        f"{run.info.artifact_uri}/stack",
        run.info.run_id,
        tags={_SHA: sha, **{f"{_PART}{part}": value[:500] for part, value in stack.items()}},
        description="\n".join(f"* {part}: `{value}`" for part, value in stack.items()),
        await_creation_for=0,
    )
    return int(made.version)
