"""Spoken: what was meant, in one form: fillers and slips left out, units, times and parts of a whole written one way.

Answer and sentence go through the same forms, so that "one in five" is "20%", "a fortnight" is "two weeks" and "half past
seven" is "7:30" on both sides. Quotes are compared with the words as they were said, not with this.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from backend.coaching.numbers import find_numbers
from backend.coaching.stems import is_past

WORDS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "grounding_words.yaml").read_text(encoding="utf-8"))
"""The word lists of the grounding rules."""

_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_SMALL = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty(?: five)?|thirty|forty|fifty|hundred)"
_LISTED = {form: unit for unit, forms in WORDS["units"].items() for form in forms}
_UNIT = re.compile(rf"\b({'|'.join(sorted(_LISTED, key=len, reverse=True))})\b", re.IGNORECASE)
_CURRENCY = {"£": "pounds", "$": "dollars", "€": "euros"}
_MONEY = re.compile(r"([£$€])\s?(\d[\d,.]*\d|\d)(\s?(?:k|m|bn|thousand|million|billion)\b)?", re.IGNORECASE)
_RATIO = re.compile(
    rf"\b({_SMALL})(?: out)? (of|in) (?:every )?({_SMALL})\b(?! (?:minutes?|hours?|days?|weeks?|months?|years?|seconds?|percent|hundred|thousand|million)\b|%)",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\b(half|(?:a )?quarter|five|ten|twenty five|twenty|\d{1,2})(?: minutes)? (past|to) (one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})\b",
    re.IGNORECASE,
)
_CLOCK_BEFORE = re.compile(
    r"\b(?:at|by|until|till|was|it's|before|after|since)\s+(?:like |about |around |nearly |almost )?$", re.IGNORECASE
)  # fmt: skip
_HOURS = {w: n for n, w in enumerate(
    "one two three four five six seven eight nine ten eleven twelve".split(), start=1)}  # fmt: skip # noqa: SIM905
_ORDINAL_WORDS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_PHRASES = [
    (re.compile(pattern, re.IGNORECASE), text)
    for pattern, text in (
        (r"[‘’]", "'"),
        (r"\b(?:a |one )?fortnight\b", "two weeks"),
        (r"\bhalf an hour\b", "30 minutes"),
        (r"\ban hour and a half\b", "90 minutes"),
        (r"\bhalf a dozen\b", "six"),
        (r"\ba dozen\b", "twelve"),
        (r"\ba (hundred|thousand|million)\b", r"one \1"),
        (r"\bq([1-4])\b", lambda m: f"{_ORDINAL_WORDS[int(m.group(1))]} quarter"),
        (r"\bcannot\b", "can't"),
        (r"\b(sa(?:id|y|ys|ying)|answer(?:ed)?(?: was)?) no\b(?! (?:one|more|longer))", r"\1 nay"),
        (r"\bonce (?=(?:a|per|every|each) )", "1 times "),
        (r"\btwice (?=(?:a|per|every|each) )", "2 times "),
        (r"\bthere (are|were) ([\w-]+(?: [\w-]+)?) of (?:you|us)\b", r"you \1 \2"),
        (r"\b(i|we|he|she|they|you|it)'d have\b", r"\1 would have"),
        (r"\b(?:what|(?:the )?(?:first |next |last |only )?thing) (i|we) did (?:next |then |first )?was (?:to )?(\w+)\b", r"\1 did \2"),
        (rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH})\b", r"\1th \2"),
        (rf"\b({_MONTH}) (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.,]?\d)", r"\2th \1"),
    )
]  # fmt: skip
_SPELLED = [(re.compile(rf"\b{said}\b", re.IGNORECASE), name) for name, said in WORDS["spoken_names"].items()]
_FILLERS = re.compile(rf",?(?<!\w)(?:{'|'.join(WORDS['fillers'])})\b,?(?=\s|$)", re.IGNORECASE)
_LIKE = re.compile(
    rf"(?<!\w)(?:(?P<keep>(?:{'|'.join(WORDS['like_after'])}) like)|like,?(?= (?:\d|{'|'.join(WORDS['like_before'])}\b)))", re.IGNORECASE
)  # fmt: skip
_MARKS = "|".join(sorted(WORDS["repairs"], key=len, reverse=True))
_SLIP = re.compile(rf"^(?: (?!(?:{_MARKS})\b)[a-z]+)?,?\s+(?:{_MARKS}),?\s+(?:it was )?(?:about )?$", re.IGNORECASE)
"""Between two numbers: the second one right after the first one, or after the thing it counts."""
_PUT_RIGHT = re.compile(r"^(?: [a-z']+){1,8}, (?:well|sorry|no sorry|actually|i mean|or rather),? $", re.IGNORECASE)
_AFTER_REPAIR = re.compile(r"^[^.?!]{1,40}\bso\s+$", re.IGNORECASE)


def canonical(text: str) -> str:
    """One form for units, money, times of day, dates, parts of a whole and short forms; case and the rest stay."""
    for pattern, put in _PHRASES:
        text = pattern.sub(put, text)
    text = _short_forms(text)
    text = _in_small_units(text)
    text = _MONEY.sub(lambda m: f"{m.group(2)}{m.group(3) or ''} {_CURRENCY[m.group(1)]}", text)
    text = _CLOCK.sub(lambda m: _time_of_day(m, text), text)
    text = _RATIO.sub(_share, text)
    text = _UNIT.sub(lambda m: _LISTED[m.group(1).lower()], text)
    return _ordinals(text)


def meant(text: str) -> str:
    """An answer without fillers and without the numbers that were put right at once, in canonical form."""
    text = _LIKE.sub(lambda m: m.group("keep") or "", _FILLERS.sub("", text))
    for spelled, name in _SPELLED:
        text = spelled.sub(name, text)
    text = re.sub(rf"\b(?!(?:{_SMALL})\b)(\w+) \1\b", r"\1", re.sub(r"[ \t]{2,}", " ", text), flags=re.IGNORECASE)
    return _said_of_others(canonical(_repaired(text)))


def _repaired(text: str) -> str:
    """ "three no four days" is "four days"; "twelve calls, sorry, thirteen" is thirteen calls."""
    numbers = [n for n in find_numbers(text) if not n.trivial]
    mended = False
    changes: list[tuple[int, int, str]] = []
    for before, after in zip(numbers, numbers[1:], strict=False):
        between = text[before.end : after.start]
        at_once = _SLIP.match(between)
        mended = bool(at_once or _PUT_RIGHT.match(between) or (mended and _AFTER_REPAIR.match(between)))
        if at_once:
            changes.append((before.start, after.start, ""))
        elif mended:
            changes = [(a, b, put and text[after.start : after.end]) for a, b, put in changes]
            changes.append((before.start, before.end, text[after.start : after.end]))
    for start, end, put in reversed(changes):
        text = text[:start] + put + text[end:]
    return text


def _in_small_units(text: str) -> str:
    """ "1.5 hours" is "90 minutes"; whole hours and years stay."""
    for n in reversed(find_numbers(text)):
        unit = _LONG_UNIT.match(text, n.end)
        if unit is None or not isinstance(n.value, float) or n.value == int(n.value):
            continue
        smaller, factor = _SMALLER[unit.group(1).lower()]
        text = f"{text[: n.start]}{n.value * factor:g} {smaller}{text[unit.end() :]}"
    return text


_LONG_UNIT = re.compile(r"[\s-](hours|years)\b(?! old)", re.IGNORECASE)
_SMALLER = {"hours": ("minutes", 60), "years": ("months", 12)}


def _said_of_others(text: str) -> str:
    """ "I did not lead it, Paula did" also says that Paula led it, "I wasn't the lead, that was Tom" what Tom was."""
    added = [f"{m.group('who')} did {m.group('what')}." for m in _NOT_I_BUT.finditer(text)]
    added += [f"{m.group('who')} was {m.group('what')}." for m in _WAS_NOT_I.finditer(text)]
    return " ".join([text, *added])


_WHO = r"(?:that was |it was )?(?P<who>(?:my |our |the )?(?:[a-z]+ )?[A-Z]\w+|(?:my|our|the) [a-z]+)(?: (?:did|was))?(?=[.,;!?]|$)"
_NOT_I_BUT = re.compile(rf"\b[Ii] (?:did not|didn't) (?:do )?(?P<what>[^.,;!?]{{3,60}})[.,;]\s+{_WHO}")
_WAS_NOT_I = re.compile(rf"\b[Ii] (?:was not|wasn't) (?P<what>[^.,;!?]{{3,40}})[.,;]\s+{_WHO}")


def _short_forms(text: str) -> str:
    """ "I'd done" is "I had done", "I'd do" is "I would do"."""
    return re.sub(r"\b(i|we|he|she|they|you|it)'d (\w+)", _opened, text, flags=re.IGNORECASE)


def _opened(match: re.Match[str]) -> str:
    verb = match.group(2)
    had = is_past(verb) or verb.lower() in {"been", "had", "already", "never", "just", "seen", "done"}
    return f"{match.group(1)} {'had' if had else 'would'} {verb}"


def _time_of_day(match: re.Match[str], text: str) -> str:
    said, side, hour = (g.lower() for g in match.groups())
    if side == "to" and not _CLOCK_BEFORE.search(text[: match.start()]):
        return match.group()
    minutes = {"half": 30.0, "a quarter": 15.0, "quarter": 15.0}.get(said) or _plain(said)
    at = int(_HOURS.get(hour) or _plain(hour))
    if minutes >= 60 or not 0 < at <= 24:
        return match.group()
    if side == "to":
        minutes, at = 60 - minutes, (at - 1) or 12
    return f"{at}:{int(minutes):02d}"


def _share(match: re.Match[str]) -> str:
    """ "one in five", "seven out of ten": a share of a whole; "two of six" stays, it counts things."""
    if match.group(2).lower() == "of" and " out" not in match.group().lower():
        return match.group()
    part, whole = _plain(match.group(1)), _plain(match.group(3))
    if not 0 < part < whole or whole > 100:
        return match.group()
    return f"{round(100 * part / whole, 1):g}%"


def _plain(word: str) -> float:
    found = find_numbers(word)
    return float(found[0].value) if found else 0.0


def _ordinals(text: str) -> str:
    """ "10th" is "tenth" and "twenty first" is "21th": low ones as words, high ones as figures."""
    for n in reversed(find_numbers(text)):
        if n.ordinal and isinstance(n.value, float):
            value = int(n.value)
            text = f"{text[: n.start]}{_ORDINAL_WORDS[value] if value <= 10 else f'{value}th'}{text[n.end :]}"
    return text
