"""Language model services on this machine are recognised, and nothing else that listens there is taken for one."""

from __future__ import annotations

import json
import stat
import time
from pathlib import Path

import pytest

from backend.llm.local_choice import ChoiceFile, LocalChoice
from backend.llm.local_services import SERVICES, Found, LocalService, look
from backend.llm.scripted_service import ScriptedService
from backend.tests.fakes.web import serving
from backend.tests.processes import free_port


def at(url: str, name: str = "ollama") -> LocalService:
    return LocalService(name, "Ollama", url)


async def test_services_that_answer_are_found_with_the_models_that_can_chat() -> None:
    names = ["qwen3:8b", "nomic-embed-text:latest", "llama3.2:3b"]
    async with ScriptedService(models=names).running() as one, ScriptedService().running() as other:
        services = [at(one.url), at(f"http://127.0.0.1:{free_port()}/v1", "nobody"), at(other.url, "lmstudio")]
        assert await look(services) == [
            Found(services[0], ("qwen3:8b", "llama3.2:3b")),
            Found(services[2], ("scripted",)),
        ]


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html>", b"{}", b"[]", b'{"data": 3}', b'{"data": [{"name": "x"}]}', b'{"data": [{"id": 7}]}',
        json.dumps({"data": [{"id": "x\n"}]}).encode(), b'{"data": [' + b" " * 2_000_000 + b"]}",
    ],
)  # fmt: skip
async def test_whatever_else_listens_there_is_none(body: bytes) -> None:
    async with serving(body) as url:
        assert await look([at(f"{url}/v1")]) == []


async def test_a_service_that_says_nothing_is_not_waited_for() -> None:
    begun = time.monotonic()
    async with serving(b"", silent=True) as url:
        assert await look([at(f"{url}/v1")]) == []
    assert time.monotonic() - begun < 5


def test_only_loopback_is_ever_asked() -> None:
    assert {service.url for service in SERVICES} == {
        "http://127.0.0.1:11434/v1", "http://127.0.0.1:1234/v1", "http://127.0.0.1:8080/v1",
    }  # fmt: skip


def test_a_choice_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    file = ChoiceFile(tmp_path / "data")
    assert file.read() is None
    file.write(LocalChoice("ollama", "qwen3:8b"))
    assert file.read() == LocalChoice("ollama", "qwen3:8b")
    assert stat.S_IMODE((tmp_path / "data" / "language.json").stat().st_mode) == 0o600
    file.clear()
    file.clear()
    assert file.read() is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"service": 1, "model": "x"}', '{"service": "ollama"}'])
def test_a_choice_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "language.json").write_text(text)
    assert ChoiceFile(tmp_path).read() is None
