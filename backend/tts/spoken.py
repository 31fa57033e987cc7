"""Written English as it is said: markup, citations and addresses gone, numbers and symbols in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_Replacement = str | Callable[[re.Match[str]], str]

_MARKUP: tuple[tuple[str, _Replacement], ...] = (
    # Raw phonemes of the voice; a text must not be able to write them.
    (r"\[\[|\]\]", " "),
    (r"```\w*\n?|`", ""),
    (r"!\[[^\]]*\]\([^)]*\)", ""),
    (r"\[([^\]]+)\]\([^)\s]*\)", r"\1"),
    (r"<[/!]?[A-Za-z][^<>]*>", ""),
    # Citations: [J1], [A1, R2], [3], (J1).
    (r"(?:(?<!\S)|\s+)\((?:[A-Z]{1,2}\d{1,3})(?:\s*[,;]\s*[A-Z]{1,2}\d{1,3})*\)(?=[\s.,;:!?]|$)", ""),
    (r"\s*\[(?:[A-Z]{1,2}\d{1,3}|\d{1,3})(?:\s*[,;]\s*(?:[A-Z]{1,2}\d{1,3}|\d{1,3}))*\](?=[\s.,;:!?)]|$)", ""),
    # The open slots of a rewrite.
    (r"\s*\[add:?\s*([^\]]*)\]", lambda m: f", here add {m[1].strip().rstrip('.')}, "),
    (r"(?m)^\s{0,3}#{1,6}\s+", ""),
    (r"(?m)^\s*>\s?", ""),
    (r"(?m)^\s*(?:[-*+•–]|\d{1,2}[.)])\s+", ""),
    (r"(?m)^\s*(?:[-*_]\s*){3,}$", ""),
    (r"\*+|~~|(?<!\w)_+|_+(?!\w)", ""),
    (r"https?://(?:www\.)?([\w.-]+\w)(?::\d+)?(?:/[^\s)\]]*[\w/]|/)?", r"\1"),
    (r"\s*\|\s*", ", "),
)
_SCALE = {"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion", "t": "trillion"}
_CURRENCY = {"$": ("dollar", "cent"), "€": ("euro", "cent"), "£": ("pound", "penny")}
_UNITS = {
    "ms": "milliseconds", "kb": "kilobytes", "mb": "megabytes", "gb": "gigabytes", "tb": "terabytes",
    "km": "kilometres", "kg": "kilograms", "hrs": "hours", "hr": "hours", "mins": "minutes", "secs": "seconds",
    "°c": "degrees Celsius", "°f": "degrees Fahrenheit", "khz": "kilohertz", "mhz": "megahertz", "ghz": "gigahertz",
}  # fmt: skip
_PER = {"s": "second", "sec": "second", "min": "minute", "h": "hour", "hr": "hour", "d": "day", "yr": "year"}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"


def _money(found: re.Match[str]) -> str:
    unit, small = _CURRENCY[found["sign"]]
    number, scale = found["number"], found["scale"]
    if scale:
        return f"{number} {_SCALE.get(scale.lower(), scale)} {unit}s"
    whole, _, part = number.partition(".")
    if len(part) == 2 and part != "00":
        cents = int(part)
        smalls = ("pence" if small == "penny" else f"{small}s") if cents != 1 else small
        return f"{whole} {unit}{'' if whole == '1' else 's'} and {cents} {smalls}"
    amount = whole if part in ("", "00") else number
    return f"{amount} {unit}{'' if amount == '1' else 's'}"


_WORDS: tuple[tuple[str, _Replacement], ...] = (
    (r"\be\.\s?g\.,?", "for example,"),
    (r"\bi\.\s?e\.,?", "that is,"),
    (r"\betc\.(?=\s+[A-Z]|\s*$)", "et cetera."),
    (r"\betc\b\.?", "et cetera"),
    (r"\bvs\b\.?", "versus"),
    (r"\bapprox\.", "approximately"),
    (r"\bDr\.(?=\s+[A-Z])", "Doctor"),
    (r"\bMr\.(?=\s)", "Mister"),
    (r"\bMrs\.(?=\s)", "Missus"),
    (r"\bMs\.(?=\s)", "Miss"),
    (r"\bProf\.(?=\s)", "Professor"),
    (r"\bNo\.\s?(?=\d)", "number "),
    (r"\bU\.\s?S\.(?=\s+[a-z]|,)", "US"),
    (r"\bw/o\b", "without"),
    (r"\bw/(?=\s)", "with"),
    (r"\bC\+\+", "C plus plus"),
    (r"\b([CF])#", r"\1 sharp"),
    (r"\.NET\b", "dot net"),
    (rf"(?P<sign>[$€£])\s?(?P<number>{_NUMBER})"
     r"(?:(?P<scale>k|K|M|mn|B|bn|T)\b| (?P<long>(?:m|b|tr)illion|thousand)\b)?",
     lambda m: f"{m['number']} {m['long']} {_CURRENCY[m['sign']][0]}s" if m["long"] else _money(m)),
    (rf"(?<![\w.])({_NUMBER})\s?%", r"\1 percent"),
    (r"%", " percent"),
    (rf"(?<![\w.])({_NUMBER})(?:k|K)\b", r"\1 thousand"),
    (rf"(?<![\w.])({_NUMBER})M\b", r"\1 million"),
    (r"(?<![\w-])(\d+(?:\.\d+)?)\s?[-–—]\s?(\d+(?:\.\d+)?)(?![\w-])", r"\1 to \2"),
    (r"(?<![\w.])(\d+(?:\.\d+)?)[xX×](?=\W|$)", r"\1 times"),
    (rf"(?<![\w.])(\d[\d,.]*)\s?((?i:{'|'.join(map(re.escape, _UNITS))}))\b",
     lambda m: f"{m[1]} {_UNITS[m[2].lower()]}"),
    (r"\b24/7\b", "24 7"),
    (r"(?<![\d/])(\d{1,3})/(\d{1,3})(?![\d/])", r"\1 out of \2"),
    (r"(?<=\w)/(s|sec|min|h|hr|d|yr)\b", lambda m: f" per {_PER[m[1]]}"),
    (r"(?<=[\d\w])/(second|minute|hour|day|week|month|year)\b", r" per \1"),
    (r"(?<=\w)\s?/\s?(?=[A-Za-z])", " "),
    (r"#(?=\d)", "number "),
    (r"[~≈]\s?(?=\d)", "about "),
    (r"(?<=\d)\+(?=\s|$)", " plus"),
    (r"\s\+\s", " plus "),
    (r"\s=\s", " equals "),
    (r"\s?(?:->|=>|→|⇒)\s?", " to "),
    (r"\s?&\s?", " and "),
    (r"\s<\s?(?=\d)", " less than "),
    (r"\s>\s?(?=\d)", " more than "),
    (r"[≥]\s?", "at least "),
    (r"[≤]\s?", "at most "),
)  # fmt: skip

_TIDY: tuple[tuple[str, _Replacement], ...] = (
    (r"[\[\]{}<>\\^|`#*]", " "),
    (r"_", " "),
    (r"\s*[—–]\s*|\s+--?\s+", ", "),
    (r"\s+([,.;:!?])", r"\1"),
    (r",(?:\s*,)+", ","),
    (r",\s*([.;:!?])", r"\1"),
    (r"([.;:!?])\s*,", r"\1"),
    (r"\(\s*\)", ""),
    (r"[ \t]+", " "),
)


def speakable(text: str, *, language: str = "en") -> str:
    """What a voice should say for this text.

    Markup, citations, links and control characters go; `[add: …]` is said as an invitation; for English, money,
    percentages, ranges, units and the usual abbreviations become words. Lines become sentences. Saying it twice changes
    nothing: `speakable(speakable(x)) == speakable(x)`. May be empty (a line of symbols).
    """
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    plain = "".join(
        c for c in plain if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "So", "Sk")
    )
    plain = _replaced(plain, _MARKUP)
    lines = [line.strip() for line in plain.split("\n")]
    plain = " ".join(line if line[-1] in ".!?:;,…" else f"{line}." for line in lines[:-1] if line)
    plain = f"{plain} {lines[-1]}".strip()
    if language.partition("-")[0] == "en":
        plain = _replaced(plain, _WORDS)
    plain = _replaced(plain, _TIDY).strip(" ,")
    return plain if any(c.isalnum() for c in plain) else ""


def _replaced(text: str, rules: tuple[tuple[str, _Replacement], ...]) -> str:
    for pattern, replacement in rules:
        text = re.sub(pattern, replacement, text)
    return text
