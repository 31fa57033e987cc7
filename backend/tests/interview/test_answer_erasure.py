"""What is left of an interview when one answer of it is erased."""

from __future__ import annotations

from typing import Any

from backend.coaching.feedback import Feedback, Point
from backend.interview.answer_erasure import Erased, without_answer
from backend.interview.question import Question
from backend.interview.session import Session
from backend.interview.turn_record import TurnRecord
from backend.rag.documents import Citation
from backend.tests.storage.samples import a_session, a_turn, heard

SAID = "Last winter I moved the bramblewick joins at Quillfeather for 437 people, and I wrote a guide."
LATER = "At the bakery I planned the shifts, wrote one plan and kept it on the wall."


def question(number: int, text: str, **more: Any) -> Question:
    values: dict[str, Any] = {"question_id": f"q{number}", "number": number, "total": 5, "text": text, "kind": "main"}
    return Question(**{**values, "stage": "main", **more})


FIRST = question(1, "Tell me about a time you moved something for people.")
QUOTE = Citation(citation_id="A1", source="answer", title="Your answer", quote="a guide", char_start=88, char_end=95)
LEANS = question(2, "You said “a guide”: who read it?", kind="follow_up", citations=[QUOTE])


def interview(waiting: Question, *later: TurnRecord) -> tuple[Session, list[TurnRecord]]:
    session = a_session("own", question=waiting, asked=[FIRST, waiting])
    first = a_turn(session, 0, question=FIRST, transcript=heard(SAID), outcome="completed", next_question=waiting)
    first.feedback_text = "You moved the bramblewick joins."
    return session, [first, *later]


def erased(session: Session, turns: list[TurnRecord]) -> Erased:
    return without_answer(
        turns[:1],
        turns,
        session,
        sources=["We moved the joins for people."],
        common=frozenset({"wrote", "plan"}),
        at="now",
    )


def test_a_question_that_leans_on_the_answer_gives_way_to_the_one_that_was_answered() -> None:
    session, turns = interview(LEANS)
    found = erased(session, turns)
    assert found.session.question == FIRST and found.session.asked == [FIRST]
    (empty,) = found.emptied
    assert (empty.transcript, empty.feedback_text, empty.erased_at) == (None, "", "now")
    assert empty.next_question is not None
    assert empty.next_question.text == "You said “(erased)”: who read it?"
    assert empty.next_question.citations[0].quote == "(erased)"
    assert empty.question == FIRST


def test_a_question_of_its_own_goes_on_waiting() -> None:
    session, turns = interview(question(2, "What would you do in your first month?"))
    assert erased(session, turns).session == session


def test_what_later_feedback_repeated_goes_and_what_stands_elsewhere_stays() -> None:
    session, _ = interview(LEANS)
    feedback = Feedback(
        scored=True,
        summary="Unlike at Quillfeather, you kept it on the wall and wrote one plan.",
        strengths=[Point(text="We moved the joins for people.", citations=[])],
        gaps=[Point(text="437 was a figure; “bramblewick joins” was a name.", citations=[])],
    )
    later = a_turn(session, 1, question=LEANS, transcript=heard(LATER), outcome="completed", feedback=feedback)
    (changed,) = erased(*interview(LEANS, later)).changed
    assert changed.transcript == later.transcript and changed.feedback is not None
    assert changed.feedback.summary == "Unlike at (erased), you kept it on the wall and wrote one plan."
    assert changed.feedback.strengths == feedback.strengths
    assert changed.feedback.gaps[0].text == "(erased) was a figure; “(erased)” was a name."
    assert changed.question.text == "You said “(erased)”: who read it?"


def test_a_turn_that_repeated_nothing_is_left_as_it_is() -> None:
    own = question(2, "What would you do in your first month?")
    session, _ = interview(own)
    later = a_turn(session, 1, question=own, transcript=heard(LATER), outcome="completed", events=[
        {"event": "transcript.final", "data": {"text": LATER}},
    ])  # fmt: skip
    assert erased(*interview(own, later)).changed == []
