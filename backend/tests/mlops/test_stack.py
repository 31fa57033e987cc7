"""The coach stack: one version a content, production moved by people only, differences said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend.llm.prompts import PromptSet
from backend.mlops.registry import PRODUCTION, RegistryRefused
from backend.mlops.stack import (
    MODEL,
    differing,
    fingerprint,
    production_number,
    promote_stack,
    prompt_parts,
    register_stack,
    rollback_stack,
    stack_version,
    stack_versions,
)
from backend.tests.mlops.conftest import NAME, Service, until

pytestmark = pytest.mark.filterwarnings(
    "ignore::Warning:mlflow.*", "ignore::Warning:sqlalchemy.*", "ignore::Warning:alembic.*"
)

SMALL = {"model": "qwen-0.5b", "model_sha256": "aa", "tts": "joe", "prompt": "p1", "prompts": "follow_up:1"}
LARGE = {**SMALL, "model": "qwen-1.5b", "model_sha256": "bb"}


def test_the_same_stack_makes_no_new_version(client: Any, tmp_path: Path) -> None:
    numbers = [register_stack(client, stack, tmp_path / "a") for stack in (SMALL, LARGE, SMALL)]
    assert numbers == [1, 2, 1]
    assert [v.number for v in stack_versions(client)] == [2, 1]
    assert stack_version(client, 2).stack == LARGE
    assert production_number(client) == 1, "only people move it"


def test_numbers_of_prompts_make_no_other_stack() -> None:
    renumbered = {**SMALL, "prompts": "follow_up:9"}
    assert fingerprint(renumbered) == fingerprint(SMALL)
    assert differing(SMALL, renumbered) == []
    assert differing(SMALL, {**LARGE, "rules": "r"}) == ["model", "model_sha256", "rules"]


def test_the_description_is_the_artifact_of_its_source(client: Any, tmp_path: Path) -> None:
    register_stack(client, SMALL, tmp_path / "a")
    version = client.get_model_version(MODEL, "1")
    run = client.get_run(version.run_id)
    assert version.source == f"{run.info.artifact_uri}/stack"
    assert [f.path for f in client.list_artifacts(version.run_id, "stack")] == ["stack/stack.json"]


def test_promotion_and_the_way_back(client: Any, tmp_path: Path) -> None:
    for stack in (SMALL, LARGE, {**LARGE, "tts": "amy"}):
        register_stack(client, stack, tmp_path / "a")
    assert promote_stack(client) == 3
    assert promote_stack(client, 2) == 2
    assert [rollback_stack(client), rollback_stack(client)] == [3, 1]
    with pytest.raises(RegistryRefused, match="Nothing was in production before"):
        rollback_stack(client)
    with pytest.raises(RegistryRefused, match="no stack version 8"):
        promote_stack(client, 8)
    with pytest.raises(RegistryRefused, match="in production already"):
        promote_stack(client, 1)


def test_nothing_registered_is_said(client: Any) -> None:
    for change in (promote_stack, rollback_stack):
        with pytest.raises(RegistryRefused, match="No stack is registered yet"):
            change(client)


def test_a_server_says_when_it_runs_another_stack_than_the_one_in_production(
    service: Callable[..., Service], client: Any, tmp_path: Path
) -> None:
    def runs(parts: dict[str, str]) -> Callable[[PromptSet], dict[str, str]]:
        return lambda prompts: {**parts, **prompt_parts(prompts)}

    first = service(stack_of=runs({"model": "small"})).start()
    until(lambda: first.mlops.status()["stack"] == {"running": 1, "production": 1, "differs_in": []})
    second = service(stack_of=runs({"model": "large"})).start()
    until(lambda: second.mlops.status()["stack"] == {"running": 2, "production": 1, "differs_in": ["model"]})
    until(lambda: second.counted("ih_stack_differs") == 1)
    promote_stack(client, 2)
    until(lambda: second.mlops.status()["stack"]["differs_in"] == [])
    until(lambda: first.mlops.status()["stack"] == {"running": 1, "production": 2, "differs_in": ["model"]})


def test_promoted_prompts_make_another_stack(service: Callable[..., Service], client: Any) -> None:
    made = service(stack_of=lambda prompts: {"model": "small", **prompt_parts(prompts)}).start()
    until(lambda: made.mlops.status()["stack"] == {"running": 1, "production": 1, "differs_in": []})
    client.set_prompt_alias(NAME, PRODUCTION, client.register_prompt(name=NAME, template="{{ focus }}?").version)
    until(lambda: made.mlops.status()["stack"] == {"running": 2, "production": 1, "differs_in": ["prompt"]})
    assert stack_version(client, 2).stack["prompts"] == "follow_up:2"


def test_an_attempt_that_failed_half_way_leaves_no_second_run(client: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder of the artifacts should be")
    for _ in range(2):
        with pytest.raises(OSError, match="blocked"):
            register_stack(client, SMALL, blocked)
    blocked.unlink()
    assert register_stack(client, SMALL, blocked) == 1
    experiment = client.get_experiment_by_name("coach-stacks").experiment_id
    assert len(client.search_runs([experiment])) == 1
