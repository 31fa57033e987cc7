"""Contact details are nobody's business but the owner's: what goes to a model on another machine goes without them."""

from __future__ import annotations

import re

_EMAIL = re.compile(
    r"(?:mailto:)?[\w.+%'-]+\s?(?:@|[\[(]\s?at\s?[\])])\s?[\w-]+(?:\s?(?:\.|[\[(]\s?dot\s?[\])])\s?[\w-]+)+",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s|<>]+"
    r"|(?<![\w@.])(?:[a-z0-9-]+\.)+[a-z]{2,12}/[^\s|<>,;)]+"  # without a path it may be an employer: Booking.com
    r"|(?<![\w@.])(?:linkedin|github|gitlab|behance|dribbble|medium)\.(?:com|io)\b",
    re.IGNORECASE,
)
_HANDLE = re.compile(
    r"\b(?:linkedin|github|gitlab|twitter|skype|telegram|whatsapp|instagram|facebook)\b(?:\s+id)?\s*[:@]\s*@?[\w.+-]+",
    re.IGNORECASE,
)
_PROFILE = re.compile(r"(?:linkedin|github|gitlab|twitter)(?:-\w+)?\s+@?[\w.-]+", re.IGNORECASE)
"""Beside other contact details, a name after an icon's."""
_NUMBER = re.compile(r"(?<![\w.,/$€£%-])(?:\+\s?)?\(?\d{1,5}\)?(?:[\s.()/–-]{0,3}\d{2,5}){1,6}(?![\w%/]|[.,-]\d)")
_NUMBER_LABEL = re.compile(
    r"(?:\b(?:tel|telephone|phone|mobile|mob|cell|cellular|fax|telefon|téléphone|teléfono|handy)\b|\b[tmpfc]\s*:|[☎✆📞📱])"
    r"[\s.:#()]*$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d|0?[1-9]|1[0-2]|[12]\d|3[01]")
_LABEL = re.compile(
    r"(?:\b(?:e-?mail|phone|tel|telephone|mobile|cell|fax|address|home address|linkedin|github|gitlab|website|web|portfolio"
    r"|contact|url|blog|twitter|skype|adresse|telefon|anschrift|correo|dirección|téléphone)\b(?:\s+(?:address|no|number))?"
    r"|\b[temwpa]\b)\s*[.:]*\s*$",
    re.IGNORECASE,
)
_STREET_WORD = (
    r"street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|way|place|pl|square|sq|terrace|close"
    r"|crescent|parkway|pkwy|highway|hwy|circle|cir|mews|gardens|grove"
)
_STREET = re.compile(
    r"(?!\d{4}\s+\d+(?:st|nd|rd|th)\s+place\b)"  # a prize of that year
    r"(?:address\s*:?\s*)?(?:"
    rf"\d{{1,5}}[a-z]?(?:\s*[-–/]\s*\d+)?,?\s+(?:[\w.'’-]+\s+){{0,4}}(?:{_STREET_WORD})\.?(?:\s+[nsew]{{1,2}}\.?)?"
    r"(?:\s*,?\s*(?:apt|apartment|suite|ste|unit|flat|room|rm|floor|fl|#)\.?\s*#?\s*[\w-]+)?"
    r"|(?:apt|apartment|suite|ste|unit|flat)\.?\s*#?\s*\d[\w-]*"
    r"|p\.?\s?o\.?\s+box\s+\d+"
    r"|[\w.'’-]*(?:straße|strasse|str\.|weg|platz|allee|gasse)\s+\d{1,4}\s?[a-z]?"
    r"|\d{1,4}(?:\s?(?:bis|ter))?,?\s+(?:rue|avenue|boulevard|allée|place|chemin|impasse|quai)\s+.{2,40}"
    r"|(?:calle|avenida|plaza|via|viale|piazza|corso|rua)\s+[^\d]{2,40}?,?\s+\d{1,4}"
    r")",
    re.IGNORECASE,
)
_POSTCODE = re.compile(
    r"(?:(?:[A-Z][\w.'’-]+\s+){0,3}[A-Z]{2}\s+\d{5}(?:-\d{4})?"  # Springfield IL 62701
    r"|(?:[A-Z][\w'’-]+\s+){0,3}[A-Z]{1,2}\d[A-Z\d]?\s+\d[A-Z]{2}"  # London SW1A 1AA
    r"|\d{5}\s+[A-ZÀ-Þ][\wÀ-ÿ'’-]+(?:\s[A-ZÀ-Þ][\wÀ-ÿ'’-]+)?)"  # 10115 Berlin
)
_STATE = re.compile(r"[A-Z]{2}|[A-Z][a-z]+(?:\s[A-Z][a-z]+)?")
_SEPARATORS = re.compile(r"(\s*(?:[|•·◦▪❖♦⋄∙,;]|\s[-–—/]\s|\s{3,}|\t)\s*)")
_SIGNS = re.compile(r"[✉☎✆📞📱📧🏠🔗]")
_GONE = "\x00"


