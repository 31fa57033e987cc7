"""Which model takes the second look, and which key it is asked with."""

from __future__ import annotations

import pytest

from backend.config import Settings
from backend.llm.dialect import Dialects
from backend.llm.ports import Message
from backend.llm.scripted_service import ScriptedService
from backend.wiring import hosts_elsewhere, make_checker

AUTHOR = {"llm_url": "https://author.example/v1", "llm_api_key": "author-key", "llm_model": "big"}


@pytest.mark.parametrize("given", [{}, {**AUTHOR}, {**AUTHOR, "check": "off", "check_model": "small"}])
def test_it_is_the_author_s_own_unless_another_is_named(given: dict[str, str]) -> None:
    assert make_checker(Settings(**given), Dialects()) is None


@pytest.mark.parametrize(
    ("own", "key", "model"),
    [
        ({"check_url": True}, "Bearer none", "big"),
        ({"check_url": True, "check_api_key": "check-key", "check_model": "small"}, "Bearer check-key", "small"),
        ({"llm_url": True, "check_model": "small"}, "Bearer author-key", "small"),
    ],
)
async def test_a_key_is_only_sent_where_it_belongs(own: dict[str, str | bool], key: str, model: str) -> None:
    async with ScriptedService().running() as service:
        given = {name: service.url if value is True else value for name, value in own.items()}
        chat = make_checker(Settings(**{**AUTHOR, **given}), Dialects())
        assert chat is not None
        async for _ in chat.stream([Message("user", "?")], max_tokens=5):
            pass
        await chat.close()
    assert service.seen[0].headers["authorization"] == key
    assert service.seen[0].body["model"] == model


def test_every_host_that_is_sent_anything_is_named() -> None:
    other = {"check_url": "https://check.example/v1"}
    assert hosts_elsewhere(Settings()) is None
    assert hosts_elsewhere(Settings(llm_url="http://127.0.0.1:11434/v1")) is None
    assert hosts_elsewhere(Settings(**AUTHOR)) == "author.example"
    assert hosts_elsewhere(Settings(**AUTHOR, **other)) == "author.example, check.example"
    assert hosts_elsewhere(Settings(**AUTHOR, **other, check="off")) == "author.example"
    assert hosts_elsewhere(Settings(llm_url="http://localhost:8080/v1", **other)) == "check.example"
