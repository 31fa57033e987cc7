"""Claim nouns: what a number of a sentence counts, what grew or shrank, and the words to quote it with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from backend.coaching.answer import Span
from backend.coaching.numbers import Number
from backend.coaching.stems import is_past, stem
from backend.coaching.text import FUNCTION_WORDS, words


def stems(listed: str) -> frozenset[str]:
    return frozenset(stem(w) for w in listed.split())


_GROUPS = stems(
    "team class group crew staff department caseload portfolio budget quota panel fleet squad unit ward kitchen"
)
_PEOPLE = stems(
    """people person member staff employee colleague report associate worker engineer developer nurse teacher pupil
    waiter technician volunteer carer assistant rep representative analyst designer salesperson direct man strong"""
)
_LEADING = stems("lead manage supervise run head oversee coordinate direct")
_UP = stems(
    "increase grow raise improve boost lift rise double triple quadruple expand gain up growth more higher faster"
)
_DOWN = stems(
    "reduce cut decrease lower drop fall shorten save halve slash shrink trim down reduction fewer less slower decline"
)
TIMES = stems("second minute hour day week month quarter year")
EMPTY = stems(
    """thing time reason point step way question example part sentence word option am pm o'clock lot percent total
    figure number about around roughly nearly almost over under just average least most amount overall last past next
    first new whole entire own different main every each per other within"""
)
_BREAK = re.compile(r"[,;:()]|\s[-–—]\s|\b(?:and|but|so|because|which|while|when|then|who|that)\b", re.IGNORECASE)
_PERCENT = re.compile(r"\s?(?:%|percent\b|per cent\b)", re.IGNORECASE)
ABOUT = r"about|around|roughly|approximately|some|circa|close to|something like"
OVER = r"just over|more than|over|at least|upwards of|above|a good"
UNDER = r"almost|nearly|up to|just under|under|less than|fewer than|no more than|at most|not quite"


def group_of(text: str, piece: Span, n: Number, after: Sequence[str]) -> tuple[str, frozenset[str], int, int] | None:
    """(group, its kind, start, end) where the number is the size of one: "team of eight", "8-person team", "led five"."""
    before = text[piece.start : n.start]
    of = re.search(
        rf"([\w-]+) (?:of|size(?: of)?:?|was|were|had|is) (?:(?:{ABOUT}|{OVER}|{UNDER}) )?$", before, re.IGNORECASE
    )
    kin = frozenset(w for w in after if w not in _PEOPLE | EMPTY | _GROUPS)
    if of and stem(of[1]) in _GROUPS:
        start = piece.start + of.start()
        modifier = re.search(r"([\w-]+) $", before[: of.start()])
        own = _kind(modifier[1]) if modifier else frozenset()
        return stem(of[1]), kin | own | _trade(after), start, n.end
    sized = re.match(r"[ -](?:person|people|member|man|strong)[ -]((?:[\w-]+ )?)([\w-]+)", text[n.end :], re.IGNORECASE)
    if sized and stem(sized[2]) in _GROUPS:
        return stem(sized[2]), _kind(sized[1].strip()), n.start, n.end + sized.end()
    if re.match(r" of us\b", text[n.end :], re.IGNORECASE) and re.search(r"\bteam\b", piece.text, re.IGNORECASE):
        return stem("team"), frozenset(), n.start, n.end + 6
    verb = re.search(rf"\b(\w+) (?:(?:an?|the|{ABOUT}|{OVER}|{UNDER}) )?$", before, re.IGNORECASE)
    if verb and stem(verb[1]) in _LEADING and after and after[-1] in _PEOPLE:
        return stem("team"), kin | _trade(after), piece.start + verb.start(), n.end
    if len(after) >= 2 and after[:2] == [stem("direct"), stem("reports")]:
        return stem("team"), frozenset(), n.start, n.end
    return None


def _trade(after: Sequence[str]) -> frozenset[str]:
    """The trade in "a team of five nurses"; "people" and "members" say none."""
    return frozenset(after) & (
        _PEOPLE - stems("people person member staff employee colleague report direct man strong")
    )


def _kind(word: str) -> frozenset[str]:
    plain = word.lower()
    if not plain or plain in FUNCTION_WORDS or stem(plain) in EMPTY | _LEADING or is_past(plain):
        return frozenset()
    return frozenset({stem(plain)}) if plain not in {"small", "large", "big", "whole"} else frozenset()


def part_in(text: str, piece: Span, n: Number) -> str:
    said = text[piece.start : n.start]
    low = [stem(w.text) for w in words(piece.text)]
    if re.search(r"\b(?:part|member) of\b|\bjoined\b|\b(?:in|on|within|with) an?\b[^,]{0,24}$", said, re.IGNORECASE):
        return "member"
    leads = _LEADING & set(low) or re.search(r"\bmy (?:\w+ )?(?:team|staff|crew|class)\b", piece.text, re.IGNORECASE)
    return "lead" if leads else ""


def tenure_of(text: str, end: int) -> tuple[frozenset[str], int] | None:
    """What the years of "five years of sales experience" and "five years as a nurse" were spent on."""
    rest = text[end : end + 80]
    of = re.match(r"[\s-]*years?['’]?(?: of)?((?: [\w-]+){0,3}?) experience\b", rest, re.IGNORECASE)
    if of:
        kind = frozenset(stem(w) for w in of[1].split() if w.lower() not in FUNCTION_WORDS) - EMPTY
        into = re.match(r" (?:in|as|with)(?: an?)?((?: [\w-]+){1,3})", rest[of.end() :], re.IGNORECASE)
        wider = _until_function(into[1]) if into else frozenset()
        return kind | wider | {stem("experience")}, end + of.end()
    as_one = re.match(r"[\s-]*years? (?:working )?as (?:an? )?((?:[\w-]+ ?){1,3})", rest, re.IGNORECASE)
    if as_one and (kind := _until_function(as_one[1])):
        return kind | {"as"}, end + as_one.start(1) + len(" ".join(as_one[1].split()[: len(kind)]))
    return None


def _until_function(phrase: str) -> frozenset[str]:
    found: list[str] = []
    for word in phrase.split():
        if word.lower() in FUNCTION_WORDS:
            break
        found.append(stem(word))
    return frozenset(found)


def noun_after(text: str, end: int, *, articles: bool = False) -> tuple[list[str], int]:
    """Stems of the noun phrase that follows a number at once, at most three words, and where it ends."""
    found: list[str] = []
    at = end
    for word in words(text[end : end + 70]):
        gap, low = text[at : end + word.start], word.text.lower()
        if not re.fullmatch(r"[ -]?", gap) and not (not found and gap == "+ "):
            break
        if articles and not found and low in {"the", "our", "my", "their", "its"}:
            at = end + word.end
            continue
        if (
            low in FUNCTION_WORDS
            or low in {"or", "plus", "per"}
            or (found and (is_past(low) or low.endswith("ing")))
            or any(c.isdigit() for c in low)
        ):
            break
        found.append(stem(low))
        at = end + word.end
        if len(found) == 3:
            break
    return found, (at if found else end)


def _clause(text: str, piece: Span, start: int, end: int) -> tuple[int, int]:
    """Bounds of the clause around a place, within its sentence."""
    left = max((m.end() for m in _BREAK.finditer(text, piece.start, start)), default=piece.start)
    right = next((m.start() for m in _BREAK.finditer(text, end, piece.end)), piece.end)
    return left, right


def end_of(text: str, n: Number) -> int:
    """Where a number ends, its percent sign included."""
    percent = _PERCENT.match(text[n.end :]) if n.percent else None
    return n.end + (percent.end() if percent else 0)


def direction_of(text: str, piece: Span, n: Number) -> int:
    """+1 where the clause says that something grew, -1 where it shrank, 0 where neither."""
    left, right = _clause(text, piece, n.start, end_of(text, n))
    before = [stem(w.text) for w in words(text[left : n.start])]
    after = [stem(w.text) for w in words(text[end_of(text, n) : right])][:3]
    for root in [*reversed(before), *after]:
        if root in _UP | _DOWN:
            return 1 if root in _UP else -1
    return 0


def what_changed(text: str, piece: Span, n: Number, end: int) -> frozenset[str]:
    """What grew or shrank: the object before the number, else what stands before the verb, else "increase in ..."."""
    left, right = _clause(text, piece, n.start, end)
    before = words(text[left : n.start])
    at = next((i for i in reversed(range(len(before))) if stem(before[i].text) in _UP | _DOWN), None)
    if at is not None:
        between = content_stems(w.text for w in before[at + 1 :])
        if between:
            return between
    after = re.search(
        r"\b(?:in|of|for|fewer|more|less|higher|lower|faster|slower)((?: (?:the|our|my|their))?(?: [\w-]+){1,3})",
        text[end:right],
    )
    if after and (found := content_stems(_phrase(after[1]))):
        return found
    return content_stems(w.text for w in (before[:at] if at is not None else before)[-4:])


def _phrase(said: str) -> list[str]:
    found: list[str] = []
    for word in said.split():
        if word.lower() in FUNCTION_WORDS and found:
            break
        found.append(word)
    return found


def nouns_before(text: str, piece: Span, start: int) -> frozenset[str]:
    left, _ = _clause(text, piece, start, start)
    return content_stems(w.text for w in words(text[left:start])[-5:])


def content_stems(said: Iterable[str]) -> frozenset[str]:
    kept = [
        w for w in (s.lower() for s in said)
        if w not in FUNCTION_WORDS and not is_past(w) and not w.endswith("ly") and len(w) > 2 and not w[0].isdigit()
    ]  # fmt: skip
    return frozenset(stem(w) for w in kept) - EMPTY - _UP - _DOWN - TIMES - _LEADING


def context_of(text: str, piece: Span, n: Number, thing: frozenset[str]) -> frozenset[str]:
    left, right = _clause(text, piece, n.start, n.end)
    low = [w.text.lower() for w in words(text[left:right])]
    return frozenset(stem(w) for w in low if w not in FUNCTION_WORDS and len(w) > 2) - EMPTY - thing


# --- the words to quote ----------------------------------------------------------------------------------------------


def with_object(text: str, piece: Span, n: Number, end: int) -> Span:
    """From the verb of the change to the number; "20 percent increase in sales" to the end of its noun."""
    left, right = _clause(text, piece, n.start, end)
    before = words(text[left : n.start])
    at = next((w for w in reversed(before) if stem(w.text) in _UP | _DOWN), None)
    if at is not None:
        return cut(text, left + at.start, end)
    tail = re.match(
        r"(?: \w+)? (?:increase|reduction|drop|fall|cut|saving|improvement|decrease|gain|growth|rise|more|fewer|less|faster|higher|lower)(?: in| of)?(?: (?:the|our))?(?: [\w-]+){0,2}",
        text[end:right],
        re.IGNORECASE,
    )
    return cut(text, phrase_start(text, n.start, piece), end + (tail.end() if tail else 0))


def object_start(text: str, piece: Span, start: int) -> int:
    left, _ = _clause(text, piece, start, start)
    return min((left + w.start for w in words(text[left:start])[-3:]), default=start)


def phrase_start(text: str, start: int, piece: Span) -> int:
    lead = re.search(
        r"\b(?:(?:in|since|until|from|to|by) )?(?:(?:early|late|mid|january|february|march|april|may|june|july|august|september|october|november|december)[ -])?$",
        text[piece.start : start],
        re.IGNORECASE,
    )
    return piece.start + lead.start() if lead else start


def cut(text: str, start: int, end: int) -> Span:
    return Span(text[start:end], start, end)
