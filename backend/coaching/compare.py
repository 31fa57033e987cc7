"""Two takes of the same question, side by side."""

from __future__ import annotations

from backend.coaching.coach import Measured
from backend.coaching.feedback import Change, Compared, Delivery, Feedback, Star


def compare(
    turn_id: str, delivery: Delivery | None, star: Star | None, before: Feedback, measured: Measured, after: Feedback
) -> Compared:
    """What changed from the take `turn_id` to this one; `better` is None where more is not simply better."""
    changes: list[Change] = []
    for name in sorted(set(before.scores) & set(after.scores)):
        old, new = before.scores[name].score, after.scores[name].score
        if old != new:
            changes.append(Change(what=name, before=old, after=new, better=new > old))
    if star is not None or measured.star is not None:
        old_missing = set(star.missing) if star else set()
        new_missing = set(measured.star.missing) if measured.star else set()
        for part in sorted(old_missing ^ new_missing):
            told = part not in new_missing
            before_word, after_word = ("missing", "told") if told else ("told", "missing")
            changes.append(Change(what=part, before=before_word, after=after_word, better=told))
    if delivery is not None:
        now = measured.delivery
        changes.append(Change(what="words", before=delivery.word_count, after=now.word_count, better=None))
        if delivery.filler_count is not None and now.filler_count is not None:
            fewer = None if delivery.filler_count == now.filler_count else now.filler_count < delivery.filler_count
            changes.append(Change(what="fillers", before=delivery.filler_count, after=now.filler_count, better=fewer))
        if delivery.words_per_minute and now.words_per_minute:
            changes.append(
                Change(what="words per minute", before=delivery.words_per_minute, after=now.words_per_minute, better=None)
            )
    return Compared(turn_id=turn_id, changes=changes)
