"""Rubric: behaviourally anchored scores from 1 to 5, each with the reason found in this very answer.

Anchored scales raise agreement between raters (ETS RR 2017 on BARS); the weights are equal and the rules are plain code, so
the same answer always gets the same score and length alone buys nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml

from backend.coaching.answer import Answer
from backend.coaching.delivery import LONG_PAUSE_S
from backend.coaching.facts import Facts
from backend.coaching.feedback import STAR_PARTS, Delivery, Dimension, Score, StarPart
from backend.coaching.key_points import Coverage
from backend.coaching.levels import LEVELS, examples
from backend.coaching.numbers import find_numbers
from backend.coaching.pace import PACE_BAND
from backend.coaching.wording import capitalised, clock, count, joined, number, quoted, times

TOP = LEVELS[-1]


def read_rubric(path: Path) -> dict[str, Any]:
    """The rubric with every criterion, every level and every step between levels. Raises ValueError where one is missing."""
    rubric: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for part, levels in (("anchors", LEVELS), ("steps", LEVELS[1:])):
        for dimension in get_args(Dimension):
            if tuple(sorted(rubric[part].get(dimension, {}))) != levels:
                raise ValueError(f"{path.name}: {part} of {dimension} are not the levels {levels[0]} to {levels[-1]}")
    return rubric


_RUBRIC = read_rubric(Path(__file__).parent / "rubric.yaml")
_PART_WEIGHT: dict[StarPart, float] = {"situation": 0.8, "task": 0.5, "action": 1.4, "result": 1.3}
FILLERS_FINE, FILLERS_MANY = 5.0, 12.0
ENOUGH_WORDS = 60


@dataclass(frozen=True, slots=True)
class Judged:
    """What scores are given on."""

    answer: Answer
    facts: Facts
    delivery: Delivery
    coverage: Coverage | None = None
    closeness: float | None = None
    """Cosine similarity of question and answer, -1..1; None without an embedder."""


def dimensions(mode: str) -> tuple[Dimension, ...]:
    """The dimensions scored in a mode."""
    return tuple(_RUBRIC["modes"].get(mode, _RUBRIC["modes"]["behavioral"]))


def anchor(dimension: Dimension, score: int) -> str:
    """What a score means, in words."""
    return str(_RUBRIC["anchors"][dimension][score])


def next_steps(dimension: Dimension, score: int) -> tuple[str, ...]:
    """What to do to get one level above a score, for the ear, in one wording or several; empty at the top."""
    found = _RUBRIC["steps"][dimension].get(score + 1, [])
    return (found,) if isinstance(found, str) else tuple(found)


def anchors() -> dict[str, dict[str, Any]]:
    """The rubric as data: {dimension: {title, levels: {1..5: words}, examples: {seniority: ladder}}}."""
    return {
        name: {"title": name.replace("_", " ").capitalize(), "levels": dict(levels), "examples": examples(name)}
        for name, levels in _RUBRIC["anchors"].items()
    }


def rubric_text() -> str:
    """The whole rubric as prose, one anchor a line: a source that feedback may rest on."""
    return "\n".join(str(a) for levels in _RUBRIC["anchors"].values() for a in levels.values())


def score_answer(judged: Judged) -> dict[Dimension, Score]:
    """Score every dimension that fits the mode and can be judged. Deterministic."""
    found: dict[Dimension, Score] = {}
    for dimension in dimensions(judged.answer.mode):
        rated = _RATERS[dimension](judged)
        if rated is None:
            continue
        points, why = rated
        score = max(1, min(5, round(points)))
        found[dimension] = Score(score=score, why=capitalised(why), anchor=anchor(dimension, score))
    return found


Rated = tuple[float, str] | None


def _structure(j: Judged) -> Rated:
    f = j.facts
    if f.star is not None:
        return _story_structure(f)
    if f.kind == "technical_explanation":
        parts = {
            "the problem": f.problems > 0,
            "a reason": f.reasons > 0,
            "a trade-off": f.trade_offs > 0,
            "a check or example": f.checks + f.examples > 0,
        }
    elif f.kind in {"introduction", "motivation"}:
        parts = {
            "what is done now": _has(j, "i am", "i'm", "i work", "currently", "now"),
            "what was done before": f.own > 0 or _has(j, "before", "years", "previously"),
            "why this job": _has(j, "because", "looking", "want", "interested", "excited", "this role", "your"),
        }
    else:
        parts = {"a view": True, "a reason": f.reasons > 0, "an example": f.examples > 0 or f.own > 0}
    there = [name for name, found in parts.items() if found]
    absent = [name for name, found in parts.items() if not found]
    points = 1 + 4 * len(there) / len(parts)
    if f.asks_for_a_time:
        points = min(points, 2.4)
        return (
            points,
            f"The question asks for something that happened; this is a general answer with {joined(there) or 'no clear parts'}.",
        )
    why = f"It gives {joined(there)}." if there else "No clear parts were found."
    return points, why + (f" Not found: {joined(absent)}." if absent else "")


def _story_structure(f: Facts) -> Rated:
    assert f.star is not None
    points = 1.0
    for part, weight in _PART_WEIGHT.items():
        share = getattr(f.star, part)
        points += weight * min(1.0, 0.5 + share.strength * 0.8) if share.present else 0.0
    if f.kind == "pseudo_story":
        points = min(points, 3.0)
    if f.redundancy > 0.15 or len(f.repeats) >= 4:
        points = min(points, 3.4)
    if f.star.situation.share > 0.6:
        points = min(points, 3.4)
    there = [p for p in STAR_PARTS if p not in f.star.missing]
    why = f"Found: {joined(there)}." if there else "None of the four parts was found."
    if f.star.missing:
        why += f" Not found: {joined(f.star.missing)}."
    elif f.star.situation.share > 0.45:
        why += f" The situation takes {f.star.situation.share:.0%} of the words."
    if f.kind == "pseudo_story":
        why += " It tells what is usually done, and not one time it was done."
    return points, why


def _has(j: Judged, *phrases: str) -> bool:
    low = f" {j.answer.text.lower()} "
    return any(p in low for p in phrases)


def _relevance(j: Judged) -> Rated:
    f = j.facts
    near = j.closeness if j.closeness is not None else None
    if near is not None:
        points = 1.6 + 5.2 * max(0.0, near) + min(1.0, f.overlap)
    else:
        points = 2.6 + 1.8 * min(1.0, f.overlap * 1.5)
    if f.stuffing:
        points = min(points, 2.0)
    if f.asks_for_a_time:
        if f.kind == "story":
            points = max(points + 0.9, 3.0)
            why = "The question asks for something that happened, and the answer tells it."
        elif f.kind == "example":
            points = min(points, 3.4)
            why = "The question asks for something that happened; the answer only touches on an example."
        else:
            points = min(points, 2.4)
            why = "The question asks for something that happened; the answer stays general."
    else:
        why = _on_the_question(points)
    if f.asks_for_a_time and f.overlap >= 0.5:
        points += 0.4
    return points, why


def _on_the_question(points: float) -> str:
    if points >= 3.5:
        return "It stays with what was asked."
    if points >= 2.5:
        return "It takes up part of what was asked."
    return "Little in it goes back to what was asked."


def _specificity(j: Judged) -> Rated:
    f = j.facts
    n = len(f.details)
    points = {0: 1.0, 1: 2.0, 2: 2.7, 3: 3.4, 4: 4.0}.get(n, 4.6)
    if f.own + f.shared >= 2:
        points += 0.5
    elif n == 0 and f.own + f.shared == 0:
        points = 1.0
    if len(f.vague) * 100 / max(1, f.telling_words) > 7:
        points -= 0.6
    if f.redundancy > 0.3 or f.stuffing:
        points = min(points, 2.4)
    if not n:
        why = "No number, name, time or tool was found."
        if f.vague:
            why += f" General words such as {joined(quoted(v) for v in _distinct([s.text for s in f.vague])[:3])} stand where facts could."
        return points, why
    shown = joined(quoted(d.text) for d in f.details[:4])
    return points, f"{count(n, 'concrete detail')}: {shown}{' and more' if n > 4 else ''}."


def _distinct(items: list[str]) -> list[str]:
    return list(dict.fromkeys(i.lower() for i in items))


def _impact(j: Judged) -> Rated:
    f = j.facts
    if f.kind not in {"story", "pseudo_story", "example"}:
        return (1.0, "The answer does not say what came of it.") if f.asks_for_a_time else None
    if f.result is None or f.stuffing:
        return 1.0, "The answer does not say what came of it."
    strength = f.star.result.strength if f.star is not None else 0.4
    points = 2.0 if strength < 0.35 else 3.0
    found = ["a result"]
    if f.result_numbers:
        points += 1.0
        found.append(f"a figure ({quoted(f.result_numbers[0].text)})")
    if f.result_change:
        points += 0.6
        found.append("what changed")
    if f.result_for_others:
        points += 0.6
        found.append("what it meant to somebody")
    return points, f"It tells {joined(found)}." + ("" if f.result_numbers else " There is no figure in it.")


def _clarity(j: Judged) -> Rated:
    f = j.facts
    points, notes = 5.0, []
    hedges = len(j.delivery.hedges) * 100 / max(1, f.telling_words)
    if f.fillers_per_100 > 3:
        points -= 1.0 if f.fillers_per_100 <= 7 else 2.0
        notes.append(count(round(f.fillers_per_100 * f.telling_words / 100), "filler word"))
    if hedges > 2:
        points -= 0.8 if hedges <= 5 else 1.4
        notes.append(f"{count(len(j.delivery.hedges), 'softening phrase')} such as {quoted(j.delivery.hedges[0].word)}")
    if f.longest_sentence > 45:
        points -= 0.8
        notes.append(f"a sentence of {f.longest_sentence} words")
    if f.repeats:
        phrase, n = f.repeats[0]
        points -= 0.8 if n < 5 else 1.6
        notes.append(f"{quoted(phrase)} said {times(n)}")
    if f.redundancy > 0.2:
        points -= 0.8
        notes.append("sentences that say the same again")
    if f.stuffing:
        return 1.4, "It is a list of terms and not sentences."
    if f.telling_words < 30:
        points = min(points, 3.4)
        notes.append("little to judge it on")
    return (
        points,
        f"Found: {joined(notes)}." if notes else "No overlong sentence, no repetition and few fillers were found.",
    )


def _conciseness(j: Judged) -> Rated:
    f = j.facts
    n = f.word_count
    points = 5.0
    for limit in (220, 300, 400, 520):
        points -= 1.0 if n > limit else 0.0
    why = f"{n} words"
    if n > 220:
        why += "; the usual advice is one to two minutes, about 130 to 260 words."
    elif f.telling_words < 40:
        points = min(points, 2.4)
        why += ": short, with room for what was done and what came of it."
    elif f.telling_words < ENOUGH_WORDS:
        points = min(points, 3.4)
        why += ": short, so the point is made with little to hold it."
    else:
        why += ", within the usual one to two minutes."
    if f.redundancy > 0.1:
        points -= 1.0 if f.redundancy < 0.3 else 2.4
        why += " Some sentences say the same again."
    if f.star is not None and f.star.situation.share > 0.5 and n >= ENOUGH_WORDS:
        points -= 1.0
        why += f" The situation takes {f.star.situation.share:.0%} of them."
    if f.stuffing:
        points = min(points, 2.0)
    return points, why


def _delivery(j: Judged) -> Rated:
    d = j.delivery
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
        points -= min(1.6, 0.3 * d.pauses.count)
        notes.append(
            f"{count(d.pauses.count, 'pause')} longer than {LONG_PAUSE_S} s, the longest {d.pauses.longest_s} s"
        )
    return points, f"Measured: {joined(notes)}."


def _technical_accuracy(j: Judged) -> Rated:
    if j.coverage is None or not j.coverage.points:
        return None
    covered, missed = j.coverage.covered, j.coverage.missed
    points = 1 + 4 * j.coverage.share
    if j.facts.stuffing:
        points = min(points, 2.0)
    total = len(j.coverage.points)
    why = f"{number(len(covered))} of {count(total, 'key point')} found"
    why += f": {joined(quoted(p.rstrip('.')) for p in covered[:3])}." if covered else "."
    return points, why + (f" Not found: {joined(quoted(p.rstrip('.')) for p in missed[:2])}." if missed else "")


def _problem_solving(j: Judged) -> Rated:
    f = j.facts
    there = {
        "the problem": f.problems > 0, "steps": f.own + f.shared >= 2 or f.checks >= 2 or len(f.pieces) >= 4,
        "a reason": f.reasons > 0, "an alternative or trade-off": f.trade_offs > 0, "a check": f.checks > 0,
    }  # fmt: skip
    found = [n for n, ok in there.items() if ok]
    absent = [n for n, ok in there.items() if not ok]
    points = 1 + 0.9 * len(found)
    if f.stuffing:
        points = min(points, 1.4)
    why = f"Found: {joined(found)}." if found else "No way of working was found."
    return points, why + (f" Not found: {joined(absent)}." if absent else "")


def _culture_add(j: Judged) -> Rated:
    f = j.facts
    acted = f.own + f.shared > 0
    points = 1.0 + (1.0 if f.others else 0.0) + (1.2 if acted and f.others else 0.0)
    points += 0.9 if acted and f.result is not None else 0.0
    here = _has(j, "here", "your team", "this role", "this company", "would bring", "this school", "this hospital")
    points += 0.7 if here and acted else 0.0
    if f.stuffing:
        points = 1.0
    parts = {
        "working with or for others": f.others > 0,
        "something done": acted,
        "what it changed": f.result is not None,
        "a link to this job": here,
    }
    absent = [n for n, ok in parts.items() if not ok]
    return points, f"Found: {joined([n for n, ok in parts.items() if ok]) or 'little to go on'}." + (
        f" Not found: {joined(absent)}." if absent else ""
    )


def _language(j: Judged) -> Rated:
    f = j.facts
    low = j.answer.text.lower()
    links = sum(
        low.count(f" {w} ")
        for w in ("because", "so", "but", "when", "which", "although", "then", "that", "if", "while", "who")
    )
    per_sentence = f.word_count / max(1, len(f.pieces))
    points = (
        2.0
        + min(1.4, links * 25 / f.word_count)
        + (0.8 if per_sentence >= 8 else 0.2)
        + (0.8 if f.unique_share >= 0.5 else 0.2)
    )
    if f.stuffing:
        points = min(points, 2.0)
    return (
        points,
        f"{count(len(f.pieces), 'sentence')} of about {per_sentence:.0f} words, {count(links, 'linking word')}. A rough measure by convention.",
    )


_RATERS = {
    "structure": _structure, "relevance": _relevance, "specificity": _specificity, "impact": _impact,
    "clarity": _clarity, "conciseness": _conciseness, "delivery": _delivery,
    "technical_accuracy": _technical_accuracy, "problem_solving": _problem_solving, "culture_add": _culture_add,
    "language": _language,
}  # fmt: skip


def figures_in(scores: dict[Dimension, Score]) -> set[float | str]:
    """Every number stated in the reasons: measured figures that feedback may repeat."""
    return {n.value for s in scores.values() for n in find_numbers(s.why)}
