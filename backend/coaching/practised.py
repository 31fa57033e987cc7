"""Practised: feedback in the language that is practised, meaning first and form second, from rules alone.

The rest of the coach reads English. Of an answer in another language it could say nothing true, so nothing else is said
of it than what is here; in language practice English is treated the same way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from backend.coaching.answer import Answer, Span
from backend.coaching.citing import Citer
from backend.coaching.corrections.find import find_corrections
from backend.coaching.corrections.rules import Looked, Phrases, rules_of
from backend.coaching.delivery import UNSPACED, length_in_words
from backend.coaching.drills import drill_for_more
from backend.coaching.feedback import Corrections, Delivery, Drill, Point
from backend.coaching.text import snippet, word_count, written_sentences

_SHORT = 40
"""Words: below this there is room for more."""
_QUOTED, _QUOTED_ALOUD = 14, 9
_SPOKEN = 34
"""Words of a reaction at most."""
_CLAUSE = re.compile(r"[^。！？、，；\n]+")
_POINTS = " .,;:!?…।،؛؟。"


@dataclass(frozen=True, slots=True)
class Practised:
    """What is said about one answer in the language it was given in."""

    summary: str
    strengths: tuple[Point, ...]
    gaps: tuple[Point, ...]
    reaction: str
    drill: Drill | None
    corrections: Corrections | None


def is_practised(answer: Answer) -> bool:
    """Whether this answer gets feedback in its own language: all that are not in English, and all of language practice."""
    return answer.mode == "language" or not answer.language.startswith("en")


def practise(answer: Answer, citer: Citer, delivery: Delivery) -> Practised | None:
    """What came across, what was measured, the slips and a reason that was given; no score, for nothing here could
    judge one. None for a language without rules. Deterministic; a millisecond."""
    looked = rules_of(answer.language)
    if looked is None:
        return None
    phrases = looked.language.phrases
    told = _first(answer)
    came_across = phrases.came_across.format(quote=_quoted(answer, told, _QUOTED))
    corrections = correct(answer, citer)
    fixes = [_fix(phrases, c.quote, c.better) for c in corrections.items] if corrections else []
    gaps = [
        Point(text=f"{fix} {c.why_here}", citations=[c.citation])
        for fix, c in zip(fixes, corrections.items if corrections else [], strict=True)
    ]
    wanted_longer = answer.mode != "free_chat"  # in which nothing is too short
    short = length_in_words(answer) < _SHORT
    if wanted_longer and short:
        gaps.append(Point(text=phrases.longer, citations=[citer.answer(told)]))
    clean = corrections is not None and not fixes
    reason = _reason(answer, looked)
    strengths = (
        [
            Point(
                text=phrases.reason.format(quote=_quoted(answer, reason, _QUOTED)),
                citations=[citer.answer(reason, _QUOTED)],
            )
        ]
        if reason is not None
        else []
    )
    first = corrections.items[0].better if fixes and corrections else None
    drill = phrases.repeat.format(better=first) if first is not None else phrases.longer if short else phrases.again
    return Practised(
        summary=" ".join([came_across, *([phrases.none] if clean else []), fluency(answer, phrases, delivery)]),
        strengths=tuple(strengths),
        gaps=tuple(gaps),
        reaction=_reaction(phrases, _quoted(answer, told, _QUOTED_ALOUD), fixes),
        drill=Drill(title=phrases.once_more, instruction=drill, why=gaps[0].text if gaps else "")
        if wanted_longer
        else None,
        corrections=corrections,
    )


def drill_for_short(answer: Answer, why: str) -> Drill:
    """The drill after an answer that was too short to score, in its language. `why`: the sentence that said so."""
    looked = rules_of(answer.language) if is_practised(answer) else None
    if looked is None:
        return drill_for_more(answer.question, why)
    phrases = looked.language.phrases
    return Drill(title=phrases.once_more, instruction=phrases.longer, why=why)


def correct(answer: Answer, citer: Citer) -> Corrections | None:
    """The slips of an answer, each quoted place cited; None outside language practice."""
    found = find_corrections(answer) if answer.mode == "language" else None
    if found is None:
        return None
    cited = [
        c.model_copy(update={"citation": citer.answer(Span(c.quote, c.char_start, c.char_end), len(c.quote))})
        for c in found.items
    ]
    return found.model_copy(update={"items": cited})


def fluency(answer: Answer, phrases: Phrases, delivery: Delivery) -> str:
    """Length, pace, long pauses and variety of words as figures, in the language of the answer; what was not measured
    is left out."""
    pauses, variety = delivery.pauses, delivery.word_variety
    signs = answer.language in UNSPACED
    figures = [
        (phrases.length, len(re.findall(r"\w", answer.text)) if signs else delivery.word_count),
        (phrases.pace, None if delivery.words_per_minute is None else round(delivery.words_per_minute)),
        (phrases.pauses, None if pauses is None else pauses.count),
        (phrases.variety, None if variety is None else round(100 * variety)),
    ]
    return " · ".join(label.format(value=value) for label, value in figures if value is not None) + "."


def _first(answer: Answer) -> Span:
    """The first sentence that says something."""
    found = _clauses(answer)
    return next((s for s in found if len(s.text) > 12 or word_count(s.text) >= 4), found[0])


def _clauses(answer: Answer) -> list[Span]:
    text = answer.text
    if answer.language in UNSPACED:
        found = [Span(m.group(), m.start(), m.end()) for m in _CLAUSE.finditer(text) if m.group().strip()]
    else:
        found = written_sentences(text)
    return found or [Span(text, 0, len(text))]


def _reason(answer: Answer, looked: Looked) -> Span | None:
    """From the word that gives the reason to the end of its sentence; the clause around it where words are not set apart."""
    for clause in _clauses(answer):
        for word in looked.because:
            if answer.language in UNSPACED:
                if word in clause.text:
                    return clause
            elif found := re.search(rf"(?<!\w){re.escape(word)}(?!\w)", clause.text, re.IGNORECASE):
                start = 0 if answer.language == "ko" else found.start()
                rest = clause.text[start:].rstrip(_POINTS)
                if word_count(rest) >= 4:
                    return Span(rest, clause.start + start, clause.start + start + len(rest))
    return None


def _quoted(answer: Answer, span: Span, limit: int) -> str:
    return snippet(answer.text, span, limit).text.strip(_POINTS)


def _fix(phrases: Phrases, quote: str, better: str) -> str:
    return phrases.fix.format(quote=quote, better=better)


def _reaction(phrases: Phrases, quote: str, fixes: list[str]) -> str:
    """For the ear, and only where there is something to say: the conversation goes on by itself."""
    if not fixes:
        return ""
    text = f"{phrases.came_across.format(quote=quote)} {fixes[0]}"
    return text if word_count(text) <= _SPOKEN else fixes[0]
