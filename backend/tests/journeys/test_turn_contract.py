"""Whole turns over real HTTP on the shipped doubles: every rule of the contract's section 6."""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.app import create_app
from backend.interview.turn_record import TurnRecord
from backend.tests.client import ANSWER, JOB, RESUME, ContractClient, Event, by_name, check_envelope, check_turn
from backend.tests.conftest import LoopbackServer, fast_settings
from backend.tests.sounds import silence_wav, speech_like_wav


def test_a_typed_turn_has_every_event_of_the_contract(client: ContractClient) -> None:
    documents = [
        client.document("job_description", JOB)["document_id"],
        client.document("resume", RESUME)["document_id"],
    ]
    session = client.start(document_ids=documents)
    assert session["question"]["text"].endswith("?") or session["question"]["text"].endswith(".")
    assert session["question"]["number"] == 1
    assert session["audio"]["url"]
    events = client.turn(session["session_id"], text=ANSWER)
    check_turn(events)
    heard = by_name(events, "transcript.final")
    assert heard["text"] == ANSWER
    assert heard["words"] == []
    delivery = by_name(events, "delivery")
    assert delivery["words_per_minute"] is None
    assert {w["figure"] for w in delivery["withheld"]} >= {"words_per_minute"}
    star = by_name(events, "star")
    for part in ("situation", "task", "action", "result"):
        for evidence in star[part]["evidence"]:
            assert ANSWER[evidence["char_start"] : evidence["char_end"]] == evidence["quote"]
    feedback = by_name(events, "feedback.final")
    assert feedback["scored"] is True
    assert {k: feedback[k] for k in ("author", "errors", "concern")} == {
        "author": "rules",
        "errors": [],
        "concern": None,
    }
    assert feedback["reference"]["points"] and all(p["id"] and p["text"] for p in feedback["reference"]["points"])
    cited = {c["citation_id"] for c in feedback["citations"]}
    for point in feedback["strengths"] + feedback["gaps"]:
        assert point["citations"]
        assert set(point["citations"]) <= cited
    assert all(1 <= s["score"] <= 5 and s["why"] and s["anchor"] for s in feedback["scores"].values())
    assert set(by_name(events, "turn.ended")["versions"]) == {"prompt", "model", "asr", "tts", "embedder", "intake"}


def test_citations_are_verbatim_in_their_documents(client: ContractClient) -> None:
    job = client.document("job_description", JOB)
    session = client.start(document_ids=[job["document_id"]])
    events = client.turn(session["session_id"], text=ANSWER)
    text = client.data("GET", f"/documents/{job['document_id']}/text")["text"]
    feedback = by_name(events, "feedback.final")
    for citation in feedback["citations"] + by_name(events, "context.found")["citations"]:
        if citation["source"] == "document":
            assert text[citation["char_start"] : citation["char_end"]] == citation["quote"]
        elif citation["source"] == "answer":
            assert ANSWER[citation["char_start"] : citation["char_end"]] == citation["quote"]


def test_a_spoken_turn_has_words_with_times(client: ContractClient) -> None:
    session = client.start()
    events = client.turn(session["session_id"], audio=("a.wav", speech_like_wav(6.0), "audio/wav"))
    check_turn(events)
    heard = by_name(events, "transcript.final")
    assert heard["duration_s"] == pytest.approx(6.0, abs=0.05)
    assert heard["words"]
    assert all(w["start_s"] <= w["end_s"] for w in heard["words"])


def test_the_clips_of_a_turn_can_be_fetched_and_are_marked_as_synthetic(client: ContractClient) -> None:
    session = client.start()
    events = client.turn(session["session_id"], text=ANSWER)
    urls = [session["audio"]["url"], *(e.data["url"] for e in events if e.name == "audio")]
    for url in urls:
        response = httpx.get(f"{client.base_url}{url}", trust_env=False, timeout=60)
        assert response.status_code == 200
        assert response.headers["content-type"] == "audio/wav"
        assert response.content[:4] == b"RIFF"
        assert b"LIST" in response.content
    without_signature = urls[0].partition("?")[0]
    refused = httpx.get(f"{client.base_url}{without_signature}", trust_env=False, timeout=60)
    assert refused.status_code in {403, 404}


