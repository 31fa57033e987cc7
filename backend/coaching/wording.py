"""Wording: plain English around counts, lists and quotes."""

from __future__ import annotations

from collections.abc import Iterable

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number(n: int) -> str:
    """Small numbers as words."""
    return _SMALL[n] if n < len(_SMALL) else str(n)


def count(n: int, noun: str) -> str:
    """`count(1, "pause")` -> "one pause"; `count(12, "pause")` -> "12 pauses"."""
    plural = noun if n == 1 else f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number(n)} {plural}"


def times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{number(n)} times")


def joined(items: Iterable[str]) -> str:
    """`["a", "b", "c"]` -> "a, b and c"."""
    listed = list(items)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}" if listed else ""


def quoted(text: str) -> str:
    return f"“{text}”"


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def clock(seconds: float) -> str:
    """`clock(83.4)` -> "1:23"."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"
