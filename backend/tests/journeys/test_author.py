"""Whole turns with a language model as the author: the scripted service streams replies as a strong model would.

This tests the path that a reply takes; it says nothing about any model.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from backend.app import create_app
from backend.coaching.intake import line
from backend.llm.scripted_play import FAULTS, Fault, Seen
from backend.llm.scripted_replies import FromFile, FromPrompt, Replies, script
from backend.llm.scripted_service import ScriptedService
from backend.tests.client import ANSWER, JOB, RESUME, ContractClient, Event, by_name, check_turn, parse_sse
from backend.tests.conftest import LoopbackServer, fast_settings
from backend.tests.fakes.threads import opened_on_a_thread
from backend.tests.journeys.authored import until

REPLY: dict[str, Any] = {
    "concern": None,
    "reaction": "Twenty minutes, and nobody stayed late. Which join did you move first?",
    "next_question": {
        "text": "What did you leave out of the guide you wrote?", "follow_up": True, "quotes": ["wrote a short guide for the team"],
    },
    "strengths": [{"text": "You looked at where the time went before you changed anything.", "quotes": ["I looked at where the time went"]}],
    "gaps": [{"text": "Your resume says you trained three colleagues. Say the guide was for them.", "quotes": ["Trained three new colleagues"]}],
    "errors": [{"quote": "most of Friday", "correction": "Say how many hours; “most” will be asked about."}],
    "scores": {"structure": {"score": 4, "why": "The steps and the end are told."}, "impact": {"score": 4, "why": "Twenty minutes."}},
    "rewrite": "The weekly stock report took most of Friday. I moved the joins into the database and wrote a short guide for the team. After that it took twenty minutes. [add: how many hours it took before]",
    "drill": {"title": "Before and after", "instruction": "In twenty seconds: how long it took before, and how long after."},
}  # fmt: skip
FALSE = [
    {"list": "strengths", "item": {"text": "You saved the company 40 hours.", "quotes": ["nobody stayed late"]}},
    {"list": "gaps", "item": {"text": "Your team was delighted; say so.", "quotes": ["nobody stayed late"]}},
]
ENTRY = {"answer": ANSWER, "reply": REPLY, "false_items": FALSE}
DEADLINES = {"author_first_s": 0.6, "author_question_s": 1.0, "author_points_s": 1.6, "author_late_s": 6.0}


class Service:
    """The scripted service on a loop of its own, so that a synchronous test can play with it."""

    def __init__(self, replies: Replies, **options: Any) -> None:
        self.options = options
        self.replies = replies
        self.service = ScriptedService(script=lambda seen: script(self.replies, **self.options)(seen))
        self.port = 0
        self._open = ExitStack()

    def __enter__(self) -> Service:
        self._open.enter_context(opened_on_a_thread(self.service.running(self.port)))
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    def asked(self, task: str, about: str = ANSWER[:60]) -> list[Seen]:
        """The requests of a task that hold these words; the probe of the model is about others."""
        named = [(s, s.body.get("response_format", {}).get("json_schema", {}).get("name")) for s in self.service.seen]
        return [seen for seen, name in named if name == task and about in str(seen.body)]


@contextmanager
def product(folder: Path, service: Service, **settings: object) -> Iterator[LoopbackServer]:
    given = {"llm": "openai", "llm_url": service.service.url, "coach_author": "model", "llm_first_token_timeout_s": 5.0}
    with LoopbackServer(create_app(fast_settings(folder, **{**given, **settings}))) as server:
        yield server


@contextmanager
def guest(folder: Path, service: Service, **settings: object) -> Iterator[ContractClient]:
    with product(folder, service, **settings) as server, ContractClient(server.base_url) as client:
        yield client


def begin(client: ContractClient, **plan: Any) -> str:
    documents = [
        client.document(kind, text)["document_id"] for kind, text in (("job_description", JOB), ("resume", RESUME))
    ]
    return str(client.start(document_ids=documents, **plan)["session_id"])


def notices(events: list[Event]) -> set[str]:
    return {e.data["code"] for e in events if e.name == "notice"}


def test_a_models_reply_reaches_the_candidate_whole_and_what_is_false_does_not(tmp_path: Path) -> None:
    with Service(FromFile([ENTRY], with_false=True)) as service, guest(tmp_path, service) as client:
        session = begin(client)
        events = client.turn(session, text=ANSWER)
        check_turn(events)
        feedback = by_name(events, "feedback.final")
        assert (feedback["author"], feedback["scored"]) == ("model", True)
        assert feedback["summary"] == REPLY["reaction"]
        assert [p["text"] for p in feedback["strengths"]] == [REPLY["strengths"][0]["text"]]
        assert [p["text"] for p in feedback["gaps"]] == [REPLY["gaps"][0]["text"]]
        assert feedback["errors"][0]["correction"] == REPLY["errors"][0]["correction"]
        assert feedback["withheld"] == 2
        assert feedback["rewrite"]["slots"][0]["hint"] == "how many hours it took before"
        assert feedback["scores"]["structure"]["score"] == 4
        cited = {c["citation_id"]: c for c in feedback["citations"]}
        assert cited[feedback["gaps"][0]["citations"][0]]["source"] == "document"
        question = by_name(events, "question.final")["question"]
        assert (question["text"], question["kind"]) == (REPLY["next_question"]["text"], "follow_up")
        assert question["citations"][0]["quote"] == "wrote a short guide for the team"
        first = next(e for e in events if e.name == "feedback.delta")
        assert REPLY["reaction"].startswith(first.data["text"])
        assert next(e.data["role"] for e in events if e.name == "audio") == "feedback"
        ended = by_name(events, "turn.ended")
        assert ended["versions"]["model"] and ended["timings_ms"]["llm_prompt_tokens"] > 0
        assert len(service.asked("coach_reply")) == 1
        assert len(service.asked("point_check")) == 2
        metrics = client.http.get(f"{client.base_url}/metrics").text
        assert 'ih_author_dropped_total{kind="number"} 1.0' in metrics
        assert 'ih_author_dropped_total{kind="gaps_unsupported"} 1.0' in metrics
        stored = client.data("GET", f"/sessions/{session}/turns/{ended['turn_id']}")
        assert stored["feedback"]["author"] == "model"


def test_what_was_said_and_is_not_supported_is_neither_shown_nor_kept(tmp_path: Path) -> None:
    said = "Your manager was delighted. Twenty minutes, and nobody stayed late."
    false = [
        {"list": "reaction", "item": said},
        {"list": "rewrite", "item": "I was asked to make it faster and I enjoyed it."},
    ]
    entry = {
        "answer": ANSWER,
        "reply": {**REPLY, "reaction": "Twenty minutes, and nobody stayed late."},
        "false_items": false,
    }
    with Service(FromFile([entry], with_false=True)) as service, guest(tmp_path, service) as client:
        session = begin(client)
        events = client.turn(session, text=ANSWER)
        assert "delighted" in "".join(
            e.data["text"] for e in events if e.name == "feedback.delta"
        )  # it goes out at once
        feedback = by_name(events, "feedback.final")
        assert feedback["summary"] == "Twenty minutes, and nobody stayed late."
        assert feedback["rewrite"]["text"] == "" and feedback["withheld"] == 2
        turn = by_name(events, "turn.ended")["turn_id"]
        stored = client.data("GET", f"/sessions/{session}/turns/{turn}")
        assert "delighted" not in stored["feedback_text"] and "Twenty minutes" in stored["feedback_text"]
        assert len(service.asked("point_check")) == 2


def test_the_prompt_of_a_turn_holds_the_passages_that_were_found(tmp_path: Path) -> None:
    """This author quotes nothing but what stands in its prompt."""
    with Service(FromPrompt()) as service, guest(tmp_path, service) as client:
        events = client.turn(begin(client), text=ANSWER)
        feedback = by_name(events, "feedback.final")
        kinds = {c["citation_id"][0] for c in feedback["citations"]}
        assert {"J", "R", "A"} <= kinds, kinds
        prompt = service.asked("coach_reply")[0].body["messages"][1]["content"]
        assert f"<answer>{ANSWER}</answer>" in prompt
        without = client.start()
        feedback = by_name(client.turn(without["session_id"], text=ANSWER), "feedback.final")
        said = {
            c["citation_id"]
            for p in feedback["strengths"] + feedback["gaps"]
            for c in feedback["citations"]
            if c["citation_id"] in p["citations"]
        }
        assert not any(c.startswith(("J", "R")) for c in said)


def test_who_keeps_everything_here_is_coached_by_the_rules_and_nothing_is_sent(tmp_path: Path) -> None:
    with Service(FromFile([ENTRY])) as service, guest(tmp_path, service) as client:
        events = client.turn(begin(client, author="rules"), text=ANSWER)
        assert by_name(events, "feedback.final")["author"] == "rules"
        assert not any(ANSWER in str(seen.body) or "Northwind" in str(seen.body) for seen in service.service.seen)


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_the_model_does_the_turn_ends_in_time_with_what_was_proved(tmp_path: Path, fault: Fault) -> None:
    faulty = Service(FromFile([ENTRY], with_false=True), fault=fault, fault_tasks=["coach_reply"])
    with faulty as service, guest(tmp_path, service, **DEADLINES) as client:
        session = begin(client)
        began = time.monotonic()
        events = client.turn(session, text=ANSWER)
        assert time.monotonic() - began < 5.0
        check_turn(events)
        assert by_name(events, "turn.ended")["outcome"] == "completed"
        feedback = by_name(events, "feedback.final")
        assert feedback["summary"]
        assert by_name(events, "question.final")["question"]["text"].endswith("?")
        wire = str(events)
        assert "40 hours" not in wire and "delighted" not in wire and "upstream-secret-detail" not in wire
        if fault == "fenced":
            assert (feedback["author"], notices(events)) == ("model", set())
        elif feedback["author"] == "rules" or fault in ("cut", "error"):
            assert notices(events)
        assert (
            feedback["author"] == ("model" if fault in ("cut", "error", "endless", "fenced", "invalid") else "rules")
            or fault == "endless"
        )


@pytest.mark.parametrize("fault", ["silent", "error", "empty"])
def test_a_second_look_that_fails_leaves_what_code_has_proved(tmp_path: Path, fault: Fault) -> None:
    faulty = Service(FromFile([ENTRY]), fault=fault, fault_tasks=["point_check"])
    with faulty as service, guest(tmp_path, service, check_s=0.3) as client:
        feedback = by_name(client.turn(begin(client), text=ANSWER), "feedback.final")
        assert feedback["author"] == "model" and len(feedback["strengths"]) == 1


def session_events(client: ContractClient, session: str, until: str, within_s: float = 10.0) -> Event:
    """The first event of this name on the session's own stream."""
    deadline = time.monotonic() + within_s
    with client.http.stream("GET", f"/sessions/{session}/events") as response:
        for event in parse_sse(response.iter_lines()):
            if event.name == until:
                return event
            assert time.monotonic() < deadline, f"no {until}"
    raise AssertionError(f"the stream ended without {until}")


