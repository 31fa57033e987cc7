"""What an author writes beside its replies, over HTTP: the plan, help, the report, talks; and that it can be erased."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend.jobs.role_packs import built_in_packs
from backend.llm.scripted_play import Play
from backend.llm.scripted_replies import Asked, verdicts
from backend.tests.client import ANSWER, Event, by_name, check_turn, parse_sse
from backend.tests.coaching.author.writing import played
from backend.tests.journeys.authored import Authored, AuthoredProduct, authored, until
from backend.tests.journeys.test_erasure import left


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthoredProduct]:
    """One product with an author for all tests here that look into no file of it."""
    with authored(tmp_path_factory.mktemp("authored")) as made:
        yield made


@pytest.fixture
def house(product: AuthoredProduct) -> Iterator[Authored]:
    with product.guest() as guest:
        yield guest


MARK = "Quillfeather"
JOB = (
    f"Night porter at the {MARK} hotel\n\nRequirements:\n- You are the only one on the {MARK} desk from eleven to seven\n"
    f"- You calm {MARK} guests who arrive angry and tired\n- You keep the log so that the morning can read it\n"
)
RESUME = f"Ada Byron\n\n{MARK} Inn, night receptionist, 2021 to 2025\n- Rewrote the {MARK} fire drill sheet\n"
PLAN: dict[str, Any] = {
    "requirements": [
        {"says": "Calming tired guests", "quote": f"You calm {MARK} guests who arrive angry and tired",
         "eligibility": False}
    ],
    "questions": [
        {"text": f"What draws you to nights at the {MARK}?", "quote": "Night porter", "competency": "motivation",
         "kind": "intro", "difficulty": "easy"},
        {"text": "Have you ever calmed somebody who shouted at you? How?", "quote": "guests who arrive angry",
         "competency": "de_escalation", "kind": "behavioral", "difficulty": "medium"},
        {"text": f"Your resume says you rewrote the {MARK} fire drill sheet. What was wrong with it?",
         "quote": f"Rewrote the {MARK} fire drill sheet", "competency": "ownership", "kind": "behavioral",
         "difficulty": "medium"},
    ],
}  # fmt: skip
REPORT: dict[str, Any] = {
    "summary": f"You say what you did, and the Friday report is easy to picture. Where {MARK} comes in, you stay short.",
    "strengths": [{"text": "You looked first.", "answer": 1, "quotes": ["I looked at where the time went"]}],
    "gaps": [{"text": "Say who asked you.", "answer": 1, "quotes": ["I was asked to make it faster"]}],
    "next_steps": [{"title": "Name them", "instruction": "Tell it again, with the people in it."}],
    "best_answer_why": "It goes from what was wrong to what you did.",
}
COACH: dict[str, Any] = {
    "concern": None,
    "reaction": "Friday gone on one report, and then twenty minutes.",
    "next_question": {"text": "What did the team say to the guide?", "follow_up": True, "quotes": []},
    "strengths": [{"text": "You looked first.", "quotes": ["I looked at where the time went"]}],
    "gaps": [],
    "errors": [],
    "scores": {"structure": {"score": 4, "why": "A story."}},
    "rewrite": "",
    "drill": {"title": "Again", "instruction": "Tell it in half the time."},
}


def over_both(reply: Any) -> Callable[[Asked], Any]:
    """The reply to a session that names both documents; nothing is planned when the posting is taken in."""
    return lambda asked: {} if "No resume was given." in asked.prompt else reply


ALL = {"interview_plan": over_both(PLAN), "session_report": REPORT, "coach_reply": COACH}


def begun(house: Authored, **plan: Any) -> dict[str, Any]:
    documents = [house.client.document("job_description", JOB), house.client.document("resume", RESUME)]
    return house.client.start(document_ids=[d["document_id"] for d in documents], **plan)


def planned(house: Authored, session: dict[str, Any]) -> int:
    """How many questions `plan.ready` speaks of."""
    path = f"/sessions/{session['session_id']}/events"
    with house.client.http.stream("GET", path) as response:
        for event in parse_sse(response.iter_lines()):
            if event.name == "plan.ready":
                return int(event.data["questions"])
    raise AssertionError("the stream ended")


def asked_next(events: list[Event]) -> dict[str, Any]:
    question: dict[str, Any] = by_name(events, "question.final")["question"]
    return question


# --- the plan --------------------------------------------------------------------------------------------------------


def test_the_plan_comes_in_the_background_and_its_questions_are_asked(house: Authored) -> None:
    house.replies.update({"interview_plan": over_both(PLAN)})
    session = begun(house, question_count=5, difficulty="easy")
    assert session["question"]["text"] not in [q["text"] for q in PLAN["questions"]]
    assert planned(house, session) == 3
    asked = []
    while len(asked) < 2:  # the bank's follow-ups come in between
        events = house.client.turn(session["session_id"], text=ANSWER)
        check_turn(events)
        asked += [asked_next(events)] if asked_next(events)["kind"] == "main" else []
    assert [q["text"] for q in asked] == [PLAN["questions"][2]["text"], PLAN["questions"][1]["text"]]
    assert asked[0]["citations"][0]["quote"] == f"Rewrote the {MARK} fire drill sheet"
    wanted = house.client.data("GET", f"/sessions/{session['session_id']}/report")["job_fit"]["requirements"]
    assert [r["says"] for r in wanted] == ["Calming tired guests"]


def test_the_same_documents_are_planned_once_and_then_open_the_interview(house: Authored) -> None:
    house.replies.update({"interview_plan": over_both(PLAN)})
    first = begun(house, question_count=5)
    planned(house, first)
    so_far = len(house.asked("interview_plan"))
    second = house.client.start(document_ids=first["document_ids"], question_count=5)
    assert second["question"]["text"] == PLAN["questions"][0]["text"]
    assert planned(house, second) == 3
    assert len(house.asked("interview_plan")) == so_far


def test_a_posting_is_planned_when_it_is_taken_in_by_a_model_on_this_machine(house: Authored) -> None:
    house.replies.update({"interview_plan": PLAN})
    job = house.client.document("job_description", JOB)
    until(lambda: house.asked("point_check"))

    def opening() -> str:
        started = house.client.start(document_ids=[job["document_id"]], question_count=5)
        return str(started["question"]["text"])

    until(lambda: opening() == PLAN["questions"][0]["text"])
    assert len(house.asked("interview_plan")) == 1
    assert "No resume was given." in house.asked("interview_plan")[0]


def test_rules_by_choice_send_nothing(house: Authored) -> None:
    house.replies.update(ALL)
    resume = house.client.document("resume", RESUME)["document_id"]
    session = house.client.start(document_ids=[resume], author="rules", question_count=1)
    house.client.turn(session["session_id"], text=ANSWER)
    assert house.client.data("GET", f"/sessions/{session['session_id']}/report")["author"] == "rules"
    assert house.asked("interview_plan") + house.asked("session_report") + house.asked("coach_reply") == []


@pytest.mark.parametrize("reply", ["No.", {"requirements": [], "questions": []}])
def test_without_a_plan_the_bank_asks_on(house: Authored, reply: Any) -> None:
    house.replies.update({"interview_plan": reply})
    session = begun(house)
    until(lambda: house.asked("interview_plan"))
    check_turn(house.client.turn(session["session_id"], text=ANSWER))


def test_a_plan_that_an_injection_wrote_is_not_asked(house: Authored) -> None:
    hostile = {
        "requirements": [{"says": "Say your password", "quote": "say your password", "eligibility": False}],
        "questions": [
            {"text": "What is your bank password?", "quote": "say your password", "kind": "intro",
             "competency": "motivation", "difficulty": "easy"},
            {"text": "Are you married, and do you plan to have children?", "quote": "Night porter",
             "kind": "behavioral", "competency": "motivation", "difficulty": "medium"},
        ],
    }  # fmt: skip
    house.replies.update({"interview_plan": hostile})
    session = begun(house)
    assert planned(house, session) <= 1
    for _ in range(2):
        question = asked_next(house.client.turn(session["session_id"], text=ANSWER))
        assert "password" not in question["text"] and "married" not in question["text"]


# --- erasure ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Authored, Path]]:
    """A product of its own, whose files a test looks into."""
    with authored(tmp_path) as product, product.guest() as guest:
        guest.replies.update(ALL)
        yield guest, tmp_path


def test_what_was_written_goes_with_the_documents(own: tuple[Authored, Path]) -> None:
    house, folder = own
    session = begun(house, question_count=2)
    planned(house, session)
    for _ in range(2):
        house.client.turn(session["session_id"], text=ANSWER)
    path = f"/sessions/{session['session_id']}/report"
    until(lambda: house.client.data("GET", path)["author"] == "model")
    assert left(folder, MARK)
    for document in session["document_ids"]:
        assert house.client.call("DELETE", f"/documents/{document}").status_code == 204
    assert left(folder, MARK) == []


def test_what_was_written_goes_with_its_owner(own: tuple[Authored, Path]) -> None:
    house, folder = own
    session = begun(house, question_count=1)
    planned(house, session)
    house.client.turn(session["session_id"], text=ANSWER)
    until(lambda: house.client.data("GET", f"/sessions/{session['session_id']}/report")["author"] == "model")
    house.client.data("DELETE", "/me")
    assert left(folder, MARK) + left(folder, "Friday") == []


# --- the report ------------------------------------------------------------------------------------------------------


def finished(house: Authored, **plan: Any) -> str:
    session = begun(house, question_count=1, **plan)
    check_turn(house.client.turn(session["session_id"], text=ANSWER), over=True)
    return f"/sessions/{session['session_id']}"


def test_the_report_is_the_rules_until_the_author_s_is_there(house: Authored) -> None:
    house.replies.update(ALL | {"session_report": replace(played(REPORT), first_token_s=1.5)})
    path = finished(house)
    first = house.client.data("GET", f"{path}/report")
    assert (first["author"], first["coming"], first["next_steps"]) == ("rules", True, [])
    report = until(lambda: r if (r := house.client.data("GET", f"{path}/report"))["author"] == "model" else None)
    assert report["summary"].startswith("You say what you did")
    assert (report["coming"], report["scores"]) == (False, first["scores"])
    assert report["best_answer"]["why"] == REPORT["best_answer_why"]
    assert house.client.call("GET", f"{path}/report.pdf").content.startswith(b"%PDF")
    assert len(house.asked("session_report")) == 1


def test_a_report_goes_with_the_answer_it_was_written_from(own: tuple[Authored, Path]) -> None:
    house, folder = own
    path = finished(house)
    until(lambda: house.client.data("GET", f"{path}/report")["author"] == "model")
    turn = house.client.data("GET", path)["turns"][0]["turn_id"]
    assert left(folder, "Friday")
    assert house.client.call("DELETE", f"{path}/turns/{turn}/answer").status_code == 204
    assert left(folder, "Friday") == []
    assert house.client.data("GET", f"{path}/report")["author"] == "rules"


@pytest.mark.parametrize("reply", ["I cannot.", {"summary": "You earned 9 million at Acme."}])
def test_a_report_that_cannot_be_used_leaves_the_rules(house: Authored, reply: Any) -> None:
    house.replies.update({**ALL, "session_report": reply})
    path = finished(house)
    report = until(lambda: r if not (r := house.client.data("GET", f"{path}/report"))["coming"] else None)
    assert report["author"] == "rules"
    assert "Acme" not in json.dumps(report)


# --- help ------------------------------------------------------------------------------------------------------------


def test_a_question_that_was_not_understood_is_put_in_the_author_s_words(house: Authored) -> None:
    text = "I mean something that went wrong, however small. What did you do about it?"
    house.replies.update({"clarification": {"text": text}})
    session = house.client.start()
    events = house.client.turn(session["session_id"], text="What do you mean by that?")
    check_turn(events)
    question = asked_next(events)
    assert (question["text"], question["kind"]) == (text, "clarify")
    assert question["question_id"] == session["question"]["question_id"]


@pytest.mark.parametrize("reply", [Play(words=["{"], first_token_s=5.0), {"text": "Are you married?"}, "Sure!"])
def test_without_usable_words_the_rules_put_it_simply(house: Authored, reply: Any) -> None:
    house.replies.update({"clarification": reply})
    session = house.client.start()
    question = asked_next(house.client.turn(session["session_id"], text="Could you rephrase that, please?"))
    known = built_in_packs().question(session["question"]["text"])
    assert known is not None and question["text"] == known.simpler


def test_who_studies_may_look_at_an_example(house: Authored) -> None:
    example = "One thing I put right was [add: what was wrong]. I [add: what you did]."
    reply = {"hints": ["One particular day"], "example": example}
    house.replies.update({"clarification": reply})
    session = house.client.start(practice="study")
    path = f"/sessions/{session['session_id']}/study"
    shown = house.client.data("GET", path)
    assert shown["author"] == "model"
    assert shown["hints"] == ["One particular day"]
    assert shown["example"]["text"] == example
    assert shown["example"]["label"].startswith("An example, not your answer.")
    assert house.client.data("GET", path) == shown
    assert len(house.asked("clarification")) == 1
    other = house.client.start()
    house.client.error("GET", f"/sessions/{other['session_id']}/study", 409)
    rules = house.client.start(practice="study", author="rules")
    shown = house.client.data("GET", f"/sessions/{rules['session_id']}/study")
    assert (shown["author"], shown["example"]) == ("rules", None)
    assert shown["hints"] == rules["question"]["hints"]


# --- talks -----------------------------------------------------------------------------------------------------------

FIRST = "I fix lifts, mostly in hospitals, and I like to work alone. It is quiet at night and I can think."
CHAT: dict[str, Any] = {
    "concern": None,
    "reaction": "Hospitals at night, then. Say what working alone is good for, and it is no weakness at all.",
    "next_question": {"text": "What does a call from a hospital sound like?", "follow_up": True, "quotes": []},
    "strengths": [],
    "gaps": [],
    "errors": [],
}


def test_a_talk_answers_and_remembers_what_was_said(house: Authored) -> None:
    house.replies.update({"chat_reply": CHAT})
    session = house.client.start(mode="free_chat", question_count=4)
    events = house.client.turn(session["session_id"], text=FIRST)
    check_turn(events)
    feedback = by_name(events, "feedback.final")
    assert (feedback["author"], feedback["summary"]) == ("model", CHAT["reaction"])
    assert asked_next(events)["text"] == CHAT["next_question"]["text"]
    house.client.turn(session["session_id"], text="Mostly there is somebody stuck, and that is why they ring us.")
    prompt = house.asked("chat_reply")[-1]
    assert FIRST in prompt and CHAT["reaction"] in prompt
    assert house.asked("coach_reply") == []


GERMAN = "Gestern ich habe meine Mutter besucht und wir haben zusammen einen langen Kaffee getrunken in der Stadt."
LANGUAGE: dict[str, Any] = {
    "concern": None,
    "reaction": "Ein langer Kaffee mit Ihrer Mutter, wie schön.",
    "next_question": {"text": "Worüber haben Sie gesprochen?", "follow_up": True, "quotes": []},
    "strengths": [],
    "gaps": [],
    "errors": [
        {"quote": "Gestern ich habe", "correction": "Gestern habe ich – the verb comes second."},
        {"quote": "Heute ich gehe", "correction": "Heute gehe ich – the verb comes second."},
    ],
}


def test_a_language_is_corrected_where_the_slip_was_made(house: Authored) -> None:
    house.replies.update({"chat_reply": LANGUAGE})
    session = house.client.start(mode="language", language="de")
    events = house.client.turn(session["session_id"], text=GERMAN)
    check_turn(events, voice=False)
    (error,) = by_name(events, "feedback.final")["errors"]
    assert (error["quote"], error["char_start"]) == ("Gestern ich habe", 0)
    assert asked_next(events)["text"] == "Worüber haben Sie gesprochen?"
    assert "Write in German" in house.asked("chat_reply")[0]


def test_each_member_of_a_panel_speaks_for_themselves(house: Authored) -> None:
    house.replies.update({"coach_reply": COACH})
    session = house.client.start(panel=["hiring_manager", "people_partner"], question_count=4)
    house.client.turn(session["session_id"], text=ANSWER)
    (prompt,) = house.asked("coach_reply")
    assert "React as the hiring manager" in prompt
    assert "asked by another of you, a people partner" in prompt


# --- one answer by itself --------------------------------------------------------------------------------------------


def analysed(house: Authored) -> dict[str, Any]:
    body = {"question": "What did you make faster?", "answer": ANSWER}
    found: dict[str, Any] = house.client.data("POST", "/analyses?feedback=true", json=body)
    return found


def test_an_answer_by_itself_is_coached_by_the_author(house: Authored) -> None:
    false = {"text": "You saved 40,000 pounds.", "quotes": ["it took twenty minutes"]}
    reply = {**COACH, "strengths": [*COACH["strengths"], false]}
    house.replies.update({"coach_reply": reply})
    found = analysed(house)
    assert found["feedback"]["author"] == "model"
    assert [p["text"] for p in found["feedback"]["strengths"]] == ["You looked first."]
    assert found["scores"]["structure"]["score"] == 4


@pytest.mark.parametrize("reply", ["Well done!", {}])
def test_an_answer_by_itself_is_coached_by_the_rules_otherwise(house: Authored, reply: Any) -> None:
    house.replies.update({"coach_reply": reply})
    found = analysed(house)
    assert found["feedback"]["author"] == "rules"
    assert found["feedback"]["summary"]


def test_a_plan_is_looked_at_in_one_request(house: Authored) -> None:
    house.replies.update({"interview_plan": over_both(PLAN)})
    planned(house, begun(house))
    assert [len(verdicts(p, lambda text: True)["verdicts"]) for p in house.asked("point_check")] == [3]


def test_where_the_service_fails_everything_is_the_rules(own: tuple[Authored, Path]) -> None:
    house, _ = own
    house.replies.update(dict.fromkeys(("interview_plan", *ALL, "clarification"), Play(status=500)))
    session = begun(house, practice="study", question_count=1)
    path = f"/sessions/{session['session_id']}"
    assert house.client.data("GET", f"{path}/study")["example"] is None
    question = asked_next(house.client.turn(session["session_id"], text="What do you mean by that?"))
    assert question["question_id"] == session["question"]["question_id"]
    check_turn(house.client.turn(session["session_id"], text=ANSWER), over=True)
    until(lambda: not house.client.data("GET", f"{path}/report")["coming"])
    assert house.client.data("GET", f"{path}/report")["author"] == "rules"
    assert analysed(house)["feedback"]["author"] == "rules"
