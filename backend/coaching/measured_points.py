"""Measured points: what the rules say for and against an answer. Each rests on a count; none judges what was said.

The length of an answer is held against the usual advice of one to two minutes (a convention of careers services, no
finding); fillers and pace against the norms in `delivery.py` and `pace.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from backend.coaching.answer import Answer, Span
from backend.coaching.citing import Citer
from backend.coaching.delivery import FILLERS_FINE
from backend.coaching.feedback import Delivery, Filler, Point, Star, StarPart
from backend.coaching.pace import PACE_BAND
from backend.coaching.reply_kind import asks_for_a_time
from backend.coaching.sayings import say
from backend.coaching.text import sentences, words
from backend.coaching.wording import clock, joined, quoted, times

PointKind = Literal["length", "pace", "flow", "long", "short", "fillers", "repeated", "hedged", "fast", "slow"]
PARTS_SAID: dict[StarPart, str] = {
    "situation": "the situation", "action": "what you did", "result": "how it ended",
}  # fmt: skip
"""The parts of a story that are spoken of, and how: those that are found reliably enough (docs/evaluation.md)."""
WORDS_A_SECOND = 2.5
"""150 words a minute, for answers that were typed."""
RIGHT_S = (50.0, 130.0)
"""An answer is as long as advised, with a little to spare on both sides."""
LONG_S, SHORT_S = 150.0, 20.0
_MOST = 2
_FEWEST_TO_FLOW = 40.0
"""Seconds. In less there is no room for a long pause."""
_TALKS = frozenset({"language", "free_chat"})
FILLERS_A_HUNDRED, HEDGES_A_HUNDRED = 3.0, 3.0
"""Words in a hundred from which they are mentioned."""
REPEATED_FROM = 4


@dataclass(frozen=True, slots=True)
class Found:
    """One point with its kind, so that the reaction and the drill can take it up."""

    kind: PointKind
    point: Point


@dataclass(frozen=True, slots=True)
class Counted:
    """One answer with all that was measured on it."""

    answer: Answer
    delivery: Delivery
    star: Star | None

    @property
    def seconds(self) -> float:
        """How long was spoken, or would be at a usual pace."""
        return seconds_of(self.delivery)

    @property
    def whole_answer(self) -> bool:
        """Whether the usual length can be expected of it: an answer to a follow-up, or in a talk, may be short."""
        return self.answer.question_kind not in ("follow_up", "closing") and self.answer.mode not in _TALKS

    @property
    def tells_a_story(self) -> bool:
        """Whether a story was asked for and told: only then its parts are looked for."""
        if self.star is None or self.star.reply_kind != "story" or not self.whole_answer:
            return False
        return asks_for_a_time(self.answer.question)


def parts_found(star: Star) -> list[StarPart]:
    return [part for part in PARTS_SAID if part not in star.missing]


def seconds_of(delivery: Delivery) -> float:
    """The length of an answer that every figure and text about it goes by: the time of speaking; of a typed one, at a usual
    pace."""
    return delivery.talk_time_s or delivery.word_count / WORDS_A_SECOND


def spoken_time(seconds: float) -> str:
    """`spoken_time(88)` -> "a minute and a half"."""
    if seconds < 52:
        return f"about {max(5, round(seconds / 5) * 5)} seconds"
    halves = round(seconds / 30)
    if halves <= 3:
        return "about a minute" if halves == 2 else "a minute and a half"
    whole, half = divmod(halves, 2)
    return f"about {_MINUTES.get(whole, whole)}{' and a half' if half else ''} minutes"


_MINUTES = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine"}


def summary(c: Counted, turn: int) -> str:
    """What was found of a story, else how long the answer was, and what that leaves room for."""
    if c.tells_a_story and c.star is not None and (parts := parts_found(c.star)):
        return say("summary", "story", turn, parts=joined(PARTS_SAID[p] for p in parts))
    if c.whole_answer and SHORT_S <= c.seconds < RIGHT_S[0]:
        return say("summary", "brief", turn, time=spoken_time(c.seconds))
    return say("summary", "length" if c.answer.spoken else "typed", turn, time=spoken_time(c.seconds))


def find_strengths(c: Counted, citer: Citer, turn: int) -> list[Found]:
    """What was measured and is as advised, at most two."""
    pieces, d = sentences(c.answer.text), c.delivery
    found: list[tuple[PointKind, dict[str, object]]] = []
    if c.whole_answer and RIGHT_S[0] <= c.seconds <= RIGHT_S[1]:
        found.append(("length", {"time": spoken_time(c.seconds)}))
    low, high = PACE_BAND
    if d.words_per_minute is not None and d.pace and d.pace_outside is None and low <= d.words_per_minute <= high:
        found.append(("pace", {"pace": round(d.words_per_minute)}))
    if (d.talk_time_s or 0) >= _FEWEST_TO_FLOW and d.pauses is not None and d.pauses.count == 0:
        found.append(("flow", {}))
    return [_found("strengths", kind, pieces[0], citer, turn, figures) for kind, figures in found[:_MOST]]


def find_gaps(c: Counted, citer: Citer, turn: int) -> list[Found]:
    """What was measured and could be better, the first thing first, at most two."""
    pieces = sentences(c.answer.text)
    found: list[Found] = []
    if c.seconds > LONG_S:
        found.append(_found("gaps", "long", pieces[0], citer, turn, {"time": spoken_time(c.seconds)}))
    elif c.whole_answer and c.seconds < SHORT_S:
        found.append(_found("gaps", "short", pieces[-1], citer, turn, {"time": spoken_time(c.seconds)}))
    found.extend(_found("gaps", kind, place, citer, turn, figures) for kind, place, figures in _wording(c, pieces))
    if (outside := c.delivery.pace_outside) is not None:
        figures: dict[str, object] = {
            "from": clock(outside.from_s), "to": clock(outside.to_s), "pace": round(outside.words_per_minute),
        }  # fmt: skip
        found.append(_found("gaps", outside.way, _said_at(c.answer, pieces, outside.from_s), citer, turn, figures))
    return found[:_MOST]


def _wording(c: Counted, pieces: Sequence[Span]) -> Iterable[tuple[PointKind, Span, dict[str, object]]]:
    d, length = c.delivery, max(1, c.delivery.word_count)
    if too_many_fillers(d):
        yield "fillers", _at(pieces, d.fillers[0].char_start), {"what": _named(d.fillers)}
    for repeated in d.repeated[:1]:
        if repeated.times >= REPEATED_FROM:
            place = max(0, c.answer.text.lower().find(repeated.phrase))
            yield "repeated", _at(pieces, place), {"phrase": repeated.phrase, "times": times(repeated.times)}
    if len(d.hedges) >= 3 and len(d.hedges) * 100 / length > HEDGES_A_HUNDRED:
        yield "hedged", _at(pieces, d.hedges[0].char_start), {"what": _named(d.hedges)}


def too_many_fillers(d: Delivery) -> bool:
    """More than do no harm: by the minute where that is measured, else by the hundred words."""
    if (d.filler_count or 0) < 3:
        return False
    if d.fillers_per_minute is not None:
        return d.fillers_per_minute > FILLERS_FINE
    return (d.filler_count or 0) * 100 / max(1, d.word_count) > FILLERS_A_HUNDRED


def _named(said: Sequence[Filler]) -> str:
    """“basically” nine times; of several, all together."""
    counted = Counter(f.word for f in said).most_common(3)
    if counted[0][1] >= 3:
        return f"{quoted(_as_said(counted[0][0]))} {times(counted[0][1])}"
    return f"{joined(quoted(_as_said(word)) for word, _ in counted)} {times(len(said))} in all"


def _as_said(phrase: str) -> str:
    return f"I{phrase[1:]}" if phrase.startswith(("i ", "i'")) else phrase


def _found(part: str, kind: PointKind, place: Span, citer: Citer, turn: int, figures: dict[str, object]) -> Found:
    return Found(kind, Point(text=say(part, kind, turn, **figures), citations=[citer.answer(place)]))


def _at(pieces: Sequence[Span], position: int) -> Span:
    return next((p for p in pieces if p.start <= position < p.end), pieces[0])


def _said_at(answer: Answer, pieces: Sequence[Span], at_s: float) -> Span:
    """The sentence spoken at a time: the text has as many words before it as the recording."""
    tokens = words(answer.text)
    before = sum(word.start_s < at_s for word in answer.words)
    return _at(pieces, tokens[min(before, len(tokens) - 1)].start)
