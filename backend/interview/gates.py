"""Gates: what an answer in a drill has to do to pass, and whether it did, from what was measured alone."""

from __future__ import annotations

from backend.coaching.answer import Answer, Span
from backend.coaching.coach import Analysis
from backend.coaching.feedback import Gate
from backend.coaching.text import sentences, snippet, word_count
from backend.coaching.wording import quoted
from backend.interview.practices import OVER, spoken_limit, took_s
from backend.interview.question import Question
from backend.interview.session import SessionPlan

_QUOTE_WORDS = 14
_SENTENCE = 4
"""Words from which a piece is a sentence and not "So, yes, right"."""


def gate_of(plan: SessionPlan, question: Question, analysis: Analysis) -> Gate | None:
    """Whether a scored answer passed the drill it was given in; None outside a drill, and where it cannot be measured."""
    if plan.practice != "drill" or plan.language != "en" or question.goal is None:
        return None
    if analysis.not_scored_because is not None:
        return None
    if plan.drill == "result_first":
        return _result_first(analysis)
    return _in_time(question, analysis.answer) if plan.drill == "ladder" else None


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
    pieces = sentences(analysis.answer.text)
    first = next((p for p in pieces if word_count(p.text) >= _SENTENCE), pieces[0])
    told, title = _ending(analysis), "Result first"
    if told is not None and told.start < first.end:
        return Gate(title=title, passed=True, why="Your first sentence says what came of it.", quote=_short(first))
    why = f"It begins {quoted(_short(first))}, and I did not catch what came of it. Begin with that."
    if told is not None:
        why = f"It begins {quoted(_short(first))}; the result comes later: {quoted(_short(told))}. Begin with that."
    return Gate(title=title, passed=False, why=why, quote=_short(first))


def _ending(analysis: Analysis) -> Span | None:
    """The first words that were found to tell the result."""
    star = analysis.measured.star
    if star is None or not star.result.evidence:
        return None
    found = star.result.evidence[0]
    return Span(analysis.answer.text[found.char_start : found.char_end], found.char_start, found.char_end)


def _short(piece: Span) -> str:
    return snippet(piece.text, Span(piece.text, 0, len(piece.text)), _QUOTE_WORDS).text


def result_sentence(analysis: Analysis) -> Span | None:
    """What tells the result, short enough to be said back; where there is nothing, the last sentence."""
    told = _ending(analysis) or next(iter(reversed(sentences(analysis.answer.text))), None)
    return snippet(told.text, Span(told.text, told.start, told.end), _QUOTE_WORDS) if told is not None else None
