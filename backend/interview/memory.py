"""Earlier turns as short facts: one line each, so that turn 20 still knows what turn 1 said."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from backend.coaching.feedback import STAR_PARTS
from backend.interview.turn_record import TurnRecord

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_FIGURES = re.compile(r"\d[\d.,]*\s?%?")
_MARKERS = re.compile(r"<\|?|\|?>|\[/?INST\]", re.IGNORECASE)


def as_data(text: str, most: int) -> str:
    """A foreign text as one JSON string of at most `most` characters that no model can take for anything but data.

    Control and invisible characters go; so do the angle brackets of chat markers such as those that end a message,
    because a server would read them as the real ones.
    """
    plain = " ".join(_MARKERS.sub(" ", _CONTROL.sub(" ", text)).split())
    if len(plain) > most - 2:
        plain = plain[: max(most - 3, 0)].rstrip() + "…"
    encoded = json.dumps(plain, ensure_ascii=False)
    while len(encoded) > most and plain:
        plain = plain[: max(len(plain) - (len(encoded) - most) - 1, 0)]
        encoded = json.dumps(plain, ensure_ascii=False)
    return encoded


def told(turns: Sequence[TurnRecord]) -> list[TurnRecord]:
    """The turns with something in them to remember: scored first takes, in order."""
    return [
        t
        for t in turns
        if t.retry_of is None and t.transcript is not None and t.feedback is not None and t.feedback.scored
    ]


def history(turns: Sequence[TurnRecord], *, total: int, budget: int) -> list[str]:
    """One line for each earlier answer, in `budget` characters in all.

    A line depends on its own turn and on the plan alone, so the lines of a session only ever grow by one: what the
    model has read before stays byte for byte the same.
    """
    most = max(min(budget // max(total - 1, 1), 150), 24)
    lines: list[str] = []
    used = 0
    for number, turn in enumerate(told(turns), 1):
        line = f"{number}. {_line(turn, most - len(str(number)) - 3)}"
        if used + len(line) + 1 > budget:
            break
        lines.append(line)
        used += len(line) + 1
    return lines


def _line(turn: TurnRecord, most: int) -> str:
    facts = _facts(turn)
    gist = re.sub(
        r"^(can|could) you (tell me about|describe|walk me through|take me through) ",
        "",
        turn.question.text,
        flags=re.IGNORECASE,
    )
    room = most - len(facts) - 3
    if room < 12:
        return facts[:most]
    return f"{as_data(gist, min(room, 70))} - {facts}"


def _facts(turn: TurnRecord) -> str:
    """What was measured: figures that were said, then S, T, A, R for the parts of a story that were there."""
    parts = []
    figures = _FIGURES.findall(turn.transcript.text if turn.transcript else "")
    if figures:
        parts.append("said " + " ".join(f.strip().rstrip(".,") for f in figures[:4]))
    if turn.star is not None:
        there = " ".join(p[0].upper() for p in STAR_PARTS if getattr(turn.star, p).present)
        missing = " ".join(p[0].upper() for p in turn.star.missing)
        parts.append(f"gave {there}" + (f", not {missing}" if missing else "") if there else "no story")
    return "; ".join(parts) or "answered"
