# ruff: noqa: SIM905 - word lists and patterns, one wording a line
"""Facts: what an answer holds, counted once and used by scores, points and reactions alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from backend.coaching.answer import Answer, Span
from backend.coaching.delivery import find_fillers, repeated_phrases
from backend.coaching.feedback import ReplyKind, Star
from backend.coaching.numbers import Number, find_numbers
from backend.coaching.reply_kind import asks_for_a_time, reply_kind
from backend.coaching.star_cues import cue_score, own_actions
from backend.coaching.stems import stem
from backend.coaching.terms import says_something
from backend.coaching.text import FUNCTION_WORDS, content_words, lower_words, sentences, words

_VAGUE = re.compile(
    r"\b(?:stuff|things?|something|somehow|some people|and so on|et cetera|etc|whatever|various|a lot|lots|everything|everyone|always|very|really|good|great|nice|hard|well)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:last (?:year|month|week|summer|spring|winter|autumn|fall|quarter|semester|term)|in (?:january|february|march|april|may|june|july|august|september|october|november|december)|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|christmas|overnight|every (?:morning|evening|week|friday|monday)|(?:19|20)\d\d|\w+ (?:years?|months?|weeks?|days?) (?:ago|later|before))\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|so that|which (?:is why|meant)|in order to|the reason|that's why|due to|as this)\b",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"\b(?:for example|for instance|such as|like when|one time|e\.g|an example|last (?:year|week|month))\b",
    re.IGNORECASE,
)
_TRADE_OFF = re.compile(
    r"\b(?:trade-?offs?|instead of|rather than|alternative|downside|drawback|on the other hand|however|whereas|but (?:it|that|this)|versus|compared (?:to|with)|depends|unless|except|cost of|slower|faster|cheaper)\b",
    re.IGNORECASE,
)
_CHECK = re.compile(
    r"\b(?:test(?:ed|ing|s)?|measur\w+|check(?:ed|ing)?|verif\w+|monitor\w*|profil\w+|benchmark\w*|confirm\w*|debug\w*|logs?|reproduc\w+|review\w*|analys\w+|investigat\w+|root cause|narrow\w*)\b",
    re.IGNORECASE,
)
_PROBLEM = re.compile(
    r"\b(?:problem|issue|bug|error|fail\w*|slow|crash\w*|broke|broken|bottleneck|wrong|challenge|risk|incident|complain\w*|conflict|gap|late|short)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:team|colleagues?|together|feedback|listen\w*|help\w*|support\w*|shar\w+|mentor\w*|teach|taught|train\w*|ask\w*|learn\w*|customers?|patients?|students?|clients?|different|include\w*|respect\w*|trust\w*)\b",
    re.IGNORECASE,
)
_BENEFIT = re.compile(
    r"\b(?:customers?|clients?|patients?|students?|pupils?|team|company|manager|parents?|guests?|users?|they|he|she|boss|head|school|ward|department|residents?) (?:\w+ )?(?:was|were|could|got|now|thanked|said|asked|told|came|renewed|agreed|loved|appreciated|passed|signed|stayed|felt|liked|had|gave|went|picked|adopted|use|uses)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:from .{1,40}? (?:to|down to|up to) |doubled|tripled|halved|instead of|used to|before .{1,40} after|cut .{1,40} by|by (?:about |nearly |over )?\d+ ?(?:%|percent)|compared (?:to|with))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """Counted facts of one answer. Spans are places in its text."""

    word_count: int
    telling_words: int
    """Words in sentences, lists of terms left out: what length is judged on, so that stuffing buys nothing."""
    pieces: tuple[Span, ...]
    kind: ReplyKind
    star: Star | None
    asks_for_a_time: bool
    own: int
    """Past actions told with "I"."""
    shared: int
    """Past actions told with "we"."""
    details: tuple[Span, ...]
    """Numbers, names, times and tools in sentences that say something."""
    numbers: tuple[Span, ...]
    vague: tuple[Span, ...]
    fillers_per_100: float
    repeats: tuple[tuple[str, int], ...]
    result: Span | None
    """The sentence that tells the result most clearly."""
    result_numbers: tuple[Span, ...]
    result_change: bool
    result_for_others: bool
    reasons: int
    examples: int
    trade_offs: int
    checks: int
    problems: int
    others: int
    overlap: float
    """Part of the question's content words (as stems) that the answer takes up, 0..1."""
    longest_sentence: int
    unique_share: float
    redundancy: float
    """Part of the sentences that only say again what an earlier one said, 0..1."""
    stuffing: bool


