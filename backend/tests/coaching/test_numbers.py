import pytest

from backend.coaching.numbers import find_numbers


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("forty", [40]), ("1,200 and 1200", [1200, 1200]), ("40 %", [40]), ("two hundred thousand", [200000]), ("$1.2m", [1200000]),
        ("from twenty two to nine", [22, 9]), ("doubled", ["x2"]), ("half of them", ["/2"]), ("a third of them", ["/3"]),
        ("last quarter", []), ("a hundred and five", [105]), ("in twenty nineteen", [2019]), ("twenty thirty people", [20, 30]),
        ("two and a half", [2.5]), ("four point one", [4.1]), ("Q3 2021", [3, 2021]), ("two and a half thousand", [2500]),
        ("the twenty first", [21]),
    ],
)  # fmt: skip
def test_numbers_are_read_in_every_form(text: str, values: list[object]) -> None:
    assert [n.value for n in find_numbers(text)] == values
