"""Each shared server is stopped and started again in mid-load, with the outcome that docs/operations.md states. The load
comes through nginx."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from backend.errors import StorageUnavailable
from backend.tests.client import ANSWER, JOB, by_name
from backend.tests.deploy.edge import Edge
from backend.tests.e2e.conftest import Door, Guest, Pair, Shared, behind, until, url
from backend.tests.e2e.load import Load, check_nothing_lost
from backend.tests.processes import product

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def door(edge: Edge) -> Door:
    return behind(edge)


def test_redis_goes_and_comes_back_in_mid_load(shared: Shared, pair: Pair, door: Door) -> None:
    with Load([door]) as load:
        load.wait_for(4)
        shared.redis.stop(kill=True)
        until(pair[0], "ih_redis_up", 0)
        load.wait_for(8)
        assert all(httpx.get(f"{url(r)}/health/ready", trust_env=False, timeout=60).status_code == 200 for r in pair)
        shared.redis.start()
        for replica in pair:
            until(replica, "ih_redis_up", 1)
        load.wait_for(4)
    check_nothing_lost(load, door, outcomes={"completed"})


def test_a_turn_is_still_resumed_through_the_other_without_redis(shared: Shared, pair: Pair) -> None:
    with Guest(url(pair[0])) as guest:
        session = guest.start(voice=True)["session_id"]
        first = guest.turn(session, text=ANSWER, on_event=lambda e: e.name != "context.found")
        shared.redis.stop(kill=True)
        try:
            guest.through(pair[1])
            turn = f"/sessions/{session}/turns/{first[0].data['turn_id']}"
            until(pair[1], "ih_redis_up", 0)
            rest = guest.resume(session, first[0].data["turn_id"], first[-1].id)
            assert [e.data["seq"] for e in [*first, *rest]] == list(range(1, len(first) + len(rest) + 1))
            assert by_name(rest, "turn.ended")["outcome"] == "completed"
            assert guest.data("DELETE", turn)["cancelled"] is False, "it is over"
        finally:
            shared.redis.start()
            for replica in pair:
                until(replica, "ih_redis_up", 1)


def test_postgresql_crashes_and_comes_back_in_mid_load(shared: Shared, pair: Pair, door: Door) -> None:
    with door.guest() as guest, Load([door], candidates=3) as load:
        load.wait_for(3)
        shared.postgres.stop()
        refused = httpx.get(f"{url(pair[0])}/health/ready", trust_env=False, timeout=20)
        assert refused.status_code == 503
        assert httpx.get(f"{url(pair[0])}/health/live", trust_env=False, timeout=60).status_code == 200
        assert guest.error("GET", "/me", 503)["code"] == StorageUnavailable.code
        shared.postgres.start()
        for replica in pair:
            replica.wait_ready()
        load.wait_for(4)
    check_nothing_lost(load, door, outcomes={"completed"})


def test_chroma_goes_and_comes_back_in_mid_load(shared: Shared, door: Door) -> None:
    def found(guest: Guest) -> int:
        query = {"query": "PostgreSQL on-call", "kinds": ["job_description"]}
        response = guest.call("POST", "/retrieval/search", json=query)
        return len(response.json()["data"]["passages"]) if response.status_code == 200 else -1

    with door.guest() as guest:
        guest.document("job_description", JOB)
        assert found(guest) == 1
        with Load([door], candidates=3) as load:
            load.wait_for(2)
            shared.chroma.stop(kill=True)
            assert found(guest) == 1, "words alone still find it"
            load.wait_for(3)
            shared.chroma.start()
            load.wait_for(2)
        check_nothing_lost(load, door, outcomes={"completed"})
        assert found(guest) == 1


def test_limits_are_counted_together(shared: Shared, tmp_path: Path) -> None:
    strict = [product(shared.folder, n, **shared.settings(REQUESTS_PER_MINUTE=20)) for n in ("strict-1", "strict-2")]
    try:
        for replica in strict:
            replica.start()
        with Guest(url(strict[0])) as guest:
            answers = [guest.through(strict[n % 2]).call("GET", "/me") for n in range(30)]
        codes = [a.status_code for a in answers]
        assert codes.count(200) == 20
        assert codes[-1] == 429
        assert int(answers[-1].headers["retry-after"]) > 0
    finally:
        for replica in strict:
            replica.stop()