def test_points_that_come_after_the_turn_revise_it(tmp_path: Path) -> None:
    with Service(FromFile([ENTRY]), first_token_s=2.2) as service, guest(tmp_path, service, **DEADLINES) as client:
        session = begin(client)
        events = client.turn(session, text=ANSWER)
        feedback = by_name(events, "feedback.final")
        assert feedback["author"] == "rules"
        assert "llm_late" in notices(events)
        assert REPLY["reaction"] not in "".join(e.data["text"] for e in events if e.name == "feedback.delta")
        revised = session_events(client, session, "feedback.revised")
        assert revised.data["turn_id"] == by_name(events, "turn.ended")["turn_id"]
        assert revised.data["feedback"]["author"] == "model"
        stored = client.data("GET", f"/sessions/{session}/turns/{revised.data['turn_id']}")
        assert [p["text"] for p in stored["feedback"]["strengths"]] == [REPLY["strengths"][0]["text"]]


def test_a_short_next_answer_does_not_lose_the_points_on_their_way(tmp_path: Path) -> None:
    slow = {"author_first_s": 0.3, "author_question_s": 0.4, "author_points_s": 8.0, "author_late_s": 8.0}
    with Service(FromFile([ENTRY]), first_token_s=1.5) as service, guest(tmp_path, service, **slow) as client:
        session = begin(client)
        with client.http.stream("POST", f"/sessions/{session}/turns", json={"text": ANSWER}) as response:
            for event in parse_sse(response.iter_lines()):
                if event.name == "question.final":
                    break
            turn_id = event.data["turn_id"]
            client.turn(session, text="Could you repeat that, please?")
        revised = session_events(client, session, "feedback.revised")
        assert (revised.data["turn_id"], revised.data["feedback"]["author"]) == (turn_id, "model")


