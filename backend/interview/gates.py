"""Gates: what an answer in a drill has to do to pass, and whether it did, from what was measured alone."""

from __future__ import annotations

import re

from backend.coaching.answer import Answer, Span
from backend.coaching.coach import Analysis
from backend.coaching.facts import Facts, gather
from backend.coaching.feedback import Gate
from backend.coaching.numbers import find_numbers
from backend.coaching.star_cues import cue_score
from backend.coaching.text import sentences, snippet, word_count
from backend.coaching.wording import quoted
from backend.interview.practices import OVER, challenged, spoken_limit, took_s
from backend.interview.question import Question
from backend.interview.session import SessionPlan

_RESULT = 0.8
"""Cue strength from which a sentence tells a result, as in `backend.coaching.star`."""
_PROOF = re.compile(
    r"\b(?:measur\w+|test(?:ed|s)?|count(?:ed|s)?|compared?|track(?:ed|er|ing)?|logg?(?:s|ed)|survey\w*|audit\w*|chart\w*|"
    r"report(?:s|ed)?|record(?:s|ed)?|graph\w*|dashboard\w*|figures?|numbers|statistics|feedback|review(?:s|ed)?|"
    r"(?:told|wrote|said|thanked|emailed|asked|confirmed|noticed|saw|checked|signed))\b",
    re.IGNORECASE,
)
_QUOTE_WORDS = 14
_SENTENCE = 4
"""Words from which a piece is a sentence and not "So, yes, right"."""


def gate_of(plan: SessionPlan, question: Question, analysis: Analysis) -> Gate | None:
    """Whether a scored answer passed the drill it was given in; None outside a drill, and where no gate is set."""
    if plan.practice != "drill" or plan.language != "en" or question.goal is None:
        return None
    if analysis.not_scored_because is not None:
        return None
    if plan.drill == "result_first":
        return _result_first(analysis)
    if plan.drill == "pushback":
        return _proof(analysis) if challenged(question) else None
    return _in_time(question, analysis.answer)


def _in_time(question: Question, answer: Answer) -> Gate | None:
    if question.time_limit_s is None:
        return None
    took, limit = round(took_s(answer)), question.time_limit_s
    how = "" if answer.spoken else " at 150 words a minute"
    passed = took <= OVER * limit
    why = f"It took {took} seconds{how}."
    if not passed:
        why = f"It took {took} seconds{how}, {took - limit} over. Leave out what the result does not need."
    return Gate(title=f"In {spoken_limit(limit)} seconds", passed=passed, why=why)


def _result_first(analysis: Analysis) -> Gate:
    facts = gather(analysis.answer, analysis.measured.star)
    first = next((p for p in facts.pieces if word_count(p.text) >= _SENTENCE), facts.pieces[0])
    title = "Result first"
    if cue_score("result", first.text) >= _RESULT:
        return Gate(title=title, passed=True, why="Your first sentence says what came of it.", quote=_short(first))
    why = f"It begins {quoted(_short(first))}, and no sentence says clearly what came of it."
    if facts.result is not None and facts.result.start > first.start:
        why = f"It begins {quoted(_short(first))}; the result comes later: {quoted(_short(facts.result))}. Begin with that."
    return Gate(title=title, passed=False, why=why, quote=_short(first))


def _proof(analysis: Analysis) -> Gate:
    """A challenge is met by something a listener could check: a figure, a check that was made, what somebody said."""
    facts = gather(analysis.answer, analysis.measured.star)
    found = _proof_in(facts, analysis.answer.text)
    title = "How do you know?"
    if found is None:
        why = "Nothing in it can be checked yet: name a figure, a check you made, or what somebody said or did."
        return Gate(title=title, passed=False, why=why)
    return Gate(title=title, passed=True, why="You name what shows it.", quote=_short(found))


def _proof_in(facts: Facts, text: str) -> Span | None:
    counted = [n for n in find_numbers(text) if not n.trivial and not n.ordinal]
    for piece in facts.pieces:
        if any(piece.start <= n.start < piece.end for n in counted) or _PROOF.search(piece.text):
            return piece
    return None


def _short(piece: Span) -> str:
    return snippet(piece.text, Span(piece.text, 0, len(piece.text)), _QUOTE_WORDS).text


def result_sentence(analysis: Analysis) -> Span | None:
    """The sentence that tells the result, short enough to be said back; where there is none, the last one."""
    facts = gather(analysis.answer, analysis.measured.star)
    told = facts.result or next(iter(reversed(sentences(analysis.answer.text))), None)
    return snippet(told.text, Span(told.text, told.start, told.end), _QUOTE_WORDS) if told is not None else None
