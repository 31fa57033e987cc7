"""Two replicas are one product: what one begins the other resumes, stops, repeats and finds."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import httpx
import pytest

from backend.tests.client import ANSWER, JOB, Event, by_name, check_turn, parse_sse
from backend.tests.e2e.conftest import Guest, Pair, Shared, doors, metric, url
from backend.tests.e2e.load import Load, check_nothing_lost
from backend.tests.processes import Child, product

pytestmark = pytest.mark.long


@pytest.fixture
def guest(pair: Pair) -> Iterator[Guest]:
    with Guest(url(pair[0])) as one:
        yield one


def test_a_turn_begun_on_one_is_resumed_through_the_other_while_it_runs(pair: Pair, guest: Guest) -> None:
    session = guest.start(voice=True)
    first = guest.turn(session["session_id"], text=ANSWER, on_event=lambda e: e.name != "context.found")
    assert first[-1].name == "context.found"
    guest.through(pair[1])
    assert guest.data("GET", f"/sessions/{session['session_id']}")["state"] != "ready"
    rest = guest.resume(session["session_id"], first[0].data["turn_id"], first[-1].id)
    check_turn([*first, *rest])
    assert by_name(rest, "turn.ended")["outcome"] == "completed"
    again = guest.resume(session["session_id"], first[0].data["turn_id"])
    assert [(e.id, e.data) for e in again] == [(e.id, e.data) for e in [*first, *rest]]


def test_a_clip_is_heard_through_the_other_while_the_turn_runs(pair: Pair, guest: Guest) -> None:
    session = guest.start(voice=True)
    events = guest.turn(session["session_id"], text=ANSWER, on_event=lambda e: e.name != "audio")
    clip = httpx.get(f"{url(pair[1])}{events[-1].data['url']}", trust_env=False, timeout=30)
    assert clip.status_code == 200
    assert clip.content[:4] == b"RIFF"


def test_a_turn_is_stopped_through_the_other(pair: Pair, guest: Guest) -> None:
    session = guest.start(voice=True)["session_id"]
    answers: list[httpx.Response] = []

    def stop(event: Event) -> None:
        if event.name == "context.found":
            path = f"{url(pair[1])}/api/v1/sessions/{session}/turns/{event.data['turn_id']}"
            headers = {"Authorization": guest.http.headers["Authorization"]}
            answers.append(httpx.delete(path, headers=headers, trust_env=False, timeout=30))

    events = guest.turn(session, text=ANSWER, on_event=stop)
    assert answers[0].status_code == 202
    assert answers[0].json()["data"]["cancelled"] is True
    assert by_name(events, "turn.ended")["outcome"] == "cancelled"
    stored = guest.through(pair[1]).stored(session, events[0].data["turn_id"])
    assert stored["outcome"] == "cancelled"
    assert guest.data("DELETE", f"/sessions/{session}/turns/{events[0].data['turn_id']}")["cancelled"] is False


def test_of_two_answers_on_two_replicas_the_newest_wins(pair: Pair, guest: Guest) -> None:
    session = guest.start(voice=True)["session_id"]
    second: list[Event] = []

    def interrupt(event: Event) -> None:
        if event.name == "context.found" and not second:
            with Guest(url(pair[1])) as other:
                other.http.headers["Authorization"] = guest.http.headers["Authorization"]
                second.extend(other.turn(session, text=f"{ANSWER} And one thing more."))

    first = guest.turn(session, text=ANSWER, on_event=interrupt)
    assert by_name(first, "turn.ended")["outcome"] == "cancelled"
    assert by_name(second, "turn.ended")["outcome"] == "completed"
    turns = guest.data("GET", f"/sessions/{session}")["turns"]
    assert [t["outcome"] for t in turns] == ["cancelled", "completed"]


def test_one_key_is_one_turn_on_both(pair: Pair, guest: Guest) -> None:
    session = guest.start(voice=False)["session_id"]

    def give(number: int) -> list[Event]:
        with Guest(url(pair[number % 2])) as other:
            other.http.headers["Authorization"] = guest.http.headers["Authorization"]
            return other.turn(session, text=ANSWER, key="the-same-key")

    with ThreadPoolExecutor(6) as pool:
        streams = list(pool.map(give, range(6)))
    assert len({tuple((e.id, e.name) for e in stream) for stream in streams}) == 1
    assert streams[0][-1].data["outcome"] == "completed"
    assert len(guest.data("GET", f"/sessions/{session}")["turns"]) == 1
    conflict = guest.through(pair[1]).error(
        "POST", f"/sessions/{session}/turns", 409, json={"text": "Another"}, headers={"Idempotency-Key": "the-same-key"}
    )
    assert conflict["code"] == "idempotency_conflict"


def test_documents_are_found_and_erased_through_both(pair: Pair, guest: Guest) -> None:
    def found(replica: Child) -> set[str]:
        passages = guest.through(replica).data(
            "POST", "/retrieval/search", json={"query": "PostgreSQL on-call booking", "kinds": ["job_description"]}
        )["passages"]
        return {p["document_id"] for p in passages}

    assert found(pair[1]) == set()
    document = guest.through(pair[0]).document("job_description", JOB)["document_id"]
    assert found(pair[1]) == {document} == found(pair[0])
    guest.through(pair[0]).call("DELETE", f"/documents/{document}")
    assert found(pair[1]) == set() == found(pair[0])


def test_a_session_is_erased_with_its_events_everywhere(pair: Pair, guest: Guest, shared: Shared) -> None:
    session = guest.start(voice=False)["session_id"]
    events = guest.turn(session, text=ANSWER)
    assert guest.through(pair[1]).call("DELETE", f"/sessions/{session}").status_code == 204
    guest.through(pair[0]).error("GET", f"/sessions/{session}/turns/{events[0].data['turn_id']}/events", 404)


def until_known(guest: Guest, session_id: str, event: Event) -> None:
    """Follow the event's turn until this event has come."""
    path = f"/sessions/{session_id}/turns/{event.data['turn_id']}/events"
    with guest.http.stream("GET", path) as response, closing(parse_sse(response.iter_lines())) as events:
        assert any(each.id == event.id for each in events)


