"""The product with an author behind LLM_URL: the scripted chat service, in a loop and a thread of its own."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from backend.app import create_app
from backend.llm.scripted_replies import Asked
from backend.llm.scripted_service import ScriptedService
from backend.tests.client import ContractClient
from backend.tests.coaching.author.writing import tasks
from backend.tests.conftest import LoopbackServer, fast_settings
from backend.tests.fakes.threads import opened_on_a_thread


class Authored:
    """A guest of a product whose author answers each task as `replies` says."""

    def __init__(self, client: ContractClient, service: ScriptedService, replies: dict[str, Any]) -> None:
        self.client, self.replies = client, replies
        self._service, self._begun = service, len(service.seen)

    def asked(self, task: str) -> list[str]:
        """The prompts of a task since this guest came."""
        seen = list(self._service.seen)[self._begun :]
        return [a.prompt for one in seen if (a := Asked.of(one)).task == task]


class AuthoredProduct:
    """The product and the service behind it; guests come and go."""

    def __init__(self, base_url: str, service: ScriptedService, replies: dict[str, Any]) -> None:
        self._base_url, self._service, self._replies = base_url, service, replies

    @contextlib.contextmanager
    def guest(self) -> Iterator[Authored]:
        self._replies.clear()
        with ContractClient(self._base_url) as client:
            yield Authored(client, self._service, self._replies)


@contextlib.contextmanager
def authored(folder: Path, **settings: Any) -> Iterator[AuthoredProduct]:
    replies: dict[str, Any] = {}
    service = ScriptedService(script=tasks(replies))
    with opened_on_a_thread(service.running()):
        values = {"llm_url": service.url, "llm_model": "scripted", "coach_author": "model", **settings}
        with LoopbackServer(create_app(fast_settings(folder, **values))) as server:
            yield AuthoredProduct(server.base_url, service, replies)


def until(look: Callable[[], Any], within_s: float = 20.0) -> Any:
    """What `look` finds once it finds something."""
    deadline = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < deadline, "it never comes"
        time.sleep(0.05)
    return found