def test_silence_is_no_answer_and_the_question_comes_again(client: ContractClient) -> None:
    session = client.start()
    events = client.turn(session["session_id"], audio=("a.wav", silence_wav(3.0), "audio/wav"))
    check_turn(events)
    assert by_name(events, "notice")["code"] == "no_speech"
    assert by_name(events, "transcript.final")["text"] == ""
    assert by_name(events, "feedback.final")["scored"] is False
    assert by_name(events, "question.final")["question"]["question_id"] == session["question"]["question_id"]


@pytest.mark.parametrize("said", ["Could you repeat that, please?", "Sorry, can you say the question again?"])
def test_asking_to_repeat_is_not_scored_and_repeats(client: ContractClient, said: str) -> None:
    session = client.start()
    events = client.turn(session["session_id"], text=said)
    check_turn(events)
    feedback = by_name(events, "feedback.final")
    assert feedback["scored"] is False
    assert feedback["not_scored_because"]
    assert by_name(events, "question.final")["question"]["text"] == session["question"]["text"]


def test_fine_is_not_scored(client: ContractClient) -> None:
    session = client.start()
    events = client.turn(session["session_id"], text="It went fine.")
    assert by_name(events, "feedback.final")["scored"] is False


def test_voice_off_sends_no_audio(client: ContractClient) -> None:
    session = client.start(voice=False)
    assert "audio" not in session
    check_turn(client.turn(session["session_id"], text=ANSWER), voice=False)


def test_the_interview_is_over_after_the_last_question(client: ContractClient) -> None:
    session = client.start(question_count=2)
    asked = {session["question"]["text"]}
    events = client.turn(session["session_id"], text=ANSWER)
    check_turn(events)
    asked.add(by_name(events, "question.final")["question"]["text"])
    assert len(asked) == 2
    last = client.turn(session["session_id"], text=ANSWER + " I would do it again.")
    check_turn(last, over=True)
    assert by_name(last, "turn.ended")["state"] == "finished"
    error = client.error("POST", f"/sessions/{session['session_id']}/turns", 409, json={"text": ANSWER})
    assert error["code"] == "session_finished"
    assert error["details"]["state"] == "finished"


def test_the_same_key_replays_and_another_body_conflicts(client: ContractClient) -> None:
    session = client.start()
    key = uuid.uuid4().hex
    first = client.turn(session["session_id"], text=ANSWER, key=key)
    again = client.turn(session["session_id"], text=ANSWER, key=key)
    assert [(e.id, e.name, e.data) for e in again] == [(e.id, e.name, e.data) for e in first]
    path = f"/sessions/{session['session_id']}/turns"
    error = client.error("POST", path, 409, json={"text": "other"}, headers={"Idempotency-Key": key})
    assert error["code"] == "idempotency_conflict"
    assert len(client.data("GET", f"/sessions/{session['session_id']}")["turns"]) == 1


