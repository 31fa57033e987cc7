"""Answers written otherwise: what is changed is the surface, and the figures see a score that moves."""

from __future__ import annotations

import pytest

from backend.coaching.answer import Answer
from backend.coaching.coach import Coach
from backend.evaluation.figures import Report
from backend.evaluation.surfaces import (
    contracted_otherwise,
    evaluate_surfaces,
    labelled,
    punctuated_otherwise,
    with_a_slip,
)

SAID = "I'm glad, and we didn't know; it is fine. I could not wait - really."


def test_surfaces_change_marks_forms_or_two_letters_and_nothing_else() -> None:
    assert punctuated_otherwise(SAID) == "I'm glad and we didn't know it is fine. I could not wait really."
    assert contracted_otherwise(SAID) == "I am glad, and we did not know; it's fine. I couldn't wait - really."
    slip = with_a_slip(SAID)
    assert slip == with_a_slip(SAID) != SAID and sorted(slip) == sorted(SAID)


def test_at_least_two_hundred_answers_are_asked_again() -> None:
    assert len(labelled(every=4)) >= 200


def figures(answers: list[Answer]) -> dict[str, float]:
    report = Report()
    evaluate_surfaces(report, Coach(), answers)
    return {f.name: f.value for f in report.figures}


def test_the_rules_say_the_same_again_and_of_another_punctuation() -> None:
    found = figures(labelled(every=40))
    for surface in ("as it stands", "other punctuation", "one slip of the finger"):
        assert found[f"same scores, {surface}"] >= 0.95


LONGER = (
    "I'm a baker and last winter our oven broke down on the morning of the market. Nobody could mend it before noon, so "
    "I rang the school next door and asked for theirs. We carried forty trays across the yard in the snow and baked "
    "there until ten. In the end every order was ready when the first people came to the stall."
)


@pytest.mark.parametrize(("words", "same"), [(43, 0.0), (60, 1.0)])
def test_a_score_that_moves_is_counted(words: int, same: float) -> None:
    """Below 44 words a typed answer takes less than 17.5 s, which costs a level: "I am" is a word more than "I'm"."""
    answer = Answer("Tell me about a time when you worked hard.", " ".join(LONGER.split()[:words]))
    assert figures([answer])["same scores, other contractions"] == same
