"""Stems: the same word in its other forms, small and predictable, for English."""

from __future__ import annotations

from functools import lru_cache

IRREGULAR = {
    form: base
    for base, forms in {
        "be": "am is are was were been being",
        "begin": "began begun",
        "break": "broke broken",
        "bring": "brought",
        "build": "built",
        "buy": "bought",
        "catch": "caught",
        "choose": "chose chosen",
        "come": "came",
        "cut": "cutting",
        "deal": "dealt",
        "do": "did done does",
        "draw": "drew drawn",
        "drive": "drove driven",
        "fall": "fell fallen",
        "beat": "beaten",
        "become": "became",
        "blow": "blew",
        "eat": "ate eaten",
        "fight": "fought",
        "fly": "flew flown",
        "forget": "forgot forgotten",
        "freeze": "froze frozen",
        "hang": "hung",
        "hide": "hid hidden",
        "lay": "laid",
        "lend": "lent",
        "overcome": "overcame",
        "oversee": "oversaw overseen",
        "ride": "rode ridden",
        "seek": "sought",
        "shake": "shook",
        "shoot": "shot",
        "sing": "sang sung",
        "stick": "stuck",
        "strike": "struck",
        "swear": "swore",
        "sweep": "swept",
        "swim": "swam",
        "tear": "tore",
        "undertake": "undertook",
        "wear": "wore",
        "withdraw": "withdrew",
        "feel": "felt",
        "find": "found",
        "fix": "fixed fixing",
        "get": "got gotten getting",
        "give": "gave given",
        "go": "went gone goes",
        "grow": "grew grown",
        "have": "had has having",
        "hear": "heard",
        "hold": "held",
        "keep": "kept",
        "know": "knew known",
        "lead": "led leading",
        "learn": "learnt learned",
        "leave": "left",
        "lose": "lost",
        "make": "made making",
        "mean": "meant",
        "meet": "met meeting",
        "pay": "paid",
        "put": "putting",
        "read": "reading",
        "rewrite": "rewrote rewritten",
        "ring": "rang rung",
        "rise": "rose risen",
        "run": "ran running",
        "say": "said",
        "see": "saw seen",
        "sell": "sold",
        "send": "sent",
        "set": "setting",
        "show": "shown showed",
        "sit": "sat sitting",
        "sleep": "slept",
        "speak": "spoke spoken",
        "spend": "spent",
        "stand": "stood",
        "take": "took taken taking",
        "teach": "taught",
        "tell": "told",
        "think": "thought",
        "throw": "threw thrown",
        "understand": "understood",
        "wake": "woke",
        "win": "won winning",
        "write": "wrote written writing",
    }.items()
    for form in forms.split()
}
PAST = frozenset(
    f for f in IRREGULAR if not f.endswith("ing") and f not in {"am", "is", "are", "has", "does", "goes", "been"}
) | {
    "cut",
    "put",
    "set",
    "read",
    "let",
    "hit",
    "quit",
    "shut",
    "split",
    "broadcast",
    "reset",
    "cost",
    "hurt",
    "bet",
    "spread",
    "upset",
    "burst",
    "shed",
    "cast",
}
"""Irregular past forms (regular ones end in -ed)."""

_SUFFIXES = ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "s", "y")


_WHOLE = frozenset({"evening", "morning", "during", "nothing", "something", "anything", "everything"})
"""Words that only look as if they had a suffix."""


_OWN = dict.fromkeys(("note", "notes", "noted", "noting"), "note")
"""Words whose short form would be another word."""


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A short key that `organise`, `organised`, `organizing` and `organisation` share."""
    low = word.lower().replace("’", "'")
    low = low.removesuffix("'s").removesuffix("'")
    if low in _OWN:
        return _OWN[low]
    low = IRREGULAR.get(low, low)
    low = low.replace("isation", "ization").replace("yse", "yze")
    if low.endswith(("ise", "ised", "ising", "ises")):
        low = low.replace("is", "iz") if low.count("is") == 1 else low[::-1].replace("si", "zi", 1)[::-1]
    if len(low) > 3 and low.isalpha() and low not in _WHOLE:
        for suffix in _SUFFIXES:
            if low.endswith(suffix) and len(low) - len(suffix) >= 3 and not low.endswith("ss"):
                low = low[: -len(suffix)]
                break
        if len(low) > 3 and low[-1] == low[-2] and low[-1] not in "sl":
            low = low[:-1]
        if len(low) > 3 and low[-1] in "ei":
            low = low[:-1]
    return IRREGULAR.get(low, low)


def is_past(word: str) -> bool:
    """Whether a word looks like a past tense form."""
    low = word.lower()
    return low in PAST or (low.endswith("ed") and len(low) > 4 and low not in {"need", "indeed", "speed", "exceed"})
