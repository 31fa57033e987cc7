"""`interview-helper models list|use|stop|fetch` on a service and a hub of the test's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from backend.commands.language_models import LanguageModels
from backend.config import Settings
from backend.llm.local_choice import OWN, ChoiceFile, LocalChoice
from backend.llm.local_services import LocalService
from backend.llm.scripted_service import ScriptedService
from backend.models.larger import LargerModel
from backend.tests.conftest import fast_settings
from backend.tests.fakes.hub import Hub, running_hub
from backend.tests.fakes.threads import opened_on_a_thread


@pytest.fixture(scope="module")
def services() -> Iterator[list[LocalService]]:
    """Ollama and LM Studio, in a thread: the commands have an event loop of their own."""
    with (
        opened_on_a_thread(ScriptedService(models=["qwen3:8b", "both"]).running()) as one,
        opened_on_a_thread(ScriptedService(models=["both"]).running()) as other,
    ):
        yield [LocalService("ollama", "Ollama", one.url), LocalService("lmstudio", "LM Studio", other.url)]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running_hub(Hub(os.urandom(1_500_000))) as served:
        yield served


def settings(folder: Path, **values: object) -> Settings:
    return fast_settings(folder, **{"llm": "local", "models_dir": folder / "models", **values})


def test_a_found_model_is_listed_named_and_stopped(
    tmp_path: Path, services: list[LocalService], capsys: pytest.CaptureFixture[str]
) -> None:
    models = LanguageModels(settings(tmp_path), services=services, larger={})
    for name, choice in (
        ("ollama/qwen3:8b", LocalChoice("ollama", "qwen3:8b")),
        ("qwen3:8b", LocalChoice("ollama", "qwen3:8b")),
        ("lmstudio/both", LocalChoice("lmstudio", "both")),
    ):
        models.use(name)
        assert ChoiceFile(tmp_path).read() == choice
    models.show()
    shown = capsys.readouterr().out
    assert "ollama/qwen3:8b" in shown
    assert "in use" in shown
    models.stop()
    assert ChoiceFile(tmp_path).read() is None


@pytest.mark.parametrize(("name", "said"), [("both", "ollama/both, lmstudio/both"), ("none", "was not found")])
def test_a_name_has_to_mean_one_model(
    tmp_path: Path, services: list[LocalService], capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    with pytest.raises(typer.Exit):
        LanguageModels(settings(tmp_path), services=services, larger={}).use(name)
    assert said in capsys.readouterr().err
    assert ChoiceFile(tmp_path).read() is None


def test_a_larger_model_is_fetched_after_its_size_and_licence_were_confirmed(
    tmp_path: Path, hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = LargerModel("some-model", "Some model", hub.entry().url, 1_500_000, "Apache-2.0", 0.1, 0.1)
    said: list[str] = []
    models = LanguageModels(settings(tmp_path), said.append, services=(), larger={entry.name: entry})
    with pytest.raises(typer.Exit):
        models.use("some-model")
    models.fetch("some-model", lambda question: False)
    assert hub.seen == []
    assert "2 MB, licence Apache-2.0" in said[-1]
    models.fetch("some-model", lambda question: True)
    models.fetch("some-model", lambda question: pytest.fail("it is there"))
    models.use("some-model")
    assert ChoiceFile(tmp_path).read() == LocalChoice(OWN, "some-model")
    models.show()
    assert "in use" in capsys.readouterr().out


def test_what_does_not_fit_or_cannot_be_had_ends_with_a_reason(
    tmp_path: Path, hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.status = 404
    url = hub.entry().url
    larger = {
        "big": LargerModel("big", "Big", url, 10**12, "Apache-2.0", 9e6, 8e6),
        "gone": LargerModel("gone", "Gone", url, 1000, "Apache-2.0", 0.1, 0.1),
    }
    models = LanguageModels(settings(tmp_path), services=(), larger=larger)
    for name, reason in (("big", "too little memory"), ("gone", "404"), ("other", "There are: big, gone")):
        with pytest.raises(typer.Exit):
            models.fetch(name, lambda question: True)
        assert reason in capsys.readouterr().err


@pytest.mark.parametrize("given", [{"host": "0.0.0.0"}, {"llm": "rules"}])
def test_a_server_chooses_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str], given: dict[str, str]) -> None:
    models = LanguageModels(settings(tmp_path, **given), services=(), larger={})
    models.show()
    for work in (lambda: models.use("x"), lambda: models.fetch("x", lambda question: True)):
        with pytest.raises(typer.Exit):
            work()
    assert "not used here" in capsys.readouterr().err
