"""Voicing: how much of a reply is said aloud, and how fast, for this candidate and this moment."""

from __future__ import annotations

from typing import Literal

from backend.coaching.coach import Analysis
from backend.interview.session import Difficulty, SessionPlan
from backend.tts.ports import PLAIN, Manner

FULL_WORDS = 60
"""Most words of feedback that are voiced before the question: some 25 s, as long as an interviewer would talk."""
_PACE: dict[Difficulty, float] = {"easy": 1.0, "medium": 1.0, "hard": 1.06}
"""A demanding interviewer is brisk."""
_SLOWEST, _FASTEST = 0.6, 1.5
SLOWEST_WISH, FASTEST_WISH = 0.7, 1.3
"""What a candidate may ask for (`voice_speed` of `POST /sessions`), in steps that can be heard."""
_STEP = 0.15
WARM = Manner(pace=1.02, liveliness=1.2, pause_s=0.12)
"""What is said to an answer."""
SERIOUS = Manner(pace=0.94, volume=0.85, liveliness=0.8, pause_s=0.35)
"""What is said where something matters more than the practice: slower, softer, calmer, with room after each sentence."""


def reaction_aloud(plan: SessionPlan, analysis: Analysis) -> str:
    """What is said about the answer before the question, made from the analysis; "" for nothing.

    Somebody who asked for something ("repeat that"), or told something that matters more, is always answered. Who wants to hear all of the feedback hears it
    instead of the reaction, which is its short form.
    """
    if (m := analysis.measured).intent is not None or m.concern is not None or m.told is not None:
        return analysis.reaction
    if words_aloud(plan, analysis):
        return ""
    if m.asked is None and (plan.feedback == "end" or plan.voice_amount == "question"):
        return ""
    return analysis.reaction


def words_aloud(plan: SessionPlan, analysis: Analysis) -> int:
    """How many words of the written feedback may be said aloud."""
    wanted = plan.voice_amount == "full" and plan.feedback == "each" and analysis.not_scored_because is None
    return FULL_WORDS if wanted else 0


def manner_of(role: Literal["feedback", "question"], *, serious: bool = False) -> Manner:
    """How something is said: a question plainly, a reaction warmly, and all of it gravely after something that matters more
    than the practice. Differences are small: it is one coach."""
    if serious:
        return SERIOUS
    return WARM if role == "feedback" else PLAIN


def pace(plan: SessionPlan, mode_rate: float) -> float:
    """How fast the coach speaks in this interview, 1.0 being the voice's own pace."""
    return _within(mode_rate * plan.voice_speed)


def pace_after(rate: float, plan: SessionPlan) -> float:
    """The pace of a reply: brisk in a hard interview."""
    return _within(rate * _PACE[plan.difficulty])


def wished_speed(plan: SessionPlan, analysis: Analysis) -> tuple[SessionPlan, str] | None:
    """What "slower, please" or "faster" makes of the plan, and what is answered; None where nobody asked for it."""
    if analysis.measured.intent not in ("slower", "faster"):
        return None
    slower = analysis.measured.intent == "slower"
    speed = plan.voice_speed - _STEP if slower else plan.voice_speed + _STEP
    speed = round(min(FASTEST_WISH, max(SLOWEST_WISH, speed)), 2)
    if speed == plan.voice_speed and plan.language != "en":
        return plan, ""
    if speed == plan.voice_speed:
        return plan, f"This is as {'slow' if slower else 'fast'} as I speak."
    return plan.model_copy(update={"voice_speed": speed}), analysis.reaction


def _within(rate: float) -> float:
    return round(min(_FASTEST, max(_SLOWEST, rate)), 3)
