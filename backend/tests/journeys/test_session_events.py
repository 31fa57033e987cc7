"""`GET /sessions/{id}/events` over real HTTP: what happens outside a turn."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx

from backend.app import create_app
from backend.coaching.feedback import Concern, ErrorPoint, Feedback, Point
from backend.tests.client import ANSWER, ContractClient, Event, by_name, parse_sse
from backend.tests.conftest import LoopbackServer, fast_settings
from backend.wiring import Services

LATE = Feedback(
    scored=True,
    author="model",
    summary="You said what changed.",
    strengths=[Point(text="Twenty minutes is a figure.", citations=[])],
    errors=[ErrorPoint(quote="joins", correction="Say which.")],
)


class Watching:
    """Reads the session's events in a thread until the stream ends."""

    def __init__(self, client: ContractClient, session_id: str, after: str = "") -> None:
        self.events: list[Event] = []
        self.comments: list[str] = []
        self._stream = client.http.stream(
            "GET", f"/sessions/{session_id}/events", headers={"Last-Event-ID": after} if after else {}
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._stream as response:
            assert response.status_code == 200
            assert response.headers["content-type"].startswith("text/event-stream")
            try:
                for event in parse_sse(response.iter_lines(), self.comments):
                    self.events.append(event)
            except httpx.HTTPError:
                return

    def until(self, count: int) -> list[Event]:
        deadline = time.monotonic() + 30
        while len(self.events) < count:
            assert time.monotonic() < deadline, [e.name for e in self.events]
            time.sleep(0.01)
        return self.events

    def end(self) -> list[Event]:
        self._thread.join(30)
        assert not self._thread.is_alive(), "the stream never ends"
        return self.events


class House:
    """A server of its own, and a way to run something inside it."""

    def __init__(self, folder: Path) -> None:
        app = create_app(fast_settings(folder))
        self._loops: list[asyncio.AbstractEventLoop] = []

        @app.middleware("http")
        async def note(request: Any, call_next: Any) -> Any:
            self._loops.append(asyncio.get_running_loop())
            return await call_next(request)

        self.server = LoopbackServer(app)
        self._app = app

    def parts(self) -> Services:
        services: Services = self._app.state.services
        return services

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loops[0]).result(30)


@contextlib.contextmanager
def house(folder: Path) -> Iterator[tuple[House, ContractClient]]:
    made = House(folder)
    with made.server, ContractClient(made.server.base_url) as client:
        yield made, client


def test_states_are_told_and_a_client_goes_on_where_it_was(client: ContractClient) -> None:
    session = client.start()["session_id"]
    first = Watching(client, session)
    assert first.until(1)[0].data["state"] == "ready"
    client.data("PATCH", f"/sessions/{session}", json={"state": "paused"})
    (_, paused) = first.until(2)
    assert (paused.name, paused.data["state"]) == ("state", "paused")
    assert paused.id == f"{session}:{paused.data['seq']}"
    client.data("PATCH", f"/sessions/{session}", json={"state": "ready"})
    again = Watching(client, session, after=paused.id)
    assert again.until(1)[0].data["state"] == "ready" and again.events[0].id != paused.id
    assert client.call("DELETE", f"/sessions/{session}").status_code == 204
    assert len(again.end()) == 1 and len(first.end()) == 3


def test_an_interview_that_ends_with_its_last_answer_says_so(client: ContractClient) -> None:
    session = client.start(question_count=1, voice=False)["session_id"]
    watching = Watching(client, session)
    watching.until(1)
    client.turn(session, text=ANSWER)
    assert watching.until(2)[1].data["state"] == "finished"
    assert client.call("DELETE", f"/sessions/{session}").status_code == 204
    watching.end()


def test_nobody_follows_the_interview_of_somebody_else(client: ContractClient) -> None:
    session = client.start()["session_id"]
    with ContractClient(client.base_url) as other:
        other.error("GET", f"/sessions/{session}/events", 404)


