"""Cutting a stream into pieces: where, never where not, and always the same text."""

from __future__ import annotations

import random

import pytest

from backend.tts.sentences import Speakable

TABLE = [
    ("The plan costs $29.50 a month. Then what?", ["The plan costs $29.50 a month.", "Then what?"]),
    ("Dr. Lee and Mrs. Ray agreed. Good.", ["Dr. Lee and Mrs. Ray agreed.", "Good."]),
    ("It runs on Node.js, version 3.5. It is fast.", ["It runs on Node.js, version 3.5.", "It is fast."]),
    ("You used tools, e.g. Docker. Fine.", ["You used tools, e.g. Docker.", "Fine."]),
    ("He moved to the U.S. in May. Then he left.", ["He moved to the U.S. in May.", "Then he left."]),
    ("1. Say what happened.\n2. Say what you did.", ["1. Say what happened.", "2. Say what you did."]),
    ("- the situation\n- the result\nThat is all.", ["- the situation", "- the result\nThat is all."]),
    ('"I would test earlier." That is honest.', ['"I would test earlier."', "That is honest."]),
    ("Wait... really? Yes, J. Smith said so.", ["Wait... really?", "Yes, J. Smith said so."]),
    ("You came at 5 p.m. and left.", ["You came at 5 p.m. and left."]),
    ("Was it No. 5 or No. 7 of the list?", ["Was it No. 5 or No. 7 of the list?"]),
    (
        "You named the result in numbers, which is what a good answer needs in the end.",
        ["You named the result in numbers,", "which is what a good answer needs in the end."],
    ),
    ("Good. You named it, and it was clear enough.", ["Good. You named it, and it was clear enough."]),
    ("I led it [add: the team, its size], and then it went live.", None),
    ("Hello", ["Hello"]),
    ("", []),
    (" \n ", []),
]
LONG = (
    "In my last job we reduced, over the course of two long years and with the help of many people from all the "
    "departments that had anything to do with it at any time, the number of open incidents from many to few, which "
    "nobody had thought possible before we began and which made everyone proud (and, I must say, happy). Then we rested."
)


def cut(text: str, sizes: list[int] | None = None) -> list[str]:
    cutter, pieces, at = Speakable(), [], 0
    for size in sizes or [len(text) or 1]:
        pieces += cutter.feed(text[at : at + size])
        at += size
    pieces += cutter.feed(text[at:])
    return pieces + cutter.flush()


@pytest.mark.parametrize(("text", "pieces"), TABLE)
def test_table(text: str, pieces: list[str] | None) -> None:
    found = cut(text)
    if pieces is None:
        assert not any(piece.count("[") != piece.count("]") for piece in found)
    else:
        assert found == pieces


@pytest.mark.parametrize("text", [text for text, _ in TABLE] + [LONG, "x" * 700, "word " * 200])
def test_nothing_is_lost_and_the_arrival_does_not_matter(text: str) -> None:
    whole = cut(text)
    assert "".join("".join(whole).split()) == "".join(text.split())
    assert all(piece == piece.strip() != "" and len(piece) <= 220 for piece in whole)
    assert cut(text, [1] * len(text)) == whole
    dice = random.Random(5)
    for _ in range(20):
        assert cut(text, [dice.randint(1, 9) for _ in range(len(text))]) == whole


def test_the_first_piece_is_early_and_the_next_ones_are_whole() -> None:
    cutter = Speakable()
    assert cutter.feed("Thank you, that was a clear answer") == []
    assert cutter.feed(", with") == ["Thank you, that was a clear answer,"]
    assert cutter.feed(" a good start. It ended well. Now") == ["with a good start. It ended well."]


def test_a_point_waits_for_what_follows() -> None:
    cutter = Speakable()
    assert cutter.feed("It cost you about $29.") == []
    assert cutter.feed("50 and it") == []
    assert cutter.feed(" was worth it. ") == []
    assert cutter.feed("N") == ["It cost you about $29.50 and it was worth it."]


def test_after_flush_it_starts_anew() -> None:
    cutter = Speakable()
    assert cutter.feed("One") == [] and cutter.flush() == ["One"]
    assert cutter.flush() == []
    assert cutter.feed("A second text begins here, and goes") == ["A second text begins here,"]
