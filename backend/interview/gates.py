"""Gates: what an answer in a drill has to do to pass, and whether it did, from what was measured alone.

Two tellings are held against each other by the words that carry meaning. Of ten stories told again in other words 69 to 93 in a
hundred such words stood in the first telling; of 4,000 pairs of different stories in a thousand had more than 42 (own texts,
backend/evaluation/data/answers).
"""

from __future__ import annotations

from collections.abc import Sequence

from backend.coaching.answer import Answer, Span
from backend.coaching.coach import Analysis
from backend.coaching.feedback import Gate
from backend.coaching.measured_points import PARTS_SAID, parts_found
from backend.coaching.stems import stem
from backend.coaching.text import content_words, sentences, snippet, word_count
from backend.coaching.wording import joined, quoted
from backend.interview.practices import OVER, challenged, spoken_limit, took_s
from backend.interview.question import Question
from backend.interview.session import SessionPlan
from backend.interview.turn_record import TurnRecord, current

_QUOTE_WORDS = 14
_SENTENCE = 4
"""Words from which a piece is a sentence and not "So, yes, right"."""
_LEAST = 0.5
"""Share of its time that a telling uses; less of it, and nothing had to be chosen."""
_SHORTER = 0.9
"""Share of the time before that a shorter telling may take."""
_SAME_STORY = 0.4
"""Share of its words found in the first telling, below which it is another story."""
_SAID_AGAIN = 0.6
"""Share of its words that were said before, above which an answer says nothing new."""


def gate_of(plan: SessionPlan, question: Question, analysis: Analysis, turns: Sequence[TurnRecord]) -> Gate | None:
    """Whether a scored answer passed the drill it was given in; None outside a drill, and where nothing can be measured.

    `turns`: those of the session so far; the running one may be among them.
    """
    if plan.practice != "drill" or plan.language != "en" or question.goal is None:
        return None
    if analysis.not_scored_because is not None:
        return None
    if plan.drill == "result_first":
        return _result_first(analysis)
    before = _told_before(turns, question)
    if plan.drill == "pushback":
        return _stands_by_it(analysis.answer, before) if challenged(question) else None
    return _shorter(question, analysis, before) if question.time_limit_s is not None else None


def _told_before(turns: Sequence[TurnRecord], question: Question) -> list[TurnRecord]:
    """The answers to the same subject before this one, oldest first: back to the question that opened it."""
    if question.kind != "follow_up":
        return []
    found: list[TurnRecord] = []
    for turn in reversed(current(turns)):
        if turn.outcome != "completed" or turn.transcript is None or turn.feedback is None or not turn.feedback.scored:
            continue
        found.insert(0, turn)
        if turn.question.kind != "follow_up":
            return found
    return found


def _shorter(question: Question, analysis: Analysis, before: Sequence[TurnRecord]) -> Gate:
    """The same story, in its time and no mere scrap of it, and shorter than in the longer time before."""
    answer, limit = analysis.answer, question.time_limit_s or 0
    took = round(took_s(answer))
    said = f"It took {took} seconds{'' if answer.spoken else ' at 150 words a minute'}"
    longer = [t for t in before if (t.question.time_limit_s or 0) > limit]
    if took > OVER * limit:
        why = f"{said}, {took - limit} over. Leave out what the result does not need."
    elif before and _share_of(answer.text, _said_in(before[:1])) < _SAME_STORY:
        why = "Few words of your first telling are in it, so it seems to be another story. Tell the same one, shorter."
    elif took < _LEAST * limit:
        why = f"{said}, and you have {spoken_limit(limit)}. Use at least half of them."
    elif longer and took > _SHORTER * _took_before(longer[-1]):
        why = f"{said}, hardly less than before. Choose something to leave out."
    else:
        return Gate(title=f"In {spoken_limit(limit)} seconds", passed=True, why=f"{said}.{_kept(analysis, before)}")
    return Gate(title=f"In {spoken_limit(limit)} seconds", passed=False, why=why)


def _took_before(turn: TurnRecord) -> float:
    heard = turn.transcript
    assert heard is not None
    return took_s(Answer(turn.question.text, heard.text, duration_s=heard.duration_s))


def _kept(analysis: Analysis, before: Sequence[TurnRecord]) -> str:
    """Which parts of the story were found in the first telling and in this one."""
    first, now = before[0].star if before else None, analysis.measured.star
    if first is None or now is None or first.reply_kind != "story":
        return ""
    had, has = parts_found(first), parts_found(now)
    kept, lost = [PARTS_SAID[p] for p in had if p in has], [PARTS_SAID[p] for p in had if p not in has]
    both = f" Found in both tellings: {joined(kept)}." if kept else ""
    return both + (f" Found in the first alone: {joined(lost)}." if lost else "")


def _stands_by_it(answer: Answer, before: Sequence[TurnRecord]) -> Gate:
    """Whether a doubted answer says more than was said. Whether what it says shows anything, nobody here decides."""
    known = _said_in(before)
    if _share_of(answer.text, known) > _SAID_AGAIN:
        why = "Most of its words you had said before. Name something new: a figure, a check you made, or what somebody said."
        return Gate(title="Something new", passed=False, why=why)
    newest = min(sentences(answer.text), key=lambda s: (_share_of(s.text, known), -word_count(s.text)))
    why = "You said something you had not said before. Whether it shows what you claim is yours to judge."
    return Gate(title="Something new", passed=None, why=why, quote=_short(newest))


def _said_in(turns: Sequence[TurnRecord]) -> set[str]:
    """The words that carry meaning in these answers."""
    return {word for t in turns if t.transcript is not None for word in _carrying(t.transcript.text)}


def _share_of(text: str, known: set[str]) -> float:
    """How many of the words of a text that carry meaning are known, 0..1."""
    said = _carrying(text)
    return len(said & known) / len(said) if said else 1.0


def _carrying(text: str) -> set[str]:
    return {stem(word) for word in content_words(text)}


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
