"""Counts: those of the answer are counted again, those of coaching claim nothing."""

from __future__ import annotations

import pytest

from backend.coaching.grounding import prove_point, prove_said
from backend.tests.coaching.grounding.material import BOXES, MATERIAL


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("You say “um” twice.", ""), ("You say um three times.", "count"), ("The word “weeks” comes three times.", ""), ("The word “weeks” comes six times.", "count"),
        ("Marta comes up twice.", ""), ("Marta comes up five times.", "count"), ("Leave the label for later. It comes twice.", ""),
        ("Leave the label for later. It comes seven times.", "count"), ("You say “we” at least three times before “I”.", ""), ("You say “we” more than nine times.", "count"),
        ("You say “actually” four times.", "count"),
        ("You list three rows without a pause.", ""), ("You list six rows without a pause.", "number"), ("You name twelve reasons for the wait.", "number"),
        ("Three kinds of boxes: brakes, chains and wheels.", ""), ("Four kinds of boxes, brakes, chains and wheels.", "number"),
        ("Two worries sit behind it.", ""), ("Four things: boxes, rows, labels and drawings.", ""),
        ("Two worries at once, parts and paper.", ""),
    ],
)  # fmt: skip
def test_counts_of_the_answer_are_counted_again(text: str, kind: str) -> None:
    assert prove_point(text, BOXES, MATERIAL).kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "Say in two sentences what the boxes changed.", "Give it one number, and say it in fifteen seconds.", "Name three of them.", "Name eight of them.", "Eight words, and the story is told.", "That is half the answer.",
        "Begin with the nine days and keep it under ninety seconds.", "All four parts are there.", "Both halves of the question are answered.",
        "The first half is clear.", "You get there in half a minute.", "Your fifth sentence is the one to keep.", "Ninety seconds is enough.",
        "It should take two minutes.", "Say it twice, slower the second time.", "It cannot happen the same way twice.", "In eight words: boxes, rows and a label on each.",
        "Third, the labels.",
    ],
)  # fmt: skip
def test_counts_of_coaching_claim_nothing(text: str) -> None:
    assert prove_said(text, MATERIAL).ok


@pytest.mark.parametrize(
    "text",
    [
        "You took ninety seconds to find the boxes.", "You gave us eight examples.", "You needed eight sentences before the boxes.", "Say how you led the twenty mechanics.", "Half of the mechanics left.", "Say your own fifty steps.", "Eleven points apart was the split.",
        "You rang the supplier three times.", "Eighty five percent of it is done.", "Seven mechanics changed their habits.",
    ],
)  # fmt: skip
def test_what_sounds_like_advice_and_claims_a_count_is_held(text: str) -> None:
    assert not prove_said(text, MATERIAL).ok
