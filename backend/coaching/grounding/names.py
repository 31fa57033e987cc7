"""Names: people, employers, products and dates of a sentence that no source knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from backend.coaching.grounding.material import PARTS, Known
from backend.coaching.grounding.words import words
from backend.coaching.numbers import find_numbers
from backend.coaching.stems import is_past, stem
from backend.coaching.technologies import TECHNOLOGIES
from backend.coaching.text import FUNCTION_WORDS

_TOKEN = re.compile(r"(?<![\w.])\.?[^\W_](?:[\w.\-&/'’]*[^\W_])?(?:\+\+|#)?")
_OPENS = re.compile(r"(?:^|[.!?…:—–]|\n|[.!?…:][\"'”’)\]]|\[add:?)\s*[\"'“‘(\[]*$|(?:^|\s)[\"“‘'(]$", re.IGNORECASE)
"""Before a word that begins a sentence, or words that are said."""
_DAYS, _MONTHS = words("days") | words("seasons") | words("decades"), words("months")
_NO_NAMES, _TITLES, _ENDINGS = words("no_names"), words("titles"), tuple(words("endings"))
_UNIT = re.compile(
    r"\d[\d.,:]*(?:st|nd|rd|th|s|h|k|m|bn|x|am|pm|kg|g|mg|km|cm|mm|ml|l|gb|mb|tb|ms|min|hrs?|%)?", re.IGNORECASE
)
_PROSE = Path(__file__).parents[2]
_OUR_TEXTS = ("jobs/job_knowledge_base/*.md", "coaching/*.yaml", "interview/*.yaml", "interview/prompts/*.md")


@dataclass(frozen=True, slots=True)
class Name:
    """One name or date, as it stands in the text. `person`: with a title before it, or doing something."""

    text: str
    kind: Literal["name", "date"]
    start: int
    person: bool = False


def unknown_names(text: str, known: Known) -> list[Name]:
    """Every name and date of `text` that does not stand in `known`, in any case, possessive or plural."""
    found = []
    tokens = list(_TOKEN.finditer(text))
    titled = _is_title(text, [t.group() for t in tokens])
    for i, match in enumerate(tokens):
        token, before = match.group(), tokens[i - 1].group().lower().rstrip(".") if i else ""
        following = tokens[i + 1].group() if i + 1 < len(tokens) else ""
        low = re.sub(r"'(?:s|ll|re|ve|d|m)?$", "", token.lower().replace("’", "'"))
        kind = _kind(token, low, opens=titled or bool(_OPENS.search(text[: match.start()])))
        pairs = {_letters(f"{before}{token}"), _letters(f"{token}{following}")}
        if kind is None or _stands(token, low, known) or pairs & known.joined:
            continue
        acts = token.isalpha() and is_past(following)
        found.append(Name(token, kind, match.start(), before in _TITLES or acts))
    return found


def _is_title(text: str, tokens: list[str]) -> bool:
    """ "Name the Choice": a heading, in which capitals say nothing."""
    plain = [t for t in tokens if t.lower() not in FUNCTION_WORDS]
    return 1 < len(plain) <= 6 and all(t[0].isupper() for t in plain) and text.rstrip()[-1:] not in {".", "!", "?"}


def _kind(token: str, low: str, *, opens: bool) -> Literal["name", "date"] | None:
    if low in _NO_NAMES or _UNIT.fullmatch(token) or (len(low) == 1 and low not in {"c", "r"}):
        return None
    capital = token.lstrip(".")[0].isupper()
    if low in _DAYS or (low in _MONTHS and capital and not (opens and low in {"may", "march"})):
        return "date"
    digits = any(c.isdigit() for c in token) and any(c.isalpha() for c in token)
    if low in TECHNOLOGIES or digits or any(c.isupper() for c in token[1:]) or token.endswith(("+", "#")):
        return "name"
    if not capital or low in FUNCTION_WORDS or (opens and _is_plain(low)):
        return None
    return "name"


def _is_plain(low: str) -> bool:
    """Whether a word is one that English writes small: our own texts do, or it is a number or ends like a verb or noun."""
    return low.endswith((*_ENDINGS, "n't")) or bool(find_numbers(low)) or low in _plain() or stem(low) in _plain()


@cache
def _plain() -> frozenset[str]:
    """Words, and their stems, that our role packs, prompts and word lists write in lower case."""
    texts = [p.read_text(encoding="utf-8") for pattern in _OUR_TEXTS for p in sorted(_PROSE.glob(pattern))]
    small = {w for text in texts for w in re.findall(r"(?<![\w'’])[a-z]{2,}", text)}
    return frozenset(small | {stem(w) for w in small})


def _letters(text: str) -> str:
    return re.sub(r"[^\w+#]+", "", text.lower())


def _stands(token: str, low: str, known: Known) -> bool:
    if low in FUNCTION_WORDS:
        return token in known.written
    if {low, low.removesuffix("s"), f"{low}s", low.removesuffix("es")} & known.lower or stem(low) in known.stems:
        return True
    pieces = [p for p in PARTS.split(token) if p]
    parts = [p for p in pieces if not p.islower()] or pieces
    apart = [p.lower() in known.lower or stem(p.lower()) in known.stems for p in parts]
    return _letters(low) in known.joined or (parts != [token] and all(apart))