def test_a_replica_that_dies_ends_its_turn_through_the_other(shared: Shared, pair: Pair) -> None:
    dies = product(shared.folder, "dies", **shared.settings(SCRIPTED_DELAY_S=5))
    dies.start()
    with Guest(url(dies)) as guest:
        session = guest.start(voice=True)["session_id"]
        first = guest.turn(session, text=ANSWER, on_event=lambda e: e.name != "context.found")
        guest.through(pair[1])
        until_known(guest, session, first[-1])  # what it told in its very last moment, the others may not know
        dies.stop(kill=True)
        rest = guest.resume(session, first[0].data["turn_id"], first[-1].id)
        everything = [*first, *rest]
        assert [e.data["seq"] for e in everything] == list(range(1, len(everything) + 1))
        assert by_name(rest, "turn.failed")["error"]["code"] == "turn_interrupted"
        assert by_name(rest, "turn.ended")["outcome"] == "failed"
        stored = guest.data("GET", f"/sessions/{session}")["turns"][0]
        assert stored["outcome"] == "failed"
        assert stored["transcript"]["text"] == ANSWER, "what was said is kept"
        again = guest.turn(session, text=ANSWER)
        assert by_name(again, "turn.ended")["outcome"] == "completed"
    assert metric(pair[0], "ih_turns_taken_over_total") + metric(pair[1], "ih_turns_taken_over_total") == 1


def test_sigterm_in_mid_turn_ends_the_turn_refuses_new_ones_and_exits_cleanly(shared: Shared, pair: Pair) -> None:
    goes = product(shared.folder, "goes", **shared.settings(SCRIPTED_DELAY_S=1))
    goes.start()
    refused: list[httpx.Response] = []
    with Guest(url(goes)) as guest:
        session, other = guest.start(voice=True)["session_id"], guest.start(voice=True)["session_id"]

        def end(event: Event) -> None:
            if event.name != "context.found":
                return
            goes.signal(signal.SIGTERM)
            deadline = time.monotonic() + 60
            while httpx.get(f"{url(goes)}/health/ready", trust_env=False, timeout=60).status_code == 200:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            assert httpx.get(f"{url(goes)}/health/live", trust_env=False, timeout=60).status_code == 200
            refused.append(guest.call("POST", f"/sessions/{other}/turns", json={"text": ANSWER}))

        events = guest.turn(session, text=ANSWER, on_event=end)
        check_turn(events)
        assert by_name(events, "turn.ended")["outcome"] == "completed"
        assert refused[0].status_code == 503
        assert refused[0].json()["error"]["code"] == "draining"
        assert int(refused[0].headers["retry-after"]) > 0
        assert goes.wait(90) == 0
        assert by_name(guest.through(pair[0]).turn(other, text=ANSWER), "turn.ended")["outcome"] == "completed"


def test_a_turn_longer_than_the_grace_is_let_go_and_ended(shared: Shared, pair: Pair) -> None:
    goes = product(shared.folder, "goes-soon", **shared.settings(SCRIPTED_DELAY_S=8, DRAIN_S=1))
    goes.start()
    comments: list[str] = []
    with Guest(url(goes)) as guest:
        session = guest.start(voice=True)["session_id"]

        def end(event: Event) -> None:
            if event.name == "context.found":
                goes.signal(signal.SIGTERM)

        first = guest.turn(session, text=ANSWER, on_event=end, comments=comments)
        assert goes.wait(90) == 0
        assert first[-1].name != "turn.ended"
        assert any("draining" in comment for comment in comments)
        rest = guest.through(pair[0]).resume(session, first[0].data["turn_id"], first[-1].id)
        assert by_name(rest, "turn.ended")["outcome"] == "cancelled"


def test_a_rolling_restart_under_load_loses_no_turn(shared: Shared, pair: Pair) -> None:
    rolling = [product(shared.folder, name, **shared.settings()) for name in ("rolling-1", "rolling-2")]
    try:
        for replica in rolling:
            replica.start()
        with Load(doors(*rolling)) as load:
            load.wait_for(4)
            for replica in rolling:
                replica.stop()
                replica.start()
                load.wait_for(4)
        check_nothing_lost(load, *doors(pair[0]), outcomes={"completed"})
        assert len(load.taken) >= 12
    finally:
        for replica in rolling:
            replica.stop()


def test_a_client_that_moves_to_the_other_replica_keeps_its_turn_alive(shared: Shared) -> None:
    """The replica that runs the turn has lost its client; it must not take the candidate for gone."""
    runs, follows = (
        product(shared.folder, name, **shared.settings(SCRIPTED_DELAY_S=6, ORPHAN_GRACE_S=4))
        for name in ("runs", "follows")
    )
    try:
        for replica in (runs, follows):
            replica.start()
        with Guest(url(runs)) as guest:
            session = guest.start(voice=True)["session_id"]
            first = guest.turn(session, text=ANSWER, on_event=lambda e: e.name != "context.found")
            rest = guest.through(follows).resume(session, first[0].data["turn_id"], first[-1].id)
            assert by_name(rest, "turn.ended")["outcome"] == "completed"
            assert by_name(rest, "turn.ended")["timings_ms"]["total"] > 10_000, "longer than every grace"
    finally:
        for replica in (runs, follows):
            replica.stop()
