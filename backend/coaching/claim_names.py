# ruff: noqa: SIM905 - word lists
"""Claim names: the titles, employers and negations of an answer, as far as they are the candidate's own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from backend.coaching.answer import Span
from backend.coaching.technologies import TECHNOLOGIES
from backend.coaching.text import FUNCTION_WORDS, words

_NEGATIONS = frozenset(
    """not no never without nobody none neither nor cannot can't couldn't didn't don't doesn't wasn't
    weren't won't wouldn't shouldn't isn't aren't haven't hasn't hadn't nothing failed unable""".split()
)
_OWN = frozenset("i i'm i've i'd me my mine myself we we're we've we'd us our ours".split())
_OTHER = frozenset(
    """he she they his her their him them who manager boss director supervisor colleague colleagues friend competitor
    competitors supplier brother sister father mother partner husband wife predecessor they'd he'd she'd he's she's""".split()
)
_SUPPOSED = re.compile(
    r"\b(?:would|could|should|might|may|will|if|unless|imagine|suppose|become)\b|\bdream of\b"
    r"|\b(?:want|wanted|hope|hoped|plan|planned|aim|aimed|like|wish|wished) to\b"
)
"""In lower case, so that the month of May supposes nothing."""
_HEADS = frozenset(
    """nurse manager lead leader director teacher engineer developer head supervisor coordinator analyst consultant
    assistant officer specialist administrator designer architect accountant executive representative rep associate
    technician chef cook electrician plumber carpenter foreman foreperson superintendent matron midwife physician
    doctor surgeon pharmacist therapist paramedic carer caregiver tutor lecturer professor principal headteacher
    librarian secretary receptionist cashier bartender waiter waitress barista driver dispatcher planner buyer
    merchandiser trader broker auditor controller bookkeeper lawyer solicitor paralegal recruiter researcher scientist
    statistician editor writer journalist producer photographer intern trainee apprentice owner founder president chief
    chair captain programmer tester strategist marketer partner deputy instructor mechanic welder machinist
    operator salesperson""".split()
)
_ALONE_NO_TITLE = frozenset(
    "lead leader head chief owner partner principal chair associate executive assistant specialist buyer driver captain deputy".split()
)
_NOT_IN_TITLE = frozenset(
    "only new first sole youngest oldest one good best great bad very really quite just also then now former young proud".split()
)
_HELD = re.compile(
    r"\b(?:i (?:was|am|became|started (?:out )?as|acted as|served as|have been|had been|got promoted to|was promoted to)"
    r"|i['’]m|i['’]ve been|work(?:ed|ing)? as|started (?:out )?as|joined[^,.;]{1,40}? as|promoted to|appointed(?: as)?|hired as|(?:role|job|position) (?:as|of|was)"
    r"|title (?:of|was|is)|(?:years|months|experience|time) as|served as)\s+(?:(?:an?|the|our|their)\s+)?",
    re.IGNORECASE,
)
_FIRM = re.compile(
    r"\b(?:at|joined|(?:work(?:ed|ing)? for)|employed by|interned at)\s+(?:the\s+)?"
    r"([A-Z][\w&.'’-]*(?:\s+(?:(?:of|and|&|the|for)\s+)?[A-Z][\w&.'’-]*){0,4})"
)
_WORKING = re.compile(
    r"\b(?:work\w*|jobs?|role|position|employ\w*|intern\w*|joined|years?|months?|since|started|company|when i was|my time|shifts?)\b",
    re.IGNORECASE,
)
_NO_FIRM = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december christmas easter thanksgiving i i'm english french german spanish""".split()
)


def is_own(text: str, piece: Span, at: int) -> bool:
    """Whether what stands at a place of a sentence is said of the candidate or the own team: the nearest person before
    it is "I", "we", "my"; also where nobody is named."""
    for word in reversed(words(text[piece.start : at])):
        low = word.text.lower().replace("’", "'").removesuffix("'s")
        if low in _OWN:
            return True
        if low in _OTHER:
            return False
    return True


def is_stated(text: str, piece: Span, at: int) -> bool:
    """Whether it is stated as a fact: not denied ("I did not lead") and not supposed ("I would hire")."""
    left = max((m.end() for m in re.finditer(r"[,;:]|\bbut\b", text[piece.start : at])), default=0)
    near = [w.text.lower().replace("’", "'") for w in words(text[piece.start + left : at])][-8:]
    said = " ".join(near)
    denied = _NEGATIONS & set(
        re.sub(r"\b(?:not only|no more than|no fewer than|not less than|not quite)\b", "", said).split()
    )
    recent = text[piece.start + left : at].split()[-8:]
    return not denied and not _SUPPOSED.search(" ".join([recent[0].lower(), *recent[1:]] if recent else []))


def titles(text: str, pieces: Iterable[Span]) -> list[Span]:
    """Positions the candidate says to have held: "I was a senior nurse", "as head of science"."""
    found = []
    for piece in pieces:
        for match in _HELD.finditer(text, piece.start, piece.end):
            title = _title(text, match.end(), piece.end)
            if title is not None:
                found.append(title)
    return found


def _title(text: str, start: int, stop: int) -> Span | None:
    end, first, last, held = start, start, "", 0
    at = start
    for n, word in enumerate(words(text[start : min(stop, start + 70)])):
        low = word.text.lower()
        if n > 4 or (n and not re.fullmatch(r"[ -]", text[at : start + word.start])) or low in FUNCTION_WORDS:
            break
        at = start + word.end
        if not held and low in _NOT_IN_TITLE:
            first = at + 1
            continue
        if low in _HEADS or low.split("-")[-1] in _HEADS:
            end, last, held = at, low, held + 1
        elif not held:
            held = 0
    if not last:
        return None
    of = re.match(r" of (?:the )?((?!the\b|a\b|our\b|my\b)[\w-]+(?: [A-Z][\w-]+)?)", text[end:stop])
    if of and last in {"head", "director", "manager", "chief", "deputy", "lead"}:
        return Span(text[first : end + of.end()], first, end + of.end())
    title = text[first:end]
    return None if title.lower() in _ALONE_NO_TITLE else Span(title, first, end)


def employers(text: str, pieces: Iterable[Span]) -> list[Span]:
    """Where the candidate says to have worked: "at Northwind Stores", "joined the Red Cross"."""
    found = []
    for piece in pieces:
        if not _WORKING.search(piece.text):
            continue
        for match in _FIRM.finditer(text, piece.start, piece.end):
            name = match.group(1).rstrip(".'’-")
            low = name.split()[0].lower()
            if low in _NO_FIRM or low in TECHNOLOGIES | FUNCTION_WORDS:
                continue
            found.append(Span(name, match.start(1), match.start(1) + len(name)))
    return _distinct(found)


def _distinct(found: Iterable[Span]) -> list[Span]:
    kept: dict[str, Span] = {}
    for span in found:
        kept.setdefault(span.text.lower(), span)
    return sorted(kept.values(), key=lambda s: s.start)