def test_late_points_are_told_stored_and_replayed(tmp_path: Path) -> None:
    with house(tmp_path) as (home, client):
        session, owner, room = client.start(voice=False)["session_id"], client.guest["owner_id"], home.parts().room
        watching = Watching(client, session)
        watching.until(1)
        turn_id = client.turn(session, text=ANSWER)[0].data["turn_id"]
        assert home.do(room.revise(owner, session, turn_id, LATE))
        told = watching.until(2)[1]
        assert (told.name, told.data["turn_id"]) == ("feedback.revised", turn_id)
        assert told.data["feedback"]["strengths"][0]["text"] == LATE.strengths[0].text
        assert told.data["feedback"]["author"] == "model" and told.data["feedback"]["errors"][0]["quote"] == "joins"
        stored = client.data("GET", f"/sessions/{session}/turns/{turn_id}")
        assert stored["feedback"]["summary"] == LATE.summary and stored["revised_at"]
        replayed = client.resume(session, turn_id)
        assert by_name(replayed, "feedback.final")["summary"] == LATE.summary
        assert [e.data["seq"] for e in replayed] == list(range(1, len(replayed) + 1))
        new = Watching(client, session, after="of another time")
        assert [e.name for e in new.until(2)] == ["feedback.revised", "state"]
        assert not home.do(room.revise(owner, session, "trn_none", LATE))
        client.call("DELETE", f"/sessions/{session}")
        assert [e.name for e in new.end()] == ["feedback.revised", "state"]


def test_after_a_restart_a_client_that_comes_back_is_told_what_the_stored_turns_say(tmp_path: Path) -> None:
    with house(tmp_path) as (home, client):
        session, owner, headers = client.start(voice=False)["session_id"], client.guest["owner_id"], client.http.headers
        watching = Watching(client, session)
        last = watching.until(1)[0].id
        turn_id = client.turn(session, text=ANSWER)[0].data["turn_id"]
        home.do(home.parts().drain())
        assert watching.end()[-1].name == "state"
        assert any("draining" in comment for comment in watching.comments)
        assert client.error("GET", f"/sessions/{session}/events", 503)["code"] == "draining"
        assert home.do(home.parts().room.revise(owner, session, turn_id, LATE))
    with house(tmp_path) as (home, client):
        client.http.headers["Authorization"] = headers["Authorization"]
        back = Watching(client, session, after=last)
        assert [e.name for e in back.until(2)] == ["feedback.revised", "state"]
        client.call("DELETE", f"/sessions/{session}")
        back.end()


def test_a_concern_is_for_the_candidate_alone(tmp_path: Path) -> None:
    concern = Concern(kind="distress", say="Take all the time you Quillfeather need.")
    grave = Feedback(scored=False, author="model", summary=concern.say, concern=concern)
    with house(tmp_path) as (home, client):
        session = client.start(voice=False)["session_id"]
        turn_id = client.turn(session, text=ANSWER)[0].data["turn_id"]
        room, turns = home.parts().room, home.parts().stores.turns
        assert home.do(room.revise(client.guest["owner_id"], session, turn_id, grave))
        record = home.do(turns.get(client.guest["owner_id"], session, turn_id))
        home.do(turns.save(record.model_copy(update={"feedback_text": concern.say})))
        path = f"/sessions/{session}"
        shared = client.data("POST", f"{path}/shares")["url"]
        forms = [f"{path}/transcript?format={form}" for form in ("txt", "md", "json")]
        for seen in (f"{path}/report", f"{path}/report.pdf", f"{path}/card", shared, "/progress", *forms):
            page = client.call("GET", seen)
            assert page.status_code == 200
            assert not [w for w in ("Quillfeather", "distress", '"concern"') if w in page.text], seen
        assert "distress" not in httpx.get(f"{client.base_url}/metrics", trust_env=False).text
        for own in (f"{path}/turns/{turn_id}", "/me/export"):
            assert "Quillfeather" in client.call("GET", own).text, own
