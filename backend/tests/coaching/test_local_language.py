"""A language model of this machine writes after one confirmation that names it, and never before or elsewhere."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from backend.coaching.author.choice import Authors, InUse
from backend.coaching.author.local_language import Connected, LocalLanguage
from backend.errors import AppError, Conflict, Forbidden, LlmUnavailable, NotFound
from backend.llm.local_choice import OWN, ChoiceFile, LocalChoice
from backend.llm.local_services import LocalService
from backend.llm.scripted_replies import FromPrompt, script
from backend.llm.scripted_service import ScriptedService
from backend.models.hub import Progress, fetch_larger
from backend.models.larger import LargerModel
from backend.tests.conftest import fast_settings
from backend.tests.fakes.hub import Hub, running_hub
from backend.tests.processes import free_port
from backend.wiring import Services, build


@asynccontextmanager
async def product(folder: Path, url: str, **settings: Any) -> AsyncIterator[Services]:
    """The whole product on doubles, with Ollama at `url`."""
    given = {"llm": "local", **settings}
    services = [LocalService("ollama", "Ollama", url)]
    made = await build(fast_settings(folder, **given), CollectorRegistry(), local_services=services)
    await made.start()
    try:
        yield made
    finally:
        await made.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.05)


async def test_a_service_of_this_machine_writes_after_it_was_named_once(tmp_path: Path) -> None:
    async with ScriptedService(script=script(FromPrompt()), models=["qwen3:8b"]).running() as ollama:
        async with product(tmp_path, ollama.url) as parts:
            state = await parts.local_language.state()
            assert state["found"] == [{"service": "ollama", "title": "Ollama", "models": ["qwen3:8b"]}]
            assert (state["chosen"], state["author"]["kind"], parts.versions()["model"]) == (None, "rules", "rules")
            assert ollama.seen == []
            await parts.local_language.use("ollama", "qwen3:8b")
            await until(lambda: parts.authors.in_use().kind == "model")
            state = await parts.local_language.state()
            assert state["chosen"] == {"service": "ollama", "model": "qwen3:8b"}
            assert state["author"]["local"] and state["author"]["host"] is None
            assert parts.versions()["model"] == "qwen3:8b"
        async with product(tmp_path, ollama.url) as parts:  # it is taken up again after a restart
            await until(lambda: parts.authors.in_use().kind == "model")
            await parts.local_language.stop()
            assert parts.authors.in_use().kind == parts.versions()["model"] == "rules"
            assert ChoiceFile(tmp_path).read() is None


async def test_what_the_command_line_chooses_is_taken_up_by_a_running_server(tmp_path: Path) -> None:
    async with (
        ScriptedService(script=script(FromPrompt()), models=["qwen3:8b"]).running() as ollama,
        product(tmp_path, ollama.url) as parts,
    ):
        await until(lambda: parts.readiness.started)
        ChoiceFile(tmp_path).write(LocalChoice("ollama", "qwen3:8b"))
        await until(lambda: parts.authors.in_use().kind == "model")
        ChoiceFile(tmp_path).clear()
        await until(lambda: parts.authors.in_use().kind == "rules")


async def test_a_model_that_cannot_coach_does_not_write(tmp_path: Path) -> None:
    async with ScriptedService(models=["tiny"]).running() as ollama, product(tmp_path, ollama.url) as parts:
        await parts.local_language.use("ollama", "tiny")
        await until(lambda: parts.authors.in_use().checked == "not_capable")
        assert parts.authors.in_use().kind == "rules"


@pytest.mark.parametrize(
    ("service", "model", "error"),
    [
        ("ollama", "another:1b", LlmUnavailable),
        ("http://evil.example/v1", "qwen3:8b", NotFound),
        ("lmstudio", "qwen3:8b", NotFound),
        ("own", "no-such-model", NotFound),
        ("own", "granite-3.3-2b-instruct", Conflict),
    ],
)
async def test_nothing_else_can_be_confirmed(tmp_path: Path, service: str, model: str, error: type[AppError]) -> None:
    async with ScriptedService(models=["qwen3:8b"]).running() as ollama, product(tmp_path, ollama.url) as parts:
        with pytest.raises(error):
            await parts.local_language.use(service, model)
        assert ChoiceFile(tmp_path).read() is None


@pytest.mark.parametrize(
    "settings",
    [
        {"host": "0.0.0.0"}, {"host": "192.168.1.5"}, {"public_url": "https://coach.example"}, {"llm": "rules"},
        {"coach_author": "rules"}, {"llm_url": "https://llm.example/v1", "coach_author": "rules"},
    ],
    ids=str,
)  # fmt: skip
async def test_nothing_is_looked_for_on_a_server_or_where_another_model_is_set(
    tmp_path: Path, settings: dict[str, Any]
) -> None:
    ChoiceFile(tmp_path).write(LocalChoice("ollama", "qwen3:8b"))
    async with ScriptedService(models=["qwen3:8b"]).running() as ollama:
        async with product(tmp_path, ollama.url, **settings) as parts:
            await until(lambda: parts.readiness.started)
            state = await parts.local_language.state()
            assert (state["offered"], state["found"], state["larger"], state["chosen"]) == (False, [], [], None)
            for work in (
                parts.local_language.use("ollama", "qwen3:8b"),
                parts.local_language.stop(),
                parts.local_language.fetch("granite-3.3-2b-instruct"),
            ):
                with pytest.raises(Forbidden):
                    await work
        assert ollama.seen == []


def chosen_from(folder: Path, entry: LargerModel, connected: list[tuple[LocalChoice, str | Path]]) -> LocalLanguage:
    """Larger models alone; what would be connected is noted."""

    def connect(choice: LocalChoice, place: str | Path) -> Connected:
        connected.append((choice, place))
        raise LlmUnavailable

    async def fetch(wanted: LargerModel, models_dir: Path, progress: Progress) -> Path:
        return await fetch_larger(wanted, models_dir, progress, pause_s=0.01)

    larger = {entry.name: entry}
    return LocalLanguage(
        ChoiceFile(folder), Authors(), connect, folder / "models", offered=True, services=(), larger=larger, fetch=fetch
    )


async def test_a_larger_model_is_fetched_when_asked_for_and_then_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running_hub(Hub(os.urandom(2_000_000), cut_after=[500_000])) as hub:
        entry = LargerModel("some-model", "Some", hub.entry().url, 2_000_000, "Apache-2.0", 0.1, 0.1)
        connected: list[tuple[LocalChoice, str | Path]] = []
        language = chosen_from(tmp_path, entry, connected)
        assert (await language.state())["larger"][0]["state"] == "absent"
        assert hub.seen == []
        with pytest.raises(Conflict):
            await language.use(OWN, "some-model")
        await language.fetch("some-model")
        await language.fetch("some-model")
        told = (await language.state())["larger"][0]
        while told["state"] != "ready":
            assert (told["state"], told["failed"]) == ("fetching", None)
            await asyncio.sleep(0.02)
            told = (await language.state())["larger"][0]
        assert told["fetched_bytes"] == told["size_bytes"] == 2_000_000
        await language.use(OWN, "some-model")
        assert connected == [(LocalChoice(OWN, "some-model"), tmp_path / "models" / "some-model" / "some-Q4.gguf")]
        await language.close()


async def test_a_fetch_that_fails_says_why_and_can_be_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running_hub(Hub(os.urandom(1000), status=404)) as hub:
        entry = LargerModel("some-model", "Some", hub.entry().url, 1000, "Apache-2.0", 0.1, 0.1)
        language = chosen_from(tmp_path, entry, [])
        for status in (404, 200):
            hub.status = status
            await language.fetch("some-model")
            while (told := (await language.state())["larger"][0])["state"] == "fetching":
                await asyncio.sleep(0.02)
            assert (told["failed"] is None) == (status == 200) == (told["state"] == "ready")
        await language.close()


async def test_a_larger_model_is_refused_where_memory_is_short(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/maker/x/resolve/main/x.gguf"
    language = chosen_from(tmp_path, LargerModel("big", "Big", url, 10**12, "Apache-2.0", 9e6, 8e6), [])
    assert not (await language.state())["larger"][0]["fits"]
    with pytest.raises(Conflict, match="memory"):
        await language.fetch("big")
    with pytest.raises(NotFound):
        await language.fetch("other")


async def test_the_model_that_cannot_coach_is_not_loaded_unless_somebody_insists(tmp_path: Path) -> None:
    async with product(tmp_path, "http://127.0.0.1:9") as made:
        assert made.chat is None and "language" not in made.warm_ups
        assert made.authors.in_use() == InUse("rules")
        assert made.versions()["model"] == "rules"
