import pytest

from backend.coaching.numbers import find_numbers
from backend.coaching.spoken import canonical, meant


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("one in five of them", "20% of them"), ("seven out of ten stopped", "70% stopped"), ("two of six", "two of six"),
        ("at half past seven", "at 7:30"), ("I rang at five to four", "I rang at 3:55"), ("from ten to three people", "from ten to three people"),
        ("£300", "300 pounds"), ("a fortnight late", "two weeks late"), ("1.5 hours", "90 minutes"), ("ten milligrams", "ten mg"),
        ("on 21 May", "on 21th May"), ("from the twenty first to the eleventh of May", "from the 21th to the 11th of May"),
        ("I'd do it", "I would do it"), ("he'd been there", "he had been there"), ("she said no", "she said nay"), ("twice a day", "2 times a day"),
    ],
)  # fmt: skip
def test_one_form_for_both_sides(said: str, written: str) -> None:
    assert canonical(said) == written


@pytest.mark.parametrize(
    ("said", "intended"),
    [
        ("for three no four days", "for four days"), ("um I uh led it", "I led it"),
        ("I did twelve interviews this week, sorry, thirteen", "I did thirteen interviews this week, sorry, thirteen"),
        ("I had no idea, five came", "I had no idea, five came"), ("in twenty twenty two", "in twenty twenty two"),
        ("in C plus plus", "in C++"),
    ],
)  # fmt: skip
def test_slips_and_fillers_are_left_out(said: str, intended: str) -> None:
    assert meant(said).strip() == intended


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("in twenty nineteen", [2019]), ("twenty thirty people", [20, 30]), ("two and a half", [2.5]), ("four point one", [4.1]),
        ("Q3 2021", [3, 2021]), ("two and a half thousand", [2500]), ("the twenty first", [21]),
    ],
)  # fmt: skip
def test_numbers_as_people_say_them(text: str, values: list[float]) -> None:
    assert [n.value for n in find_numbers(text)] == values


def test_what_another_did_is_said_again_of_them() -> None:
    assert meant("I did not lead the move, Paula did.").endswith("Paula did lead the move.")
