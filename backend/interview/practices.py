"""Practices: the hints of studying, and how drills go round: less and less time, result first, standing by it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from backend.coaching.answer import Answer, Span
from backend.coaching.coach import Source
from backend.coaching.job_fit import match_strength
from backend.coaching.reply_kind import asks_for_a_time
from backend.coaching.text import word_count, written_sentences
from backend.interview.question import Question
from backend.interview.session import Difficulty, DrillKind
from backend.jobs.role_packs import BankQuestion

DRILL_LIMITS_S = (90, 60, 30)
"""The same story in ninety, sixty and thirty seconds."""
OVER = 1.2
"""An answer may run over by a fifth before it is to be said again in the same time."""
_WORDS_A_SECOND = 2.5
"""150 words a minute, for answers that were typed."""
_SPOKEN = {90: "ninety", 60: "sixty", 30: "thirty"}
_RESULT_FIRST = "Once more, and begin with the result: "
MOST_TRIES = 3
"""Takes of one question in a drill before it goes on to the next, passed or not."""
_MOST_DOUBTS = 2
_DOUBTS = (
    "I am not convinced yet. What would show it to somebody who was not there?",
    "Could it have come out the same without you? What speaks against that?",
)
_STORY = "One particular time: where and when it was, what was yours to do, what you did, and what came of it."
_OPINION = "Your point first, then the reason, then one case where it held."
_NEAR, _LONGEST = 0.15, 200
_MOST_POINTS: dict[Difficulty, int] = {"easy": 6, "medium": 4, "hard": 0}
"""Points of a strong answer that are told beforehand to who studies."""


def hints(
    question: Question, known: BankQuestion | None, sources: Sequence[Source], difficulty: Difficulty = "medium"
) -> list[str]:
    """What an answer to this question could hold: what the bank says of it (less in a harder interview), else a shape, and
    the candidate's own nearest line."""
    found = [known.hint, *known.points[: _MOST_POINTS[difficulty]]] if known is not None else []
    if not found:
        found.append(_STORY if asks_for_a_time(question.text) or question.kind == "follow_up" else _OPINION)
    about = " ".join([question.text, *(c.quote for c in question.citations)])
    if (nearest := nearest_line(about, [s for s in sources if s.kind == "resume"])) is not None:
        found.append(f"From your resume: “{nearest[1].text}”")
    return found


def drill_limit(question: Question, passed: bool, asked: Sequence[Question]) -> int | None:
    """Seconds for the next take of a drill; None when the story has been told in thirty.

    A take that did not pass is asked for once more in the same time.
    """
    limit = question.time_limit_s or DRILL_LIMITS_S[0]
    again = sum(q.time_limit_s == limit and drill_subject(q) == drill_subject(question) for q in asked)
    if not passed and again < 2:
        return limit
    return next((shorter for shorter in DRILL_LIMITS_S if shorter < limit), None)


def took_s(answer: Answer) -> float:
    """Seconds an answer took, or would have taken at a usual pace."""
    return answer.duration_s if answer.duration_s is not None else word_count(answer.text) / _WORDS_A_SECOND


def spoken_limit(limit_s: int) -> str:
    """`90` -> "ninety"."""
    return _SPOKEN.get(limit_s, str(limit_s))


def drill_goal(drill: DrillKind, question: Question) -> str:
    """What the answer to a question has to do to pass, told beforehand."""
    if drill == "result_first":
        return "Your first sentence says what came of it."
    if drill == "pushback" and challenged(question):
        return "Name what shows it: a figure, a check you made, or what somebody said or did."
    if drill == "pushback":
        return "Tell it so that you can stand by it: you will be asked how you know."
    limit = question.time_limit_s or DRILL_LIMITS_S[0]
    if limit == DRILL_LIMITS_S[0]:
        return f"All of it in {spoken_limit(limit)} seconds. Use at least half of them."
    return f"The same story in {spoken_limit(limit)} seconds, shorter than before. Use at least half of them."


def challenged(question: Question) -> bool:
    """Whether a question of the pushback drill is the challenge itself."""
    return question.kind == "follow_up"


def challenge(said: str | None, asked: Sequence[Question], question: Question) -> str | None:
    """How the coach doubts an answer, in other words each time; None when it has been doubted twice."""
    this_time = list(takewhile(challenged, reversed(asked)))
    if not challenged(question):
        return f"You said “{said}”. How do you know?" if said else "How do you know that it was what you did?"
    return _DOUBTS[len(asked) % len(_DOUBTS)] if len(this_time) < _MOST_DOUBTS else None


def drill_text(question: Question, limit_s: int) -> str:
    """How the next take of a drill is asked for."""
    lead = "Once more, in" if limit_s == question.time_limit_s else "The same again, in"
    return f"{lead} {_SPOKEN[limit_s]} seconds: {drill_subject(question)}"


def result_first_text(question: Question) -> str:
    """How an answer that did not begin with its result is asked for once more."""
    return f"{_RESULT_FIRST}{drill_subject(question)}"


def drill_subject(question: Question) -> str:
    """The question that a drill goes round, as the bank has it."""
    text = question.plain
    if text.startswith(_RESULT_FIRST):
        return text.removeprefix(_RESULT_FIRST)
    head, colon, subject = text.partition(" seconds: ")
    return subject if colon and head.startswith(("Once more, in", "The same again, in")) else text


def nearest_line(about: str, sources: Sequence[Source]) -> tuple[Source, Span] | None:
    """The line of a document that shares most with a text, verbatim; None where none shares enough."""
    best: tuple[float, Source, Span] | None = None
    for source in sources:
        for line in written_sentences(source.text):
            plain = line.text.strip(" -•*")
            at = source.text.index(plain, line.start)
            if word_count(plain) < 4 or len(plain) > _LONGEST:
                continue
            strength = match_strength(plain, about)
            if strength >= _NEAR and (best is None or strength > best[0]):
                best = strength, source, Span(plain, at, at + len(plain))
    return best[1:] if best is not None else None
