"""Objections: the candidate says that a point of the feedback is wrong. Kept, shown, counted; never argued with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backend.coaching.feedback import Feedback
from backend.interview.turn_record import TurnRecord

SINGLE = ("summary", "rewrite", "drill")
LISTS = ("strengths", "gaps", "errors", "corrections", "scores", *SINGLE)
"""What can be objected to, as it is counted."""


def point_text(feedback: Feedback, point: str) -> str | None:
    """What a point says: `gaps.1` of a list, `scores.impact`, or `summary`, `rewrite`, `drill`. None: there is none."""
    name, _, place = point.partition(".")
    if name in SINGLE and not place:
        said = {
            "summary": feedback.summary,
            "rewrite": feedback.rewrite.text,
            "drill": feedback.drill.instruction if feedback.drill is not None else "",
        }
        return said[name] or None
    if name == "scores":
        return next((score.why for dimension, score in feedback.scores.items() if dimension == place), None)
    texts = {
        "strengths": [p.text for p in feedback.strengths],
        "gaps": [p.text for p in feedback.gaps],
        "errors": [e.correction for e in feedback.errors],
        "corrections": [c.why for c in feedback.corrections.items] if feedback.corrections is not None else [],
    }.get(name, [])
    return dict(enumerate(texts)).get(int(place)) if place.isascii() and place.isdigit() and len(place) < 4 else None


def list_of(point: str) -> str:
    """The list that a point belongs to."""
    return point.partition(".")[0]


def objected(turns: Sequence[TurnRecord]) -> list[dict[str, Any]]:
    """Every objection with its turn, as a report shows it."""
    return [{"turn_id": t.turn_id, **o.model_dump(mode="json")} for t in turns for o in t.objections]
