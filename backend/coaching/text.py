# ruff: noqa: SIM905 - word lists
"""Text: words and sentences of spoken or typed answers, each with its exact place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from backend.coaching.answer import Span
from backend.coaching.stems import is_past

_MARKS = "\u0300-\u036f\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0962\u0963"
"""Accents, Arabic and Devanagari vowel signs: no letters by themselves, and a word goes on with them."""
_WORD = re.compile(rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*(?:['’.\-&/][^\W_]+(?:[{_MARKS}]+[^\W_]*)*)*(?:\+\+|#|%)?")
_END = re.compile(r"(?:[.!?…।؟]+[\"'”’)\]]*(?=\s|$)|[。！？]+|\n+)")
FUNCTION_WORDS = frozenset(
    """a about after all also am an and any are as at be because been before being but by can could did do
    does doing down during each few for from further get got had has have having he her here hers him
    his how i i'd i'll i'm i've if in into is it it's its just me more most my myself no nor not now of
    off on once only or other our out over own same she should so some such than that that's the their
    them then there these they they're this those through to too under until up us very was we we'd
    we're we've were what when where which while who whom why will with would you you're your""".split()
)

_ABBREVIATIONS = frozenset("""mr mrs ms dr prof st vs e.g i.e etc no inc ltd co u.s u.k p.m a.m approx dept""".split())
_STRONG_MARKERS = (
    "and then", "and so", "so then", "after that", "in the end", "as a result", "at the end", "because of that",
    "eventually", "my job was", "my task was", "my role was", "so i", "so we", "then i", "then we", "but then",
    "what i did", "first i", "and i", "and we", "and after", "finally", "the result", "but i", "but we", "and they",
    "and she", "and he", "and my", "and the", "since then", "so what", "and in the end", "and eventually", "so my",
    "i was responsible", "i had to", "next i",
)  # fmt: skip
_WEAK_MARKERS = frozenset({"and", "but", "so", "because", "which", "then", "when", "where", "while"})
_CLOSERS = frozenset(
    """again do did down done here him it me mine off out own same them there too up us yours""".split()
)
"""Function words that a clause may end with: "on my own | i recorded", "i filmed him doing it | he was"."""
_JOINERS = (FUNCTION_WORDS - _CLOSERS) | {"said", "think", "thought", "knew", "know", "way", "thing", "time", "like"}
_LONG_PUNCTUATED = 45
_LONG_PLAIN = 22
_SHORTEST_PIECE = 5
_LONGEST_PIECE = 26


def words(text: str) -> list[Span]:
    """Every word of `text` in order; `it's`, `C++`, `user-centred` and `40%` are one word each."""
    return [Span(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]


def word_count(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text))


def lower_words(text: str) -> list[str]:
    return [m.group().lower().replace("’", "'") for m in _WORD.finditer(text)]


