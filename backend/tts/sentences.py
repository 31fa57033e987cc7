"""From a stream of text to pieces that can be spoken: where to cut, and how to say what is written."""

from __future__ import annotations

import re
from collections.abc import Callable

FIRST_MIN, FIRST_MAX, PIECE_MAX = 24, 90, 220
"""Characters: the first piece may end at a clause mark after FIRST_MIN; no piece is longer than PIECE_MAX."""

_ABBREVIATIONS = {
    "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "vs", "etc", "e.g", "i.e", "approx", "no", "dept", "est",
    "fig", "inc", "ltd", "co", "corp", "gov", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct",
    "nov", "dec", "u.s", "u.k", "a.m", "p.m", "ph.d", "m.sc", "b.sc",
}  # fmt: skip
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)")
_CLAUSE_END = re.compile(r"[,;:–—](?=\s)")


class Speakable:
    """Cuts growing text into speakable pieces. The first one is short, so that the voice starts soon."""

    def __init__(self) -> None:
        self._rest = ""
        self._first = True

    def feed(self, text: str) -> list[str]:
        """Add text; returns the pieces that are certainly complete (the next visible character has been seen)."""
        self._rest += text
        pieces = []
        while (cut := self._cut()) is not None:
            pieces += self._take(cut)
        return pieces

    def flush(self) -> list[str]:
        """The end of the text: whatever is left."""
        pieces = self._take(len(self._rest))
        self._first = True
        return pieces

    def _take(self, cut: int) -> list[str]:
        piece, self._rest = self._rest[:cut].strip(), self._rest[cut:].lstrip()
        out: list[str] = []
        while len(piece) > PIECE_MAX:
            at = max((m.end() for m in _CLAUSE_END.finditer(piece[:PIECE_MAX])), default=0)
            at = at or piece.rfind(" ", 0, PIECE_MAX) + 1 or PIECE_MAX
            out.append(piece[:at].strip())
            piece = piece[at:].strip()
        if piece:
            out.append(piece)
        if out:
            self._first = False
        return out

    def _cut(self) -> int | None:
        """Where the next piece ends, or None while that cannot be known."""
        for match in _SENTENCE_END.finditer(self._rest):
            if self._rest[match.end() :].strip() and not _is_abbreviation(self._rest, match):
                return match.end()
        if self._first:
            for match in _CLAUSE_END.finditer(self._rest):
                if match.end() >= FIRST_MIN and self._rest[match.end() :].strip():
                    return match.end()
            if len(self._rest) > FIRST_MAX:
                return self._rest.rfind(" ", 0, FIRST_MAX) + 1 or None
        if len(self._rest) > PIECE_MAX:
            return self._rest.rfind(" ", 0, PIECE_MAX) + 1 or PIECE_MAX
        return None


def _is_abbreviation(text: str, end: re.Match[str]) -> bool:
    """Whether the full stop belongs to the word before it: "Dr. Lee", "e.g. this", "J. Smith", "1. First"."""
    if end.group()[0] != "." or end.group() not in {".", '."'}:
        return False
    word = re.search(r"(\S+)$", text[: end.start()])
    if word is None:
        return False
    plain = word.group(1).lower().lstrip("(\"'")
    following = text[end.end() :].lstrip()[:1]
    if plain in _ABBREVIATIONS:
        return plain not in {"etc", "inc", "ltd", "co", "corp", "a.m", "p.m", "no"} or following.islower()
    is_initial = len(plain) == 1 and plain.isalpha() and plain != "i"
    is_list_number = plain.isdigit() and len(plain) <= 2 and text[: end.start()].strip() == plain
    return is_initial or is_list_number


_Spoken = str | Callable[[re.Match[str]], str]
_REPLACEMENTS: tuple[tuple[re.Pattern[str], _Spoken], ...] = tuple(
    (re.compile(pattern, flags), spoken)
    for pattern, spoken, flags in (
        (r"\[\[|\]\]", " ", 0),  # Piper's raw-phoneme syntax must never come from text
        (r"```.*?```", " ", re.DOTALL),
        (r"!\[[^\]]*\]\([^)]*\)", " ", 0),
        (r"\[([^\]]+)\]\(https?://[^)]*\)", r"\1", 0),
        (r"https?://\S+", " a link ", 0),
        (r"\[(?:[JRCNPA]\d+(?:,\s*)?)+\]", " ", 0),  # citations
        (r"\[add:\s*([^\]]*)\]", r"add \1", 0),
        (r"<[^>\n]{1,80}>", " ", 0),
        (r"^\s*[-*•]\s+", "", re.MULTILINE),
        (r"^\s*#+\s*", "", re.MULTILINE),
        (r"[*_`~|#^\\{}<>]+", " ", 0),
        (r"\be\.g\.,?", "for example,", re.IGNORECASE),
        (r"\bi\.e\.,?", "that is,", re.IGNORECASE),
        (r"\betc\.", "and so on.", re.IGNORECASE),
        (r"\bvs\.?(?=\s)", "versus", re.IGNORECASE),
        (r"\bapprox\.", "approximately", re.IGNORECASE),
        (r"\bCI/CD\b", "C I C D", 0),
        (r"\bA/B\b", "A B", 0),
        (r"\bC\+\+", "C plus plus", 0),
        (r"\bC#", "C sharp", 0),
        (r"\.NET\b", "dot net", 0),
        (r"\bNode\.js\b", "Node J S", 0),
        (r"\band/or\b", "or", re.IGNORECASE),
        (r"\b24/7\b", "twenty-four seven", 0),
        (r"(\w)/(\w)", r"\1 or \2", 0),
        (r"([$€£])\s?(\d[\d,]*(?:\.\d+)?)\s?(k|m|bn)?\b", lambda m: _money(m), re.IGNORECASE),
        (r"(\d)\s*%", r"\1 percent", 0),
        (r"(\d)\s*[–-]\s*(\d)", r"\1 to \2", 0),
        (r"(\d),(?=\d{3}\b)", r"\1", 0),
        (r"\s&\s", " and ", 0),
        (r"(?<=\d)\s*[x×]\b", " times", 0),
        (r"[“”„«»\"]", "", 0),
        (r"\s*→\s*", " to ", 0),
        (r"\s+-\s+", ", ", 0),
        (r"\s*[–—]\s*", ", ", 0),
        (r"…", "...", 0),
        (r"[\U0001F000-\U0001FAFF\u2600-\u27BF\u200b-\u200f\ufeff]", " ", 0),
        (r"\(\s*\)", " ", 0),
        (r"\s+([,.;:!?])", r"\1", 0),
        (r"\s+", " ", 0),
    )
)


def speakable(text: str) -> str:
    """What should be said for what is written: no markup, no citations, symbols and abbreviations as words."""
    for pattern, spoken in _REPLACEMENTS:
        text = pattern.sub(spoken, text)
    text = text.strip(" ,;:")
    return text if any(c.isalnum() for c in text) else ""


def _money(match: re.Match[str]) -> str:
    unit = {"$": "dollars", "€": "euros", "£": "pounds"}[match.group(1)]
    scale = {"k": " thousand", "m": " million", "bn": " billion"}.get((match.group(3) or "").lower(), "")
    return f"{match.group(2).replace(',', '')}{scale} {unit}"
