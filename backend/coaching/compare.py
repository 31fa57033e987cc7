"""Compare: two takes of the same question, side by side."""

from __future__ import annotations

from backend.coaching.analysis import Measured
from backend.coaching.feedback import STAR_PARTS, Change, Compared, Delivery, Feedback, Star
from backend.coaching.measured_points import RIGHT_S, seconds_of
from backend.coaching.pace import PACE_BAND


def compare(
    turn_id: str,
    delivery: Delivery | None,
    star: Star | None,
    feedback: Feedback,
    measured: Measured,
    now: Feedback,
) -> Compared:
    """What changed from the earlier take (`turn_id` and its values) to this one, scores first.

    `better` is None where neither direction is better in itself.
    """
    changes = [*_scores(feedback, now), *_parts(star, measured.star), *_figures(delivery, measured.delivery)]
    return Compared(turn_id=turn_id, changes=changes)


def _scores(before: Feedback, now: Feedback) -> list[Change]:
    found: list[Change] = []
    if before.scored != now.scored:
        found.append(Change(what="scored", before=_yes(before.scored), after=_yes(now.scored), better=now.scored))
    same = before.author == now.author  # what an author judged and what was counted are not one scale
    for dimension, score in now.scores.items():
        old = before.scores.get(dimension) if same else None
        if old is not None and old.score != score.score:
            found.append(Change(what=dimension, before=old.score, after=score.score, better=score.score > old.score))
    return found


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _parts(before: Star | None, now: Star | None) -> list[Change]:
    if before is None or now is None:
        return []
    found: list[Change] = []
    for part in STAR_PARTS:
        was, is_ = part not in before.missing, part not in now.missing
        if was != is_:
            found.append(
                Change(what=part, before="told" if was else "missing", after="told" if is_ else "missing", better=is_)
            )
    return found


def _figures(before: Delivery | None, now: Delivery) -> list[Change]:
    if before is None:
        return []
    found = [
        Change(what="word_count", before=before.word_count, after=now.word_count, better=None),
        _nearer("seconds", round(seconds_of(before)), round(seconds_of(now)), RIGHT_S),
    ]
    if before.words_per_minute is not None and now.words_per_minute is not None:
        found.append(_nearer("words_per_minute", before.words_per_minute, now.words_per_minute, PACE_BAND))
    if before.filler_count is not None and now.filler_count is not None:
        found.append(_fewer("filler_count", before.filler_count, now.filler_count))
    if before.pauses is not None and now.pauses is not None:
        found.append(_fewer("pauses", before.pauses.count, now.pauses.count))
    found.append(_fewer("hedges", len(before.hedges), len(now.hedges)))
    found.append(_fewer("repeated", _again(before), _again(now)))
    return [c for c in found if c.before != c.after]


def _fewer(what: str, before: float, after: float) -> Change:
    return Change(what=what, before=before, after=after, better=after < before)


def _again(delivery: Delivery) -> int:
    """How often something was said that had been said before, of what came again and again."""
    return sum(repeated.times - 1 for repeated in delivery.repeated)


def _nearer(what: str, before: float, after: float, band: tuple[float, float]) -> Change:
    """A figure that is right anywhere within a band: better is nearer to it."""
    was, is_ = _outside(before, band), _outside(after, band)
    return Change(what=what, before=before, after=after, better=None if was == is_ else is_ < was)


def _outside(value: float, band: tuple[float, float]) -> float:
    low, high = band
    return max(0.0, low - value, value - high)
