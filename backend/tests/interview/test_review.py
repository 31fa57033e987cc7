"""Weak answers come back after growing pauses, and the interview that practises them opens with their question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from backend.coaching.feedback import Dimension, Feedback, Reference, ReferencePoint, Score, SelfCheck
from backend.interview.question import Question
from backend.interview.redaction import ERASED
from backend.interview.review import INTERVALS_DAYS, Review, review_of
from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord
from backend.tests.client import JOB, ContractClient, by_name
from backend.tests.storage.samples import a_session, a_turn

DAY = date(2026, 11, 2)
TEXT = "Tell me about a time you helped somebody."


def question(text: str = TEXT, **changes: Any) -> Question:
    values = {"question_id": "q", "number": 1, "total": 3, "text": text, "kind": "main", "stage": "s", **changes}
    return Question.model_validate(values)


def turn(day: int, score: int, *, dimension: Dimension = "impact", asked: Question | None = None) -> TurnRecord:
    """An answer given `day` days after the first, with one low or high score."""
    made = a_turn(a_session("own"), day, question=asked or question())
    scores: dict[Dimension, Score] = {
        "structure": Score(score=4, why="All parts are there.", anchor=""),
        dimension: Score(score=score, why="No result was found.", anchor=""),
        "delivery": Score(score=1, why="", anchor=""),
    }
    return made.model_copy(
        update={
            "created_at": f"{DAY + timedelta(days=day)}T10:00:00.000+00:00",
            "feedback": Feedback(scored=True, summary="", scores=scores),
        }
    )


def reviewed(turns: Sequence[TurnRecord], day: int, **changes: Any) -> Review:
    session: Session = a_session("own", asked=[t.question for t in turns], **changes)
    return review_of([(session, turns)], DAY + timedelta(days=day))


def test_a_weak_answer_is_due_again_the_next_day_and_says_why() -> None:
    weak = [turn(0, 2)]
    assert reviewed(weak, 0).due == [] and len(reviewed(weak, 0).coming) == 1
    (item,) = reviewed(weak, 1).due
    assert (item.question, item.dimension, item.score, item.box, item.answers) == (TEXT, "impact", 2, 1, 1)
    assert "No result was found." in item.reason and TEXT.rstrip(".") in item.drill.instruction
    assert item.due_on == DAY + timedelta(days=1)


def test_the_pauses_grow_while_it_gets_better_and_then_it_is_learned() -> None:
    turns, day = [turn(0, 1)], 0
    for number, pause in enumerate(INTERVALS_DAYS):
        assert reviewed(turns, day + pause - 1).due == []
        (item,) = reviewed(turns, day + pause).due
        assert item.box == number + 1
        day += pause
        turns.append(turn(day, 4))
    last = reviewed(turns, day + 400)
    assert last.due == [] and last.coming == [] and last.learned == 1


def test_a_weak_answer_goes_back_to_the_first_pause() -> None:
    turns = [turn(0, 2), turn(1, 4), turn(4, 2)]
    assert reviewed(turns, 5).due[0].box == 1


def test_many_good_takes_on_one_day_count_once() -> None:
    turns = [turn(0, 2), turn(0, 4), turn(1, 4), turn(1, 5)]
    (item,) = reviewed(turns, 4).due
    assert item.box == 2 and item.answers == 4


def test_takes_of_a_drill_are_answers_to_its_question() -> None:
    again = question(f"Once more, and begin with the result: {TEXT}", question_id="q2", kind="follow_up")
    (item,) = reviewed([turn(0, 2), turn(1, 4, asked=again)], 4).due
    assert item.question == TEXT and item.box == 2


@pytest.mark.parametrize(
    "asked",
    [
        question("And what came of it?", kind="follow_up"),
        question("What would you like to ask us?", kind="closing"),
        question(f"The posting says {ERASED}: what comes closest?"),
    ],
)
def test_what_cannot_be_asked_alone_does_not_come_back(asked: Question) -> None:
    assert reviewed([turn(0, 1, asked=asked)], 9).due == []


def test_good_answers_and_delivery_alone_never_come_back() -> None:
    assert reviewed([turn(0, 3)], 30).model_dump()["due"] == []


def test_few_ticks_bring_an_answer_back_and_enough_do_not() -> None:
    points = [ReferencePoint(id=f"p{i}", text=f"Point {i}.") for i in (1, 2, 3)]
    seen = Feedback(scored=True, summary="", reference=Reference(points=points))

    def ticked(*ids: str) -> TurnRecord:
        check = SelfCheck(ticked=list(ids), of=3, checked_at="")
        return turn(0, 5).model_copy(update={"feedback": seen, "self_check": check})

    (item,) = reviewed([ticked("p2")], 1).due
    assert (item.dimension, item.score, item.reason) == (None, None, "You ticked one of three points.")
    assert "Point 1" in item.drill.instruction and item.start["drill"] == "ladder"
    assert reviewed([ticked("p1", "p2")], 1).due == []


def test_outside_english_no_drill_is_offered() -> None:
    plan = a_session("own").plan.model_copy(update={"language": "de"})
    (item,) = reviewed([turn(0, 2)], 1, plan=plan).due
    assert item.start["practice"] == "study" and item.start["language"] == "de"


VAGUE = (
    "I usually help people with their things because helping people is very important and you should always do it well."
)


def test_the_interview_offered_opens_with_the_weak_question_and_its_documents(client: ContractClient) -> None:
    job = client.document("job_description", JOB)["document_id"]
    session = client.start(document_ids=[job], question_count=2)
    by_name(client.turn(session["session_id"], text=VAGUE), "feedback.final")
    review = client.data("GET", "/review")
    (item,) = review["coming"]
    assert review["due"] == [] and item["question"] == session["question"]["text"]
    again = client.data("POST", "/sessions", json=item["start"])
    assert again["question"]["text"] == item["question"]
    assert again["document_ids"] == [job] and again["practice"] == "drill"
    without = {**item["start"], "document_ids": []}
    assert client.data("POST", "/sessions", json=without)["document_ids"] == [job], "so that erasing it is complete"


def test_nobody_starts_from_the_answer_of_somebody_else(client: ContractClient) -> None:
    session = client.start()["session_id"]
    turn_id = client.turn(session, text=VAGUE)[0].data["turn_id"]
    with ContractClient(client.base_url) as other:
        body = {"mode": "behavioral", "again": {"session_id": session, "turn_id": turn_id}}
        other.error("POST", "/sessions", 404, json=body)
        assert other.data("GET", "/review")["coming"] == []
