"""Revision: feedback that came after its turn had ended takes the place of what was there."""

from __future__ import annotations

from backend.coaching.feedback import Feedback
from backend.interview.events import FeedbackFinal
from backend.interview.turn_record import TurnRecord


def revised(record: TurnRecord, feedback: Feedback, at: str) -> TurnRecord:
    """The turn with other feedback, in its log of events too. What was streamed to the candidate stays as it was."""
    payload = FeedbackFinal(feedback=feedback).payload()
    events = [
        {**wire, "data": {**payload, **{k: wire["data"][k] for k in ("turn_id", "seq", "at_ms")}}}
        if wire["event"] == FeedbackFinal.name
        else wire
        for wire in record.events
    ]
    return record.model_copy(update={"feedback": feedback, "events": events, "revised_at": at})