def test_an_interruption_stops_the_model(tmp_path: Path) -> None:
    with Service(FromFile([ENTRY]), tokens_per_s=15.0) as service, guest(tmp_path, service) as client:
        session = begin(client)
        with client.http.stream("POST", f"/sessions/{session}/turns", json={"text": ANSWER}) as response:
            for event in parse_sse(response.iter_lines()):
                if event.name == "feedback.delta":
                    client.call("DELETE", f"/sessions/{session}/turns/{event.data['turn_id']}")
        (asked,) = service.asked("coach_reply")
        deadline = time.monotonic() + 1.0
        while not asked.closed_by_client.is_set() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert asked.closed_by_client.is_set()


def test_a_concern_is_answered_and_nothing_is_scored_or_used_up(tmp_path: Path) -> None:
    said = "I keep the list of the keys in our store, and every evening I check it with a colleague before we both go home."
    concern = {"kind": "illegal", "say": "Let us stop there for a moment. I will not score this."}
    entry = {"answer": said, "reply": {**REPLY, "concern": concern}}
    with Service(FromFile([entry])) as service, guest(tmp_path, service) as client:
        documents = client.start()
        session, question = documents["session_id"], documents["question"]
        events = client.turn(session, text=said)
        check_turn(events)
        feedback = by_name(events, "feedback.final")
        assert feedback["concern"] == {"kind": "illegal", "say": line("illegal", "en"), "urgent": False, "waits": True}
        assert (feedback["scored"], feedback["scores"], feedback["strengths"], feedback["gaps"]) == (False, {}, [], [])
        asked = by_name(events, "question.final")["question"]
        assert (asked["kind"], asked["number"], asked["choice"]) == ("clarify", question["number"], True)
        assert asked["text"] == line("choice", "en")
        assert any(e.name == "audio" and e.data["text"] in feedback["concern"]["say"] for e in events)


