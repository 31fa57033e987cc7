# ruff: noqa: SIM905 - word lists
"""Claim names: the titles, tools, employers and negations of an answer, as far as they are the candidate's own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from backend.coaching.answer import Span
from backend.coaching.claim_words import TECHNOLOGIES
from backend.coaching.facts import is_name
from backend.coaching.source_text import NEGATIONS
from backend.coaching.text import FUNCTION_WORDS, words

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
_USE = re.compile(
    r"\b(?:use|uses|used|using|via|programmed in|coded in|certified in|trained on|logged (?:it )?in(?:to)?)\s+(?:the )?$",
    re.IGNORECASE,
)
_AMBIGUOUS = frozenset(
    "excel word powerpoint teams slack zoom epic canvas notion spark express sketch helm flask swift rust puppet stata node access spring".split()
)
"""Tools whose names are ordinary words: they count with a capital, or after "in" and "using"."""
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
    denied = NEGATIONS & set(
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


def tools(text: str, pieces: Iterable[Span]) -> list[Span]:
    """Tools and technologies by name: well-known ones in any case, others where they are said to be used."""
    found: list[Span] = []
    for piece in pieces:
        joined = _joined_names(piece)
        for i, token in enumerate(words(piece.text)):
            start = piece.start + token.start
            low = token.text.lower().removesuffix("'s").removesuffix("’s")
            whole = next((n for n in joined if n.start <= start < n.end), None)
            if low in TECHNOLOGIES or (low in _AMBIGUOUS and _meant_as_tool(text, piece, start, token.text, i)):
                keep = whole if whole is not None and len(whole.text.split()) <= 3 else None
                found.append(keep or Span(text[start : start + len(low)], start, start + len(low)))
        found.extend(_used_names(text, piece, joined))
    return _distinct(found)


def _meant_as_tool(text: str, piece: Span, start: int, token: str, i: int) -> bool:
    before = text[piece.start : start]
    if token[0].isupper() and i > 0:
        return True
    return bool(re.search(r"\b(?:using|used|via)\s+$", before, re.IGNORECASE)) or (
        token.lower() in {"excel", "powerpoint"} and bool(re.search(r"\b(?:in|on|with)\s+$", before, re.IGNORECASE))
    )


def _used_names(text: str, piece: Span, joined: list[Span]) -> list[Span]:
    """Names right after "used", and those listed with them."""
    found: list[Span] = []
    for name in joined:
        before = text[piece.start : name.start]
        listed = found and re.fullmatch(r",? (?:and |or )?(?:the )?", text[found[-1].end : name.start])
        if (_USE.search(before) or listed) and len(name.text.split()) <= 3:
            found.append(name)
    return found


def _joined_names(piece: Span) -> list[Span]:
    """Names of the sentence; words with a capital that only a space parts are one name."""
    found: list[Span] = []
    for i, token in enumerate(words(piece.text)):
        if (i == 0 and not any(c.isupper() for c in token.text[1:])) or not is_name(token.text):
            continue
        start, end = piece.start + token.start, piece.start + token.end
        if found and start - found[-1].end == 1 and piece.text[token.start - 1] == " ":
            start = found.pop().start
        found.append(Span(piece.text[start - piece.start : end - piece.start], start, end))
    return found


def employers(text: str, pieces: Iterable[Span]) -> list[Span]:
    """Where the candidate says to have worked: "at Northwind Stores", "joined the Red Cross"."""
    found = []
    for piece in pieces:
        if not _WORKING.search(piece.text):
            continue
        for match in _FIRM.finditer(text, piece.start, piece.end):
            name = match.group(1).rstrip(".'’-")
            low = name.split()[0].lower()
            if low in _NO_FIRM or low in TECHNOLOGIES | _AMBIGUOUS | FUNCTION_WORDS:
                continue
            found.append(Span(name, match.start(1), match.start(1) + len(name)))
    return _distinct(found)


def _distinct(found: Iterable[Span]) -> list[Span]:
    kept: dict[str, Span] = {}
    for span in found:
        kept.setdefault(span.text.lower(), span)
    return sorted(kept.values(), key=lambda s: s.start)