def trimmed(text: str, start: int, end: int) -> Span | None:
    """`text[start:end]` without white space at its ends; None when nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(text[start:end], start, end) if end > start else None


def sentences(text: str) -> list[Span]:
    """Split into sentences, or into clause-sized pieces where a recogniser left out the punctuation."""
    pieces: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if match.group().strip() == "." and _is_abbreviation(text, match.start()):
            continue
        pieces.extend(_pieces(text, start, match.end()))
        start = match.end()
    pieces.extend(_pieces(text, start, len(text)))
    return pieces


def written_sentences(text: str) -> list[Span]:
    """Sentences of written text, split at punctuation alone."""
    found: list[Span | None] = []
    start = 0
    for match in _END.finditer(text):
        if match.group().strip() == "." and _is_abbreviation(text, match.start()):
            continue
        found.append(trimmed(text, start, match.end()))
        start = match.end()
    found.append(trimmed(text, start, len(text)))
    return [span for span in found if span is not None and _WORD.search(span.text)]


def _is_abbreviation(text: str, dot: int) -> bool:
    before = re.search(r"(?<![\w.'’])([\w.]+)$", text[max(0, dot - 40) : dot])
    if before is None:
        return False
    last = before.group(1).lower()
    if last == "no":  # "No. 7", and not "they said no."
        return re.match(r"\.\s*\d", text[dot:]) is not None
    return last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha() and last != "i")


def _pieces(text: str, start: int, end: int) -> Iterable[Span]:
    span = trimmed(text, start, end)
    if span is None or not _WORD.search(span.text):
        return []
    inside = [Span(w.text, w.start + span.start, w.end + span.start) for w in words(span.text)]
    ended = span.text[-1] in ".!?…。！？\"'”’)" or "," in span.text
    if len(inside) <= (_LONG_PUNCTUATED if ended else _LONG_PLAIN):
        return [span]
    return _split_long(text, span, inside)


def _split_long(text: str, span: Span, inside: list[Span]) -> list[Span]:
    lower = [w.text.lower() for w in inside]
    starts = [0]
    for i in range(1, len(lower)):
        run = i - starts[-1]
        if run < _SHORTEST_PIECE or len(lower) - i < _SHORTEST_PIECE - 1:
            continue
        weak = run >= _LONGEST_PIECE - 8 and lower[i] in _WEAK_MARKERS
        told = run >= 5 and _begins_a_clause(lower, i)
        if _strong_at(lower, i) or weak or (told and lower[i - 1] not in _JOINERS) or run >= _LONGEST_PIECE + 14:
            starts.append(i)
    bounds = [span.start, *(inside[i].start for i in starts[1:]), span.end]
    found = [trimmed(text, a, b) for a, b in itertools.pairwise(bounds)]
    return [piece for piece in found if piece is not None]


_SUBJECTS = frozenset({"i", "we", "he", "she", "they", "it"})
_SHORT_FORMS = ("'d", "'ve", "'s")


def _begins_a_clause(lower: list[str], i: int) -> bool:
    """ "... the whole time | he kept the foot": a subject and its past form, where no joining word leads up to it."""
    subject, verb = lower[i], lower[i + 1] if i + 1 < len(lower) else ""
    if subject in _SUBJECTS:
        return is_past(verb) or verb in {"was", "were", "had"}
    if subject.endswith(_SHORT_FORMS) and subject.split("'")[0] in _SUBJECTS:
        return is_past(verb) or verb in {"been", "never", "always"}
    return subject in {"my", "our"} and any(is_past(w) or w in {"was", "were"} for w in lower[i + 2 : i + 4])


def _strong_at(lower: list[str], i: int) -> bool:
    for marker in _STRONG_MARKERS:
        parts = marker.split()
        if lower[i : i + len(parts)] == parts:
            return True
    return False


def snippet(text: str, span: Span, limit: int = 14) -> Span:
    """The first words of a span, verbatim, at most about `limit`, cut where a listener would pause."""
    body = span.text.rstrip(" .,;:!?")
    inside = words(body)
    if len(inside) <= limit:
        return Span(body, span.start, span.start + len(body))
    cut = inside[limit - 1].end
    comma = max(body.rfind(mark, 0, cut) for mark in (", ", "; ", ": ", " - "))
    cut = comma if comma > 0 and word_count(body[:comma]) >= limit // 2 else inside[_joint(inside, limit) - 1].end
    return Span(body[:cut], span.start, span.start + cut)


def _joint(inside: list[Span], limit: int) -> int:
    """How many words to keep so that the last one is no article, preposition or half a phrase."""
    low = [w.text.lower() for w in inside]
    for n in range(limit, limit // 2, -1):
        if low[n] in _BREAKS and low[n - 1] not in FUNCTION_WORDS:
            return n
    for n in range(limit, limit // 2, -1):
        if low[n - 1] not in FUNCTION_WORDS and low[n] in FUNCTION_WORDS:
            return n
    return limit


_BREAKS = frozenset(
    """and but so because which that when where while who after before if then since until with""".split()
)


def content_words(text: str) -> list[str]:
    """Words that carry meaning: no function words, no single letters, lower case."""
    return [w for w in lower_words(text) if w not in FUNCTION_WORDS and (len(w) > 2 or any(c.isdigit() for c in w))]
