"""Practised: feedback in the language that is practised, meaning first and form second, from rules alone.

The rest of the coach reads English. Of an answer in another language it could say nothing true, so nothing else is said
of it than what is here; in language practice English is treated the same way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from backend.coaching.answer import Answer, Span
from backend.coaching.citing import Citer
from backend.coaching.corrections.find import find_corrections
from backend.coaching.corrections.rules import Looked, Phrases, rules_of
from backend.coaching.feedback import Corrections, Dimension, Drill, Point, Score
from backend.coaching.rubric import anchor
from backend.coaching.text import lower_words, snippet, word_count, written_sentences
from backend.coaching.wording import capitalised, count

_SHORT = 40
"""Words: below this there is room for more."""
_QUOTED, _QUOTED_ALOUD = 14, 9
_SPOKEN = 34
"""Words of a reaction at most."""
_CLAUSE = re.compile(r"[^。！？、，；\n]+")
_POINTS = " .,;:!?…।،؛؟。"
_UNSPACED = frozenset({"zh", "ja"})


@dataclass(frozen=True, slots=True)
class Practised:
    """What is said about one answer in the language it was given in."""

    summary: str
    strengths: tuple[Point, ...]
    gaps: tuple[Point, ...]
    reaction: str
    drill: Drill
    corrections: Corrections | None


def is_practised(answer: Answer) -> bool:
    """Whether this answer gets feedback in its own language: all that are not in English, and all of language practice."""
    return answer.mode == "language" or not answer.language.startswith("en")


def practise(answer: Answer, citer: Citer) -> Practised | None:
    """None for a language without rules. Deterministic; a millisecond."""
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
    if _length(answer) < _SHORT:
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
    return Practised(
        summary=f"{came_across} {phrases.none}" if clean else came_across,
        strengths=tuple(strengths),
        gaps=tuple(gaps),
        reaction=_reaction(phrases, _quoted(answer, told, _QUOTED_ALOUD), fixes),
        drill=Drill(
            title=phrases.once_more,
            instruction=phrases.repeat.format(better=first) if first is not None else phrases.longer,
        ),
        corrections=corrections,
    )


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


def score_language(answer: Answer) -> Mapping[Dimension, Score]:
    """How connected the sentences are, in a language other than English; empty for one without rules.

    Points by convention: 2 to begin with, up to 1.4 for linking words, 0.8 each for sentences of some length and for
    words that do not repeat.
    """
    looked = rules_of(answer.language)
    if looked is None:
        return {}
    sentences, length = max(1, len(written_sentences(answer.text))), max(1, _length(answer))
    words = lower_words(answer.text)
    unspaced = answer.language in _UNSPACED
    if unspaced:
        links = sum(answer.text.count(link) for link in looked.links)
    else:
        links = sum(word in looked.links for word in words)
    varied = unspaced or len(set(words)) / max(1, len(words)) >= 0.5
    points = 2.0 + min(1.4, links * 25 / length) + (0.8 if length / sentences >= 8 else 0.2) + (0.8 if varied else 0.2)
    score = max(1, min(5 if links else 3, round(points)))  # from 4 up, the rubric speaks of linking words
    why = (
        f"{count(sentences, 'sentence')} of about {round(length / sentences)} words, {count(links, 'linking word')}. "
        "A rough measure by convention; the other dimensions are judged in English only."
    )
    return {"language": Score(score=score, why=capitalised(why), anchor=anchor("language", score))}


def _length(answer: Answer) -> int:
    """Words; where they are not set apart, two signs count as one, as the gate counts them."""
    return len(answer.text) // 2 if answer.language in _UNSPACED else word_count(answer.text)


def _first(answer: Answer) -> Span:
    """The first sentence that says something."""
    found = _clauses(answer)
    return next((s for s in found if len(s.text) > 12 or word_count(s.text) >= 4), found[0])


def _clauses(answer: Answer) -> list[Span]:
    text = answer.text
    if answer.language in _UNSPACED:
        found = [Span(m.group(), m.start(), m.end()) for m in _CLAUSE.finditer(text) if m.group().strip()]
    else:
        found = written_sentences(text)
    return found or [Span(text, 0, len(text))]


def _reason(answer: Answer, looked: Looked) -> Span | None:
    """From the word that gives the reason to the end of its sentence; the clause around it where words are not set apart."""
    for clause in _clauses(answer):
        for word in looked.because:
            if answer.language in _UNSPACED:
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