def gather(answer: Answer, star: Star | None) -> Facts:
    """Count everything once. Pure and deterministic."""
    text = answer.text
    pieces = sentences(text)
    telling = [p for p in pieces if says_something(p.text)]
    said = " ".join(p.text for p in telling)  # lists of terms buy nothing
    told = own_actions(text)
    numbers = [n for n in _number_spans(text) if _within(n, telling)]
    result = _result_sentence(pieces, star)
    in_result = [n for n in numbers if result is not None and result.start <= n.start < result.end]
    low = lower_words(text)
    return Facts(
        word_count=len(low),
        telling_words=sum(len(words(p.text)) for p in telling),
        pieces=tuple(pieces),
        kind=reply_kind(answer),
        star=star,
        asks_for_a_time=asks_for_a_time(answer.question),
        own=sum(s == "i" for s, _ in told),
        shared=sum(s == "we" for s, _ in told),
        details=tuple(_details(text, telling, numbers)),
        numbers=tuple(numbers),
        vague=tuple(Span(m.group(), m.start(), m.end()) for m in _VAGUE.finditer(text)),
        fillers_per_100=len(find_fillers(text)) * 100 / max(1, sum(len(words(p.text)) for p in telling)),
        repeats=tuple(repeated_phrases(text)),
        result=result,
        result_numbers=tuple(in_result),
        result_change=bool(result and _CHANGE.search(result.text)),
        result_for_others=bool(result and _BENEFIT.search(result.text)),
        reasons=len(_REASON.findall(said)),
        examples=len(_EXAMPLE.findall(said)),
        trade_offs=len({m.lower() for m in _TRADE_OFF.findall(said)}),
        checks=len({stem(m) for m in _CHECK.findall(said)}),
        problems=len({stem(m) for m in _PROBLEM.findall(said)}),
        others=len({stem(m) for m in _OTHERS.findall(said)}),
        overlap=_overlap(answer.question, said),
        longest_sentence=max((len(words(p.text)) for p in pieces), default=0),
        unique_share=len(set(low)) / max(1, len(low)),
        redundancy=_redundancy(pieces),
        stuffing=is_stuffed(text),
    )


def is_stuffed(text: str) -> bool:
    """Whether an answer is a heap of terms: far fewer function words than people use when they talk (about half)."""
    low = lower_words(text)
    return len(low) >= 15 and sum(w in FUNCTION_WORDS for w in low) / len(low) < 0.22


def _number_spans(text: str) -> list[Span]:
    return [_with_unit(text, n) for n in find_numbers(text) if not n.trivial]


_UNIT = re.compile(r"[ -]([a-z]{3,})(?:[ -]([a-z]{3,}))?(?![a-z])")
_OFTEN = re.compile(r" (?:times )?(?:an?|per|each|every) [a-z]{3,}\b")
_PART = re.compile(r" of (?:(?:the|our|my|their|his|her|those|these) [a-z]{3,}|them|us|it)\b")
_UNITS = frozenset("percent people men women children staff kilo euro grand mil".split())
_SCALES = frozenset({"hundred", "thousand", "million", "billion"})


def _with_unit(text: str, number: Number) -> Span:
    """A number with what it counts: "forty minutes", "two trade fairs", "a third slower", "four of them"."""
    start, end = number.start, number.end
    whole = isinstance(number.value, float) and not number.ordinal and text[start:end].lower() not in _SCALES
    article = not whole and re.search(r"\ba $", text[:start], re.IGNORECASE) is not None
    start -= 2 * article
    for pattern in (_OFTEN, _PART):
        if (phrase := pattern.match(text, end)) is not None:
            return Span(text[start : phrase.end()], start, phrase.end())
    unit = _UNIT.match(text, end)
    if unit is not None and unit[1] not in FUNCTION_WORDS:
        alone = not unit[2] or unit[2] in FUNCTION_WORDS
        if _counts(unit[1]) or alone or (number.ordinal and not article):
            end = unit.end(1)
        elif _counts(unit[2]):
            end = unit.end(2)
    return Span(text[start:end], start, end)


