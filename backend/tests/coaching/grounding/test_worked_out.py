"""Worked out: a figure that is in no source passes where the text says that it was worked out, and it comes out right."""

from __future__ import annotations

import pytest

from backend.coaching.grounding import Material, SourceText, prove_point, prove_question, prove_rewrite, prove_said
from backend.tests.coaching.grounding.material import BOXES, MATERIAL

ANSWER = (
    "We had nine percent leaving and then about five. The flight was delayed for 4 hours and then for another two. "
    "We asked for an hour and got forty five minutes. There were two mistakes in eight hundred deeds, and it was not from me. "
    "My crewmate was new. My crewmate was quiet. We had forty guests, and twenty two of them flew. The rest decided to wait."
)
OTHER = Material.of(
    ANSWER, "What went wrong?", [SourceText("resume", "Hobbs Trailers, 2018-2024\nA system of the seventies")]
)


@pytest.mark.parametrize(
    ("text", "quotes", "ok"),
    [
        ("Nineteen days is a story by itself.", ["down from four weeks to nine days"], True),
        ("Your boxes cost two hundred, and five thousand eight hundred stayed in the till.", BOXES, False),
        ("Your boxes cost two hundred, and the remaining five thousand eight hundred stayed in the till.", BOXES, True),
        ("Your boxes cost two hundred, and the remaining five thousand two hundred stayed in the till.", BOXES, False),
        ("Three percent may come back; the other ninety seven, never.", ["keep warranty returns under 3 %"], True),
        ("Three percent may come back; the other ninety five, never.", ["keep warranty returns under 3 %"], False),
        ("You say it in seven words.", BOXES, True), ("You say it in nine words.", BOXES, False),
        ("You begin three sentences with “I”.", BOXES, True), ("You begin five sentences with “I”.", BOXES, False),
    ],
)  # fmt: skip
def test_of_the_workshop(text: str, quotes: list[str], ok: bool) -> None:
    assert prove_point(text, quotes, MATERIAL).ok is ok


@pytest.mark.parametrize(
    ("text", "quote", "ok"),
    [
        ("Four points fewer leave now.", "nine percent leaving and then about five", True),
        ("Seven points fewer leave now.", "nine percent leaving and then about five", False),
        ("Say the total, six hours.", "delayed for 4 hours and then for another two", True),
        ("Say the total, eight hours.", "delayed for 4 hours and then for another two", False),
        ("Two in eight hundred is one in four hundred.", "two mistakes in eight hundred deeds", True),
        ("Two in eight hundred is one in three hundred.", "two mistakes in eight hundred deeds", False),
        ("What were the other fifteen for?", "asked for an hour and got forty five minutes", True),
        ("What were the other thirty for?", "asked for an hour and got forty five minutes", False),
        ("You end two sentences with “quiet”.", "My crewmate was quiet", False),
        ("You begin two sentences with “My crewmate”.", "My crewmate was quiet", True),
        ("“Not from me” points a finger.", "not from me", True),
        ("A system of the nineties is a good hook.", "My crewmate was new", False),
        ("A system of the seventies is in your resume.", "A system of the seventies", True),
    ],
)
def test_of_other_answers(text: str, quote: str, ok: bool) -> None:
    assert prove_point(text, [quote], OTHER).ok is ok


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("It was delayed for 4 hours and then for two, six in all.", ""),
        ("It was delayed for 4 hours and then for two, seven in all.", "number"),
        ("I was six years at Hobbs Trailers.", ""), ("I was seven years at Hobbs Trailers.", "number"),
        ("We had six guests at Hobbs Trailers.", "number"),
    ],
)  # fmt: skip
def test_of_a_rewrite(text: str, kind: str) -> None:
    assert prove_rewrite(text, OTHER).kind == kind


def test_what_follows_a_supposed_case_does_not_say_that_it_was_told() -> None:
    quotes = ["Hobbs Trailers, 2018-2024"]
    assert prove_question("Suppose you are back at Hobbs Trailers. Who hears you say it?", quotes, OTHER).ok
    assert prove_question("Who heard you say it at Hobbs Trailers?", quotes, OTHER).kind == "not_said"
    assert prove_question("You would ask forty guests. Why not fifty?", [], OTHER).ok


@pytest.mark.parametrize(
    ("said", "answer", "ok"),
    [
        ("Half past two, and still awake to it.", "It was a night shift, about half two, and both bottles grew.", True),
        ("Half past three, and still awake to it.", "It was a night shift, about half two, and both bottles grew.", False),
        ("A call at half past ten tells me you meant it.", "I called the owner at ten thirty at night and she held it.", True),
        ("It began at ten to nine.", "So it was a Monday, ten to nine, start of term, and the block went.", True),
        ("It began at ten to eight.", "So it was a Monday, ten to nine, start of term, and the block went.", False),
    ],
)  # fmt: skip
def test_times_of_day_as_people_say_them(said: str, answer: str, ok: bool) -> None:
    assert prove_said(said, Material((SourceText("answer", answer),))).ok is ok