def test_twenty_posts_with_one_key_are_one_turn(client: ContractClient) -> None:
    session = client.start()
    key = uuid.uuid4().hex
    streams: list[list[Event]] = []

    def post() -> None:
        streams.append(client.turn(session["session_id"], text=ANSWER, key=key))

    threads = [threading.Thread(target=post) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(streams) == 20
    assert len({tuple(e.id for e in s) for s in streams}) == 1
    assert len(client.data("GET", f"/sessions/{session['session_id']}")["turns"]) == 1


def test_a_post_that_finds_its_turn_stored_but_not_begun_follows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LoopbackServer(create_app(fast_settings(tmp_path))) as server, ContractClient(server.base_url) as client:
        turns = server.app.state.services.stores.turns
        stored, found, add = threading.Event(), threading.Event(), turns.add

        async def add_slowly(turn: TurnRecord) -> None:
            await add(turn)
            stored.set()
            assert await asyncio.to_thread(found.wait, 10)

        monkeypatch.setattr(turns, "add", add_slowly)
        session_id, key = client.start(voice=False)["session_id"], uuid.uuid4().hex
        first: list[Event] = []
        posting = threading.Thread(target=lambda: first.extend(client.turn(session_id, text=ANSWER, key=key)))
        posting.start()
        assert stored.wait(10)
        room, know = server.app.state.services.room, server.app.state.services.room.known

        async def known(*who: Any) -> Any:
            turn = await know(*who)
            found.set()
            return turn

        monkeypatch.setattr(room, "known", known)
        again = client.turn(session_id, text=ANSWER, key=key)
        posting.join()
        assert [e.id for e in again] == [e.id for e in first]
        assert again[-1].name == "turn.ended"


def test_times_count_from_the_arrival_of_the_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what passes before the turn begins: whose the answer is, and where it belongs, is looked up after it came."""
    with LoopbackServer(create_app(fast_settings(tmp_path))) as server, ContractClient(server.base_url) as client:
        session_id = client.start(voice=False)["session_id"]
        owners = server.app.state.services.stores.owners
        look = owners.generation

        async def look_slowly(owner_id: str) -> int | None:
            await asyncio.sleep(0.3)
            found: int | None = await look(owner_id)
            return found

        monkeypatch.setattr(owners, "generation", look_slowly)
        assert client.turn(session_id, text=ANSWER)[0].data["at_ms"] >= 300


def test_a_replay_after_last_event_id_is_exactly_the_rest(client: ContractClient) -> None:
    session = client.start()
    events = client.turn(session["session_id"], text=ANSWER)
    turn_id = events[0].data["turn_id"]
    for cut in (0, 1, len(events) // 2, len(events)):
        after = events[cut - 1].id if cut else ""
        rest = client.resume(session["session_id"], turn_id, after)
        assert [(e.id, e.data) for e in rest] == [(e.id, e.data) for e in events[cut:]]


def test_the_stored_turn_tells_the_same_facts(client: ContractClient) -> None:
    session = client.start()
    events = client.turn(session["session_id"], text=ANSWER)
    stored = client.data("GET", f"/sessions/{session['session_id']}/turns/{events[0].data['turn_id']}")
    assert stored["transcript"]["text"] == ANSWER
    assert stored["outcome"] == "completed"
    assert stored["feedback"]["summary"] == by_name(events, "feedback.final")["summary"]
    assert stored["next_question"] == by_name(events, "question.final")["question"]
    assert "owner_id" not in stored


def test_a_retry_is_compared_with_the_take_before(client: ContractClient) -> None:
    session = client.start()
    first = client.turn(session["session_id"], text="I made a report faster once. It was slow before and then I "
                        "changed some things in it and people liked the result a lot better.")  # fmt: skip
    turn_id = first[0].data["turn_id"]
    again = client.turn(session["session_id"], body={"text": ANSWER, "retry_of": turn_id})
    check_turn(again)
    assert again[0].data["question_id"] == session["question"]["question_id"]
    compared = by_name(again, "feedback.final")["compared"]
    assert compared["turn_id"] == turn_id
    assert compared["changes"]
    pending = by_name(first, "question.final")["question"]["question_id"]
    assert by_name(again, "question.final")["question"]["question_id"] == pending
    client.error(
        "POST", f"/sessions/{session['session_id']}/turns", 404, json={"text": ANSWER, "retry_of": "trn_nothing"}
    )


@pytest.fixture
def slow_product(tmp_path):  # type: ignore[no-untyped-def]
    """Doubles that take their time, so that a turn can be caught in the middle."""
    app = create_app(fast_settings(tmp_path, scripted_delay_s=0.4, orphan_grace_s=1.0, heartbeat_s=0.2))
    with LoopbackServer(app) as server, ContractClient(server.base_url) as guest:
        yield guest


def test_an_interruption_ends_the_stream_as_cancelled_at_once(slow_product: ContractClient) -> None:
    client = slow_product
    session = client.start()
    asked_at: list[float] = []

    def stop(event: Event) -> None:
        if event.name == "feedback.delta" and not asked_at:
            asked_at.append(time.perf_counter())
            response = client.call("DELETE", f"/sessions/{session['session_id']}/turns/{event.data['turn_id']}")
            assert response.status_code == 202

    events = client.turn(session["session_id"], text=ANSWER, on_event=stop)
    assert events[-1].name == "turn.ended"
    assert events[-1].data["outcome"] == "cancelled"
    stored = client.stored(session["session_id"], events[0].data["turn_id"])
    said = "".join(e.data["text"] for e in events if e.name == "feedback.delta")
    assert stored["cut_short"] is True
    assert stored["feedback_text"] == said
    check_turn(client.turn(session["session_id"], text=ANSWER))


def test_a_turn_that_is_over_cannot_be_stopped(tmp_path: Path) -> None:
    """Not even while its lease is still held, which is given back a moment after the end."""
    with LoopbackServer(create_app(fast_settings(tmp_path))) as server, ContractClient(server.base_url) as client:
        session = client.start(voice=False)["session_id"]
        turn_id = client.turn(session, text=ANSWER)[0].data["turn_id"]
        asyncio.run(server.app.state.services.room.active.exchange.begin(session, turn_id))
        assert client.data("DELETE", f"/sessions/{session}/turns/{turn_id}")["cancelled"] is False


@pytest.mark.parametrize("name", ["turn.started", "delivery", "feedback.final", "question.final", "audio"])
def test_an_interruption_at_any_moment_ends_the_stream(client: ContractClient, name: str) -> None:
    """Also while the end is being stored: a stream without `turn.ended` would leave its reader waiting for ever."""
    session = client.start(question_count=20)

    def stop(event: Event) -> None:
        if event.name == name:
            client.call("DELETE", f"/sessions/{session['session_id']}/turns/{event.data['turn_id']}")

    for take in range(6):
        events = client.turn(session["session_id"], text=f"{ANSWER} {take}", on_event=stop)
        assert events[-1].name == "turn.ended"
        assert events[-1].data["outcome"] in {"cancelled", "completed"}


def test_the_newest_turn_wins(slow_product: ContractClient) -> None:
    client = slow_product
    session = client.start()
    results: dict[str, list[Event]] = {}
    started = threading.Event()

    def first() -> None:
        results["first"] = client.turn(session["session_id"], text=ANSWER, on_event=lambda e: started.set())

    thread = threading.Thread(target=first)
    thread.start()
    assert started.wait(10)
    results["second"] = client.turn(session["session_id"], text=ANSWER + " Twice.")
    thread.join()
    assert results["first"][-1].data["outcome"] == "cancelled"
    assert results["second"][-1].data["outcome"] == "completed"


def test_a_client_that_leaves_can_come_back_within_the_grace(tmp_path: Path) -> None:
    app = create_app(fast_settings(tmp_path, scripted_delay_s=4.0, orphan_grace_s=4.0))
    with LoopbackServer(app) as server, ContractClient(server.base_url) as client:
        session = client.start()
        left = client.turn(session["session_id"], text=ANSWER, on_event=lambda e: e.name != "delivery")
        rest = client.resume(session["session_id"], left[0].data["turn_id"], left[-1].id)
        check_turn(left + rest)
        assert rest[-1].data["outcome"] == "completed"
        assert rest[-1].data["timings_ms"]["total"] > 5_000, "longer than the grace"


def test_a_client_that_stays_away_ends_the_turn_after_the_grace(tmp_path) -> None:  # type: ignore[no-untyped-def]
    app = create_app(fast_settings(tmp_path, scripted_delay_s=30.0, orphan_grace_s=0.3))
    with LoopbackServer(app) as server, ContractClient(server.base_url) as client:
        session = client.start(voice=False)
        left = client.turn(session["session_id"], text=ANSWER, on_event=lambda e: e.name != "delivery")
        turn_id = left[0].data["turn_id"]
        rest = client.resume(session["session_id"], turn_id, left[-1].id)
        assert rest  # a follower within the grace keeps it alive; now nobody follows
        events = client.resume(session["session_id"], turn_id)
        assert events[-1].name == "turn.ended"


def test_heartbeats_are_comments(slow_product: ContractClient) -> None:
    client = slow_product
    session = client.start()
    comments: list[str] = []
    client.turn(session["session_id"], text=ANSWER, comments=comments)
    assert "heartbeat" in comments


def test_pause_continue_finish(client: ContractClient) -> None:
    session = client.start()
    path = f"/sessions/{session['session_id']}"
    assert client.data("PATCH", path, json={"state": "paused"})["state"] == "paused"
    assert client.error("POST", f"{path}/turns", 409, json={"text": ANSWER})["code"] == "session_paused"
    assert client.data("PATCH", path, json={"state": "ready"})["state"] == "ready"
    check_turn(client.turn(session["session_id"], text=ANSWER))
    assert client.data("PATCH", path, json={"state": "finished"})["state"] == "finished"
    assert client.error("PATCH", path, 409, json={"state": "ready"})["code"] == "session_finished"


@pytest.mark.parametrize("state", ["paused", "finished", "ready"])
def test_who_stops_a_turn_by_a_move_is_told_one_state(slow_product: ContractClient, state: str) -> None:
    client = slow_product
    session = client.start()["session_id"]
    path = f"/sessions/{session}"
    moved: list[str] = []

    def move(event: Event) -> None:
        if event.name == "delivery":
            moved.append(client.data("PATCH", path, json={"state": state})["state"])

    events = client.turn(session, text=ANSWER, on_event=move)
    ended = by_name(events, "turn.ended")
    assert (ended["outcome"], ended["state"], moved) == ("cancelled", state, [state])
    assert client.data("GET", path)["state"] == state
    assert by_name(client.resume(session, ended["turn_id"]), "turn.ended")["state"] == state
    if state == "paused":
        client.data("PATCH", path, json={"state": "ready"})
        assert by_name(client.turn(session, text=ANSWER), "turn.ended")["state"] == "ready"


def test_a_live_recording_becomes_a_turn(client: ContractClient) -> None:
    session = client.start()
    path = f"/sessions/{session['session_id']}/recordings"
    recording = client.data("POST", path, json={"mime": "audio/L16;rate=16000"})["recording_id"]
    pcm = speech_like_wav(4.0)[44:]
    pieces = [pcm[n : n + 16_000] for n in range(0, len(pcm), 16_000)]
    for number, piece in enumerate(pieces):
        answer = client.data("PUT", f"{path}/{recording}/chunks/{number}", content=piece)
        assert answer["received"] == number + 1
    assert client.data("PUT", f"{path}/{recording}/chunks/0", content=pieces[0])["received"] == len(pieces)
    gap = client.error("PUT", f"{path}/{recording}/chunks/99", 409, content=b"x")
    assert gap["details"]["expected"] == len(pieces)
    body = {"recording_id": recording, "chunks": len(pieces)}
    key = uuid.uuid4().hex
    events = client.turn(session["session_id"], body=body, key=key)
    check_turn(events)
    assert [e.id for e in client.turn(session["session_id"], body=body, key=key)] == [e.id for e in events]


def test_envelope_of_a_foreign_session(client: ContractClient, fast_product: LoopbackServer) -> None:
    session = client.start()
    with ContractClient(fast_product.base_url) as other:
        for method, path in (
            ("GET", f"/sessions/{session['session_id']}"),
            ("GET", f"/sessions/{session['session_id']}/report"),
            ("DELETE", f"/sessions/{session['session_id']}"),
            ("POST", f"/sessions/{session['session_id']}/turns"),
        ):
            response = other.call(method, path, **({"json": {"text": ANSWER}} if method == "POST" else {}))
            assert response.status_code == 404
            check_envelope(response)
