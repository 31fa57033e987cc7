"""Two processes of the product behind the real nginx: a whole turn, a live recording, and a stream that is not held up."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest

from backend import app
from backend.commands.running import own_server
from backend.config import Settings
from backend.errors import TooLarge
from backend.tests.client import ANSWER, ContractClient, check_turn, parse_sse
from backend.tests.deploy.edge import MAX_BODY, Edge, kib, require_nginx, running_edge

_DELAY_S = 0.02


@dataclass(frozen=True)
class Pair:
    """nginx, and the two replicas behind it."""

    edge: Edge
    replicas: tuple[str, str]

    def guest(self, address: str) -> ContractClient:
        return ContractClient(address, verify=self.edge.trust())


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    require_nginx()
    folder = tmp_path_factory.mktemp("pair")
    (folder / "html").mkdir()
    common = {
        "ASR": "scripted", "LLM": "scripted", "TTS": "tone", "EMBEDDER": "hash", "MLFLOW_TRACKING_URI": "off",
        "SECRET_KEY": "the same on both replicas, and long enough", "SCRIPTED_DELAY_S": str(_DELAY_S),
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'shared.db'}", "REQUESTS_PER_MINUTE": "100000",
        "GUESTS_PER_MINUTE": "100000", "FRONTEND_DIR": str(folder / "none"),
    }  # fmt: skip
    with ExitStack() as stack:
        one, two = (
            stack.enter_context(own_server({**os.environ, **common}, log=folder / f"{name}.log")) for name in "ab"
        )
        addresses = [address.removeprefix("http://") for address in (one, two)]
        yield Pair(stack.enter_context(running_edge(folder, addresses)), (one, two))


def test_a_whole_turn_passes(pair: Pair) -> None:
    with pair.guest(pair.edge.https) as guest:
        session = guest.start(voice=True)
        events = guest.turn(session["session_id"], text=ANSWER)
        check_turn(events)
        turn_id = events[0].data["turn_id"]
        assert guest.resume(session["session_id"], turn_id, after=events[2].id) == events[3:]
        clip = next(e.data["url"] for e in events if e.name == "audio" and e.data.get("url"))
        wav = httpx.get(pair.edge.https + clip, verify=pair.edge.trust(), trust_env=False)
        assert wav.status_code == 200
        assert wav.content.startswith(b"RIFF")
        assert wav.headers["cache-control"] == "private, max-age=600"


def test_live_recordings_meet_the_replica_that_holds_them(pair: Pair) -> None:
    """Every chunk comes over a connection of its own; a replica that does not know the recording would answer 404.

    The hash of an interview's id is as good as a coin, so interviews are held until both replicas had one: thirty heads in
    a row are one run in a thousand million.
    """
    with pair.guest(pair.edge.https) as guest:
        for _ in range(30):
            session = guest.start()["session_id"]
            made = guest.data("POST", f"/sessions/{session}/recordings", json={"mime": "audio/L16;rate=16000"})
            path = f"/sessions/{session}/recordings/{made['recording_id']}/chunks"
            for n in range(4):
                answer = httpx.put(
                    f"{pair.edge.https}/api/v1{path}/{n}", content=b"\0" * 3200, verify=pair.edge.trust(),
                    headers={"Authorization": guest.http.headers["Authorization"]}, trust_env=False,
                )  # fmt: skip
                assert answer.status_code == 200, answer.text
            if len({line["upstream"] for line in pair.edge.requests() if "/chunks/" in line["path"]}) == 2:
                break
        else:
            pytest.fail("thirty interviews, and all of them on one replica")


def test_too_large_is_said_as_the_application_says_it(pair: Pair) -> None:
    body = b"\0" * (kib(MAX_BODY) * 1024 + 1)
    with pair.guest(pair.edge.https) as guest:
        behind = guest.error("POST", "/documents", 413, content=body)
        assert behind == TooLarge().as_wire(behind["request_id"])


def test_the_edges_bound_is_the_applications() -> None:
    settings = Settings(_env_file=None)
    largest = max(settings.audio_max_bytes, settings.document_max_bytes) + app._BODY_OVERHEAD
    assert largest == kib(MAX_BODY) * 1024


def _lateness(guest: ContractClient, session_id: str) -> list[float]:
    """Seconds by which each event of one turn came later than the server's own clock says, from the first one on."""
    late: list[float] = []
    body = {"text": ANSWER}
    with guest.http.stream("POST", f"/sessions/{session_id}/turns", json=body) as response:
        assert response.status_code == 200
        for event in parse_sse(response.iter_lines()):
            late.append(time.monotonic() - event.data["at_ms"] / 1000)
    return [moment - late[0] for moment in late]


def test_events_are_not_held_up(pair: Pair) -> None:
    """Gaps between events through nginx are within 20 ms of those without it: nothing waits in a buffer.

    A buffer holds up every turn, by hundreds of milliseconds; a busy machine only some. So the best of five turns counts.
    """
    with pair.guest(pair.replicas[0]) as near, pair.guest(pair.edge.https) as far:
        spreads: dict[ContractClient, list[float]] = {near: [], far: []}
        for guest in (near, far) * 5:
            late = _lateness(guest, guest.start(voice=False)["session_id"])
            spreads[guest].append(max(abs(moment) for moment in late))
    assert min(spreads[far]) - min(spreads[near]) < 0.020, spreads.values()
