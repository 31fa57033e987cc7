"""The intake on texts it has never seen: what it finds, by kind and language, and what it takes for more than it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from backend.coaching.intake import Intake, Reading
from backend.coaching.intake.kinds import SERIOUS, SOFT, TO_THE_COACH, TOLD, URGENT
from backend.evaluation.figures import Figure
from backend.evaluation.intake_texts import Text, unseen_answers
from backend.evaluation.intake_training import ORDINARY, word_rows

TOO_ALIKE = 0.8
"""Cosine from which a test text is too like one that was trained on, and is left out."""
_WRITTEN = "unseen texts by other writers"
_ANSWERS = "answers of other sets"
Pair = tuple[Text, Reading]
Right = Callable[[Text, Reading], bool]


def evaluate_intake(intake: Intake, texts: Sequence[Text]) -> list[Figure]:
    """The figures on these texts, and on the answers of other sets."""
    pairs = [(text, intake.read(text.text, text.language)) for text in texts]
    answers = [(text, intake.read(text.text, text.language)) for text in unseen_answers()]
    found: list[Figure] = []
    for group, bar in (("en", ">= 0.97"), ("other languages", "")):
        some = [p for p in pairs if (p[0].language == "en") == (group == "en")]
        answered = answers if group == "en" else []
        found += _weighty(group, some, bar)
        found += _ordinary(group, some, answered)
    for language in sorted({t.language for t, _ in pairs} - {"en"}):
        some = [p for p in pairs if p[0].language == language]
        found.append(_rate(f"urgent found, {language}", _of(some, URGENT), _helped))
        found.append(_rate(f"ordinary answers with a concern, {language}", _of(some, ORDINARY), _stopped))
    return [figure for figure in found if figure.size]


def _weighty(group: str, pairs: Sequence[Pair], bar: str) -> list[Figure]:
    found = [
        _rate(f"urgent found, {group}", _of(pairs, URGENT), _helped, bar),
        _rate(f"urgent found at once, {group}", _of(pairs, URGENT), lambda t, r: r.weight == "urgent"),
        _rate(
            f"other weighty kinds found, {group}", _of(pairs, SOFT | set(SERIOUS)), _stopped, ">= 0.9" if bar else ""
        ),
    ]
    if bar:
        for kind in sorted(URGENT | SOFT | set(SERIOUS)):
            found.append(_rate(f"{kind} found, {group}", _of(pairs, {kind}), _stopped))
    told = _rate(f"finished stories of grief, violence, illness without a concern, {group}", _of(pairs, TOLD), _let_be)
    understood = _rate(
        f"words to the coach understood, {group}", _of(pairs, TO_THE_COACH), lambda t, r: r.kind == t.kind
    )
    return [*found, told, understood]


def _ordinary(group: str, pairs: Sequence[Pair], answers: Sequence[Pair]) -> list[Figure]:
    plain = [*_of(pairs, ORDINARY), *answers]
    asides = _rate(f"ordinary answers taken for words to the coach, {group}", plain, lambda t, r: r.intent is not None)
    found = [
        _rate(f"ordinary answers interrupted, {group}", plain, _interrupted, "<= 0.005" if answers else ""),
        _rate(
            f"ordinary answers with a concern at either level, {group}", plain, _stopped, "<= 0.03" if answers else ""
        ),
        asides,
    ]
    if answers:
        found.append(_rate("the same, answers of other sets alone", answers, _stopped, data=_ANSWERS))
        for kind in sorted(ORDINARY):
            found.append(_rate(f"ordinary, {kind}, with a concern", _of(pairs, {kind}), _stopped))
    return found


def unlike(texts: Sequence[Text], others: Sequence[Text]) -> list[Text]:
    """The texts that are not nearly one of the others, by their words and pieces of words."""
    close = word_rows([t.text for t in texts]) @ word_rows([t.text for t in others]).T / 2
    near = np.asarray(close.max(axis=1).todense()).ravel()
    return [text for text, how in zip(texts, near, strict=True) if how <= TOO_ALIKE]


def wilson(hits: int, of: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927), which holds where a bootstrap of 0 or all would have no width."""
    if of == 0:
        return 0.0, 1.0
    z, share = 1.96, hits / of
    middle = share + z * z / (2 * of)
    width = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, (middle - width) / (1 + z * z / of)), min(1.0, (middle + width) / (1 + z * z / of))


def _helped(text: Text, reading: Reading) -> bool:
    """Help was given: at once or more softly. The line about harm asks to call for help too, and counts."""
    return reading.concern is not None and (reading.concern.kind in ("distress", "harm"))


def _stopped(text: Text, reading: Reading) -> bool:
    return reading.concern is not None


def _let_be(text: Text, reading: Reading) -> bool:
    return reading.concern is None


def _interrupted(text: Text, reading: Reading) -> bool:
    return reading.concern is not None and reading.concern.waits


def _of(pairs: Sequence[Pair], kinds: Iterable[str]) -> list[Pair]:
    wanted = set(kinds)
    return [pair for pair in pairs if pair[0].kind in wanted]


def _rate(name: str, pairs: Sequence[Pair], right: Right, wanted: str = "", data: str = _WRITTEN) -> Figure:
    hits = sum(right(text, reading) for text, reading in pairs)
    low, high = wilson(hits, len(pairs))
    return Figure("Intake", name, hits / len(pairs) if pairs else 0.0, data, len(pairs), "texts", low, high, wanted)
