"""Phrasing: what is said aloud about an answer, made with no model: thanks, what was measured, and over to the checklist."""

from __future__ import annotations

from collections.abc import Sequence

from backend.coaching.feedback import Intent
from backend.coaching.measured_points import Found
from backend.coaching.sayings import HAND_OVER, THANKS, say, this_time

REACTIONS_TO_INTENTS: dict[Intent, str] = {
    "dont_know": "That is all right; we leave it open.",
    "skip": "All right, we leave that one.",
    "wait": "Take your time.",
    "finish": "All right, we stop here.",
    "slower": "All right, a little slower.",
    "faster": "All right, a little faster.",
    "talk": "Good that you ask. Take a breath; you can have a hint, skip it or start over.",
    "hint": "Of course, here is a way in.",
    "start_over": "Of course, from the beginning.",
    "hear_me": "Yes, I can hear you.",
    "refusal": "All right, we leave that one.",
    "joke": "All right. And now in earnest.",
    "silence": "", "repeat": "", "clarify": "", "insult": "",
}  # fmt: skip


def reaction_to_intent(intent: Intent) -> str:
    return REACTIONS_TO_INTENTS[intent]


def react(strengths: Sequence[Found], gaps: Sequence[Found], turn: int, *, checklist: bool) -> str:
    """Some twenty spoken words, without a figure. It begins with thanks that can be spoken ahead.

    `checklist`: there are points to tick.
    """
    first = next(iter([*gaps, *strengths]), None)
    said = [this_time(THANKS, turn)]
    if first is not None:
        said.append(say("aloud", first.kind, turn))
    if checklist:
        said.append(this_time(HAND_OVER, turn))
    return " ".join(said)
