"""Cuts text that is still being written into pieces worth speaking: the first one short, none in the wrong place."""

from __future__ import annotations

import re

from backend.tts.spoken import speakable

__all__ = ["Speakable", "speakable"]

# A point after these ends no sentence.
_ABBREVIATIONS = {
    "dr", "mr", "mrs", "ms", "prof", "sr", "jr", "st", "vs", "eg", "ie", "e.g", "i.e", "cf", "approx", "dept", "est",
    "fig", "gen", "gov", "hon", "no", "nos", "vol", "pp", "rev", "sen", "jan", "feb", "mar", "apr", "jun", "jul", "aug",
    "sep", "sept", "oct", "nov", "dec", "mt", "ft", "resp", "incl", "excl", "ca",
}  # fmt: skip
# A point after these ends one only when a capital follows.
_SOMETIMES = {"etc", "inc", "ltd", "co", "corp", "llc", "bros", "a.m", "p.m", "am", "pm", "al", "ph.d", "b.sc", "m.sc"}

_END = re.compile(r"[.!?…]+[\"'”’)\]*_]*(?=\s|$)|[。！？]+|\n")
_CLAUSE = re.compile(r"[,;:][\"'”’)\]]*(?=\s)|\s[—–-](?=\s)|—")
_LIST_MARK = re.compile(r"(?:^|\n)\s*(?:\d{1,3}|[A-Za-z])$")
_INITIAL = re.compile(r"(?:^|[\s(\"'“])[A-Z]$")
_DOTTED = re.compile(r"^(?:[A-Za-z]\.)+[A-Za-z]$")
_LAST_WORD = re.compile(r"([\w.'’-]+)$")

# Room for the look-ahead behind the longest piece, so that the cut does not depend on how the text arrived.
_SLACK = 12


class Speakable:
    """An incremental cutter. Feed it text as it comes; it gives back pieces in order, each stripped, none empty.

    The first piece ends at the first sentence, or at a clause mark once it has `first` characters, so that the voice
    can start early; later ones hold one or two sentences (two when the first is shorter than `full`). No piece is
    longer than `longest`. Nothing is lost: apart from white space the pieces together are the text. The pieces are the text as
    written; `backend.tts.spoken.speakable` says how to say it.
    """

    def __init__(self, *, first: int = 25, full: int = 70, longest: int = 220) -> None:
        self._first = first
        self._full = full
        self._longest = longest
        self._rest = ""
        self._begun = False

    def feed(self, delta: str) -> list[str]:
        """Add text; returns the pieces that are certain now."""
        self._rest += delta
        return self._pieces(final=False)

    def flush(self) -> list[str]:
        """The text is complete: returns what is left, and starts anew."""
        pieces = self._pieces(final=True)
        self._rest, self._begun = "", False
        return pieces

    def _pieces(self, *, final: bool) -> list[str]:
        pieces: list[str] = []
        while True:
            self._rest = self._rest.lstrip()
            cut = self._cut(final=final)
            if cut is None:
                return pieces
            piece, self._rest = self._rest[:cut].strip(), self._rest[cut:]
            if piece:
                pieces.append(piece)
                self._begun = True

    def _cut(self, *, final: bool) -> int | None:
        """Where the next piece ends, or None while that is open."""
        text = self._rest
        if not text:
            return None
        ends = _sentence_ends(text, final=final)
        within = [end for end in ends if end <= self._longest]
        if not self._begun and (early := self._early(text, within)):
            return early
        if within and (self._begun or within[0] >= self._first // 2):
            if within[0] >= self._full or len(within) > 1 or len(ends) > len(within):
                return self._two(within)
            if not final and len(text) <= self._longest + _SLACK:
                return None
            return within[0]
        if len(text) > self._longest + _SLACK or (final and len(text) > self._longest):
            return _forced(text, self._longest)
        return len(text) if final else None

    def _early(self, text: str, ends: list[int]) -> int | None:
        """The end of the very first piece: a sentence, or a clause where the sentence is long."""
        candidates = [end for end in ends if end >= self._first // 2]
        candidates += [end for end in _clause_ends(text) if self._first <= end <= self._longest]
        return min(candidates, default=None)

    def _two(self, ends: list[int]) -> int:
        return ends[0] if ends[0] >= self._full or len(ends) == 1 else ends[1]


def _sentence_ends(text: str, *, final: bool) -> list[int]:
    """Positions after the sentences that surely end in this text, in order."""
    ends = []
    for found in _END.finditer(text):
        after = text[found.end() :].lstrip()
        if not after and not final and found[0] not in "\n。！？":
            continue
        if _ends_here(text, found, after):
            ends.append(found.end())
    return ends


def _ends_here(text: str, found: re.Match[str], after: str) -> bool:
    before = text[: found.start()]
    if _open_bracket(text[: found.end()]):
        return False
    if found[0] == "\n" or found[0][0] in "。！？":
        return bool(before.strip())
    if after and _looks_lower(after):
        return False
    if found[0][0] != ".":
        return True
    if found[0].startswith(".."):
        return True
    if _LIST_MARK.search(before) or _INITIAL.search(before):
        return False
    word = last[1].lower() if (last := _LAST_WORD.search(before)) else ""
    if word in _SOMETIMES:
        return True
    # "No." is an answer as often as it is a number.
    if word == "no":
        return not after[:1].isdigit()
    return word not in _ABBREVIATIONS and not _DOTTED.match(word)


def _looks_lower(after: str) -> bool:
    """Whether what follows goes on in the same sentence (a small letter, quotes and brackets aside)."""
    letters = after.lstrip("\"'“‘(*_")
    return letters[:1].islower() or (not letters[:1].isalnum() and after[:1] in ",;")


def _clause_ends(text: str) -> list[int]:
    """Positions after clause marks that have something behind them, none inside brackets."""
    return [
        found.end()
        for found in _CLAUSE.finditer(text)
        if text[found.end() :].strip() and not _open_bracket(text[: found.end()])
    ]


def _open_bracket(text: str) -> bool:
    return text.count("[") > text.count("]") or text.count("(") > text.count(")")


def _forced(text: str, longest: int) -> int:
    """A cut for a sentence that is too long: behind a late clause mark, else at a space, else anywhere."""
    early = longest * 2 // 5
    clauses = [end for end in _clause_ends(text) if early <= end <= longest]
    if clauses:
        return clauses[-1]
    space = max(text.rfind(" ", early, longest), text.rfind("\n", early, longest))
    return space if space > 0 else longest
