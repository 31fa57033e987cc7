"""Quotes: where words stand verbatim in a text, white space, typographic marks and case aside."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.coaching.grounding.material import Material, SourceText

_PLAIN = {"’": "'", "‘": "'", "‛": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
_PLAIN |= dict.fromkeys("‐‑‒–—―−", "-")
_PLAIN["…"] = "..."
_OUTER = " .,;:!?\"'()[]…-"
_UNSPACED = frozenset({"zh", "ja", "ko", "th"})
"""Languages in which a word may begin or end beside another letter."""


@dataclass(frozen=True, slots=True)
class Flat:
    """A text in its plain form, and for each of its characters the place in the original."""

    text: str
    places: tuple[int, ...]


def flat(text: str) -> Flat:
    """Lower case, straight quotes and dashes, single spaces; invisible characters are left out."""
    made: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        if char.isspace():
            if made and made[-1] != " ":
                made.append(" ")
                places.append(place)
            continue
        if unicodedata.category(char) == "Cf":
            continue
        for piece in _PLAIN.get(char, char.lower()):
            made.append(piece)
            places.append(place)
    return Flat("".join(made), tuple(places))


def place(quote: str, material: Material) -> tuple[SourceText, int, int] | None:
    """Where a quote stands: its source and the range of characters there, the answer first; None: nowhere, or no word.
    Parts of words do not count, nor does a quote without a letter or a digit."""
    for index, source in enumerate(material.sources):
        found = place_in(quote, material, index)
        if found is not None:
            return source, *found
    return None


def place_in(quote: str, material: Material, index: int) -> tuple[int, int] | None:
    """The same in source `index` alone; 0 is the answer."""
    wanted = flat(quote).text.strip(_OUTER)
    if not re.search(r"\w", wanted):
        return None
    where = material.flat(index)
    whole = material.language.lower()[:2] not in _UNSPACED
    at = where.text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if not whole or not (_cuts_a_word(where.text, at) or _cuts_a_word(where.text, end)):
            return where.places[at], where.places[end - 1] + 1
        at = where.text.find(wanted, at + 1)
    return None


def _cuts_a_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