def test_beyond_the_days_share_the_rules_speak_and_say_so(tmp_path: Path) -> None:
    with Service(FromFile([ENTRY])) as service, guest(tmp_path, service, llm_tokens_per_owner_day=500) as client:
        session = client.start()["session_id"]  # without documents there is no plan, which costs tokens too
        assert by_name(client.turn(session, text=ANSWER), "feedback.final")["author"] == "model"
        events = client.turn(session, text=ANSWER)
        assert by_name(events, "feedback.final")["author"] == "rules"
        assert "llm_budget_spent" in notices(events)


def test_automatic_means_a_model_that_has_shown_that_it_can(tmp_path: Path) -> None:
    with Service(FromFile([])) as service, guest(tmp_path, service, coach_author="auto") as client:
        assert by_name(client.turn(begin(client), text=ANSWER), "feedback.final")["author"] == "rules"
        deadline = time.monotonic() + 20
        while not service.asked("coach_reply", about="library") and time.monotonic() < deadline:
            time.sleep(0.05)  # the model is tried in the background, whenever that comes
        assert service.asked("coach_reply", about="library")
        assert not any(ANSWER in str(s.body) for s in service.service.seen)
    with Service(FromPrompt()) as service, guest(tmp_path / "b", service, coach_author="auto") as client:
        deadline = time.monotonic() + 20
        while client.data("GET", "/catalog")["author"]["kind"] != "model" and time.monotonic() < deadline:
            time.sleep(0.1)
        assert client.data("GET", "/catalog")["author"] | {"model": "", "host": ""} == {
            "kind": "model", "model": "", "host": "", "local": True, "checked": True, "state": "capable",
        }  # fmt: skip
        assert by_name(client.turn(begin(client), text=ANSWER), "feedback.final")["author"] == "model"


def test_an_analysis_without_an_interview_is_written_by_the_model_too(tmp_path: Path) -> None:
    with Service(FromFile([ENTRY])) as service, guest(tmp_path, service) as client:
        body = {"question": "What did you improve?", "answer": ANSWER}
        given = client.data("POST", "/analyses?feedback=true", json=body)
        assert given["feedback"]["author"] == "model"
        assert given["scores"]["structure"]["score"] == 4
        assert client.data("POST", "/analyses", json=body)["scores"]
        assert len(service.asked("coach_reply")) == 1


def test_an_author_that_could_not_be_reached_before_the_first_turn_is_asked_in_it(tmp_path: Path) -> None:
    """Warm-up, probe and plan have failed by then; what nobody waited for opens no breaker."""
    service = Service(FromFile([ENTRY]))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        service.port = taken.getsockname()[1]
    url = f"http://127.0.0.1:{service.port}/v1"
    settings = {"llm": "openai", "llm_url": url, "llm_model": "scripted", "coach_author": "model"}
    with (
        LoopbackServer(create_app(fast_settings(tmp_path, **settings))) as server,
        ContractClient(server.base_url) as client,
    ):
        session = begin(client)
        until(lambda: client.data("GET", "/catalog")["author"]["state"] == "unreachable")
        failed = 'ih_stage_errors_total{code="llm_unavailable",stage="llm"} 3.0'  # warm-up, probe, plan
        until(lambda: failed in client.http.get(f"{client.base_url}/metrics").text)
        with service:
            feedback = by_name(client.turn(session, text=ANSWER), "feedback.final")
        assert feedback["author"] == "model"
