"""What is said at which level: weights are made up, so that each level is reached or not as the case wants."""

from __future__ import annotations

import numpy as np
import pytest

from backend.coaching.intake import Intake, line
from backend.coaching.intake.classifier import GROUPS, Group, Weights
from backend.coaching.intake.features import SLOTS
from backend.coaching.intake.kinds import KINDS, Kind
from backend.coaching.intake.passages import pieces
from backend.evaluation.intake import wilson

TEXT = "something is said here"


def _intake(likeliest: Kind, *reached: Group, help_line: str = "") -> Intake:
    """One that takes every text for `likeliest` and reaches these levels."""
    bias = np.zeros(len(KINDS))
    bias[KINDS.index(likeliest)] = 5.0
    weights = Weights(
        words=np.zeros((SLOTS, len(KINDS)), dtype=np.int8),
        words_scale=np.ones(len(KINDS)),
        words_bias=bias,
        meaning=np.zeros((1, len(KINDS))),
        meaning_bias=np.zeros(len(KINDS)),
        mix={"words": {group: [0.0, 0.0, 0.0, 1.0 if group in reached else -1.0] for group in GROUPS}},
        levels={"words": dict.fromkeys(GROUPS, 0.0)},
        data="none",
    )
    return Intake(help_line=help_line, weights=weights)


def test_where_it_is_sure_everything_waits() -> None:
    concern = _intake("self_harm", "urgent", "doubt").read(TEXT).concern
    assert concern is not None and concern.urgent and concern.waits
    assert concern.say == line("urgent", "en")


def test_in_doubt_the_same_help_is_given_more_softly_and_it_goes_on() -> None:
    concern = _intake("danger", "doubt", help_line="Ring us.").read(TEXT).concern
    assert concern is not None and not concern.urgent and not concern.waits
    assert concern.kind == "distress" and concern.say == line("soft", "en", "Ring us.")


def test_something_serious_asks_how_to_go_on() -> None:
    concern = _intake("falsified", "doubt", "serious").read(TEXT).concern
    assert concern is not None and concern.kind == "illegal" and concern.waits and not concern.urgent
    assert concern.say == line("illegal", "en")


@pytest.mark.parametrize(
    ("kind", "said"), [("violence_done", "harm"), ("confession", "other"), ("confidential", "other")]
)
def test_something_serious_in_doubt_is_not_called_anything(kind: Kind, said: str) -> None:
    concern = _intake(kind, "doubt").read(TEXT).concern
    assert concern is not None and not concern.waits
    assert concern.say == line(said, "en")  # type: ignore[arg-type]


def test_a_short_word_to_the_coach_is_no_doubt_but_what_is_sure_comes_first() -> None:
    assert _intake("hint", "doubt", "coach").read(TEXT).intent == "hint"
    concern = _intake("hint", "urgent", "doubt", "coach").read(TEXT).concern
    assert concern is not None and concern.urgent
    assert _intake("hint", "coach").read(f"{TEXT} " * 10).intent is None


def test_a_finished_story_is_told_and_weighs_nothing() -> None:
    intake = _intake("grief", "told")
    assert intake.read(TEXT).told == line("told", "en") and intake.read(TEXT).concern is None
    assert not intake.weighs(TEXT) and _intake("grief", "doubt").weighs(TEXT)


def test_what_was_heard_before_is_cut_as_it_was() -> None:
    said = " ".join(f"word{n}" for n in range(120))
    before, after = pieces(said), pieces(f"{said} and then some more words came to the end of it all")
    assert len(before) > 3 and before[:-2] == after[: len(before) - 2]
    assert " ".join(after).startswith(said)
    signs = "我" * 400
    assert "".join(pieces(signs)) == signs and max(map(len, pieces(signs))) <= 160


def test_an_interval_of_none_and_of_all_has_a_width() -> None:
    low, high = wilson(0, 100)
    assert low == 0 and 0.03 < high < 0.04
    assert wilson(100, 100) == pytest.approx((1 - high, 1.0))
    assert wilson(0, 0) == (0.0, 1.0)
