"""Language practice held against right sentences and planted slips: the half that was seen when the rules were made."""

from __future__ import annotations

import pytest

from backend.coaching.corrections.rules import languages
from backend.evaluation.languages import check, sentences


@pytest.mark.parametrize("code", languages())
def test_no_right_sentence_is_corrected(code: str) -> None:
    assert [(c.sentence.text, c.false) for c in check(code, "seen") if c.false] == []


@pytest.mark.parametrize("code", languages())
def test_the_two_halves_have_forty_right_sentences_and_forty_slips(code: str) -> None:
    seen, held_back = sentences(code, "seen"), sentences(code, "held_back")
    assert not {s.text for s in seen} & {s.text for s in held_back}
    both = [*seen, *held_back]
    assert sum(s.slip is None for s in both) >= 40 and sum(s.slip is not None for s in both) >= 40
    assert all(s.text[s.slip[0] : s.slip[1]] and s.text != s.meant for s in both if s.slip is not None)
