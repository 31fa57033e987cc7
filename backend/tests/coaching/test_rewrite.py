"""The rewrite: the candidate's own sentences, whole, without slips of the tongue."""

from __future__ import annotations

import pytest

from backend.coaching.answer import Answer
from backend.coaching.coach import Coach, Context
from backend.coaching.feedback import Rewrite
from backend.coaching.rewrite import without_slips
from backend.coaching.text import lower_words
from backend.evaluation.ladder_answers import LADDERS, RAMBLE
from backend.tests.coaching.test_star import SPOKEN_NURSE

ANSWERS = [(q, a) for q, answers in LADDERS.values() for a in [*answers[2:], RAMBLE, SPOKEN_NURSE]]
COACH = Coach()


def rewritten(question: str, text: str) -> Rewrite:
    answer = Answer(question, text)
    return COACH.compose(COACH.analyse(answer, COACH.measure(answer), Context())).rewrite


@pytest.mark.parametrize(("question", "text"), ANSWERS)
def test_every_word_of_a_rewrite_comes_from_the_answer_in_its_order(question: str, text: str) -> None:
    made = rewritten(question, text)
    source = iter(lower_words(text))
    assert all(word in source for word in lower_words(made.text))
    assert made.slots == []


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("um so i i called the the supplier", "So i called the supplier"),
        ("And then, you know, we left.", "And then, we left."),
        ("I had had enough.", "I had had enough."),
        ("The app, uh, crashed.", "The app, crashed."),
        ("I wo- worked there. Um, we left.", "I worked there. We left."),
        ("The the plan worked out.", "The plan worked out."),
        ("And when you bend it it breaks.", "And when you bend it it breaks."),
    ],
)
def test_fillers_broken_off_words_and_stutters_go(text: str, clean: str) -> None:
    assert without_slips(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "I have done that since twenty twenty-one.",
        "We saved €1,5 Mio. in a year, and Rs 12,50,000 more later.",
        "It was very very late, and we went from New York, New York to Boston.",
        "It was fourteen people, including the two best welders and the owner's nephew.",
        "We work in 9-to-5 shifts - always did.",
        "Then then-manager Ada called.",
    ],
)
def test_everything_else_stays_as_it_was_said(text: str) -> None:
    assert without_slips(text) == text


def test_where_nothing_was_to_take_out_there_is_no_rewrite() -> None:
    assert rewritten("Why?", "We measured twice and cut once, as my father did in his own shop, every day.").text == ""
