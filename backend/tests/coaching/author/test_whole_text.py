"""WholeText: a text is looked at whole and by its sentences, and what is left of it makes sense."""

from __future__ import annotations

import pytest

from backend.coaching.author.whole_text import WholeText

TEXT = "I rang her. I moved the pallets. We lost none. [add: what it cost]"


def test_the_whole_is_asked_first_and_a_slot_alone_is_not_asked() -> None:
    looks = WholeText(TEXT, 4).looks(["Answer: I rang her."])
    assert [(look.n, look.text) for look in looks] == [
        (4, TEXT), (5, "I rang her."), (6, "I moved the pallets."), (7, "We lost none."),
    ]  # fmt: skip
    assert all(look.sources == ("Answer: I rang her.",) for look in looks)
    assert [look.text for look in WholeText("I rang her.", 1).looks([])] == ["I rang her."]
    assert WholeText("", 1).looks([]) == []


@pytest.mark.parametrize(
    ("wrong", "piece", "loose"),
    [
        ([], [0, 1, 2, 3], [0, 1, 2, 3]),
        ([1], [], []),  # as a whole alone: nobody can say which
        ([1, 4], [0, 1, 3], [0, 1, 3]),  # the end goes
        ([2], [1, 2, 3], [1, 2, 3]),  # the beginning goes
        ([1, 3], [], [0, 2, 3]),  # the middle of a story cannot go alone
        ([1, 2, 4], [], []),  # two of three: who would trust the third?
        ([2, 4], [1, 3], [1, 3]),  # beginning and end go
        ([2, 3, 4], [], []),  # only what is to be added would be left
    ],
)
def test_what_is_left_of_it(wrong: list[int], piece: list[int], loose: list[int]) -> None:
    text = WholeText(TEXT, 1)
    verdicts = {n: n not in wrong for n in range(1, 5)}
    assert text.left(verdicts, of_one_piece=True) == [text.sentences[n] for n in piece]
    assert text.left(verdicts, of_one_piece=False) == [text.sentences[n] for n in loose]


def test_verdicts_that_did_not_come_leave_what_code_proved_unless_the_whole_is_wrong() -> None:
    text = WholeText(TEXT, 1)
    assert text.left({}, of_one_piece=True) == text.left({1: True, 2: True}, of_one_piece=True) == text.sentences
    assert text.left({1: False, 2: False}, of_one_piece=True) == []
