"""Over HTTP: what is in use is told to everybody, and chosen only where that is offered."""

from __future__ import annotations

import pytest

from backend.tests.client import ContractClient


def test_what_writes_is_told(client: ContractClient) -> None:
    state = client.data("GET", "/language")
    assert state["author"]["local"] is True
    assert state["offered"] is False
    assert state["found"] == state["larger"] == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/language/local", {"service": "ollama", "model": "qwen3:8b"}),
        ("DELETE", "/language/local", None),
        ("POST", "/language/larger", {"name": "granite-3.3-2b-instruct"}),
    ],
)
def test_where_nothing_is_offered_nothing_is_chosen(
    client: ContractClient, method: str, path: str, body: dict[str, str] | None
) -> None:
    assert client.error(method, path, 403, json=body)["code"] == "forbidden"


@pytest.mark.parametrize(
    "body", [{}, {"service": "ollama"}, {"service": "ollama", "model": ""}, {"service": "x", "model": "y", "url": "z"}]
)
def test_a_choice_holds_a_service_and_a_model_and_nothing_else(client: ContractClient, body: dict[str, str]) -> None:
    assert client.error("POST", "/language/local", 422, json=body)["code"] == "validation_failed"
