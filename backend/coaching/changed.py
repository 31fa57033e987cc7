"""Changed: "the close went from eleven days to six", said of two figures that the answer tells apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backend.coaching.claim_words import COACHING
from backend.coaching.source_text import flat
from backend.coaching.spoken import WORDS
from backend.coaching.text import FUNCTION_WORDS, lower_words
from backend.coaching.told import END, STATES, Token, digits, key, led_by, stream

if TYPE_CHECKING:
    from backend.coaching.evidence import Evidence

_WAYS = {verb: way for way in ("rises", "falls", "moves") for verb in WORDS[way]}
_FROM_TO = re.compile(
    rf"^(?:(?:you|he|she|they|we)\s(?P<did>{'|'.join(_WAYS)})\s(?P<it>[^,;:.]+?)|(?P<what>[^,;:.]+?)\s(?P<way>{'|'.join(_WAYS)})\b)"
    r"(?:\s(?:down|up|back))?\sfrom\s(?:about |around |roughly )?(?P<old>\d\S*)(?P<unit>(?:\s[a-z]+){0,3}?)"
    r"\s(?:down |up )?to\s(?:about |around |roughly |just |only )*(?P<new>\d\S*?)(?P<rest>(?:\s[a-z]+){0,3}?)(?P<tail>\s(?:by|in|within|after|over|for)\s[^,;:.]+)?[.!]?$"
)  # fmt: skip
CHANGE = re.compile(rf"\b(?:{'|'.join(_WAYS)})\b", re.IGNORECASE)
"""Its verb, which `changed` has weighed."""
_WHICH = frozenset({"other", "another", "same", "own"})
_APART = 110
"""Words that may lie between the two figures."""


def changed(sentence: str, evidence: Evidence) -> bool:
    """Whether a whole sentence of the form "X went from A to B" is so by the answer: A of X first, then B reached."""
    match = _FROM_TO.match(digits(flat(sentence)))
    if match is None:
        return False
    way = _WAYS[match.group("did") or match.group("way")]
    old, new = (_value(match.group(name)) for name in ("old", "new"))
    if old is None or new is None or not {"rises": old < new, "falls": old > new, "moves": True}[way]:
        return False
    named = [w for w in lower_words(match.group("it") or match.group("what")) if w not in {"the", "a", "your", "my"}]
    what = {key(w) for w in named if w in _WHICH or (w not in FUNCTION_WORDS and key(w) not in COACHING)} or set(
        map(key, named)
    )
    units = {key(w) for w in lower_words(match.group("unit") + match.group("rest")) if w not in FUNCTION_WORDS}
    told = stream(evidence.answer.told)
    if match.group("old").endswith("%") and not match.group("new").endswith("%"):
        return False
    share = match.group("old").endswith("%") or match.group("new").endswith("%")
    olds = [k for k, t in enumerate(told) if _value(t.key) == old and (not share or t.key.endswith("%"))]
    tail = {key(w) for w in lower_words(match.group("tail") or "") if w not in FUNCTION_WORDS}
    return bool(what) and any(_reached(told, k, new, what, units, tail) for k in olds)


def _value(word: str) -> float | None:
    number = re.match(r"\d+(?:[.:]\d+)?", word)
    return float(number.group().replace(":", ".")) if number else None


def _reached(told: tuple[Token, ...], start: int, new: float, what: set[str], units: set[str], tail: set[str]) -> bool:
    """Whether the figure at `start` is one of the thing, in that unit, and `new` is what it came to."""
    opens = next((k for k in range(start, max(-1, start - 24), -1) if k < 0 or told[k] is END), max(-1, start - 24))
    closes = next((k for k in range(start, len(told)) if told[k] is END), len(told))
    closes = next((k for k in range(start + 1, closes) if told[k].word == "and" or told[k].key[0].isdigit()), closes)
    counted = {t.key for t in told[start + 1 : min(start + 7, closes)]}
    before = {t.key for t in told[opens + 1 : start]}
    after = told[start + 1] if start + 1 < len(told) else END
    of = start > 1 and told[start - 1].word == "of" and told[start - 2].key in what
    explicit = next((t.key for t in told[start + 1 : start + 7] if t.key[0].isdigit()), "")
    if (
        explicit
        and "to" in {t.word for t in told[start + 1 : start + 6]}
        and led_by(told, start) == "from"
        and _value(explicit) != new
    ):
        return False  # "from six to one" is not from six to five
    number_before = next(
        (k for k in range(start - 1, opens, -1) if told[k].key[0].isdigit() and told[k].key != "1"), opens
    )
    if led_by(told, start) == "from":
        number_before = opens
    if not what <= counted and not (
        what <= {t.key for t in told[number_before + 1 : start]} and led_by(told, start) in STATES | {"of", "from"}
    ):
        return False
    own = of or after is END or after.word in FUNCTION_WORDS or after.key in what | units
    if not own or not what <= before | counted or not units <= before | counted:
        return False
    for k in range(start + 1, min(start + _APART, len(told))):
        if _value(told[k].key) != new:
            continue
        after = told[k + 1] if k + 1 < len(told) else END
        alike = after is END or after.word in FUNCTION_WORDS | {"now"} or after.key in counted | what
        led = led_by(told, k)
        far = k - start > 15 and led == "to" and told[k - 2].word not in {"it", "them", "down", "up"}
        if alike and led in STATES and not far and not {"not", "never"} & {t.key for t in told[max(0, k - 5) : k]}:
            return True
    return False
