"""Candidates who answer one question after the other, and who do what the contract tells clients to do in trouble."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import httpx

from backend.tests.client import ANSWER, Event, check_envelope, parse_sse
from backend.tests.e2e.conftest import Door, Guest

PATIENCE_S = 120.0
INTERVIEWS = 8
"""Of one candidate, who answers one question of each in turn."""


@dataclass
class Taken:
    """One answer, and what became of it."""

    owner: Guest
    session_id: str
    key: str
    turn_id: str
    events: list[Event]
    seconds: float

    @property
    def outcome(self) -> str:
        return str(self.events[-1].data["outcome"])


def answer(guest: Guest, session_id: str, doors: Sequence[Door], text: str = ANSWER) -> Taken:
    """Give one answer: the same Idempotency-Key until it is taken, then resume until `turn.ended`. Each try goes to the
    next of `doors`; what is refused has to say that trying again helps."""
    key, began = uuid.uuid4().hex, time.monotonic()
    events: list[Event] = []
    tries = 0
    while not events or events[-1].name != "turn.ended":
        if time.monotonic() - began > PATIENCE_S:
            raise TimeoutError(f"{len(events)} events of {session_id} after {PATIENCE_S:.0f} s")
        door = doors[tries % len(doors)]
        base = f"{door.address}/api/v1/sessions/{session_id}/turns"
        tries += 1
        headers = {"Authorization": guest.http.headers["Authorization"], "Idempotency-Key": key}
        method, address, body = "POST", base, {"text": text}
        if events:
            method, address, body = "GET", f"{base}/{events[0].data['turn_id']}/events", None
            headers["Last-Event-ID"] = events[-1].id
        try:
            with (
                httpx.Client(timeout=30, trust_env=False, verify=door.verify) as http,
                http.stream(method, address, headers=headers, json=body) as response,
            ):
                if response.status_code != 200:
                    assert response.status_code in {502, 503}, f"{response.status_code} {response.read()!r}"
                    response.read()
                    assert check_envelope(response)["retryable"] is True
                    assert int(response.headers["retry-after"]) > 0
                    time.sleep(0.2)
                    continue
                events.extend(parse_sse(response.iter_lines()))
        except httpx.TransportError:
            time.sleep(0.2)
    return Taken(guest, session_id, key, events[0].data["turn_id"], events, time.monotonic() - began)


@dataclass
class Load:
    """Some candidates at once, each in a thread; `with` starts and stops them, and raises what went wrong."""

    doors: Sequence[Door]
    candidates: int = 4
    plan: dict[str, Any] = field(default_factory=lambda: {"voice": True, "question_count": 20})
    taken: list[Taken] = field(default_factory=list)

    def __enter__(self) -> Load:
        self._over = threading.Event()
        self._errors: list[BaseException] = []
        self._threads = [threading.Thread(target=self._practise, args=(n,)) for n in range(self.candidates)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(PATIENCE_S + 30)
        if self._errors and error is None:
            raise self._errors[0]

    def wait_for(self, turns: int) -> None:
        """Until so many more turns have ended."""
        wanted, deadline = len(self.taken) + turns, time.monotonic() + PATIENCE_S
        while len(self.taken) < wanted and not self._errors:
            if time.monotonic() > deadline:
                raise TimeoutError("the load stands still")
            time.sleep(0.05)

    def _practise(self, number: int) -> None:
        first = number % len(self.doors)
        mine = [*self.doors[first:], *self.doors[:first]]
        try:
            with mine[0].guest() as guest:  # interviews enough for any length of a test, before anything goes wrong
                interviews = [guest.start(**self.plan)["session_id"] for _ in range(INTERVIEWS)]
                for answered in range(INTERVIEWS * (self.plan["question_count"] - 1)):
                    if self._over.is_set():
                        return
                    self.taken.append(answer(guest, interviews[answered % INTERVIEWS], mine))
                raise RuntimeError("a candidate ran out of questions")
        except BaseException as error:
            self._errors.append(error)


def check_nothing_lost(load: Load, through: Door, *, outcomes: set[str]) -> None:
    """Every acknowledged turn ended once, without a gap or a repetition, and is stored as it was told."""
    assert load.taken
    for turn in load.taken:
        assert [e.data["seq"] for e in turn.events] == list(range(1, len(turn.events) + 1))
        assert {e.data["turn_id"] for e in turn.events} == {turn.turn_id}
        assert turn.outcome in outcomes, turn.events[-2:]
        address = f"{through.address}/api/v1/sessions/{turn.session_id}/turns/{turn.turn_id}"
        headers = {"Authorization": turn.owner.http.headers["Authorization"]}
        answer = httpx.get(address, headers=headers, timeout=30, trust_env=False, verify=through.verify)
        stored = answer.json()["data"]
        assert stored["outcome"] == turn.outcome
        said = "".join(e.data["text"] for e in turn.events if e.name == "feedback.delta")
        assert stored["feedback_text"] == said
    assert len({t.turn_id for t in load.taken}) == len(load.taken)
