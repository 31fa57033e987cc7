"""Figures: each stands in a source, measures what it measured there, or follows by one plain step."""

from __future__ import annotations

import pytest

from backend.coaching.grounding import prove_point, prove_question, prove_said
from backend.coaching.grounding.figures import find_figures
from backend.tests.coaching.grounding.material import BOXES, MATERIAL

WAIT = ["we were down from four weeks to nine days"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("an hour and a half", [("time", 5400)]), ("half an hour", [("time", 1800)]), ("a quarter of an hour", [("time", 900)]),
        ("a fortnight", [("time", 1_209_600)]), ("ninety minutes", [("time", 5400)]), ("eleven working days", [("time", 950_400)]),
        ("nine to twenty seven percent", [("percent", 9), ("percent", 27)]), ("halved", [("percent", 50)]),
        ("doubled", [("times", 2)]), ("three times a week", [("times", 3), ("time", 604_800)]), ("$300", [("money", 300)]),
        ("two hundred pounds", [("money", 200)]), ("at twenty to eight", [("clock", 460)]), ("ten past three", [("clock", 190)]),
        ("at 8.30", [("clock", 510)]), ("version 8.30", [("bare", 8.3)]), ("9 pm", [("clock", 540)]), ("two o'clock", [("clock", 120)]),
        ("a quarter to six in the evening", [("clock", 345)]), ("from half past nine to one", [("clock", 570), ("clock", 60)]),
        ("five to ten people", [("bare", 5), ("count", 10)]), ("one to one, 24/7", []), ("250 against 150", [("bare", 250), ("bare", 150)]),
    ],
)  # fmt: skip
def test_what_a_number_measures(text: str, found: list[tuple[str, float]]) -> None:
    assert [(f.measure, round(f.value, 2)) for f in find_figures(text)] == found