def _counts(word: str) -> bool:
    """Whether a word is what a number counts: a plural, or a comparison ("slower")."""
    return word not in FUNCTION_WORDS and (
        (word.endswith("s") and not word.endswith("ss")) or word in _UNITS or (len(word) > 4 and word.endswith("er"))
    )


def _within(span: Span, pieces: Sequence[Span]) -> bool:
    return any(p.start <= span.start < p.end for p in pieces)


def _details(text: str, telling: Sequence[Span], numbers: Sequence[Span]) -> list[Span]:
    """Numbers, times and names, each once: "March" and "in March" are one detail, and so are "40" and "40 minutes"."""
    times = [Span(m.group(), m.start(), m.end()) for m in _TIME.finditer(text)]
    names = [name for piece in telling for name in names_in(piece)]
    found: list[Span] = []
    for span in [*(n for n in numbers if n.text.lower() not in _ALONE), *times, *names]:
        if not _within(span, telling) or any(d.start < span.end and span.start < d.end for d in found):
            continue
        if not any(_same(span.text, d.text) for d in found):
            found = [*(d for d in found if not _same(d.text, span.text)), span]
    return sorted(found, key=lambda s: s.start)


_ALONE = frozenset({"twice", "thrice"})
"""How often something is done is no detail without what it is measured by ("twice a week" is one)."""


def _same(detail: str, other: str) -> bool:
    """Whether a detail says nothing that the other does not say too."""
    low = {w for w in lower_words(detail) if w not in FUNCTION_WORDS}
    return low <= {w for w in lower_words(other) if w not in FUNCTION_WORDS}


def names_in(piece: Span) -> list[Span]:
    """Names of several words are one name ("Mr Harris", "Ruby on Rails" is two)."""
    found: list[Span] = []
    for i, token in enumerate(words(piece.text)):
        if i == 0 or not is_name(token.text):
            continue
        start, end = piece.start + token.start, piece.start + token.end
        if found and found[-1].end == start - 1:
            start = found.pop().start
        found.append(Span(piece.text[start - piece.start : end - piece.start], start, end))
    return found


def is_name(token: str) -> bool:
    """A token that looks like a name, a tool or an abbreviation in the middle of a sentence."""
    if token in {"I", "I'm", "I've", "I'd", "I'll", "OK", "Ok"} or token.startswith(("I'", "I’")):
        return False
    if any(c.isdigit() for c in token) or (len(token) == 1 and token not in _SHORT_NAMES):
        return False
    return token[0].isupper() or any(c.isupper() for c in token[1:])


_SHORT_NAMES = frozenset({"C", "R"})
"""Languages. Any other single capital is a letter that somebody speaks of."""


def _result_sentence(pieces: Sequence[Span], star: Star | None) -> Span | None:
    if star is not None and not star.result.present:
        return None
    rated = []
    for i, piece in enumerate(pieces):
        cue = cue_score("result", piece.text)
        counted = 0.9 if cue >= 0.8 and any(not n.trivial for n in find_numbers(piece.text)) else 0.0
        rated.append((cue + counted + 0.6 * i / max(1, len(pieces)), i))
    best = max(rated, default=(0.0, 0))
    if best[0] < 0.8:
        return None
    return _clause(pieces[best[1]], star)


def _clause(piece: Span, star: Star | None) -> Span:
    """The end of a step where only that tells the result: what went wrong before it is no result."""
    starts = [e.char_start for e in star.result.evidence if piece.start < e.char_start < piece.end] if star else []
    if not starts:
        return piece
    return Span(piece.text[starts[0] - piece.start :], starts[0], piece.end)


def _overlap(question: str, text: str) -> float:
    asked = {stem(w) for w in content_words(question)} - _ASKING
    if not asked:
        return 0.5
    said = {stem(w) for w in content_words(text)}
    return len(asked & said) / len(asked)


_ASKING = {
    stem(w)
    for w in """tell time describe share walk give example situation explain instance approach provide discuss
    specific experience recount story including including work did handle think recall narrate had ever""".split()
}


def _redundancy(pieces: Sequence[Span]) -> float:
    seen: list[set[str]] = []
    again = 0
    for piece in pieces:
        now = {stem(w) for w in content_words(piece.text)}
        if len(now) >= 2 and any(len(now & before) / len(now) >= 0.75 for before in seen):
            again += 1
        if now:
            seen.append(now)
    return again / len(pieces) if pieces else 0.0
