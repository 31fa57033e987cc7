"""What is said for what is written."""

from __future__ import annotations

import pytest

from backend.tts.spoken import speakable

TABLE = [
    ("It cost $29.50.", "It cost 29 dollars and 50 cents."),
    ("$1, $1.2M, €500k, £3.01, $2 million", "1 dollar, 1.2 million dollars, 500 thousand euros, 3 pounds and 1 penny, 2 million dollars"),
    ("from 40% to 9.99%", "from 40 percent to 9.99 percent"),
    ("40% → 9%", "40 percent to 9 percent"),
    ("CI/CD and A/B tests", "CI CD and A B tests"),
    ("tools, e.g. Docker, i.e. that", "tools, for example, Docker, that is, that"),
    ("**Bold**, _soft_ and `code`", "Bold, soft and code"),
    ("You led it [J1], as planned [A1, R2].", "You led it, as planned."),
    ("I won [add: the result in numbers]. Then", "I won, here add the result in numbers. Then"),
    ("see [the docs](https://x.com/a?b=1)", "see the docs"),
    ("at https://www.example.com/path/to.", "at example.com."),
    ("[[nəʊ]] no", "nəʊ no"),
    ("[[[a]]] b", "a b"),
    ("C++, C# and .NET", "C plus plus, C sharp and dot net"),
    ("10-15 people, 2019–2021", "10 to 15 people, 2019 to 2021"),
    ("~40 ms, 8 GB, 5x", "about 40 milliseconds, 8 gigabytes, 5 times"),
    ("He scored 9/10, open 24/7", "He scored 9 out of 10, open 24 7"),
    ("# Title\n- one\n- two", "Title. one. two"),
    ("Dr. Lee and Mr. Ray, No. 5", "Doctor Lee and Mister Ray, number 5"),
    ("R&D → sales", "R and D to sales"),
    ("great — really", "great, really"),
    ("snake_case", "snake case"),
    ("call 555-123-4567 on 2024-05-06", "call 555-123-4567 on 2024-05-06"),
    ("state-of-the-art", "state-of-the-art"),
    ("it's “fine”", "it's “fine”"),
    ("so\u200b hi\u202e dden\x00", "so hi dden"),
    ("<script>alert(1)</script> hi", "alert(1) hi"),
    ("🙂 ok", "ok"),
    ("***", ""),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("written", "said"), TABLE)
def test_table(written: str, said: str) -> None:
    assert speakable(written) == said


@pytest.mark.parametrize("written", [written for written, _ in TABLE])
def test_saying_it_twice_changes_nothing(written: str) -> None:
    once = speakable(written)
    assert speakable(once) == once
    assert "[[" not in once and "]]" not in once


def test_other_languages_keep_their_numbers() -> None:
    assert speakable("**50 %** für $5 [J1]", language="de") == "50 % für $5"
