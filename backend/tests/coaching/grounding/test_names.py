"""Names and dates: people, employers, products, days and months that no source knows."""

from __future__ import annotations

import pytest

from backend.coaching.grounding import prove_error, prove_point, prove_said
from backend.tests.coaching.grounding.material import BOXES, MATERIAL


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Asking Marta first is what a lead does.", ""), ("Asking Joris first is what a lead does.", "name"), ("Marta's labels are a good detail.", ""),
        ("Joris drew the labels with you.", "name"), ("Mrs Peeters must have been glad.", "name"), ("The Martas of this world know where time goes.", ""),
        ("At Pedalworks you were the lead.", ""), ("At Decathlon you were the lead.", "name"), ("Your Shimano certificate fits.", ""), ("Your SRAM certificate fits.", "name"),
        ("Python is a plan, so say so.", ""), ("Kubernetes is a plan, so say so.", "name"), ("A stock list in C++ would help.", "name"), ("The T150 label printer helps.", "name"),
        ("A list in excel-like rows helps.", ""), ("Honesty is rare. Patience too.", ""), ("Bravely done: Clear steps.", ""), ("Name the Choice", ""),
        ("Begin with the Situation, then the Task.", ""), ("STAR has four parts.", ""), ("Say it in plain English.", ""), ("In Lisbon you sold on Saturdays.", ""),
        ("40min a day is a lot.", ""), ("By June the returns were twelve.", ""), ("By March the returns were twelve.", "date"), ("On a Monday the rows stood.", "date"), ("You may add the winter rush.", "date"),
        ("You may say so. May I?", ""), ("By Christmas the rows stood.", "date"), ("“You could begin here” is not needed: You can.", "quote"),
        ("They'll see the rows. You'd say so too.", ""), ("Ghent-based work, and Pedalworks-style rows.", ""),
    ],
)  # fmt: skip
def test_a_name_stands_in_a_source(text: str, kind: str) -> None:
    assert prove_point(text, BOXES, MATERIAL).kind == kind


def test_a_name_that_is_written_in_two_ways_is_one_name() -> None:
    from backend.coaching.grounding import Material

    known = Material.of("We use PowerBI and e-mail.", "", [])
    assert prove_said("The Power BI board is useful, and so is Email.", known).ok
    assert not prove_said("The Power Query board is useful.", known).ok


@pytest.mark.parametrize(
    ("correction", "kind"),
    [
        ("Python lists are ordered, and SQLite would do for the stock.", ""), ("Your resume has Pedalworks from 2021.", ""), ("Your resume says Decathlon.", "name"),
        ("You were at Decathlon then.", "name"), ("Dr Maes drew the labels.", "name"), ("It was Joris who drew them: Joris drew every label.", "name"),
        ("Your resume says a team of 5.", ""), ("Your resume says a team of 8.", "number"), ("Thank Dr Maes for the labels.", "name"), ("That was in August.", "date"),
    ],
)  # fmt: skip
def test_a_correction_is_held_to_figures_people_and_employers(correction: str, kind: str) -> None:
    assert prove_error("Marta drew the labels", correction, MATERIAL).kind == kind


@pytest.mark.parametrize(
    ("text", "quotes", "kind"),
    [
        ("You mention your Shimano certificate at the right moment.", ["Shimano certificate"], "not_said"),
        ("Mention your Shimano certificate once.", ["Shimano certificate"], ""), ("You never mention your Shimano certificate.", ["Shimano certificate"], ""),
        ("You tell us about the rows.", BOXES, ""), ("You told me you speak Dutch, and it counts.", [], "not_said"), ("You told me about Marta, and it counts.", [], ""),
    ],
)  # fmt: skip
def test_what_only_a_document_says_was_not_said(text: str, quotes: list[str], kind: str) -> None:
    verdict = prove_point(text, quotes, MATERIAL) if quotes else prove_said(text, MATERIAL)
    assert verdict.kind == kind
