"""The drawing of a turn: bars lie where the marks say."""

from __future__ import annotations

from backend.commands.timeline import drawn


def test_bars_lie_between_their_marks() -> None:
    marks = {"transcript": [300], "delivery": [310], "analysis": [400], "first_feedback": [410], "first_audio": [450]}
    lines = drawn(marks, [0.6])
    bars = {line[:38].strip(): line[39:] for line in lines[lines.index("```text") + 1 : -1]}
    assert len(bars) == 6
    assert bars["the rest of the sound is transcribed"].startswith("█" * 30 + " ")
    assert bars["its first byte reaches the candidate"].startswith(" " * 45 + "█" * 15)
    assert bars["the answer is analysed and scored"].rstrip().endswith("310 to 400 ms")


def test_without_turns_it_says_so() -> None:
    assert drawn({}, []) == ["No turns were measured."]
