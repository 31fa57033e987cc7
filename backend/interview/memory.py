"""Which of the earlier turns are remembered."""

from __future__ import annotations

from collections.abc import Sequence

from backend.interview.turn_record import TurnRecord


def told(turns: Sequence[TurnRecord]) -> list[TurnRecord]:
    """The turns with something in them to remember: scored first takes, in order."""
    return [
        t
        for t in turns
        if t.is_first_take and t.transcript is not None and t.feedback is not None and t.feedback.scored
    ]


def heard(turns: Sequence[TurnRecord]) -> list[TurnRecord]:
    """Everything that was said, first takes only, in order; without what is for the candidate alone."""
    return [
        t for t in turns if t.is_first_take and t.transcript is not None and t.transcript.text and not t.in_confidence
    ]
