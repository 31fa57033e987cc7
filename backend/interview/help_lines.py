"""Help on the same question: said more simply, or an easier way in. Made from the pack, without a model."""

from __future__ import annotations

import re

from backend.interview.phrases import first_half, lower_first
from backend.interview.question import Question
from backend.jobs.role_packs import RolePack

_LEAD_IN = re.compile(
    r"^(can|could) you (please )?(tell me about|describe|walk me through|take me through) ", re.IGNORECASE
)


def simpler(question: Question, pack: RolePack) -> str:
    """The same question in plainer words; asked twice, a wider one about the same thing."""
    about = _about(question, pack)
    if question.text.startswith(("Put simply", "In plain words")):
        return f"In plain words, can you think of anything you have done, however small, that has to do with {about}?"
    if question.kind == "closing":
        return "Put simply, what do you want to know about the job, the team or the company?"
    core = first_half(question.text)
    if _LEAD_IN.match(core):
        return f"Put simply, what is one example of {_LEAD_IN.sub('', core).rstrip('?')}?"
    if core != question.text:
        return f"Put simply, {lower_first(core)}"
    if question.kind == "follow_up":
        return f"Put simply, in the example you just gave, {lower_first(core)}"
    return f"Put simply, and thinking of {about}, {lower_first(core)}"


def easier(question: Question, pack: RolePack) -> str:
    """A narrower way in for somebody who does not know what to say."""
    known = next((q for q in pack.questions if q.text == question.text), None)
    if known is not None and known.category == "technical":
        if known.topic is not None:
            return f"Let's take one part of it: what do you know about {lower_first(known.topic)}, however little?"
        return "Let's take one part of it: what is the first thing you would look at or ask?"
    if question.kind == "follow_up":
        return "Let's take one part of it: what is the one detail you remember best?"
    if known is not None and known.category in ("intro", "cultural_fit"):
        return "Let's make it concrete: what is one moment from the last year that has to do with this?"
    if question.competency is None:
        return "Let's start small: is there anything you have done, at work or elsewhere, that comes near it?"
    return f"Let's start small: what have you done, at work or elsewhere, that has to do with {_about(question, pack)}?"


def _about(question: Question, pack: RolePack) -> str:
    if question.competency:
        title = next((c.title for c in pack.competencies if c.name == question.competency), question.competency)
        return lower_first(title.replace("_", " "))
    return "your own work"