@pytest.mark.parametrize(
    ("text", "quotes", "ok"),
    [
        # it stands there, in digits or in words, and in the same measure
        ("96 repairs waiting is a picture at once.", BOXES, True), ("Ninety seven repairs waiting is a picture.", BOXES, False),
        ("Forty minutes a day is a cost that people feel.", BOXES, True), ("Forty people lost time every day.", BOXES, False),
        ("Forty percent of the day was lost.", BOXES, False), ("Two hundred euros is a fine answer.", BOXES, True),
        ("Two hundred days is a fine answer.", BOXES, False), ("Forty returns were too many.", BOXES, False), ("Five mechanics were yours to lead.", BOXES, False), ("The wait is told in two words, nine days.", BOXES, True),
        ("You begin at 7:40, before the shop opens at half past eight.", BOXES, True), ("You begin at 7:20.", BOXES, False),
        ("You led 5 people and they have 14 there.", ["team of 5"], True),
        # sums, differences, ratios and shares of what is quoted
        ("From four weeks to nine days is nineteen days less.", WAIT, True), ("From four weeks to nine days is fifteen days less.", WAIT, False),
        ("That is nineteen days less to wait.", WAIT, True), ("That is twenty days less to wait.", WAIT, False),
        ("Twelve returns and then nine: a quarter fewer.", ["In June we had twelve returns and in July nine"], True),
        ("Twelve returns and then nine: half as many.", ["In June we had twelve returns and in July nine"], False),
        ("Twenty one returns in all, and you count them.", ["In June we had twelve returns and in July nine"], True),
        ("The new system was thirty times as dear as your boxes.", ["It cost two hundred euros", "a new system for six thousand"], True),
        ("The new system was twenty times as dear as your boxes.", ["It cost two hundred euros", "a new system for six thousand"], False),
        ("Six thousand against two hundred, so you saved five thousand eight hundred euros.", ["It cost two hundred euros"], True),
        ("Six thousand less two hundred is five thousand two hundred.", ["It cost two hundred euros"], False),
        ("They want 14 mechanics led, nearly three times as many as your 5.", ["Lead 14 mechanics", "team of 5"], True),
        ("The returns went down by twenty five percent.", ["In June we had twelve returns and in July nine"], True),
        ("The returns went down by forty percent.", ["In June we had twelve returns and in July nine"], False),
        ("Ninety six repairs in three rows are thirty two to each.", ["ninety six repairs waiting", "the boxes in three rows"], True),
        ("Ninety six repairs in three rows are forty two to each.", ["ninety six repairs waiting", "the boxes in three rows"], False),
        ("Twelve returns at two hundred euros each are two thousand four hundred euros.", ["we had twelve returns", "It cost two hundred euros"], True),
        ("Nine and three are eight.", ["team of 5"], False), ("They have 14 people there.", BOXES, True), ("Seven days is quick.", BOXES, False),
        ("Eighty four fewer returns than repairs.", ["ninety six repairs waiting", "In June we had twelve returns"], True),
        ("Fourteen there and five here: nine more to lead.", ["Lead 14 mechanics", "team of 5"], True),
        ("Fourteen there and five here: eleven more to lead.", ["Lead 14 mechanics", "team of 5"], False),
        # nothing is put together that does not belong together, nor out of sight of the quotes
        ("You had two hundred and ninety six things to see to.", BOXES, False), ("Three rows and forty minutes make forty three.", BOXES, False),
        # years and times of day
        ("Five years at Veloland say that you stay.", ["Mechanic, Veloland, 2016-2021"], True),
        ("Seven years at Veloland say that you stay.", ["Mechanic, Veloland, 2016-2021"], False),
        ("You are there fifty minutes before they open.", ["I start at twenty to eight", "Shop opens at 8.30"], True),
        ("You are there thirty minutes before they open.", ["I start at twenty to eight", "Shop opens at 8.30"], False),
        # more or less
        ("More than ninety repairs were waiting.", BOXES, True), ("More than fifty repairs were waiting.", BOXES, False),
        ("Nearly a hundred repairs were waiting.", BOXES, True), ("Under a hundred repairs were waiting.", BOXES, True),
        ("Under five hundred repairs were waiting.", BOXES, False), ("About ninety repairs were waiting.", BOXES, True),
        # which one, and how many
        ("In the ninth week the wait was short.", BOXES, False), ("The third row is for wheels.", BOXES, True), ("The fifth row is for wheels.", BOXES, False),
        # one, both, first, once
        ("One label on each box, first and last: both are clear at once.", BOXES, True),
        # parts and products
        ("Six weeks at forty minutes a day is what each of them lost.", BOXES, True),
    ],
)  # fmt: skip
def test_a_figure_of_a_point(text: str, quotes: list[str], ok: bool) -> None:
    assert prove_point(text, quotes, MATERIAL).ok is ok, prove_point(text, quotes, MATERIAL)


@pytest.mark.parametrize(
    ("text", "ok"),
    [
        ("Ninety six waiting, and then nine days.", True), ("Eighty six waiting, and then nine days.", False),
        ("Nineteen days faster: that is what to lead with.", True), ("In 2019 you were at Veloland.", False), ("In 2021 you moved to Pedalworks.", True),
    ],
)  # fmt: skip
def test_a_reaction_may_count_with_the_whole_answer(text: str, ok: bool) -> None:
    assert prove_said(text, MATERIAL).ok is ok


@pytest.mark.parametrize(
    ("text", "ok"),
    [
        ("What would you do if eighty repairs came in on one day?", True), ("Suppose you had thirty boxes. Where would the first one go?", True),
        ("A customer waits fifty days. What do you say?", True), ("When you cleared eighty repairs, what came next?", False),
        ("You had eighty repairs on one day. What came next?", False), ("If it had snowed when you cleared eighty repairs, what then?", False),
        ("You lead 14 mechanics. Who is the hardest to lead?", False), ("They have 14 mechanics there. What would be harder than with five?", True),
        ("What would you say by Thursday if the labels were late?", True), ("What did you say on Thursday about the labels?", False),
    ],
)  # fmt: skip
def test_a_question_may_suppose_and_makes_nothing_of_the_posting_the_candidates(text: str, ok: bool) -> None:
    assert prove_question(text, [], MATERIAL).ok is ok


def test_figures_are_free_in_a_drill() -> None:
    assert prove_said("Tell it to twenty five people in a pub.", MATERIAL, drill=True).ok
    assert not prove_said("You told it to twenty five people in a pub.", MATERIAL).ok
