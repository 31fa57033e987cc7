"""Two replicas behind the shipped nginx, on real PostgreSQL, Redis and Chroma: what clients see of them through one door."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest

from backend.errors import NotFound, TooLarge, TooManyRequests, UpstreamUnavailable
from backend.tests.client import ANSWER, JOB, Event, by_name, check_turn, parse_sse
from backend.tests.deploy.edge import MAX_BODY, Edge, kib
from backend.tests.e2e.conftest import Door, Guest, Pair, Parted, behind, url
from backend.tests.e2e.load import Load, check_nothing_lost
from backend.tests.journeys.test_live_recording import Microphone, spoken

pytestmark = pytest.mark.long

FAIL_TIMEOUT_S = 4.2
"""A little more than `fail_timeout`, which nginx counts in whole seconds: so long it leaves a replica out that failed it."""


@pytest.fixture(scope="module")
def door(edge: Edge) -> Door:
    return behind(edge)


@pytest.fixture
def guest(door: Door) -> Iterator[Guest]:
    with door.guest() as one:
        yield one


# --- a replica that nginx no longer reaches, while its turn goes on ---------------------------------------------------


@pytest.fixture
def far(parted: Parted) -> Iterator[Guest]:
    """A guest behind the nginx whose ways can be cut; they are whole again afterwards."""
    with behind(parted.edge).guest() as one:
        yield one
    for way in parted.ways:
        way.up()
    time.sleep(FAIL_TIMEOUT_S)


def begin_and_part(parted: Parted, guest: Guest, session_id: str, key: str) -> list[Event]:
    """Begin a turn and cut nginx off from its replica in the middle of it. What had come until then."""
    home, seen = parted.home(guest, session_id), list[Event]()

    def part(event: Event) -> None:
        seen.append(event)
        if event.name == "context.found":
            home.down()

    with pytest.raises(httpx.TransportError):  # the stream breaks: no end is made up for it
        guest.turn(session_id, text=ANSWER, key=key, on_event=part)
    assert seen[-1].name != "turn.ended"
    return seen


def both_were_tried(parted: Parted, path: str) -> bool:
    """Whether nginx went on to the other replica with this request."""
    used = parted.edge.upstreams(f"/api/v1{path}")[-1].split(", ")
    return {address.rpartition(":")[2] for address in used} == {str(way.port) for way in parted.ways}


def test_a_turn_begun_on_one_is_resumed_through_the_other(parted: Parted, far: Guest) -> None:
    session = far.start(voice=True)["session_id"]
    first = begin_and_part(parted, far, session, uuid.uuid4().hex)
    turn_id = first[0].data["turn_id"]
    rest = far.resume(session, turn_id, first[-1].id)
    assert both_were_tried(parted, f"/sessions/{session}/turns/{turn_id}/events")
    check_turn([*first, *rest])
    assert by_name(rest, "turn.ended")["outcome"] == "completed"


def test_a_turn_begun_on_one_is_stopped_through_the_other(parted: Parted, far: Guest) -> None:
    session = far.start(voice=True)["session_id"]
    first = begin_and_part(parted, far, session, uuid.uuid4().hex)
    turn = f"/sessions/{session}/turns/{first[0].data['turn_id']}"
    stopped = far.call("DELETE", turn)
    assert (stopped.status_code, stopped.json()["data"]["cancelled"]) == (202, True)
    assert both_were_tried(parted, turn)
    rest = far.resume(session, first[0].data["turn_id"], first[-1].id)
    assert [e.data["seq"] for e in [*first, *rest]] == list(range(1, len(first) + len(rest) + 1))
    assert by_name(rest, "turn.ended")["outcome"] == "cancelled"
    assert far.stored(session, first[0].data["turn_id"])["outcome"] == "cancelled"


def test_an_answer_that_is_sent_again_is_the_same_turn_on_the_other(parted: Parted, far: Guest) -> None:
    """A client that did not get far enough to know its turn repeats the request with its key."""
    session, key = far.start(voice=False)["session_id"], uuid.uuid4().hex
    first = begin_and_part(parted, far, session, key)
    events: list[Event] = []
    for _ in range(10):  # nginx sends no POST twice by itself: it says 502 twice, then it leaves the lost replica out
        headers = {"Idempotency-Key": key}
        with far.http.stream("POST", f"/sessions/{session}/turns", json={"text": ANSWER}, headers=headers) as again:
            if again.status_code == 200:
                events = list(parse_sse(again.iter_lines()))
                break
            again.read()
            assert again.status_code == 502
            assert again.json()["error"]["retryable"] is True
    assert [(e.id, e.name) for e in events[: len(first)]] == [(e.id, e.name) for e in first]
    check_turn(events, voice=False)
    assert len(far.data("GET", f"/sessions/{session}")["turns"]) == 1


def test_without_any_replica_the_edge_says_so_and_recovers_by_itself(parted: Parted, far: Guest) -> None:
    for way in parted.ways:
        way.down()
    error = far.error("GET", "/me", UpstreamUnavailable.status)
    assert error == UpstreamUnavailable().as_wire(error["request_id"])
    assert far.call("GET", "/me").headers["retry-after"] == "1"
    for way in parted.ways:
        way.up()
    deadline = time.monotonic() + 60
    while far.call("GET", "/me").status_code != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)


# --- replicas that go, under load ------------------------------------------------------------------------------------


def test_a_rolling_restart_under_load_loses_no_turn(pair: Pair, door: Door) -> None:
    with Load([door]) as load:
        load.wait_for(4)
        for replica in pair:
            replica.stop()
            load.wait_for(4)  # the other one carries everybody
            replica.start()
            load.wait_for(4)
    check_nothing_lost(load, door, outcomes={"completed"})
    assert len(load.taken) >= 20


def test_a_replica_that_dies_under_load_ends_its_turns_and_only_those(pair: Pair, door: Door) -> None:
    with Load([door]) as load:
        load.wait_for(4)
        before = len(load.taken)
        pair[0].stop(kill=True)
        load.wait_for(8)
        pair[0].start()
        load.wait_for(4)
    check_nothing_lost(load, door, outcomes={"completed", "failed"})
    failed = [turn for turn in load.taken if turn.outcome == "failed"]
    assert len(failed) <= load.candidates
    assert not [turn for turn in load.taken[:before] if turn.outcome == "failed"]
    for turn in failed:
        assert by_name(turn.events, "turn.failed")["error"]["code"] == "turn_interrupted"


# --- what has to stay together, come at once, or stay closed -----------------------------------------------------------


def test_a_live_recording_stays_with_the_replica_that_holds_it(edge: Edge, guest: Guest) -> None:
    homes: set[str] = set()
    for _ in range(30):
        session = guest.start(voice=False)["session_id"]
        microphone = Microphone(guest, session)
        for _ in range(3):
            guest.http.cookies.clear()
            microphone.send(spoken(1.0), size=32_000)
        events = guest.turn(session, body=microphone.body)
        assert by_name(events, "turn.ended")["outcome"] == "completed"
        path = f"/api/v1{microphone.path}/{microphone.id}/chunks"
        used = {where for n in range(3) for where in edge.upstreams(f"{path}/{n}")}
        used |= set(edge.upstreams(f"/api/v1/sessions/{session}/turns"))
        assert len(used) == 1, f"one recording was sent to {used}"
        homes |= used
        if len(homes) == 2:
            return
    pytest.fail("thirty interviews, and all of them on one replica")


def test_documents_and_clips_pass(guest: Guest, door: Door) -> None:
    job = guest.document("job_description", JOB)
    found = guest.data("POST", "/retrieval/search", json={"query": "PostgreSQL on-call", "kinds": ["job_description"]})
    assert {p["document_id"] for p in found["passages"]} == {job["document_id"]}
    events = guest.turn(guest.start(voice=True)["session_id"], text=ANSWER)
    clip = next(e.data["url"] for e in events if e.name == "audio")
    sound = httpx.get(f"{door.address}{clip}", verify=door.verify, trust_env=False, timeout=30)
    assert (sound.status_code, sound.content[:4]) == (200, b"RIFF")


def _side_by_side(pair: Pair, edge: Edge, guest: Guest) -> float:
    """The largest difference, in seconds, between the gaps of one turn's events as seen through nginx and as seen at its
    replica by a second reader at the same time. The voice takes 0.3 s a piece."""
    session = guest.start(voice=True)["session_id"]
    guest.data("GET", f"/sessions/{session}")
    served = edge.upstreams(f"/api/v1/sessions/{session}")[-1]
    (replica,) = [one for one in pair if served.endswith(f":{one.port}")]
    headers = {"Authorization": guest.http.headers["Authorization"]}
    far: dict[str, float] = {}
    near: dict[str, float] = {}
    joined_at: list[int] = []

    def read_near(turn_id: str) -> None:
        path = f"{url(replica)}/api/v1/sessions/{session}/turns/{turn_id}/events"
        with (
            httpx.stream("GET", path, headers=headers, trust_env=False, timeout=30) as response,
            closing(parse_sse(response.iter_lines())) as events,
        ):
            for event in events:
                near[event.id] = time.perf_counter()
                if not joined_at:
                    joined_at.append(len(far))

    with ThreadPoolExecutor(1) as pool:
        readers = []

        def read_far(event: Event) -> None:
            far[event.id] = time.perf_counter()
            if event.name == "turn.started":
                readers.append(pool.submit(read_near, event.data["turn_id"]))

        events = guest.turn(session, text=ANSWER, on_event=read_far)
        readers[0].result()
    check_turn(events)
    live = [event.id for event in events][joined_at[0] :]  # those before were read again, all at once
    assert far[live[-1]] - far[live[0]] > 0.5, "nothing was seen live"
    gaps = [[at[b] - at[a] for a, b in zip(live, live[1:], strict=False)] for at in (far, near)]
    return max(abs(one - other) for one, other in zip(*gaps, strict=True))


def test_events_are_not_held_up(pair: Pair, edge: Edge, guest: Guest) -> None:
    """The gaps between events are within 20 ms of those at the replica. A buffer would spoil every turn, a busy machine
    only some, so turns are given until one was undelayed."""
    differences: list[float] = []
    while not differences or (len(differences) < 30 and min(differences) >= 0.020):
        differences.append(_side_by_side(pair, edge, guest))
    assert min(differences) < 0.020, differences


def test_the_edges_own_refusals_are_the_products(edge: Edge, pair: Pair, guest: Guest, door: Door) -> None:
    assert httpx.get(f"{url(pair[0])}/metrics", trust_env=False, timeout=60).status_code == 200
    for path in ("/metrics", "/docs"):
        closed = httpx.get(f"{door.address}{path}", verify=door.verify, trust_env=False, timeout=60)
        assert closed.status_code == 404
        assert closed.json()["error"]["code"] == NotFound.code
    large = guest.error("POST", "/documents", 413, content=b"\0" * (kib(MAX_BODY) * 1024 + 1))
    assert large == TooLarge().as_wire(large["request_id"])
    wrong = {"email": "nobody@example.org", "password": "not the right one"}
    with ThreadPoolExecutor(10) as pool:  # at once: one more a second is let in, and each takes a password's time
        answers = list(pool.map(lambda _: guest.call("POST", "/auth/login", json=wrong), range(60)))
    limited = [a for a in answers if a.status_code == 429]
    assert limited
    for answer in limited:
        assert answer.json()["error"]["code"] == TooManyRequests.code
        assert int(answer.headers["retry-after"]) > 0
