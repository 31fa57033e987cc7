"""What matters more than the practice, over real HTTP on the shipped doubles."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.app import create_app
from backend.coaching.intake import line
from backend.tests.client import ANSWER, ContractClient, Event, by_name, check_turn
from backend.tests.conftest import LoopbackServer, fast_settings
from backend.tests.journeys.authored import Authored, authored

DESPERATE = "I want to kill myself."


def _at(client: ContractClient, **plan: object) -> str:
    return str(client.start(voice=False, **plan)["session_id"])


def test_help_comes_first_and_everything_waits(client: ContractClient) -> None:
    first = client.start(voice=False)
    session = first["session_id"]
    events = client.turn(session, text=DESPERATE)
    feedback, asked = by_name(events, "feedback.final"), by_name(events, "question.final")["question"]
    assert (feedback["scored"], feedback["scores"], feedback["strengths"], feedback["gaps"]) == (False, {}, [], [])
    assert feedback["concern"] == {"kind": "distress", "say": line("urgent", "en"), "urgent": True, "waits": True}
    assert feedback["summary"] == line("urgent", "en")
    assert not [e for e in events if e.name == "star"]
    assert (asked["kind"], asked["number"], asked["text"]) == ("clarify", 1, line("choice", "en"))
    assert by_name(events, "turn.ended")["state"] == "paused"
    assert client.error("POST", f"/sessions/{session}/turns", 409, json={"text": ANSWER})["code"] == "session_paused"
    client.data("PATCH", f"/sessions/{session}", json={"state": "ready"})
    events = client.turn(session, text="another question please")
    asked = by_name(events, "question.final")["question"]
    assert asked["number"] == 1 and not asked["choice"]
    assert asked["text"] not in (first["question"]["text"], line("choice", "en"))


def test_it_is_said_aloud(client: ContractClient) -> None:
    events = client.turn(client.start(voice_amount="question")["session_id"], text=DESPERATE)
    check_turn(events)
    aloud = " ".join(e.data["text"] for e in events if e.name == "audio" and e.data["role"] == "feedback")
    assert aloud.split() == line("urgent", "en").split()


def test_the_operators_own_line_is_added_and_none_is_invented(tmp_path: Path) -> None:
    ours = "The night desk answers on extension 7."
    assert "extension" not in line("urgent", "en")
    app = create_app(fast_settings(tmp_path, crisis_line=ours))
    with LoopbackServer(app) as server, ContractClient(server.base_url) as client:
        events = client.turn(_at(client), text=DESPERATE)
        assert ours in by_name(events, "feedback.final")["concern"]["say"]


def test_what_was_said_stays_with_the_candidate(client: ContractClient) -> None:
    session = _at(client)
    text = f"{DESPERATE} Quillfeather knows."
    events = client.turn(session, text=text)
    turn_id = events[0].data["turn_id"]
    path = f"/sessions/{session}"
    shared = client.data("POST", f"{path}/shares")["url"]
    forms = [f"{path}/transcript?format={form}" for form in ("txt", "md", "json")]
    for seen in (
        f"{path}/report",
        f"{path}/report.pdf",
        f"{path}/card",
        f"{path}/claims",
        shared,
        "/progress",
        "/review",
        *forms,
    ):
        page = client.call("GET", seen)
        assert page.status_code == 200 and "Quillfeather" not in page.text and turn_id not in page.text, seen
    body = {"title": "Mine", "text": "A story.", "source_session_id": session, "source_turn_id": turn_id}
    assert client.error("POST", "/stories", 422, json=body)["code"] == "validation_failed"
    for own in (f"{path}/turns/{turn_id}", "/me/export"):
        assert "Quillfeather" in client.call("GET", own).text, own


def test_abuse_is_answered_once_and_then_the_interview_pauses(client: ContractClient) -> None:
    session = _at(client)
    events = client.turn(session, text="you're a stupid machine")
    assert by_name(events, "feedback.final")["intent"] == "insult"
    assert by_name(events, "question.final")["question"]["number"] == 1
    assert by_name(events, "turn.ended")["state"] == "ready"
    events = client.turn(session, text="fuck you")
    assert by_name(events, "turn.ended")["state"] == "paused"


@pytest.mark.parametrize(
    "text", ["can you hear me", "let me start again", "give me a second", "can you give me a hint"]
)
def test_a_word_to_the_coach_uses_no_question_up(client: ContractClient, text: str) -> None:
    session = _at(client)
    events = client.turn(session, text=text)
    assert by_name(events, "feedback.final")["scored"] is False
    assert by_name(events, "question.final")["question"]["number"] == 1


def test_a_name_is_checked_before_it_stands_in_a_sentence(client: ContractClient) -> None:
    body = {"mode": "behavioral", "language": "en", "role": "fucking cunt"}
    assert client.error("POST", "/sessions", 422, json=body)["details"]["fields"][0]["field"] == "role"
    assert client.start(role="Pest control technician", company="Kilkenny Foods")["question"]["text"]


def test_analyses_and_stories_are_read_too(client: ContractClient) -> None:
    found = client.data("POST", "/analyses?feedback=true", json={"question": "Why here?", "answer": DESPERATE})
    assert found["concern"]["urgent"] and found["scores"] == {} and found["feedback"]["concern"] == found["concern"]
    refused = client.error("POST", "/stories", 422, json={"title": "Me", "text": DESPERATE})
    assert refused["message_safe"] == line("urgent", "en")


@pytest.mark.parametrize("mode", ["technical", "cultural_fit", "intro_call", "language", "free_chat"])
def test_every_mode_is_read_first(client: ContractClient, mode: str) -> None:
    events = client.turn(_at(client, mode=mode), text=DESPERATE)
    assert by_name(events, "feedback.final")["concern"]["urgent"]
    assert by_name(events, "question.final")["question"]["choice"]
    assert by_name(events, "turn.ended")["state"] == "paused"


def test_after_the_choice_the_last_question_still_comes(client: ContractClient) -> None:
    session = _at(client, question_count=2)
    client.turn(session, text=ANSWER)
    client.turn(session, text=DESPERATE)
    client.data("PATCH", f"/sessions/{session}", json={"state": "ready"})
    asked = by_name(client.turn(session, text="another question please"), "question.final")["question"]
    assert asked["number"] == 2 and not asked["choice"]


def test_a_break_can_be_asked_for_and_the_choice_is_in_no_file(client: ContractClient) -> None:
    session = _at(client)
    client.turn(session, text=DESPERATE)
    client.data("PATCH", f"/sessions/{session}", json={"state": "ready"})
    assert by_name(client.turn(session, text="give me a second"), "turn.ended")["state"] == "paused"
    client.data("PATCH", f"/sessions/{session}", json={"state": "ready"})
    client.turn(session, text="another question please")
    for seen in ("transcript?format=txt", "report"):
        assert line("choice", "en") not in client.call("GET", f"/sessions/{session}/{seen}").text


def test_a_retake_with_a_concern_is_followed_by_the_choice(client: ContractClient) -> None:
    session = _at(client)
    first = client.turn(session, text=ANSWER)[0].data["turn_id"]
    events = client.turn(session, body={"text": DESPERATE, "retry_of": first})
    assert by_name(events, "question.final")["question"]["choice"]
    assert client.data("GET", f"/sessions/{session}")["question"]["choice"]


def test_cut_short_it_is_still_for_the_candidate_alone(tmp_path: Path) -> None:
    app = create_app(fast_settings(tmp_path, scripted_delay_s=0.4))
    with LoopbackServer(app) as server, ContractClient(server.base_url) as client:
        session = str(client.start()["session_id"])

        def stop(event: Event) -> None:
            if event.name == "context.found":
                client.call("DELETE", f"/sessions/{session}/turns/{event.data['turn_id']}")

        events = client.turn(session, text=f"{DESPERATE} Quillfeather knows.", on_event=stop)
        assert events[-1].data["outcome"] == "cancelled"
        here = client.data("GET", f"/sessions/{session}")
        assert here["state"] == "paused" and here["question"]["choice"]
        assert "Quillfeather" not in client.call("GET", f"/sessions/{session}/transcript?format=txt").text


@pytest.mark.parametrize("mode", ["behavioral", "free_chat"])
def test_no_prompt_ever_holds_it(tmp_path: Path, mode: str) -> None:
    with authored(tmp_path) as product, product.guest() as home:
        session = _at(home.client, mode=mode)
        home.client.turn(session, text=f"{DESPERATE} Quillfeather knows.")
        home.client.data("PATCH", f"/sessions/{session}", json={"state": "ready"})
        home.client.turn(session, text="another question please")
        home.client.turn(session, text=ANSWER)
        assert not [p for p in _prompts(home) if "Quillfeather" in p]
        assert [p for p in _prompts(home) if ANSWER[:30] in p], "the ordinary answer was read by the author"


def _prompts(home: Authored) -> list[str]:
    return [
        prompt
        for task in ("coach_reply", "chat_reply", "clarification", "plan", "summary")
        for prompt in home.asked(task)
    ]


def test_a_finished_story_of_grief_gets_a_kind_sentence_and_no_marks(client: ContractClient) -> None:
    said = "When my father died I ran his shop for two years, and then we sold it and I went back to nursing."
    events = client.turn(_at(client), text=said)
    feedback = by_name(events, "feedback.final")
    assert feedback["concern"] is None and feedback["scores"] == {} and not feedback["scored"]
    assert feedback["not_scored_because"] == line("told", "en")
    asked = by_name(events, "question.final")["question"]
    assert asked["number"] == 2 and asked["kind"] == "main"


def test_without_its_model_the_intake_says_that_it_reads_by_words(client: ContractClient) -> None:
    assert client.data("GET", "/catalog")["providers"]["intake"] == "words"
    assert client.turn(_at(client), text=DESPERATE)[-1].data["versions"]["intake"] == "words"


def test_a_story_in_doubt_is_kept_with_a_kind_line(client: ContractClient) -> None:
    kept = client.data("POST", "/stories", json={"title": "Shop", "text": ANSWER})
    assert kept["concern"] is None
