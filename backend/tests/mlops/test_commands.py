"""The commands `prompts` and `models` as a person runs them, on a real store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from backend.cli import main
from backend.config import ROOT
from backend.llm.prompts import FilePrompts
from backend.mlops.registry import CANDIDATE, prompt_entries, register
from backend.mlops.stack import production_number, register_stack

pytestmark = pytest.mark.filterwarnings(
    "ignore::Warning:mlflow.*", "ignore::Warning:sqlalchemy.*", "ignore::Warning:alembic.*"
)
FILES = FilePrompts(ROOT / "backend" / "interview" / "prompts")
SHORTER = "You are {{ persona }}. Ask one short question."


class Terminal:
    def __init__(self, uri: str) -> None:
        self._env = {"MLFLOW_TRACKING_URI": uri, "COLUMNS": "160"}

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(main, words, env=self._env)

    def says(self, *words: str) -> str:
        result = self(*words)
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture
def run(uri: str) -> Terminal:
    return Terminal(uri)


@pytest.fixture
def candidate(client: Any) -> int:
    """A second version of `chat_system`, the candidate."""
    register(client, FILES.get("chat_system"))
    made = client.register_prompt(name="interview-helper.chat_system", template=SHORTER)
    client.set_prompt_alias("interview-helper.chat_system", CANDIDATE, made.version)
    return int(made.version)


def row(output: str, name: str) -> list[str]:
    return next(line for line in output.splitlines() if line.split()[:1] == [name]).split()


def test_an_empty_registry_lists_the_files_that_are_not_registered(run: Terminal) -> None:
    assert row(run.says("prompts", "list"), "chat_system") == [
        "chat_system",
        "-",
        "-",
        "-",
        "not",
        "registered",
        "-",
    ]


def test_registering_twice_makes_one_version_of_each_file(run: Terminal, client: Any) -> None:
    for _ in range(2):
        assert "chat_system: the file is version 1, in production" in run.says("prompts", "register")
    assert set(prompt_entries(client)) == set(FILES.names())
    assert len(client.search_prompt_versions("interview-helper.chat_system")) == 1


def test_a_registered_change_is_the_candidate_and_not_in_production(folder: Path, client: Any) -> None:
    register(client, FilePrompts(folder).get("follow_up"), release=False)
    (folder / "follow_up.md").write_text("Better: {{ focus }}")
    register(client, FilePrompts(folder).get("follow_up"), release=False)
    assert prompt_entries(client)["follow_up"].aliases == {"production": 1, "candidate": 2}


@pytest.mark.usefixtures("candidate")
def test_a_change_is_seen_promoted_and_taken_back(run: Terminal) -> None:
    assert row(run.says("prompts", "list"), "chat_system")[1:4] == ["1", "2", "2"]
    difference = run.says("prompts", "diff", "chat_system")
    assert "--- production (version 1)" in difference
    assert "+++ candidate (version 2)" in difference
    assert f"+{SHORTER}" in difference
    assert "version 2 is in production" in run.says(
        "prompts", "promote", "chat_system", "--force", "--why", "A test of the way back."
    )
    assert row(run.says("prompts", "list"), "chat_system")[1:4] == ["2", "-", "2"]
    assert "held back" in run.says("prompts", "list")
    assert "back to version 1" in run.says("prompts", "rollback", "chat_system")
    assert row(run.says("prompts", "list"), "chat_system")[1:4] == ["1", "2", "2"]


@pytest.mark.usefixtures("candidate")
def test_texts_are_named_by_version_alias_or_file(run: Terminal) -> None:
    assert "no difference between version 1 and file" in run.says("prompts", "diff", "chat_system", "1", "file")
    result = run("prompts", "diff", "chat_system", "production", "9")
    assert result.exit_code == 1
    assert "chat_system has no '9'. There are: 2, 1, candidate, production, file." in result.output


@pytest.mark.usefixtures("candidate")
@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("prompts", "promote", "chat_system", "7"), 1, "chat_system has no version 7"),
        (("prompts", "promote", "coach_facts"), 1, "not registered yet"),
        (("prompts", "promote", "tip"), 2, "The prompts are: chat_system"),
        (("prompts", "rollback", "chat_system"), 1, "Nothing was in production before"),
        (("models", "promote"), 1, "No stack is registered yet"),
        (("models", "rollback"), 1, "No stack is registered yet"),
    ],
)
def test_what_cannot_be_done_is_said(run: Terminal, words: tuple[str, ...], status: int, says: str) -> None:
    result = run(*words)
    assert result.exit_code == status
    assert says in " ".join(result.output.replace("│", " ").split())


def test_stacks_are_listed_promoted_and_taken_back(run: Terminal, client: Any, tmp_path: Path) -> None:
    assert "No stack is registered yet" in run.says("models", "list")
    small = {"model": "small", "asr": "whisper", "tts": "joe", "prompt": "p1"}
    for stack in (small, {**small, "model": "large"}):
        register_stack(client, stack, tmp_path / "a")
    listed = run.says("models", "list")
    assert row(listed, "1")[-2:] == ["in", "production"]
    assert row(listed, "2")[-1] == "model"
    assert "model: small -> large" in run.says("models", "promote")
    assert production_number(client) == 2
    assert "model: large -> small" in run.says("models", "rollback")
    assert production_number(client) == 1


def test_a_registry_that_is_off_or_away_is_said_without_its_password() -> None:
    off = Terminal("off")("prompts", "list")
    assert off.exit_code == 1
    assert "MLflow is switched off" in off.output
    away = Terminal("http://me:secret@127.0.0.1:9")("prompts", "list")
    assert away.exit_code == 1
    assert "MLflow at 127.0.0.1:9 does not answer" in away.output
    assert "secret" not in away.output
