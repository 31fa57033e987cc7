"""Rubric: what each level of a criterion means, and the scores that follow from what can be counted.

Anchored scales raise agreement between raters (ETS RR 2017 on BARS). An author judges by all of them. Rules know only how
something was said: delivery and length; everything else is absent where nobody judges it (docs/decisions/0011).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import yaml

from backend.coaching.delivery import FILLERS_FINE, FILLERS_MANY, LONG_PAUSE_S
from backend.coaching.feedback import Dimension, Score
from backend.coaching.levels import LEVELS, examples
from backend.coaching.measured_points import Counted, spoken_time
from backend.coaching.pace import PACE_BAND
from backend.coaching.wording import capitalised, clock, count, joined


def read_rubric(path: Path) -> dict[str, Any]:
    """The rubric with every criterion and every level. Raises ValueError where one is missing."""
    rubric: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for part, names in (("anchors", get_args(Dimension)), ("measured", rubric["measured"])):
        for dimension in names:
            if tuple(sorted(rubric[part].get(dimension, {}))) != LEVELS:
                raise ValueError(f"{path.name}: {part} of {dimension} are not the levels {LEVELS[0]} to {LEVELS[-1]}")
    return rubric


_RUBRIC = read_rubric(Path(__file__).parent / "rubric.yaml")


def dimensions(mode: str) -> tuple[Dimension, ...]:
    """The dimensions scored in a mode."""
    return tuple(_RUBRIC["modes"].get(mode, _RUBRIC["modes"]["behavioral"]))


def anchor(dimension: Dimension, score: int) -> str:
    """What a score means, in words."""
    return str(_RUBRIC["anchors"][dimension][score])


def measured_anchor(dimension: Dimension, score: int) -> str:
    """What a score means where it was counted and nobody judged."""
    return str(_RUBRIC["measured"].get(dimension, _RUBRIC["anchors"][dimension])[score])


def is_measured(dimension: Dimension) -> bool:
    """Whether rules may score it. Feedback of before may hold more."""
    return dimension in _RUBRIC["measured"] or dimension == "language"


def anchors() -> dict[str, dict[str, Any]]:
    """The rubric as data: {dimension: {title, levels: {1..5: words}, examples: {seniority: ladder}}}."""
    return {
        name: {"title": name.replace("_", " ").capitalize(), "levels": dict(levels), "examples": examples(name)}
        for name, levels in _RUBRIC["anchors"].items()
    }


def rubric_text() -> str:
    """The whole rubric as prose, one anchor a line: a source that feedback may rest on."""
    return "\n".join(str(a) for levels in _RUBRIC["anchors"].values() for a in levels.values())


def score_answer(counted: Counted) -> dict[Dimension, Score]:
    """The scores that rest on a count alone, each with what was counted. Deterministic."""
    found: dict[Dimension, Score] = {}
    for dimension in dimensions(counted.answer.mode):
        rated = _MEASURED[dimension](counted) if dimension in _MEASURED else None
        if rated is None:
            continue
        points, why = rated
        score = max(1, min(5, round(points)))
        found[dimension] = Score(score=score, why=capitalised(why), anchor=measured_anchor(dimension, score))
    return found


Rated = tuple[float, str] | None


def _conciseness(c: Counted) -> Rated:
    """The length alone. An answer to a follow-up may be as short as it likes."""
    s = c.seconds
    if s < _FEW_S[0] and not c.whole_answer:
        return None
    points = 5.0 - sum(s > limit for limit in _MANY_S) - sum(s < limit for limit in _FEW_S)
    return points, f"{c.delivery.word_count} words, {spoken_time(s)}. The usual advice is one to two minutes."


_MANY_S = (130, 165, 200, 240)
_FEW_S = (52, 37.5, 17.5)
"""Seconds at which one level is lost: by convention, around one to two minutes, and where `spoken_time` rounds."""


_A_PAUSE = 0.6
"""What one pause that is named costs: then nothing is "all within what draws no comment"."""
_LOST_S = 8.0
"""Seconds of silence from which a listener wonders whether the line is dead: a convention, no finding."""


def _delivery(c: Counted) -> Rated:
    d = c.delivery
    if d.words_per_minute is None:
        return None
    points, notes = 5.0, [f"{d.words_per_minute:.0f} words a minute"]
    if (outside := d.pace_outside) is not None:
        low, high = PACE_BAND
        points -= 1.0 if low - 25 <= outside.words_per_minute <= high + 25 else 2.0
        notes.append(f"about {outside.words_per_minute:.0f} from {clock(outside.from_s)} to {clock(outside.to_s)}")
    if d.fillers_per_minute is not None:
        points -= 2.0 if d.fillers_per_minute >= FILLERS_MANY else (0.8 if d.fillers_per_minute > FILLERS_FINE else 0.0)
        heard = (
            f"at least {count(d.filler_count, 'filler word')}" if d.filler_count else "no filler word in the transcript"
        )
        notes.append(f"{heard} (recognition leaves out many)")
    if d.pauses is not None and d.pauses.count:
        points -= max(_A_PAUSE, min(1.6, 0.3 * d.pauses.count)) + (1.0 if d.pauses.longest_s > _LOST_S else 0.0)
        notes.append(
            f"{count(d.pauses.count, 'pause')} longer than {LONG_PAUSE_S} s, the longest {d.pauses.longest_s} s"
        )
    return points, f"Measured: {joined(notes)}."


_MEASURED: dict[Dimension, Callable[[Counted], Rated]] = {
    "conciseness": _conciseness, "delivery": _delivery,
}  # fmt: skip
