"""Practices: the hints of studying, and the shrinking time of a drill."""

from __future__ import annotations

from collections.abc import Sequence

from backend.coaching.answer import Answer
from backend.coaching.coach import Source
from backend.coaching.job_fit import match_strength
from backend.coaching.reply_kind import asks_for_a_time
from backend.coaching.text import word_count, written_sentences
from backend.interview.question import Question

DRILL_LIMITS_S = (90, 60, 30)
"""The same story in ninety, sixty and thirty seconds."""
_OVER = 1.2
"""An answer may run over by a fifth before it is to be said again in the same time."""
_WORDS_A_SECOND = 2.5
"""150 words a minute, for answers that were typed."""
_SPOKEN = {90: "ninety", 60: "sixty", 30: "thirty"}
_STORY = "One particular time: where and when it was, what was yours to do, what you did, and what came of it."
_OPINION = "Your point first, then the reason, then one case where it held."
_NEAR, _MOST_POINTS, _LONGEST = 0.15, 4, 200


def hints(question: Question, key_points: Sequence[str], sources: Sequence[Source]) -> list[str]:
    """What an answer to this question could hold: known key points, else a shape, and the candidate's own nearest line."""
    found = [f"A full answer names: {point}" for point in key_points[:_MOST_POINTS]]
    if not found:
        found.append(_STORY if asks_for_a_time(question.text) or question.kind == "follow_up" else _OPINION)
    if line := _nearest(question, [s for s in sources if s.kind == "resume"]):
        found.append(f"From your resume: “{line}”")
    return found


def drill_limit(question: Question, answer: Answer, asked: Sequence[Question]) -> int | None:
    """Seconds for the next take of a drill; None when the story has been told in thirty.

    An answer that ran well over its time is asked for once more in the same time.
    """
    limit = question.time_limit_s or DRILL_LIMITS_S[0]
    took_s = answer.duration_s if answer.duration_s is not None else word_count(answer.text) / _WORDS_A_SECOND
    again = sum(q.time_limit_s == limit and drill_subject(q) == drill_subject(question) for q in asked)
    if took_s > _OVER * limit and again < 2:
        return limit
    return next((shorter for shorter in DRILL_LIMITS_S if shorter < limit), None)


def drill_text(question: Question, limit_s: int) -> str:
    """How the next take of a drill is asked for."""
    lead = "Once more, in" if limit_s == question.time_limit_s else "The same again, in"
    return f"{lead} {_SPOKEN[limit_s]} seconds: {drill_subject(question)}"


def drill_subject(question: Question) -> str:
    """The question that a drill goes round."""
    head, colon, subject = question.text.partition(" seconds: ")
    return subject if colon and head.startswith(("Once more, in", "The same again, in")) else question.text


def _nearest(question: Question, resumes: Sequence[Source]) -> str | None:
    wanted = " ".join([question.text, *(c.quote for c in question.citations)])
    lines = [line.text.strip(" -•*") for source in resumes for line in written_sentences(source.text)]
    rated = [(match_strength(line, wanted), line) for line in lines if word_count(line) >= 4 and len(line) <= _LONGEST]
    strength, line = max(rated, default=(0.0, ""))
    return line if strength >= _NEAR else None
