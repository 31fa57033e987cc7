"""Self-checks: the candidate's own verdict on the points of a strong answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from backend.coaching.drills import drill_for_ticks
from backend.coaching.feedback import Feedback, SelfCheck
from backend.errors import Invalid, NoReference
from backend.interview.turn_record import TurnRecord


def self_check(record: TurnRecord, feedback: Feedback | None, ticked: Sequence[str]) -> SelfCheck:
    """What is kept of these ticks: each point once, in the order of the reference, with the drill that follows.

    Raises `NoReference` where the turn has no points, and `Invalid` for an id that is none of them.
    """
    reference = feedback.reference if feedback is not None else None
    if reference is None or not reference.points or record.erased_at is not None:
        raise NoReference
    points = [p.id for p in reference.points]
    if unknown := set(ticked) - set(points):
        raise Invalid(details={"fields": [{"field": "ticked", "problem": f"not a point of this turn: {min(unknown)}"}]})
    return SelfCheck(
        ticked=[p for p in points if p in set(ticked)],
        of=len(points),
        checked_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
        drill=drill_for_ticks(record.question.plain, reference, ticked),
    )
