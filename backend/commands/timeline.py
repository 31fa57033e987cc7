"""Where each millisecond of a turn goes, drawn in characters from the server's own marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from backend.commands.page import machine, percentile

_COLUMNS = 60
_STEPS = (
    ("the rest of the sound is transcribed", "transcript", None),
    ("delivery and STAR are measured", "delivery", "transcript"),
    ("the answer is analysed and scored", "analysis", "delivery"),
    ("first sentence of the feedback", "first_feedback", "analysis"),
    ("first piece of the voice", "first_audio", "analysis"),
    ("the next question is chosen", "question", "analysis"),
)
"""(what happens, the mark at its end, the mark at its beginning)"""


def drawn(server_ms: Mapping[str, Sequence[int]], first_byte_s: Sequence[float]) -> list[str]:
    """Lines of a page: one bar per step, medians in milliseconds from the end of the turn."""
    at = {name: percentile(values, 50) for name, values in server_ms.items() if values}
    steps = [step for step in _STEPS if step[1] in at]
    if not steps or not first_byte_s:
        return ["No turns were measured."]
    heard = percentile(first_byte_s, 50) * 1000
    whole = max(heard, *(at[end] for _, end, _ in steps))
    rows = [_bar(what, at.get(begin, 0.0) if begin else 0.0, at[end], whole) for what, end, begin in steps]
    rows.append(_bar("its first byte reaches the candidate", at.get("first_audio", heard), heard, whole))
    return [
        f"Medians of {len(first_byte_s)} answers ended by the button at the last word, "
        f"{datetime.now(UTC).strftime('%Y-%m-%d %H:%M UTC')}, {machine()} (`make bench-live`). The two lanes run side by "
        "side after the analysis.",
        "",
        "```text",
        *rows,
        "```",
    ]


def _bar(what: str, begin: float, end: float, whole: float) -> str:
    first = min(round(begin / whole * _COLUMNS), _COLUMNS - 1)
    last = max(round(end / whole * _COLUMNS), first + 1)
    bar = " " * first + "█" * (last - first)
    return f"{what:<38} {bar:<{_COLUMNS}} {begin:5.0f} to {end:.0f} ms"