def without_contact_lines(text: str) -> str:
    """A text without e-mail addresses, telephone numbers, links and postal addresses.

    Lines of nothing else go whole; others stay without those parts. What a figure, a date or an employer may be stays:
    a number counts as a telephone's by its length or its label, a domain as a link only with a path. Offsets of the
    result mean nothing in the original.
    """
    kept: list[str] = []
    for line in text.split("\n"):
        left = _without(line)
        if left is not None:
            kept.append(left)
    return "\n".join(kept)


def _without(line: str) -> str | None:
    """What is left of a line; None where nothing is."""
    marked = line.replace(_GONE, "")
    for pattern in (_EMAIL, _LINK, _HANDLE):
        marked = pattern.sub(_GONE, marked)
    marked = _NUMBER.sub(lambda found: _GONE if _is_telephone(found, marked) else found.group(), marked)
    pieces = _SEPARATORS.split(marked)
    segments, separators = pieces[::2], pieces[1::2]
    if _GONE in marked:
        segments = [_GONE if _PROFILE.fullmatch(s.strip()) else s for s in segments]
    places = [_STREET.fullmatch(s.strip()) or _POSTCODE.fullmatch(s.strip()) for s in segments]
    if not any(places) and _GONE not in marked:
        return line
    if any(places):  # the town and the country stand beside the street or the code
        for number, segment in enumerate(segments):
            beside = any(places[max(0, number - 1) : number + 2])
            if places[number] or (beside and _STATE.fullmatch(segment.strip()) and len(segments) > 1 and number):
                segments[number] = _GONE
    out = ""
    for number, segment in enumerate(segments):
        left = _SIGNS.sub("", _unlabelled(segment)) if _GONE in segment else segment
        if any(c.isalnum() for c in left):
            out += (separators[number - 1] if out and number else "") + left.strip()
    return out or None


def _is_telephone(found: re.Match[str], line: str) -> bool:
    groups = re.findall(r"\d+", found.group())
    digits = sum(map(len, groups))
    if all(_YEAR.fullmatch(group) for group in groups) and "+" not in found.group():
        return False
    if _NUMBER_LABEL.search(line[: found.start()]) or "+" in found.group():
        return digits >= 6
    if "(" in found.group() and found.group().count("(") == found.group().count(")"):
        return digits >= 7
    if digits == 9 or (digits == 7 and [len(g) for g in groups] == [3, 4] and "-" in found.group()):
        return digits == 7 or _GONE in line
    return 10 <= digits <= 15 and not all(len(group) == 3 for group in groups[1:])


def _unlabelled(segment: str) -> str:
    """The segment without what was found in it, and without the labels in front of that."""
    parts = segment.split(_GONE)
    return " ".join(p for part in (*(_LABEL.sub("", part) for part in parts[:-1]), parts[-1]) if (p := part.strip()))
